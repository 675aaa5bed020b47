//! What is to be written to a connection: small pieces are gathered, large ones are passed on as
//! they are, all of it in as few system calls as it takes.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};

use super::half::Writing;

/// Pieces up to this size are copied behind what is already gathered: cheaper than a piece of its
/// own in the system call.
const COPY_MAX: usize = 4 * 1024;

/// Pieces that one system call takes.
const SLICES: usize = 16;

/// Capacity that is kept while a connection is idle: none, so that ten thousand of them cost little.
const IDLE_CAPACITY: usize = 0;

/// Bytes on their way to a connection.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// Complete pieces, before `tail`.
    queue: VecDeque<Bytes>,
    /// What is gathered.
    tail: BytesMut,
    /// Bytes that the kernel has taken since the counter was last read.
    taken: u64,
}

impl Output {
    /// Where small pieces are written to.
    pub(crate) fn tail(&mut self) -> &mut BytesMut {
        &mut self.tail
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if piece.len() <= COPY_MAX {
            self.tail.extend_from_slice(&piece);
            return;
        }
        if !self.tail.is_empty() {
            self.queue.push_back(self.tail.split().freeze());
        }
        self.queue.push_back(piece);
    }

    /// Returns how many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.queue.iter().map(Bytes::len).sum::<usize>() + self.tail.len()
    }

    /// Tells whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.tail.is_empty()
    }

    /// Returns how many bytes the kernel has taken in all.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Counts from 0 again, and keeps a little memory for what comes next.
    pub(crate) fn begin(&mut self) {
        self.taken = 0;
        if self.is_empty() && self.tail.capacity() > COPY_MAX {
            self.tail = BytesMut::new();
        }
    }

    /// Forgets what waits, and its memory.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.tail.clear();
    }

    /// Gives memory back while nothing is to be sent.
    pub(crate) fn rest(&mut self) {
        if self.tail.capacity() > IDLE_CAPACITY && self.is_empty() {
            self.tail = BytesMut::new();
            self.queue = VecDeque::new();
        }
    }

    /// Writes until nothing waits, then lets TLS send what it kept back.
    pub(crate) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        writing: &mut Writing,
    ) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            let count = ready!(self.poll_some(cx, writing))?;
            if count == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.taken += count as u64;
            self.advance(count);
        }
        writing.poll_flush(cx)
    }

    /// Offers what comes next to a kernel that has taken nothing for a while; tells whether it takes
    /// any, as it does once the peer has.
    pub(crate) fn offer(&mut self, writing: &mut Writing) -> io::Result<bool> {
        let next = self.queue.front().map_or(&self.tail[..], |piece| &piece[..]);
        let Some(count) = writing.offer(next)? else { return Ok(false) };
        self.taken += count as u64;
        self.advance(count);
        Ok(true)
    }

    fn poll_some(&self, cx: &mut Context<'_>, writing: &mut Writing) -> Poll<io::Result<usize>> {
        if self.queue.is_empty() {
            return writing.poll_write(cx, &[IoSlice::new(&self.tail)]);
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let pieces = self.queue.iter().map(Bytes::as_ref).chain([self.tail.as_ref()]);
        let mut count = 0;
        for (slot, piece) in slices.iter_mut().zip(pieces) {
            *slot = IoSlice::new(piece);
            count += 1;
        }
        writing.poll_write(cx, slices.get(..count).unwrap_or_default())
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(front) = self.queue.front_mut() {
            if count < front.len() {
                front.advance(count);
                return;
            }
            count -= front.len();
            self.queue.pop_front();
        }
        if count == self.tail.len() {
            self.tail.clear();
        } else {
            self.tail.advance(count);
        }
    }
}
