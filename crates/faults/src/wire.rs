//! A connection as the faults see it: bytes, and an end that is a FIN or a reset.

mod unix;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::limits;
pub(crate) use unix::UnixWire;

/// What a step of a fault comes to, boxed so that faults are values.
pub(crate) type Step<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// A connection, or a layer on one.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Sync + Unpin {
    /// Makes the coming drop a reset instead of a FIN.
    ///
    /// TCP throws away what it has not sent yet. On a unix socket the peer sees a reset if it has
    /// sent anything at all, and an end of stream otherwise.
    fn reset_on_drop(&self) -> io::Result<()>;

    /// Waits, where that makes a difference, until a drop can be a reset.
    fn poll_can_reset(&self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// A connection of any kind.
pub(crate) type BoxedWire = Box<dyn Wire>;

impl Wire for TcpStream {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl<W: Wire + ?Sized> Wire for Box<W> {
    fn reset_on_drop(&self) -> io::Result<()> {
        (**self).reset_on_drop()
    }

    fn poll_can_reset(&self, context: &mut Context<'_>) -> Poll<()> {
        (**self).poll_can_reset(context)
    }
}

/// Ends a connection with a FIN, also when the peer has sent bytes that nobody read.
///
/// The kernel answers a close with a reset while bytes are unread, so they are read and thrown
/// away for a bounded time.
pub(crate) async fn close(mut wire: BoxedWire) {
    // A peer that is gone already is as closed as we want it.
    if wire.shutdown().await.is_ok() {
        drain(&mut wire, limits::LINGER_BYTES_MAX, limits::LINGER_WAIT_MAX).await;
    }
}

/// Ends a connection with a reset, after the peer has sent something.
#[expect(clippy::needless_pass_by_value, reason = "the end of the connection is its drop")]
pub(crate) fn reset(wire: BoxedWire) -> io::Result<()> {
    wire.reset_on_drop()
}

/// Ends a connection with a reset, whatever has been sent: TCP at once, a unix socket when the
/// first bytes of the peer are there.
pub(crate) async fn reset_at_once(wire: BoxedWire) -> io::Result<()> {
    let can_reset = poll_fn(|context| wire.poll_can_reset(context));
    // A peer that sends nothing sees an end of stream.
    timeout(limits::LINGER_WAIT_MAX, can_reset).await.ok();
    reset(wire)
}

/// Keeps a connection open and silent until the peer ends it.
pub(crate) async fn hold(mut wire: BoxedWire) {
    drain(&mut wire, usize::MAX, limits::HOLD_MAX).await;
}

/// Reads and throws away until the end of stream, an error or a bound.
async fn drain(wire: &mut BoxedWire, bytes_max: usize, wait_max: Duration) {
    let reading = async {
        let mut scratch = [0; 4096];
        let mut left = bytes_max;
        while let Ok(count @ 1..) = wire.read(&mut scratch).await {
            left = left.saturating_sub(count);
            if left == 0 {
                break;
            }
        }
    };
    // The bound is no failure: the connection ends in either case.
    timeout(wait_max, reading).await.ok();
}
