//! The socket of the listener.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use socket2::{Domain, Socket, Type};

use crate::listen::bind_unix;
use crate::settings::Admin;
use crate::settings::values::{Access, Bind};

/// Connections that wait for `accept`; more are not served at the same time anyway.
const BACKLOG: i32 = 64;

/// A listening socket; a unix socket is removed when it is dropped.
#[derive(Debug)]
pub(crate) enum Door {
    /// TCP.
    Tcp(TcpListener),
    /// A unix socket.
    Unix(UnixListener, Option<Place>),
}

/// Where a unix socket lies in the file system.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
    inode: u64,
}

impl Door {
    /// Binds an address.
    pub(crate) fn bind(settings: &Admin) -> io::Result<Self> {
        match &settings.address {
            Bind::Tcp(address) => tcp(*address).map(Self::Tcp),
            Bind::Unix(path) => unix(path, &settings.access()),
            Bind::Systemd(name) => {
                let message = format!("no socket named {name} was passed by systemd");
                Err(io::Error::new(ErrorKind::NotFound, message))
            }
        }
    }

    /// Takes a socket that was passed in; its place in the file system belongs to who made it.
    pub(crate) fn adopt(fd: OwnedFd) -> io::Result<Self> {
        let socket = Socket::from(fd);
        socket.set_nonblocking(true)?;
        if socket.local_addr()?.as_socket().is_some() {
            return Ok(Self::Tcp(socket.into()));
        }
        Ok(Self::Unix(UnixListener::from(OwnedFd::from(socket)), None))
    }

    /// Returns the TCP address, with the port that the kernel gave.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }

    /// Returns the path of a unix socket.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(listener, _) => {
                listener.local_addr().ok()?.as_pathname().map(Path::to_owned)
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Somebody else's may lie there by now.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            fs::remove_file(&self.path).ok();
        }
    }
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn unix(path: &Path, access: &Access) -> io::Result<Door> {
    let listener = bind_unix(path, access, BACKLOG)?;
    let inode = fs::symlink_metadata(path)?.ino();
    let place = Place { path: path.to_owned(), inode };
    Ok(Door::Unix(listener, Some(place)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("goodgate-door-{name}-{}", std::process::id()))
    }

    fn at(address: Bind) -> Admin {
        Admin { address, ..Admin::default() }
    }

    #[test]
    fn a_unix_socket_is_for_its_owner_and_goes_with_the_door() {
        let path = path("mode");

        let door = Door::bind(&at(Bind::Unix(path.clone()))).expect("bound");
        let mode = fs::metadata(&path).expect("a socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(door.path().as_deref(), Some(&*path));

        drop(door);
        assert!(!path.exists());
    }

    #[test]
    fn a_port_that_is_taken_is_refused() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = Bind::Tcp(taken.local_addr().expect("an address"));

        let error = Door::bind(&at(address)).expect_err("taken");

        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    }
}
