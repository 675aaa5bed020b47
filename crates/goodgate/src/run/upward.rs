//! The process that started this one, seen from below: a connection that ends when it ends, and on which
//! it is told how this process is.
//!
//! The parent listens on a socket with an abstract name (unix(7)), which the environment hands down. So
//! a process that takes the place of another by a hand-over has a connection of its own, though it was
//! started by that one. The death of the parent thread (`PR_SET_PDEATHSIG`) would tell such a process of
//! the end of its predecessor instead.

use std::env;
use std::io::{self, Write as _};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::sync::{Mutex, PoisonError};

use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::death::Death;

/// The variable of the environment with the parent's process id and the name of its socket.
pub(super) const VARIABLE: &str = "GOODGATE_PARENT";

/// Stands after each message.
pub(super) const END: u8 = 0;

/// The way to the parent.
#[derive(Debug)]
pub(super) struct Upward(UnixStream);

impl Upward {
    /// Connects to the parent that the environment names; nothing without one.
    pub(super) fn find() -> io::Result<Option<Self>> {
        let Ok(text) = env::var(VARIABLE) else { return Ok(None) };
        let wrong = || io::Error::new(io::ErrorKind::InvalidInput, "its name is no name");
        let (pid, name) = text.split_once(' ').ok_or_else(wrong)?;
        let pid: i32 = pid.parse().map_err(|_| wrong())?;
        let stream = UnixStream::connect_addr(&SocketAddr::from_abstract_name(name)?)?;
        let peer = socket_peercred(&stream)?;
        if peer.pid.as_raw_nonzero().get() != pid || peer.uid != geteuid() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "another process is there",
            ));
        }
        // A parent that reads nothing must not hold this process up.
        stream.set_nonblocking(true)?;
        Ok(Some(Self(stream)))
    }

    /// Returns the same connection once more.
    pub(super) fn again(&self) -> io::Result<Self> {
        self.0.try_clone().map(Self)
    }

    /// Tells the parent something.
    pub(super) fn send(&self, text: &str) {
        let mut message = text.replace(char::from(END), " ").into_bytes();
        message.push(END);
        // A parent that is gone is noticed elsewhere.
        (&self.0).write_all(&message).ok();
    }

    /// Watches for the end of the parent. Needs a runtime.
    pub(super) fn watched(self) -> io::Result<Watched> {
        let stream = tokio::net::UnixStream::from_std(self.0)?;
        Ok(Watched { stream, said: Mutex::default(), deaths: None })
    }
}

/// A parent whose end is waited for.
#[derive(Debug)]
pub(super) struct Watched {
    stream: tokio::net::UnixStream,
    /// The beginning of what it says.
    said: Mutex<Vec<u8>>,
    /// Who hears of the ends of processes that the parent tells.
    deaths: Option<UnboundedSender<Death>>,
}

/// Bytes of one thing that the parent says; more is nothing that it says.
const SAID: usize = 256;

impl Watched {
    /// Passes on the ends of processes that the parent tells.
    pub(super) fn listen(&mut self) -> UnboundedReceiver<Death> {
        let (sender, deaths) = unbounded_channel();
        self.deaths = Some(sender);
        deaths
    }

    /// Waits until the parent is gone.
    pub(super) async fn gone(&self) {
        let mut piece = [0; 64];
        while self.stream.readable().await.is_ok() {
            match self.stream.try_read(&mut piece) {
                Ok(count @ 1..) => self.hear(piece.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    }

    fn hear(&self, piece: &[u8]) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in piece {
            if *byte != END {
                if said.len() < SAID {
                    said.push(*byte);
                }
                continue;
            }
            let text = String::from_utf8_lossy(&said);
            if let (Some(death), Some(deaths)) = (Death::from_text(&text), &self.deaths) {
                // Whoever listened may be ending.
                deaths.send(death).ok();
            }
            said.clear();
        }
    }
}
