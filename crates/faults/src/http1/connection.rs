//! A connection with the bytes that were read from it and not yet used.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::framing::{Framing, Meter};
use super::head;
use crate::limits;
use crate::wire::BoxedWire;

/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;

/// A connection with the bytes that were read from it and not yet used.
pub(crate) struct Connection {
    pub(super) wire: BoxedWire,
    pub(crate) inbox: Inbox,
}

impl Connection {
    pub(crate) fn new(wire: BoxedWire) -> Self {
        Self { wire, inbox: Inbox::new() }
    }

    /// Returns the connection, to write on.
    pub(crate) fn wire(&mut self) -> &mut BoxedWire {
        &mut self.wire
    }

    pub(crate) fn into_wire(self) -> BoxedWire {
        self.wire
    }

    /// Waits for the first byte of a message; false at the end of stream. May be dropped at any
    /// time: what was read stays.
    pub(crate) async fn wait(&mut self) -> io::Result<bool> {
        Ok(self.inbox.has_more() || self.inbox.fill(&mut self.wire).await? > 0)
    }

    /// Reads a head with its empty line. What follows it stays in the inbox.
    pub(crate) async fn read_head(&mut self) -> Result<Vec<u8>, HeadError> {
        self.inbox.read_head(&mut self.wire).await
    }

    /// Reads the rest of the body and throws it away.
    pub(crate) async fn skip_body(&mut self) -> io::Result<()> {
        let (from, patience) = (&mut self.wire, limits::REQUEST_WAIT_MAX);
        let nowhere = &mut tokio::io::sink();
        Ok(self.inbox.pump(from, nowhere, patience, limits::BODY_BYTES_MAX).await?)
    }

    /// Reads the rest of the body and keeps it; more than `bytes_max` is an error.
    pub(crate) async fn keep_body(&mut self, bytes_max: u64) -> io::Result<Vec<u8>> {
        let (from, patience) = (&mut self.wire, limits::REQUEST_WAIT_MAX);
        let mut kept = Vec::new();
        self.inbox.pump(from, &mut kept, patience, bytes_max).await?;
        Ok(kept)
    }
}

/// Why there is no head.
#[derive(Debug)]
pub(crate) enum HeadError {
    /// The connection failed.
    Io(io::Error),
    /// The connection ended within the head, or before it.
    Ended,
    /// The head is larger than [`limits::HEAD_BYTES_MAX`].
    TooLarge,
}

/// What was read from one side and not yet used, and how far the message at hand was read.
pub(crate) struct Inbox {
    buffer: Vec<u8>,
    body: Meter,
}

impl Inbox {
    const fn new() -> Self {
        Self { buffer: Vec::new(), body: Meter::none() }
    }

    /// Says how the end of the body that follows the head is told.
    pub(crate) const fn expect(&mut self, framing: Framing) {
        self.body = Meter::new(framing);
    }

    /// Whether bytes are here already that were not used.
    pub(crate) const fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether the message at hand was read to its end.
    pub(crate) const fn is_at_boundary(&self) -> bool {
        self.body.is_done()
    }

    /// Takes what was read and not used.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Reads a head with its empty line; after an error what came stays.
    pub(crate) async fn read_head(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
    ) -> Result<Vec<u8>, HeadError> {
        let mut searched = 0;
        loop {
            match head::end(&self.buffer, searched) {
                Some(length) if length > limits::HEAD_BYTES_MAX => return Err(HeadError::TooLarge),
                Some(length) => return Ok(self.buffer.drain(..length).collect()),
                None if self.buffer.len() >= limits::HEAD_BYTES_MAX => {
                    return Err(HeadError::TooLarge);
                }
                None => {}
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.fill(from).await.map_err(HeadError::Io)? == 0 {
                return Err(HeadError::Ended);
            }
        }
    }

    /// Moves the rest of the body from one side to another as it is.
    ///
    /// Each piece may take `patience` to come. A peer that is late, and a body of more than
    /// `bytes_max`, are errors of reading. What was not moved stays in the inbox.
    pub(crate) async fn pump(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        patience: Duration,
        bytes_max: u64,
    ) -> Result<(), PumpError> {
        let mut left = bytes_max;
        while !self.body.is_done() {
            if self.buffer.is_empty() {
                // The reader gets everything that is here before it waits for more.
                to.flush().await.map_err(PumpError::Write)?;
                let filled = timeout(patience, self.fill(from)).await;
                let filled = filled.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                match filled.map_err(PumpError::Read)? {
                    0 if self.body.lasts_to_the_end() => break,
                    0 => return Err(PumpError::Read(io::ErrorKind::UnexpectedEof.into())),
                    _ => {}
                }
            }
            let taken = self.body.take(&self.buffer).map_err(PumpError::Malformed)?;
            left = left.checked_sub(taken as u64).ok_or(PumpError::TOO_LARGE)?;
            let moved = self.buffer.get(..taken).unwrap_or_default();
            to.write_all(moved).await.map_err(PumpError::Write)?;
            self.buffer.drain(..taken);
        }
        to.flush().await.map_err(PumpError::Write)
    }

    /// Reads what comes next; 0 at the end of stream. May be dropped at any time.
    pub(crate) async fn fill(&mut self, from: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
        self.buffer.reserve(READ_BYTES);
        from.read_buf(&mut self.buffer).await
    }
}

/// Why a body was not moved to its end.
#[derive(Debug)]
pub(crate) enum PumpError {
    /// The side that it comes from.
    Read(io::Error),
    /// The side that it goes to.
    Write(io::Error),
    /// Its chunks are broken.
    Malformed(&'static str),
}

impl PumpError {
    const TOO_LARGE: Self = Self::Malformed("the body is too large");
}

impl From<PumpError> for io::Error {
    fn from(error: PumpError) -> Self {
        match error {
            PumpError::Read(error) | PumpError::Write(error) => error,
            PumpError::Malformed(problem) => Self::other(problem),
        }
    }
}
