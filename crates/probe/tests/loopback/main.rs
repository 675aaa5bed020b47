//! Probes against origins on the loopback interface that misbehave in one way each.

#[cfg(test)]
mod app;
#[cfg(test)]
mod connect;
#[cfg(test)]
mod hello;
#[cfg(test)]
mod http1;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod resolve;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
