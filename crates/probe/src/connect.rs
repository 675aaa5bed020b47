//! Opens a connection to an endpoint: TCP or unix, directly or through a forward proxy.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use goodgate_evidence::probe::{Connect, ConnectAttempt, Endpoint};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio::time::{Instant, timeout_at};

use crate::clock;
use crate::error::ProbeError;
use crate::policy::Policy;
use crate::proxy::{self, Proxy, Tunnel};
use crate::stream::BoxedStream;

/// The way to an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The local address to connect from.
    pub source: Option<IpAddr>,
    /// The forward proxy to go through.
    pub proxy: Option<Proxy>,
    /// The host and port to ask the proxy for, where that is not the endpoint itself: with a name
    /// here the proxy resolves it.
    pub tunnel_to: Option<String>,
    /// Whether to begin with a header of the PROXY protocol, version 1.
    pub proxy_header: bool,
    /// Which addresses may be dialled, where not every one may. With it no unix socket is opened, and no
    /// proxy is asked to dial in our place.
    pub policy: Option<Arc<Policy>>,
}

impl Route {
    /// Refuses what the policy does not allow.
    fn check(&self, endpoint: &Endpoint) -> Result<(), ProbeError> {
        let Some(policy) = &self.policy else { return Ok(()) };
        match endpoint {
            Endpoint::Tcp(address) if self.proxy.is_none() && policy.permits(*address) => Ok(()),
            Endpoint::Tcp(_) | Endpoint::Unix(_) => Err(ProbeError::NotPermitted),
        }
    }
}

/// An open connection.
pub struct Connection {
    /// The stream, ready for the first byte of TLS or HTTP.
    pub stream: BoxedStream,
    /// Our end; none for a unix socket.
    pub local: Option<SocketAddr>,
    /// The other end, which is the proxy if there is one; none for a unix socket.
    pub peer: Option<SocketAddr>,
}

/// Opens a connection to `endpoint` before `deadline`.
///
/// A proxy that accepts and then does not answer in time counts as `Connect::TimedOut`: it is
/// waiting for the endpoint itself. A proxy that cannot be reached is an error.
pub async fn connect(
    endpoint: &Endpoint,
    route: &Route,
    deadline: Instant,
) -> Result<(ConnectAttempt, Option<Connection>), ProbeError> {
    let at = clock::now();
    let begun = Instant::now();
    let opened = open(endpoint, route, deadline).await?;
    let took = begun.elapsed();
    let (outcome, connection) = match opened {
        Ok(connection) => (Connect::Connected, Some(connection)),
        Err(outcome) => (outcome, None),
    };
    Ok((ConnectAttempt { endpoint: endpoint.clone(), at, took, outcome }, connection))
}

type Opened = Result<Connection, Connect>;

async fn open(endpoint: &Endpoint, route: &Route, deadline: Instant) -> Result<Opened, ProbeError> {
    route.check(endpoint)?;
    let opened = match (endpoint, &route.proxy) {
        (Endpoint::Unix(_), Some(_)) => {
            return Err(ProbeError::ProxyToUnix { endpoint: endpoint.clone() });
        }
        (Endpoint::Tcp(address), Some(proxy)) => {
            let target = route.tunnel_to.clone().unwrap_or_else(|| address.to_string());
            Box::pin(through_proxy(proxy, &target, route.source, deadline)).await?
        }
        (Endpoint::Tcp(address), None) => {
            let socket = tcp_socket(*address, route.source)?;
            let connecting = timeout_at(deadline, socket.connect(*address)).await;
            match connecting {
                Ok(Ok(stream)) => not_itself(tcp_connection(stream, *address)),
                Ok(Err(error)) if is_ours(&error) => {
                    return Err(ProbeError::Socket { peer: endpoint.to_string(), source: error });
                }
                Ok(Err(error)) => Err(tcp_failure(&error)),
                Err(_) => Err(Connect::TimedOut),
            }
        }
        (Endpoint::Unix(path), None) => {
            let connecting = timeout_at(deadline, UnixStream::connect(path)).await;
            match connecting {
                Ok(Err(error)) if is_ours(&error) => {
                    return Err(ProbeError::Socket { peer: endpoint.to_string(), source: error });
                }
                Ok(Err(error)) => Err(unix_failure(&error)),
                Ok(Ok(stream)) => Ok(unix_connection(stream)),
                Err(_) => Err(Connect::TimedOut),
            }
        }
    };
    match opened {
        Ok(connection) if route.proxy_header => Ok(announce(connection, deadline).await),
        opened => Ok(opened),
    }
}

/// Sends the header of the PROXY protocol. What goes wrong here shows again, with a name, when the
/// request is sent; only a peer that already broke the connection is reported at once.
async fn announce(mut connection: Connection, deadline: Instant) -> Opened {
    let header = proxy::header_v1(connection.local, connection.peer);
    match timeout_at(deadline, connection.stream.write_all(header.as_bytes())).await {
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => Err(Connect::Reset),
        Err(_) => Err(Connect::TimedOut),
        _ => Ok(connection),
    }
}

async fn through_proxy(
    proxy: &Proxy,
    target: &str,
    source: Option<IpAddr>,
    deadline: Instant,
) -> Result<Opened, ProbeError> {
    let mut connection = reach_proxy(proxy, source, deadline).await?;
    let asking = proxy::open_tunnel(&mut connection.stream, proxy, target);
    Ok(match timeout_at(deadline, asking).await {
        Err(_) => Err(Connect::TimedOut),
        Ok(Ok(Tunnel::Open)) => Ok(connection),
        Ok(Ok(Tunnel::Refused(line))) => Err(Connect::ProxyRefused(line)),
        Ok(Err(error)) => Err(Connect::ProxyRefused(format!("no answer: {error}"))),
    })
}

/// Connects to the first address of the proxy that accepts.
async fn reach_proxy(
    proxy: &Proxy,
    source: Option<IpAddr>,
    deadline: Instant,
) -> Result<Connection, ProbeError> {
    let unreachable =
        |source| ProbeError::ProxyUnreachable { proxy: proxy.address().to_owned(), source };
    let too_late = || unreachable(io::Error::from(ErrorKind::TimedOut));
    let looking = timeout_at(deadline, tokio::net::lookup_host(proxy.address())).await;
    let addresses = looking.map_err(|_| too_late())?.map_err(unreachable)?;
    let mut last = io::Error::from(ErrorKind::NotFound);
    for address in addresses {
        let socket = tcp_socket(address, source)?;
        match timeout_at(deadline, socket.connect(address)).await {
            Err(_) => return Err(too_late()),
            Ok(Ok(stream)) => return Ok(tcp_connection(stream, address)),
            Ok(Err(error)) => last = error,
        }
    }
    Err(unreachable(last))
}

fn tcp_socket(address: SocketAddr, source: Option<IpAddr>) -> Result<TcpSocket, ProbeError> {
    let endpoint = Endpoint::Tcp(address);
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = match socket {
        Ok(socket) => socket,
        Err(source) => return Err(ProbeError::Socket { peer: endpoint.to_string(), source }),
    };
    let Some(local) = source else { return Ok(socket) };
    if local.is_ipv4() != address.is_ipv4() {
        return Err(ProbeError::SourceFamily { address: local, endpoint });
    }
    match socket.bind(SocketAddr::new(local, 0)) {
        Ok(()) => Ok(socket),
        Err(source) => Err(ProbeError::SourceAddress { address: local, endpoint, source }),
    }
}

fn tcp_connection(stream: TcpStream, peer: SocketAddr) -> Connection {
    // A request is one small write; waiting for more of it would only add delay.
    stream.set_nodelay(true).ok();
    let local = stream.local_addr().ok();
    // Only the address of nobody is replaced by the system.
    let peer = if peer.ip().is_unspecified() { stream.peer_addr().ok() } else { Some(peer) };
    Connection { stream: Box::new(stream), local, peer }
}

/// A connect to a port of this host where nobody listens can meet itself, if the kernel picks that
/// very port as the local one.
fn not_itself(connection: Connection) -> Opened {
    let is_itself = connection.local.is_some() && connection.local == connection.peer;
    if is_itself { Err(Connect::Refused) } else { Ok(connection) }
}

fn unix_connection(stream: UnixStream) -> Connection {
    Connection { stream: Box::new(stream), local: None, peer: None }
}

fn tcp_failure(error: &io::Error) -> Connect {
    match error.kind() {
        ErrorKind::ConnectionRefused => Connect::Refused,
        ErrorKind::TimedOut => Connect::TimedOut,
        ErrorKind::HostUnreachable => Connect::NoRoute,
        ErrorKind::NetworkUnreachable => Connect::NetworkUnreachable,
        ErrorKind::PermissionDenied => Connect::Denied,
        ErrorKind::AddrNotAvailable => Connect::NoFreePort,
        ErrorKind::ConnectionReset => Connect::Reset,
        _ => Connect::Other(error.to_string()),
    }
}

fn unix_failure(error: &io::Error) -> Connect {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Connect::SocketMissing,
        ErrorKind::PermissionDenied => Connect::SocketDenied,
        ErrorKind::WouldBlock => Connect::QueueFull,
        _ => tcp_failure(error),
    }
}

/// No file descriptor is free for us (EMFILE, ENFILE), or memory is out: that says nothing about
/// the endpoint. The numbers are the same on Linux, the BSDs and macOS.
fn is_ours(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    error.kind() == ErrorKind::OutOfMemory || matches!(error.raw_os_error(), Some(ENFILE | EMFILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_operating_system_are_told_apart() {
        let cases = [
            (ErrorKind::ConnectionRefused, Connect::Refused, Connect::Refused),
            (ErrorKind::HostUnreachable, Connect::NoRoute, Connect::NoRoute),
            (
                ErrorKind::NetworkUnreachable,
                Connect::NetworkUnreachable,
                Connect::NetworkUnreachable,
            ),
            (ErrorKind::AddrNotAvailable, Connect::NoFreePort, Connect::NoFreePort),
            (ErrorKind::ConnectionReset, Connect::Reset, Connect::Reset),
            (ErrorKind::TimedOut, Connect::TimedOut, Connect::TimedOut),
            (ErrorKind::PermissionDenied, Connect::Denied, Connect::SocketDenied),
        ];

        let outcomes = cases.each_ref().map(|(kind, _, _)| {
            let error = io::Error::from(*kind);
            (*kind, tcp_failure(&error), unix_failure(&error))
        });

        assert_eq!(outcomes, cases);
    }

    #[tokio::test]
    async fn what_the_policy_refuses_is_not_dialled() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let strict = Route { policy: Some(Arc::default()), ..Route::default() };
        let proxy = Proxy::parse(&format!("http://{address}")).unwrap();
        let through = Route { proxy: Some(proxy), ..strict.clone() };
        let public = Endpoint::Tcp("1.1.1.1:443".parse().unwrap());
        let deadline = Instant::now() + std::time::Duration::from_secs(5);

        for (endpoint, route) in [
            (Endpoint::Tcp(address), &strict),
            (Endpoint::Unix("/run/app.sock".into()), &strict),
            (public, &through),
        ] {
            let opened = connect(&endpoint, route, deadline).await;
            assert!(matches!(opened, Err(ProbeError::NotPermitted)), "{endpoint}");
        }
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn a_lack_of_file_descriptors_is_ours() {
        let errors = [24, 23, 111].map(io::Error::from_raw_os_error);

        assert_eq!(errors.map(|error| is_ours(&error)), [true, true, false]);
    }
}
