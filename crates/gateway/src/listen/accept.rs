//! Accepting connections, within the bounds of a listener.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::sleep;

use super::bind::{BACKLOG, Listening};
use super::{Listener, Share};
use crate::clock::InTurns;
use crate::core::Core;
use crate::downstream;
use crate::net::Socket;

/// How long to wait when no descriptor is left: the next accept would fail as well.
const EXHAUSTED: Duration = Duration::from_millis(20);

/// The connections of a listener.
#[derive(Debug, Default)]
pub(crate) struct Count {
    all: AtomicU32,
    by_address: Mutex<HashMap<IpAddr, u32>>,
}

/// A connection that is counted; it is not any more when this is dropped.
#[derive(Debug)]
struct Counted {
    core: Arc<Core>,
    listener: Arc<Listener>,
    address: Option<IpAddr>,
}

/// Accepts connections until the gateway drains or the address is not configured any more, and
/// serves each in a task of its own.
pub(crate) async fn accept(core: Arc<Core>, mut share: Share) -> io::Result<()> {
    let Some(listening) = share.listening.take() else { return Ok(()) };
    let acceptor = Acceptor::new(listening)?;
    loop {
        let listener = Arc::clone(&share.door.listener());
        let Some(accepted) = core.unless_closed(&listener, acceptor.accept()).await else { break };
        // It may have been changed while nobody came.
        let listener = Arc::clone(&share.door.listener());
        match accepted {
            Ok((socket, peer)) => admit(&core, &listener, socket, peer),
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => {
                core.counters.accept_failed();
                sleep(EXHAUSTED).await;
            }
        }
    }
    if share.door.leaves_queue() {
        return Ok(());
    }
    // Who stands in the queue of a socket that is closed would be reset.
    let listener = Arc::clone(&share.door.listener());
    acceptor.empty(|socket, peer| admit(&core, &listener, socket, peer))
}

fn admit(core: &Arc<Core>, listener: &Arc<Listener>, socket: Socket, peer: Option<SocketAddr>) {
    let Some(counted) = count(core, listener, peer) else {
        // Closed without a word: whoever is beyond the bound gets no memory.
        core.counters.connection_refused();
        return;
    };
    let (core, listener) = (Arc::clone(core), Arc::clone(listener));
    tokio::spawn(InTurns::new(async move {
        downstream::serve(core, listener, socket, peer).await;
        drop(counted);
    }));
}

fn count(core: &Arc<Core>, listener: &Arc<Listener>, peer: Option<SocketAddr>) -> Option<Counted> {
    let limits = &listener.limits;
    let count = &listener.count;
    if count.all.fetch_add(1, Ordering::Relaxed) >= limits.connections {
        count.all.fetch_sub(1, Ordering::Relaxed);
        return None;
    }
    let address = peer.map(|peer| peer.ip()).filter(|_| limits.connections_per_address.is_some());
    core.counters.connection_opened();
    let (core, listener) = (Arc::clone(core), Arc::clone(listener));
    let counted = Counted { core, listener, address };
    if let (Some(address), Some(max)) = (address, limits.connections_per_address) {
        let mut by_address = count.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let of_this = by_address.entry(address).or_default();
        *of_this += 1;
        if *of_this > max {
            drop(by_address);
            return None;
        }
    }
    Some(counted)
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.core.counters.connection_closed();
        let count = &self.listener.count;
        count.all.fetch_sub(1, Ordering::Relaxed);
        let Some(address) = self.address else { return };
        let mut by_address = count.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_this) = by_address.get_mut(&address) {
            *of_this = of_this.saturating_sub(1);
            if *of_this == 0 {
                by_address.remove(&address);
            }
        }
    }
}

enum Acceptor {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Acceptor {
    fn new(listening: Listening) -> io::Result<Self> {
        Ok(match listening {
            Listening::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                Self::Tcp(TcpListener::from_std(listener)?)
            }
            Listening::Unix(listener) => {
                listener.set_nonblocking(true)?;
                Self::Unix(UnixListener::from_std(listener)?)
            }
        })
    }

    async fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Socket::Tcp(stream), Some(peer)))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Socket::Unix(stream), None))
            }
        }
    }

    /// Takes what waits in the queue and closes the socket.
    fn empty(self, mut take: impl FnMut(Socket, Option<SocketAddr>)) -> io::Result<()> {
        // More than the queue holds came after the end was decided.
        match self {
            Self::Tcp(listener) => {
                let listener = listener.into_std()?;
                for (stream, peer) in (0..BACKLOG).map_while(|_| listener.accept().ok()) {
                    stream.set_nonblocking(true)?;
                    stream.set_nodelay(true)?;
                    take(Socket::Tcp(TcpStream::from_std(stream)?), Some(peer));
                }
            }
            Self::Unix(listener) => {
                let listener = listener.into_std()?;
                for (stream, _) in (0..BACKLOG).map_while(|_| listener.accept().ok()) {
                    stream.set_nonblocking(true)?;
                    take(Socket::Unix(UnixStream::from_std(stream)?), None);
                }
            }
        }
        Ok(())
    }
}

/// Tells whether only the connection that would have been accepted is at fault.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::NotConnected
    )
}
