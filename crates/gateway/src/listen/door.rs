//! One address on which clients come in. Its sockets stay for as long as it is configured, over
//! reloads and over hand-overs to another process.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, Guard};

use super::Listener;
use super::bind::Listening;
use crate::settings::values::Bind;

/// An address on which clients come in.
#[derive(Debug)]
pub(crate) struct Door {
    /// The address, as it is configured.
    pub(crate) address: Bind,
    listener: ArcSwap<Listener>,
    /// Every socket once; the workers have descriptors of their own.
    sockets: Mutex<Vec<Listening>>,
    file: Option<SocketFile>,
    accepting: AtomicUsize,
    leaves_queue: AtomicBool,
}

/// What a worker accepts from.
#[derive(Debug)]
pub(crate) struct Share {
    /// The address that it belongs to.
    pub(crate) door: Arc<Door>,
    /// The socket; nothing once the worker has taken it.
    pub(crate) listening: Option<Listening>,
}

impl Door {
    /// Makes a door of sockets that listen already.
    pub(crate) fn new(address: Bind, listener: Listener, sockets: Vec<Listening>) -> Self {
        let file = match &address {
            Bind::Unix(path) => SocketFile::of(path),
            Bind::Tcp(_) | Bind::Systemd(_) => None,
        };
        // systemd keeps its sockets: what waits in them is for the next process.
        let leaves_queue = matches!(address, Bind::Systemd(_));
        Self {
            address,
            listener: ArcSwap::from_pointee(listener),
            sockets: Mutex::new(sockets),
            file,
            accepting: AtomicUsize::new(0),
            leaves_queue: AtomicBool::new(leaves_queue),
        }
    }

    /// Returns what connections that come now have in common.
    pub(crate) fn listener(&self) -> Guard<Arc<Listener>> {
        self.listener.load()
    }

    /// Puts other settings in place for connections that come from now on.
    pub(crate) fn change(&self, listener: Listener) {
        listener.begin();
        self.listener.store(Arc::new(listener));
    }

    /// Returns where it really listens: several places where systemd passed several sockets of one
    /// name.
    pub(crate) fn places(&self) -> Vec<Bind> {
        let mut places: Vec<Bind> = self.lock().iter().filter_map(Listening::at).collect();
        places.dedup();
        places
    }

    /// Returns what each of so many workers accepts from.
    pub(crate) fn shares(self: &Arc<Self>, workers: usize) -> io::Result<Vec<Vec<Share>>> {
        let sockets = self.lock();
        let mut shares: Vec<Vec<Share>> = (0..workers).map(|_| Vec::new()).collect();
        for group in groups(&sockets) {
            // With fewer sockets than workers several workers accept from one, and the other way
            // round: no socket is left without a worker.
            for turn in 0..group.len().max(workers) {
                let (Some(socket), Some(of_worker)) =
                    (group.get(turn % group.len()), shares.get_mut(turn % workers))
                else {
                    continue;
                };
                self.accepting.fetch_add(1, Ordering::AcqRel);
                let listening = Some(socket.share()?);
                of_worker.push(Share { door: Arc::clone(self), listening });
            }
        }
        Ok(shares)
    }

    /// Returns descriptors of all its sockets, for another process.
    pub(crate) fn descriptors(&self) -> io::Result<Vec<OwnedFd>> {
        self.lock().iter().map(|it| it.as_fd().try_clone_to_owned()).collect()
    }

    /// Stops accepting and lets the connections end that came in here. Workers have to be woken
    /// after that.
    pub(crate) fn close(&self) {
        // The last descriptors are then those of the workers, who take out what waits before they
        // let go.
        self.let_go();
        self.listener.load().close();
    }

    /// Lets go of its sockets; those that accept have descriptors of their own.
    pub(crate) fn let_go(&self) {
        self.lock().clear();
    }

    /// Leaves sockets, queue and file to another process that has them as well.
    pub(crate) fn leave(&self) {
        self.leaves_queue.store(true, Ordering::Release);
        if let Some(file) = &self.file {
            file.is_left.store(true, Ordering::Release);
        }
    }

    /// Tells whether what waits in the queue is served by somebody else.
    pub(crate) fn leaves_queue(&self) -> bool {
        self.leaves_queue.load(Ordering::Acquire)
    }

    /// Tells whether a worker still accepts.
    pub(crate) fn is_open(&self) -> bool {
        self.accepting.load(Ordering::Acquire) > 0
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Listening>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.door.accepting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Sorts sockets by where they listen: those of one group are members of one `SO_REUSEPORT` group.
fn groups(sockets: &[Listening]) -> Vec<Vec<&Listening>> {
    let mut groups: Vec<Vec<&Listening>> = Vec::new();
    for socket in sockets {
        let at = |it: &Listening| (it.address(), it.path());
        let there = groups.iter_mut().find(|group| {
            socket.address().is_some() && group.first().is_some_and(|first| at(first) == at(socket))
        });
        match there {
            Some(group) => group.push(socket),
            None => groups.push(vec![socket]),
        }
    }
    groups
}

/// The file of a unix socket, which is removed at the end unless somebody else has it.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
    is_left: AtomicBool,
}

impl SocketFile {
    fn of(path: &Path) -> Option<Self> {
        let id = identity(path)?;
        Some(Self { path: path.to_owned(), id, is_left: AtomicBool::new(false) })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_ours = identity(&self.path) == Some(self.id);
        if is_ours && !self.is_left.load(Ordering::Acquire) {
            // A file that cannot be removed is replaced by the next start.
            fs::remove_file(&self.path).ok();
        }
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}
