//! A TCP port that is held all the time and listened on when the door says so.
//!
//! Relies on Linux: a listening socket that is shut down for reading goes back to being bound, and
//! can listen again. Connections that wait in its queue are reset, as by a program that ends.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::Door;
use crate::limits;
use crate::wire::BoxedWire;

/// A TCP port.
pub(crate) struct TcpDoor {
    socket: State,
    address: SocketAddr,
    door: Door,
    /// Our own connections that keep the queue full.
    fillers: Vec<TcpStream>,
}

/// A socket that does not listen is kept out of the event loop, which would take it for ended.
enum State {
    Held(Socket),
    Listening(TcpListener),
    /// In between, and after an error in between.
    Lost,
}

impl TcpDoor {
    /// Binds without listening.
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let first = bound(address)?;
        let address = first.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported)?;
        // The kernel takes a port that it chose itself away from a socket that ceases to listen;
        // one that was asked for stays. The first socket holds it meanwhile.
        let socket = bound(address)?;
        socket.set_reuse_address(false)?;
        Ok(Self { socket: State::Held(socket), address, door: Door::Refusing, fillers: Vec::new() })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what stands at the door.
    pub(super) async fn set(&mut self, door: Door) -> io::Result<()> {
        if door == self.door {
            return Ok(());
        }
        self.door = door;
        self.fillers.clear();
        self.socket = match std::mem::replace(&mut self.socket, State::Lost) {
            State::Held(socket) => changed(socket, false, door)?,
            State::Listening(listener) => changed(listener.into_std()?.into(), true, door)?,
            State::Lost => changed(bound(self.address)?, false, door)?,
        };
        if door == Door::Full {
            self.fill().await?;
        }
        Ok(())
    }

    /// Connects until the queue takes no more.
    async fn fill(&mut self) -> io::Result<()> {
        let address = reachable(self.address);
        for _ in 0..limits::FILLERS_MAX {
            match timeout(limits::FILLER_WAIT, TcpStream::connect(address)).await {
                Ok(connection) => self.fillers.push(connection?),
                Err(_) => return Ok(()),
            }
        }
        Err(io::Error::other("the listen queue takes connections without end"))
    }

    pub(super) async fn accept(&self) -> io::Result<BoxedWire> {
        let State::Listening(listener) = &self.socket else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let (stream, _) = listener.accept().await?;
        // Every write is meant to be seen as it is made.
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }
}

/// Makes a socket listen, or cease to.
fn changed(socket: Socket, is_listening: bool, door: Door) -> io::Result<State> {
    // While nobody listens, a socket that may share its address could lose the port to another
    // program; while somebody does, connections that linger must not keep the next start away.
    socket.set_reuse_address(door != Door::Refusing)?;
    match door {
        Door::Refusing if is_listening => socket.shutdown(Shutdown::Read)?,
        Door::Refusing => {}
        Door::Full => socket.listen(0)?,
        Door::Open | Door::OneAtATime => socket.listen(limits::BACKLOG)?,
    }
    Ok(match door {
        Door::Refusing => State::Held(socket),
        _ => State::Listening(TcpListener::from_std(socket.into())?),
    })
}

/// Makes a socket that is bound and does not listen.
fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Returns where we reach a socket of our own.
pub(super) const fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => std::net::IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}
