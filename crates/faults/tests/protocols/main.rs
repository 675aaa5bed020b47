//! The faults of TLS, HTTP/2, the PROXY protocol, FastCGI and DNS, over real sockets, as clients
//! see them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

mod certificates;
mod dns;
mod fastcgi;
mod http2;
mod old_tls;
mod plain;
mod proxy_protocol;
mod support;
mod tls;
