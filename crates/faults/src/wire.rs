//! A connection as the faults see it: bytes, and an end that is a FIN or a reset.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::limits;

/// What a step of a fault comes to, boxed so that faults are values.
pub(crate) type Step<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// A connection, or a layer on one.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Sync + Unpin {
    /// Makes the coming drop a reset instead of a FIN.
    ///
    /// TCP throws away what it has not sent yet. A unix socket has no such switch: its peer sees
    /// a reset when we drop it with bytes unread, and an end of stream otherwise.
    fn reset_on_drop(&self) -> io::Result<()>;
}

/// A connection of any kind.
pub(crate) type BoxedWire = Box<dyn Wire>;

impl Wire for TcpStream {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Wire for UnixStream {
    fn reset_on_drop(&self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Wire + ?Sized> Wire for Box<W> {
    fn reset_on_drop(&self) -> io::Result<()> {
        (**self).reset_on_drop()
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

/// Ends a connection with a reset; see [`Wire::reset_on_drop`] for unix sockets.
pub(crate) fn reset(wire: BoxedWire) -> io::Result<()> {
    wire.reset_on_drop()
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
