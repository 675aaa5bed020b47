//! A connection of which some bytes were read already, to see what it is.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::wire::{BoxedWire, Wire};

/// Gives the bytes that were read ahead to the reader, before anything that comes.
pub(crate) struct Replay {
    ahead: Vec<u8>,
    given: usize,
    wire: BoxedWire,
}

impl Replay {
    /// Puts `ahead` in front of `wire`.
    pub(crate) fn boxed(ahead: Vec<u8>, wire: BoxedWire) -> BoxedWire {
        Box::new(Self { ahead, given: 0, wire })
    }

    fn left(&self) -> &[u8] {
        self.ahead.get(self.given..).unwrap_or_default()
    }
}

/// Looks at the first byte of a connection, which the connection given back still has. There is
/// none if the peer closes first.
pub(crate) async fn first_byte(mut wire: BoxedWire) -> io::Result<(Option<u8>, BoxedWire)> {
    let mut byte = [0_u8; 1];
    let count = wire.read(&mut byte).await?;
    let ahead = byte.get(..count).unwrap_or_default().to_vec();
    Ok((ahead.first().copied(), Replay::boxed(ahead, wire)))
}

impl AsyncRead for Replay {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let left = self.left();
        if left.is_empty() {
            return Pin::new(&mut self.wire).poll_read(cx, buffer);
        }
        let count = left.len().min(buffer.remaining());
        buffer.put_slice(left.get(..count).unwrap_or_default());
        self.given += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl Wire for Replay {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.wire.reset_on_drop()
    }

    fn poll_can_reset(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.wire.poll_can_reset(cx)
    }
}
