//! The socket of the listener.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::Path;

use goodgate_door::{Listening, Place, tcp};
use socket2::Socket;

use crate::listen::bind_unix;
use crate::settings::Admin;
use crate::settings::values::{Access, Bind};

/// Connections that wait for `accept`; more are not served at the same time anyway.
const BACKLOG: i32 = 64;

/// Binds an address. A unix socket is removed when what is returned is dropped.
pub(super) fn bind(settings: &Admin) -> io::Result<Listening> {
    match &settings.address {
        Bind::Tcp(address) => {
            Ok(Listening { tcp: Some(tcp(*address, BACKLOG)?), ..Listening::default() })
        }
        Bind::Unix(path) => unix(path, &settings.access()),
        Bind::Systemd(name) => {
            let message = format!("no socket named {name} was passed by systemd");
            Err(io::Error::new(ErrorKind::NotFound, message))
        }
    }
}

/// Takes a socket that was passed in; its place in the file system belongs to who made it.
pub(super) fn adopt(fd: OwnedFd) -> io::Result<Listening> {
    let socket = Socket::from(fd);
    socket.set_nonblocking(true)?;
    if socket.local_addr()?.as_socket().is_some() {
        return Ok(Listening { tcp: Some(socket.into()), ..Listening::default() });
    }
    let unix = UnixListener::from(OwnedFd::from(socket));
    Ok(Listening { unix: Some(unix), ..Listening::default() })
}

fn unix(path: &Path, access: &Access) -> io::Result<Listening> {
    let unix = bind_unix(path, access, BACKLOG)?;
    let place = Place::of(path)?;
    Ok(Listening { unix: Some(unix), tcp: None, place: Some(place) })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

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

        let door = bind(&at(Bind::Unix(path.clone()))).expect("bound");
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

        let error = bind(&at(address)).expect_err("taken");

        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    }
}
