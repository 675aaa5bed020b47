//! The end of a connection on which a request was refused before all of it was read: what still comes is
//! read and thrown away for a while, since a kernel that has bytes left unread answers with a reset, which
//! takes the refusal from the client before it has read it (RFC 9112 section 9.6).

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::limits::{LINGER_BYTES, LINGER_TIME};

/// The answers to a request that was not read to its end: what it says is wrong, it came too slowly, or it
/// is too large.
const UNREAD: [&[u8]; 5] = [b"400", b"408", b"413", b"414", b"431"];

/// A stream that is closed so.
pub(crate) struct Lingering<S> {
    stream: S,
    /// Whether the last answer was to a request that was not read to its end.
    is_refusal: bool,
    end: End,
}

enum End {
    Open,
    /// Nothing more is sent; so many bytes may come until this moment.
    Reading(usize, Pin<Box<Sleep>>),
    Over,
}

impl<S> Lingering<S> {
    pub(crate) const fn new(stream: S) -> Self {
        Self { stream, is_refusal: false, end: End::Open }
    }

    /// Looks at what is sent: an answer is written from its first line on.
    fn look(&mut self, bytes: &[u8]) {
        if let Some(rest) = bytes.strip_prefix(b"HTTP/1.1 ") {
            self.is_refusal = rest.get(..3).is_some_and(|status| UNREAD.contains(&status));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.look(bytes);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(first) = parts.iter().find(|part| !part.is_empty()) {
            self.look(first);
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.end {
                End::Open => {
                    ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
                    this.end = if this.is_refusal {
                        End::Reading(LINGER_BYTES, Box::pin(sleep(LINGER_TIME)))
                    } else {
                        End::Over
                    };
                }
                End::Reading(left, until) => {
                    let mut bytes = [0; 8 << 10];
                    let mut buffer = ReadBuf::new(&mut bytes);
                    let read = Pin::new(&mut this.stream).poll_read(context, &mut buffer);
                    if read.is_pending() && until.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    *left = left.saturating_sub(buffer.filled().len());
                    // Its end, an error, or the end of the time or of the patience.
                    if buffer.filled().is_empty() || *left == 0 {
                        this.end = End::Over;
                    }
                }
                End::Over => return Poll::Ready(Ok(())),
            }
        }
    }
}
