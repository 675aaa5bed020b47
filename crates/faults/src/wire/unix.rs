//! A unix socket whose end can be a reset.
//!
//! A unix socket has no reset of its own: its peer sees one (`ECONNRESET`) when we close with bytes
//! unread. So the last byte that the peer sent always stays in the kernel: it is looked at and given
//! to the reader, and taken out when later ones are read or when the connection ends with a FIN.

use std::future::Future as _;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::UnixStream;

use super::Wire;

/// The most bytes that are looked at in one go.
const PEEK_BYTES: usize = 16 * 1024;

/// A unix socket of which the last byte stays unread.
pub(crate) struct UnixWire {
    stream: UnixStream,
    /// How many bytes in the kernel the reader has got already: none or one.
    given: usize,
    /// Whether our side has ended; from then on everything is taken out.
    is_shut: bool,
}

impl UnixWire {
    pub(crate) const fn new(stream: UnixStream) -> Self {
        Self { stream, given: 0, is_shut: false }
    }

    /// Gives what is new to the reader and leaves the last byte of it where it is.
    ///
    /// Nothing new, as long as the peer has not ended its side, is `WouldBlock`.
    fn read_new(&mut self, buffer: &mut ReadBuf<'_>, has_ended: bool) -> io::Result<()> {
        let mut seen = vec![0; buffer.remaining().saturating_add(self.given).min(PEEK_BYTES)];
        let count = self.stream.try_io(Interest::READABLE, || {
            let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
            let (_, count) = recv(&self.stream, &mut seen[..], flags)?;
            match count {
                1 if self.given == 1 && !has_ended => Err(io::ErrorKind::WouldBlock.into()),
                count => Ok(count),
            }
        })?;
        buffer.put_slice(seen.get(self.given..count).unwrap_or_default());
        self.take(count.saturating_sub(1))?;
        self.given = count.min(1);
        Ok(())
    }

    /// Takes bytes out of the kernel that are known to be there.
    fn take(&self, count: usize) -> io::Result<()> {
        let mut scratch = vec![0; count];
        if count > 0 && self.stream.try_read(&mut scratch)? < count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Whether the peer has ended its side.
    fn has_ended(&self, context: &mut Context<'_>) -> bool {
        let ready = pin!(self.stream.ready(Interest::READABLE));
        matches!(ready.poll(context), Poll::Ready(Ok(ready)) if ready.is_read_closed())
    }
}

impl AsyncRead for UnixWire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_shut {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        loop {
            ready!(self.stream.poll_read_ready(context))?;
            let has_ended = self.has_ended(context);
            match self.read_new(buffer, has_ended) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }
}

impl AsyncWrite for UnixWire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            self.is_shut = true;
            self.take(self.given)?;
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Wire for UnixWire {
    fn reset_on_drop(&self) -> io::Result<()> {
        Ok(())
    }

    fn poll_can_reset(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.given > 0 {
            return Poll::Ready(());
        }
        self.stream.poll_read_ready(context).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::wire;

    fn pair() -> (UnixWire, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (UnixWire::new(ours), theirs)
    }

    #[tokio::test]
    async fn every_byte_is_read_once() {
        let (mut ours, mut theirs) = pair();
        let sending = async {
            for piece in ["a", "bc", "", "defg"] {
                theirs.write_all(piece.as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
            }
            drop(theirs);
        };

        let mut read = String::new();
        let ((), count) = tokio::join!(sending, ours.read_to_string(&mut read));

        assert_eq!((count.unwrap(), read.as_str()), (7, "abcdefg"));
    }

    #[tokio::test]
    async fn more_than_one_look_is_read_whole() {
        let (mut ours, mut theirs) = pair();
        let sent: Vec<u8> = (0..100_000_u32).map(|number| number as u8).collect();
        let copy = sent.clone();
        let sending = tokio::spawn(async move { theirs.write_all(&copy).await });

        let mut read = Vec::new();
        ours.read_to_end(&mut read).await.unwrap();

        sending.await.unwrap().unwrap();
        assert_eq!(read, sent);
    }

    #[tokio::test]
    async fn a_drop_after_reading_is_a_reset() {
        let (mut ours, mut theirs) = pair();
        theirs.write_all(b"request").await.unwrap();
        let mut read = [0; 7];
        ours.read_exact(&mut read).await.unwrap();

        wire::reset(Box::new(ours)).unwrap();

        let error = theirs.read(&mut read).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn a_close_after_reading_is_an_end_of_stream() {
        let (mut ours, mut theirs) = pair();
        theirs.write_all(b"request").await.unwrap();
        let mut read = [0; 7];
        ours.read_exact(&mut read).await.unwrap();
        theirs.write_all(b"unread").await.unwrap();

        let peer = async {
            let count = theirs.read(&mut read).await;
            drop(theirs);
            count
        };
        let ((), count) = tokio::join!(wire::close(Box::new(ours)), peer);

        assert_eq!(count.unwrap(), 0);
    }
}
