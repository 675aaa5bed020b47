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

use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;

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
        tokio::net::UnixStream::from_std(self.0).map(Watched)
    }
}

/// A parent whose end is waited for.
#[derive(Debug)]
pub(super) struct Watched(tokio::net::UnixStream);

impl Watched {
    /// Waits until the parent is gone.
    pub(super) async fn gone(&self) {
        let mut unused = [0; 64];
        while self.0.readable().await.is_ok() {
            match self.0.try_read(&mut unused) {
                // It says nothing; what it may say one day is no reason to end.
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    }
}
