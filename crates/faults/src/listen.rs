//! Listening sockets whose door can be open, shut, or full, and change while they run.

mod tcp;
mod unix;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use crate::error::StartError;
use crate::wire::BoxedWire;

/// Where a listener listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address and a port; 0 lets the kernel choose.
    Tcp(SocketAddr),
    /// The path of a unix socket.
    Unix(PathBuf),
}

impl Address {
    /// Reads `IP:PORT` or `unix:PATH`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("unix:") {
            Some("") => None,
            Some(path) => Some(Self::Unix(path.into())),
            None => text.parse().ok().map(Self::Tcp),
        }
    }

    /// Whether a connection to `peer` comes in here.
    pub(crate) fn takes(&self, peer: SocketAddr) -> bool {
        let Self::Tcp(own) = self else { return false };
        // Linux takes a connection to the unspecified address for one to loopback.
        let peer = tcp::reachable(SocketAddr::new(peer.ip().to_canonical(), peer.port()));
        let is_any = own.ip().is_unspecified() && own.is_ipv4() == peer.is_ipv4();
        own.port() == peer.port() && (own.ip() == peer.ip() || (is_any && is_of_this_host(peer)))
    }

    /// Returns the address that other hosts could reach, if they could.
    pub(crate) fn beyond_loopback(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(address) if !address.ip().to_canonical().is_loopback() => Some(*address),
            Self::Tcp(_) | Self::Unix(_) => None,
        }
    }
}

/// Whether an address is one of this host. The kernel sends from an address of its own, and to one
/// of its own from that very one; connecting UDP sends nothing.
fn is_of_this_host(peer: SocketAddr) -> bool {
    let any: IpAddr =
        if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let source = || {
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(peer)?;
        socket.local_addr()
    };
    peer.ip().is_loopback() || source().is_ok_and(|source| source.ip() == peer.ip())
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(formatter),
            Self::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}

/// What stands at the door of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Everybody is accepted.
    Open,
    /// The address is held, nobody listens: connections are refused.
    Refusing,
    /// The queue is full and nobody is accepted.
    Full,
    /// The next one is accepted when the last one has gone.
    OneAtATime,
}

/// A bound address.
pub(crate) enum Listener {
    Tcp(tcp::TcpDoor),
    Unix(unix::UnixDoor),
}

impl Listener {
    /// Binds an address with the door as it is to stand.
    pub(crate) async fn bind(address: &Address, door: Door) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address: address.clone(), source };
        let mut listener = match address {
            Address::Tcp(socket) => Self::Tcp(tcp::TcpDoor::bind(*socket).map_err(failed)?),
            Address::Unix(path) => Self::Unix(unix::UnixDoor::bind(path)?),
        };
        listener.set(door).await.map_err(failed)?;
        Ok(listener)
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> Address {
        match self {
            Self::Tcp(door) => Address::Tcp(door.address()),
            Self::Unix(door) => Address::Unix(door.path().to_owned()),
        }
    }

    /// Changes what stands at the door; connections that were accepted go on.
    pub(crate) async fn set(&mut self, door: Door) -> io::Result<()> {
        match self {
            Self::Tcp(listener) => listener.set(door).await,
            Self::Unix(listener) => listener.set(door),
        }
    }

    /// Accepts the next connection.
    ///
    /// An error of accepting is the peer's that has gone, or the lack of descriptors, which passes:
    /// after a moment the next one is waited for.
    pub(crate) async fn accept(&self) -> BoxedWire {
        loop {
            let accepted = match self {
                Self::Tcp(door) => door.accept().await,
                Self::Unix(door) => door.accept().await,
            };
            match accepted {
                Ok(wire) => return wire,
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }
}

/// How long to wait after a failed accept, so that a lack of descriptors does not take all time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back() {
        for text in ["127.0.0.1:80", "[::1]:0", "unix:/run/app.sock"] {
            assert_eq!(Address::parse(text).expect("an address").to_string(), text);
        }
        for wrong in ["", "localhost:80", "127.0.0.1", "unix:", "80"] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_comes_in_at_an_address_is_known() {
        let takes = |own, peer: &str| {
            Address::parse(own).expect("an address").takes(peer.parse().expect("a peer"))
        };

        assert!(takes("127.0.0.1:80", "127.0.0.1:80") && takes("127.0.0.1:80", "0.0.0.0:80"));
        assert!(takes("127.0.0.1:80", "[::ffff:127.0.0.1]:80"));
        assert!(takes("0.0.0.0:80", "127.9.9.9:80") && takes("[::]:80", "[::1]:80"));
        assert!(!takes("127.0.0.1:80", "127.0.0.1:81") && !takes("127.0.0.1:80", "127.0.0.2:80"));
        assert!(!takes("0.0.0.0:80", "192.0.2.1:80") && !takes("0.0.0.0:80", "[::1]:80"));
        assert!(!takes("unix:/tmp/a", "127.0.0.1:80"));
    }

    #[test]
    fn loopback_is_told_from_the_rest() {
        let beyond = |text| Address::parse(text).expect("an address").beyond_loopback().is_some();

        assert!(!beyond("127.0.0.1:80") && !beyond("127.9.9.9:80") && !beyond("[::1]:80"));
        assert!(!beyond("[::ffff:127.0.0.1]:80") && !beyond("unix:/tmp/a"));
        assert!(beyond("0.0.0.0:80") && beyond("[::]:80") && beyond("192.0.2.1:80"));
    }
}
