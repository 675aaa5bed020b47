//! A connection with the bytes that were read from it and not yet used.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::framing::Meter;
use super::head::{self, Request};
use crate::limits;
use crate::wire::BoxedWire;

/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;

/// A connection with the bytes that were read from it and not yet used.
pub(crate) struct Connection {
    wire: BoxedWire,
    buffer: Vec<u8>,
    /// What is left of the body of the request at hand.
    body: Meter,
}

/// Why no request could be read.
#[derive(Debug)]
pub(crate) enum HeadError {
    /// The connection failed or ended within the head.
    Io(io::Error),
    /// The head is no head of HTTP/1.1.
    Malformed(&'static str),
    /// The head is larger than [`limits::HEAD_BYTES_MAX`].
    TooLarge,
}

impl Connection {
    pub(crate) fn new(wire: BoxedWire) -> Self {
        Self { wire, buffer: Vec::new(), body: Meter::none() }
    }

    pub(crate) fn wire(&mut self) -> &mut BoxedWire {
        &mut self.wire
    }

    pub(crate) fn into_wire(self) -> BoxedWire {
        self.wire
    }

    /// Whether bytes are here already that were not used.
    pub(crate) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether the request at hand was read to its end.
    pub(crate) const fn is_at_boundary(&self) -> bool {
        self.body.is_done()
    }

    /// Waits for the first byte of a request; false at the end of stream.
    pub(crate) async fn wait(&mut self) -> io::Result<bool> {
        Ok(self.has_more() || self.fill().await? > 0)
    }

    /// Reads the head of a request. What follows it stays in the buffer.
    pub(crate) async fn read_head(&mut self) -> Result<Request, HeadError> {
        let mut searched = 0;
        let length = loop {
            if let Some(length) = head::end(&self.buffer, searched) {
                break length;
            }
            if self.buffer.len() >= limits::HEAD_BYTES_MAX {
                return Err(HeadError::TooLarge);
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.fill().await.map_err(HeadError::Io)? == 0 {
                return Err(HeadError::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        };
        if length > limits::HEAD_BYTES_MAX {
            return Err(HeadError::TooLarge);
        }
        let raw: Vec<u8> = self.buffer.drain(..length).collect();
        let request = Request::parse(raw).map_err(HeadError::Malformed)?;
        self.body = Meter::new(request.framing);
        Ok(request)
    }

    /// Reads the rest of the body and throws it away.
    pub(crate) async fn skip_body(&mut self) -> io::Result<()> {
        let mut left = limits::BODY_BYTES_MAX;
        while !self.body.is_done() {
            if self.buffer.is_empty() {
                let filling = timeout(limits::REQUEST_WAIT_MAX, self.fill());
                if filling.await.map_err(|_| io::ErrorKind::TimedOut)?? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            let taken = self.body.take(&self.buffer).map_err(io::Error::other)?;
            self.buffer.drain(..taken);
            left = left.checked_sub(taken as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        }
        Ok(())
    }

    /// Reads what comes next; 0 at the end of stream.
    async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(READ_BYTES);
        self.wire.read_buf(&mut self.buffer).await
    }
}
