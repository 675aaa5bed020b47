//! A body on disk: a file without a name, so that nothing is left whatever happens to the gateway,
//! and nobody else can open it. What may wait for the disk runs on threads for that.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use rustix::fs::{Mode, OFlags, open, unlink};
use tokio::task::{JoinHandle, spawn_blocking};

/// What one read brings at most.
const CHUNK: u64 = 64 << 10;

/// A file that grows at its end.
#[derive(Debug)]
pub(crate) struct Store {
    folder: Arc<PathBuf>,
    file: Option<Arc<File>>,
    len: u64,
    writes: Option<JoinHandle<io::Result<Arc<File>>>>,
}

/// A piece of a file on its way into memory.
#[derive(Debug)]
pub(crate) struct Chunk(JoinHandle<io::Result<Bytes>>);

impl Store {
    /// A file in a folder; made when the first piece comes.
    pub(crate) fn new(folder: Arc<PathBuf>) -> Self {
        Self { folder, file: None, len: 0, writes: None }
    }

    /// Returns how many bytes were given to it.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Begins to write a piece behind the last one. The last one has to be done.
    pub(crate) fn write(&mut self, piece: Bytes) {
        let (file, folder, at) = (self.file.take(), Arc::clone(&self.folder), self.len);
        self.len += piece.len() as u64;
        self.writes = Some(spawn_blocking(move || {
            let file = match file {
                Some(file) => file,
                None => Arc::new(nameless(&folder)?),
            };
            file.write_all_at(&piece, at)?;
            Ok(file)
        }));
    }

    /// Waits until the last piece is written.
    pub(crate) fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(writes) = &mut self.writes else { return Poll::Ready(Ok(())) };
        let written = ready!(Pin::new(writes).poll(cx));
        self.writes = None;
        self.file = Some(written.map_err(io::Error::other)??);
        Poll::Ready(Ok(()))
    }

    /// Begins to read from a place before the end; nothing if nothing was written.
    pub(crate) fn read(&self, at: u64) -> Option<Chunk> {
        let file = Arc::clone(self.file.as_ref()?);
        let len = self.len.saturating_sub(at).min(CHUNK) as usize;
        Some(Chunk(spawn_blocking(move || {
            let mut piece = BytesMut::zeroed(len);
            file.read_exact_at(&mut piece, at)?;
            Ok(piece.freeze())
        })))
    }
}

impl Chunk {
    /// Waits for the piece.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let read = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(read.map_err(io::Error::other).flatten())
    }
}

/// Makes a file that has no name. File systems that know no `O_TMPFILE` get one that loses its name
/// at once.
fn nameless(folder: &Path) -> io::Result<File> {
    let mode = Mode::RUSR | Mode::WUSR;
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    match open(folder, flags | OFlags::TMPFILE, mode) {
        Ok(file) => Ok(file.into()),
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::ISDIR) => {
            // Whoever guesses the name gains nothing: an existing file is an error.
            let number = RandomState::new().hash_one(std::process::id());
            let path = folder.join(format!(".goodgate-{number:016x}"));
            let file = open(&path, flags | OFlags::CREATE | OFlags::EXCL, mode)?;
            unlink(&path)?;
            Ok(file.into())
        }
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn store(folder: &Path) -> Store {
        Store::new(Arc::new(folder.to_owned()))
    }

    #[tokio::test]
    async fn what_was_written_is_read() {
        let mut store = store(&std::env::temp_dir());
        let body: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
        for piece in body.chunks(70_000) {
            store.write(Bytes::copy_from_slice(piece));
            poll_fn(|cx| store.poll_written(cx)).await.expect("written");
        }

        let mut read = Vec::new();
        while (read.len() as u64) < store.len() {
            let mut chunk = store.read(read.len() as u64).expect("a file");
            read.extend_from_slice(&poll_fn(|cx| chunk.poll(cx)).await.expect("a piece"));
        }

        assert!(read == body);
    }

    #[tokio::test]
    async fn the_file_has_no_name_and_is_for_its_owner() {
        let mut store = store(&std::env::temp_dir());
        store.write(Bytes::from_static(b"secret"));
        poll_fn(|cx| store.poll_written(cx)).await.expect("written");

        let facts = store.file.as_ref().expect("a file").metadata().expect("facts");
        assert_eq!((facts.nlink(), facts.mode() & 0o777), (0, 0o600));
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_an_error() {
        let mut store = store(Path::new("/nowhere"));
        store.write(Bytes::from_static(b"lost"));

        assert!(poll_fn(|cx| store.poll_written(cx)).await.is_err());
    }
}
