//! The sockets of a listener, and their places in the file system.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};

/// The sockets through which a listener can be reached. They do not block.
#[derive(Debug, Default)]
pub struct Listening {
    /// A unix socket.
    pub unix: Option<UnixListener>,
    /// A TCP socket.
    pub tcp: Option<TcpListener>,
    /// Where the unix socket lies, if it is to go with this.
    pub place: Option<Place>,
}

impl Listening {
    /// Returns the TCP address, with the port that the kernel gave.
    pub fn address(&self) -> Option<SocketAddr> {
        self.tcp.as_ref()?.local_addr().ok()
    }

    /// Returns the path of the unix socket.
    pub fn path(&self) -> Option<PathBuf> {
        self.unix.as_ref()?.local_addr().ok()?.as_pathname().map(Path::to_owned)
    }
}

/// Where a unix socket lies in the file system. It is removed when this is dropped.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    inode: u64,
}

impl Place {
    /// Takes on the socket that lies at a path.
    ///
    /// # Errors
    ///
    /// What the system says where there is none.
    pub fn of(path: &Path) -> io::Result<Self> {
        let inode = fs::symlink_metadata(path)?.ino();
        Ok(Self { path: path.to_owned(), inode })
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

/// What lies where a unix socket is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// Nothing.
    Nothing,
    /// A socket that nobody serves any more.
    Left,
    /// A socket that a process serves.
    Served,
    /// Something that is no socket.
    NoSocket,
}

/// Looks what lies at a path. It changes nothing.
///
/// # Errors
///
/// [`ErrorKind::PermissionDenied`] where this user may not see whether a socket is served, and what else the
/// system says.
pub fn look(path: &Path) -> io::Result<There> {
    let Ok(there) = fs::symlink_metadata(path) else { return Ok(There::Nothing) };
    if !there.file_type().is_socket() {
        return Ok(There::NoSocket);
    }
    let caller = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // Where the queue is full it would wait.
    caller.set_nonblocking(true)?;
    match caller.connect(&SockAddr::unix(path)?) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(There::Left),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(There::Nothing),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(error),
        Ok(()) | Err(_) => Ok(There::Served),
    }
}

/// Listens on a TCP address. `backlog` connections wait for `accept`; the kernel may make it less.
///
/// # Errors
///
/// What the system says.
pub fn tcp(address: SocketAddr, backlog: i32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("goodgate-socket-{name}-{}", std::process::id()))
    }

    #[test]
    fn what_lies_at_a_path_is_told_apart() {
        let (socket, file) = (path("look"), path("look-file"));
        fs::write(&file, "precious").expect("a file");

        assert_eq!(look(&socket).expect("looked"), There::Nothing);
        let listener = UnixListener::bind(&socket).expect("a socket");
        assert_eq!(look(&socket).expect("looked"), There::Served);
        drop(listener);
        assert_eq!(look(&socket).expect("looked"), There::Left);
        assert_eq!(look(&file).expect("looked"), There::NoSocket);

        fs::remove_file(&socket).expect("removed");
        fs::remove_file(&file).expect("removed");
    }

    #[test]
    fn a_place_goes_with_its_owner_unless_it_is_somebody_elses() {
        let (own, other) = (path("own"), path("other"));
        for path in [&own, &other] {
            fs::write(path, "a socket").expect("a file");
        }
        let places = [Place::of(&own).expect("a place"), Place::of(&other).expect("a place")];
        // Beside the first one, so that it has another number.
        fs::write(other.with_extension("new"), "of another").expect("a file");
        fs::rename(other.with_extension("new"), &other).expect("renamed");

        drop(places);

        assert!(!own.exists());
        assert_eq!(fs::read_to_string(&other).expect("a file"), "of another");
        fs::remove_file(&other).expect("removed");
        assert!(Place::of(&other).is_err());
    }
}
