//! The sockets of the API: a unix socket beside the store, and TCP where that is wanted.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use goodgate_door::{Listening, Place, There, look, tcp};
use rustix::fs::{Mode, fchmod};
use socket2::{Domain, SockAddr, Socket, Type};

use super::limits::BACKLOG;

/// The name of the unix socket in the folder of the store.
pub const SOCKET: &str = "goodgate.sock";

/// The listening sockets; the unix socket is removed when they are dropped.
#[derive(Debug)]
pub struct Doors {
    pub(super) listening: Listening,
    path: PathBuf,
}

/// Why a socket cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// Another process answers there.
    #[error("listen on {}: another process answers there", .path.display())]
    Served {
        /// The socket.
        path: PathBuf,
    },
    /// Something else has its name.
    #[error("listen on {}: it exists and is no socket", .path.display())]
    NoSocket {
        /// What is there.
        path: PathBuf,
    },
    /// The system refuses the unix socket.
    #[error("listen on {}", .path.display())]
    Unix {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refuses the address.
    #[error("listen on {address}")]
    Tcp {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl DoorError {
    /// Returns what to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Served { .. } => {
                Some("end the other watch, or give this one a folder of its own".to_owned())
            }
            Self::NoSocket { path } => Some(format!("move {} away", path.display())),
            Self::Unix { source, .. } if source.kind() == ErrorKind::InvalidInput => Some(
                "the path of a unix socket has at most 107 bytes: keep the store in another folder"
                    .to_owned(),
            ),
            Self::Tcp { source, .. } if source.kind() == ErrorKind::AddrInUse => {
                Some("`ss -ltnp` shows who has it; `[watch] listen` names another".to_owned())
            }
            Self::Unix { .. } | Self::Tcp { .. } => None,
        }
    }
}

impl Doors {
    /// Opens the unix socket in `folder`, which is made with the rights 0700 where it is missing, and the
    /// TCP address. A socket that nobody serves any more is replaced.
    ///
    /// # Errors
    ///
    /// [`DoorError::Served`] while another process answers, or what the system says.
    pub fn open(folder: &Path, listen: Option<SocketAddr>) -> Result<Self, DoorError> {
        let path = folder.join(SOCKET);
        let failed = |source| DoorError::Unix { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        clear(&path)?;
        let unix = unix(&path).map_err(failed)?;
        let place = Place::of(&path).map_err(failed)?;
        let tcp = listen.map(|address| {
            tcp(address, BACKLOG).map_err(|source| DoorError::Tcp { address, source })
        });
        let listening = Listening { unix: Some(unix), tcp: tcp.transpose()?, place: Some(place) };
        Ok(Self { listening, path })
    }

    /// Returns the path of the unix socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the TCP address, with the port that the kernel gave.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listening.address()
    }
}

/// Removes a socket that nobody serves.
fn clear(path: &Path) -> Result<(), DoorError> {
    let failed = |source| DoorError::Unix { path: path.to_owned(), source };
    match look(path).map_err(failed)? {
        There::Nothing => Ok(()),
        There::Left => fs::remove_file(path).map_err(failed),
        There::Served => Err(DoorError::Served { path: path.to_owned() }),
        There::NoSocket => Err(DoorError::NoSocket { path: path.to_owned() }),
    }
}

fn unix(path: &Path) -> io::Result<UnixListener> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // Linux makes the file with the mode of the socket, less the umask: it is never more open than this.
    fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    socket.bind(&SockAddr::unix(path)?)?;
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    socket.listen(BACKLOG)?;
    Ok(UnixListener::from(OwnedFd::from(socket)))
}
