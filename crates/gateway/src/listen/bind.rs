//! Listening sockets, and binding them.
//!
//! Every core has a TCP socket of its own on the same address (`SO_REUSEPORT`), so that the kernel
//! spreads connections and no lock is shared. A socket that is handed over keeps its queue: nothing
//! that waits in it is lost.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::Path;

use socket2::{Domain, Protocol, Socket, Type};

use crate::settings::values::Bind;

/// Connections that wait for `accept`; the kernel cuts it to `net.core.somaxconn`.
pub(crate) const BACKLOG: i32 = 4096;

/// A listening socket.
#[derive(Debug)]
pub(crate) enum Listening {
    /// TCP.
    Tcp(TcpListener),
    /// A unix stream socket.
    Unix(UnixListener),
}

impl Listening {
    /// Makes a second descriptor of the same socket, with the same queue.
    pub(crate) fn share(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(listener) => Self::Tcp(listener.try_clone()?),
            Self::Unix(listener) => Self::Unix(listener.try_clone()?),
        })
    }

    /// Takes a descriptor that was passed in. Fails if it is no stream socket that listens.
    pub(crate) fn adopt(fd: OwnedFd) -> io::Result<Self> {
        let socket = Socket::from(fd);
        if socket.r#type()? != Type::STREAM || !socket.is_listener()? {
            let message = "it is no stream socket that listens";
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        socket.set_nonblocking(true)?;
        if socket.local_addr()?.as_socket().is_some() {
            return Ok(Self::Tcp(socket.into()));
        }
        Ok(Self::Unix(UnixListener::from(OwnedFd::from(socket))))
    }

    /// Returns the TCP address, with the port that the kernel gave.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }

    /// Returns where it listens, if that has a name.
    pub(crate) fn at(&self) -> Option<Bind> {
        self.address().map(Bind::Tcp).or_else(|| self.path().map(Bind::Unix))
    }

    /// Returns the path of a unix socket.
    pub(crate) fn path(&self) -> Option<std::path::PathBuf> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(listener) => listener.local_addr().ok()?.as_pathname().map(Path::to_owned),
        }
    }
}

impl AsFd for Listening {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Unix(listener) => listener.as_fd(),
        }
    }
}

/// Who may have an address already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nobody.
    Alone,
    /// This process, or the one that it succeeds: with another address of the same port, which is
    /// closed afterwards.
    BesideOurs,
}

/// Binds `count` TCP sockets to one address, one for each core. With port 0 the kernel chooses once.
pub(crate) fn bind_tcp(
    address: SocketAddr,
    count: usize,
    claim: Claim,
) -> io::Result<Vec<Listening>> {
    if claim == Claim::Alone {
        // Without SO_REUSEPORT first: with it, another process of the same user could already serve
        // the address, and both would get half of the connections.
        drop(bound(address, false)?);
    }
    let first = bind_one(address)?;
    let address = first.local_addr()?;
    let mut all = vec![Listening::Tcp(first)];
    for _ in 1..count.max(1) {
        all.push(Listening::Tcp(bind_one(address)?));
    }
    Ok(all)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = bound(address, true)?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn bound(address: SocketAddr, share: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(share)?;
    if address.is_ipv6() {
        // `[::]:80` and `0.0.0.0:80` are two addresses, as in nginx.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_core_has_a_socket_on_the_same_port() {
        let all =
            bind_tcp("127.0.0.1:0".parse().expect("an address"), 3, Claim::Alone).expect("sockets");

        let ports: Vec<_> = all.iter().map(Listening::address).collect();
        assert_eq!(ports.len(), 3);
        assert!(ports.iter().all(|port| *port == ports[0]));
    }

    #[test]
    fn an_address_that_is_taken_is_refused() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = taken.local_addr().expect("an address");

        let error = bind_tcp(address, 1, Claim::Alone).expect_err("taken");

        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    }

    #[test]
    fn a_connection_is_no_socket_to_listen_on() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("an address");
        let connection = std::net::TcpStream::connect(address).expect("a connection");

        assert!(Listening::adopt(connection.into()).is_err());
        assert!(Listening::adopt(listener.into()).is_ok());
    }
}
