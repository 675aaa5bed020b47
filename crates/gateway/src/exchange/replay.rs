//! What of a request's body is kept to be sent again: the beginning in memory, the rest on disk.

use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::http1::Fields;
use crate::spool::{Chunk, Spool, Store, Taken};

/// How much of one body is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    /// Bytes in memory.
    pub(crate) memory: u64,
    /// Bytes on disk, behind those in memory.
    pub(crate) disk: u64,
}

/// What of a body has come, as far as it is kept.
#[derive(Debug)]
pub(crate) struct Replay<'a> {
    spool: &'a Spool,
    bounds: Bounds,
    pieces: Vec<Bytes>,
    memory: Taken<'a>,
    disk: Option<OnDisk<'a>>,
    /// The trailers of a body that has ended.
    pub(crate) trailers: Option<Fields>,
    is_whole: bool,
}

/// The part of a body that is on disk.
#[derive(Debug)]
struct OnDisk<'a> {
    store: Store,
    taken: Taken<'a>,
}

/// How far one attempt has come through what is kept.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    piece: usize,
    at: u64,
    chunk: Option<Chunk>,
}

/// What was kept cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost;

impl<'a> Replay<'a> {
    /// Keeps nothing yet.
    pub(crate) fn new(spool: &'a Spool, bounds: Bounds) -> Self {
        let memory = spool.memory.begin();
        let (pieces, disk) = (Vec::new(), None);
        Self { spool, bounds, pieces, memory, disk, trailers: None, is_whole: true }
    }

    /// Tells whether all that came can be sent again.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns how many bytes are kept in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.memory.bytes()
    }

    /// Keeps a piece that has just come, and moves `cursor` behind it. What does not fit is not kept,
    /// and with it nothing.
    pub(crate) fn keep(&mut self, piece: &Bytes, cursor: &mut Cursor) {
        if !self.is_whole {
            return;
        }
        let len = piece.len() as u64;
        let fits = self.disk.is_none() && self.memory.bytes() + len <= self.bounds.memory;
        if fits && self.memory.more(len) {
            self.pieces.push(piece.clone());
            cursor.piece = self.pieces.len();
        } else if let Some(disk) = self.on_disk(len) {
            disk.store.write(piece.clone());
            cursor.at = disk.store.len();
        } else {
            self.lose();
        }
    }

    /// Waits until the last piece is on disk. One that could not be written is not kept.
    pub(crate) fn poll_kept(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(disk) = &mut self.disk else { return Poll::Ready(()) };
        if ready!(disk.store.poll_written(cx)).is_err() {
            self.lose();
        }
        Poll::Ready(())
    }

    /// Returns the next piece that is kept, `None` behind the last one.
    pub(crate) fn poll_next(
        &self,
        cx: &mut Context<'_>,
        cursor: &mut Cursor,
    ) -> Poll<Result<Option<Bytes>, Lost>> {
        if let Some(piece) = self.pieces.get(cursor.piece) {
            cursor.piece += 1;
            return Poll::Ready(Ok(Some(piece.clone())));
        }
        let Some(disk) = self.disk.as_ref().filter(|disk| disk.store.len() > cursor.at) else {
            return Poll::Ready(Ok(None));
        };
        let chunk = cursor.chunk.take().or_else(|| disk.store.read(cursor.at));
        let Some(mut chunk) = chunk else { return Poll::Ready(Err(Lost)) };
        match chunk.poll(cx) {
            Poll::Pending => {
                cursor.chunk = Some(chunk);
                Poll::Pending
            }
            Poll::Ready(Err(_)) => Poll::Ready(Err(Lost)),
            Poll::Ready(Ok(piece)) => {
                cursor.at += piece.len() as u64;
                Poll::Ready(Ok(Some(piece)))
            }
        }
    }

    /// Takes room for so many bytes on disk.
    fn on_disk(&mut self, len: u64) -> Option<&mut OnDisk<'a>> {
        let written = self.disk.as_ref().map_or(0, |disk| disk.store.len());
        if written + len > self.bounds.disk {
            return None;
        }
        let disk = self.disk.get_or_insert_with(|| OnDisk {
            store: Store::new(self.spool.folder()),
            taken: self.spool.disk.begin(),
        });
        disk.taken.more(len).then_some(disk)
    }

    fn lose(&mut self) {
        self.is_whole = false;
        self.pieces = Vec::new();
        self.memory.release();
        self.disk = None;
    }
}
