//! A unix socket whose path stays while the door changes, and goes when the origin ends.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};
use tokio::net::UnixListener;

use super::Door;
use crate::error::StartError;
use crate::limits;
use crate::wire::{BoxedWire, UnixWire};

/// A unix socket.
pub(crate) struct UnixDoor {
    path: PathBuf,
    /// None while connections are refused: then only the path is there.
    socket: Option<UnixListener>,
    /// The file that is ours, as device and inode.
    file: (u64, u64),
    door: Door,
    /// Our own connections that keep the queue full.
    fillers: Vec<Socket>,
}

impl UnixDoor {
    /// Binds a path; a socket that nobody listens on any more makes room.
    pub(super) fn bind(path: &Path) -> Result<Self, StartError> {
        make_room(path)?;
        let failed =
            |source| StartError::Listen { address: super::Address::Unix(path.to_owned()), source };
        let socket = bound(path).map_err(failed)?;
        let file = identity(path).map_err(failed)?;
        // Dropping the socket leaves the path, which refuses.
        drop(socket);
        Ok(Self {
            path: path.to_owned(),
            socket: None,
            file,
            door: Door::Refusing,
            fillers: Vec::new(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Changes what stands at the door.
    pub(super) fn set(&mut self, door: Door) -> io::Result<()> {
        if door == self.door {
            return Ok(());
        }
        self.fillers.clear();
        match door {
            Door::Refusing => self.socket = None,
            Door::Full => self.listen(0)?,
            Door::Open | Door::OneAtATime => self.listen(limits::BACKLOG)?,
        }
        self.door = door;
        if door == Door::Full {
            self.fill()?;
        }
        Ok(())
    }

    fn listen(&mut self, backlog: i32) -> io::Result<()> {
        if let Some(socket) = &self.socket {
            return socket2::SockRef::from(socket).listen(backlog);
        }
        // A path cannot be bound twice: the new socket takes the place of the old one at once.
        let mut beside = self.path.clone().into_os_string();
        beside.push(limits::BESIDE);
        let beside = PathBuf::from(beside);
        make_room(&beside).map_err(io::Error::other)?;
        let socket = bound(&beside)?;
        socket.listen(backlog)?;
        resemble(&self.path, &beside)?;
        fs::rename(&beside, &self.path)?;
        self.file = identity(&self.path)?;
        self.socket = Some(UnixListener::from_std(socket.into())?);
        Ok(())
    }

    /// Connects until the queue takes no more.
    fn fill(&mut self) -> io::Result<()> {
        let address = SockAddr::unix(&self.path)?;
        for _ in 0..limits::FILLERS_MAX {
            let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            match socket.connect(&address) {
                Ok(()) => self.fillers.push(socket),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("the listen queue takes connections without end"))
    }

    pub(super) async fn accept(&self) -> io::Result<BoxedWire> {
        let socket = self.socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let (stream, _) = socket.accept().await?;
        Ok(Box::new(UnixWire::new(stream)))
    }
}

impl Drop for UnixDoor {
    /// Removes the path if it is still our file.
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|file| file == self.file) {
            // What cannot be removed stays; the next start makes room.
            fs::remove_file(&self.path).ok();
        }
    }
}

/// Removes a socket that nobody listens on; everything else stays and is an error.
fn make_room(path: &Path) -> Result<(), StartError> {
    let occupied = |problem| StartError::Occupied { path: path.to_owned(), problem };
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        return Err(occupied("there is a file that is no socket; choose another path"));
    }
    if is_alive(path) {
        return Err(occupied("a program listens there; stop it or choose another path"));
    }
    fs::remove_file(path)
        .map_err(|_| occupied("an old socket is there that cannot be removed; remove it"))
}

/// Whether anybody listens: only a refused connection says that nobody does.
fn is_alive(path: &Path) -> bool {
    let connected = || {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.connect(&SockAddr::unix(path)?)
    };
    !connected().is_err_and(|error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn bound(path: &Path) -> io::Result<Socket> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SockAddr::unix(path)?)?;
    Ok(socket)
}

/// Gives a new socket the mode and owner of the old one, which somebody may have changed.
fn resemble(old: &Path, new: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(old)?;
    fs::set_permissions(new, found.permissions())?;
    chown(new, Some(found.uid()), Some(found.gid()))
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}
