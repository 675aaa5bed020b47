//! The streams that a probe reads and writes, with an eye on their first bytes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::limits::RAW_PREFIX;
use crate::tls;

/// Any stream of bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// An open stream of whichever kind.
pub type BoxedStream = Box<dyn Stream>;

/// Passes a stream on and keeps the first bytes that come from the other side.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    inner: S,
    record: Record,
}

/// What came through a [`Tap`], readable while and after it is in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    first_bytes: Vec<u8>,
    tls_failure: Option<String>,
}

impl Record {
    /// Returns a copy of the first bytes.
    pub(crate) fn first_bytes(&self) -> Vec<u8> {
        self.kept().first_bytes.clone()
    }

    /// Returns what TLS found wrong, in words. Who reads through the tap may keep only the kind of
    /// an error.
    pub(crate) fn tls_failure(&self) -> Option<String> {
        self.kept().tls_failure.clone()
    }

    fn add(&self, bytes: &[u8]) {
        let mut kept = self.kept();
        let room = RAW_PREFIX.saturating_sub(kept.first_bytes.len());
        kept.first_bytes.extend(bytes.iter().take(room));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Tap<S> {
    pub(crate) fn new(inner: S) -> (Self, Record) {
        let record = Record::default();
        (Self { inner, record: record.clone() }, record)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.record.add(buffer.filled().get(before..).unwrap_or_default());
        if let Poll::Ready(Err(error)) = &polled
            && let Some(words) = tls::late_failure(error)
        {
            self.record.kept().tls_failure = Some(words);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    // The last messages of a handshake go out as one write, and so as one segment.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
