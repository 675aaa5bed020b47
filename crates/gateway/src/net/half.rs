//! The two halves of a connection, so that one request can read and write at the same time within
//! one task.

use std::io::{self, ErrorKind, IoSlice, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::BytesMut;
use rustix::net::{RecvFlags, SendFlags};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{tcp, unix};
use tokio_rustls::TlsStream;
use tokio_util::io::poll_read_buf;

use super::socket::Socket;

/// The half that reads.
#[derive(Debug)]
pub(crate) enum Reading {
    /// TCP without TLS.
    Tcp(tcp::OwnedReadHalf),
    /// A unix socket without TLS.
    Unix(unix::OwnedReadHalf),
    /// TLS over either.
    Tls(Shared),
}

/// The half that writes.
#[derive(Debug)]
pub(crate) enum Writing {
    /// TCP without TLS.
    Tcp(tcp::OwnedWriteHalf),
    /// A unix socket without TLS.
    Unix(unix::OwnedWriteHalf),
    /// TLS over either.
    Tls(Shared),
}

/// A TLS connection that both halves use in turn; they belong to one task, so that nobody waits.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<TlsStream<Socket>>>);

/// Cuts a plain socket into its halves.
pub(crate) fn halves(socket: Socket) -> (Reading, Writing) {
    match socket {
        Socket::Tcp(stream) => {
            let (read, write) = stream.into_split();
            (Reading::Tcp(read), Writing::Tcp(write))
        }
        Socket::Unix(stream) => {
            let (read, write) = stream.into_split();
            (Reading::Unix(read), Writing::Unix(write))
        }
    }
}

/// Cuts a TLS connection into its halves.
pub(crate) fn halves_tls(stream: TlsStream<Socket>) -> (Reading, Writing) {
    let shared = Shared(Arc::new(Mutex::new(stream)));
    (Reading::Tls(shared.clone()), Writing::Tls(shared))
}

impl Reading {
    /// Reads what is there behind the bytes of `into`, making room for `room` bytes first. Returns
    /// how many came; 0 is the end.
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut BytesMut,
        room: usize,
    ) -> Poll<io::Result<usize>> {
        into.reserve(room);
        match self {
            Self::Tcp(half) => poll_read_buf(Pin::new(half), cx, into),
            Self::Unix(half) => poll_read_buf(Pin::new(half), cx, into),
            Self::Tls(shared) => poll_read_buf(Pin::new(&mut *shared.lock()), cx, into),
        }
    }

    /// Tells whether an idle connection is still open and silent, as far as the kernel knows now.
    /// Bytes that nobody asked for make it as useless as an end does.
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Tcp(half) => is_silent(half.as_ref()),
            Self::Unix(half) => is_silent(half.as_ref()),
            Self::Tls(shared) => is_silent(shared.lock().get_ref().0),
        }
    }

    /// Tells the same as far as the runtime has heard from the kernel: what arrived since it last
    /// waited is not known. It costs no system call while nothing came.
    pub(crate) fn seems_alive(&self) -> bool {
        let looked = match self {
            Self::Tcp(half) => half.as_ref().try_io(Interest::READABLE, || peek(half.as_ref())),
            Self::Unix(half) => half.as_ref().try_io(Interest::READABLE, || peek(half.as_ref())),
            Self::Tls(shared) => match shared.lock().get_ref().0 {
                Socket::Tcp(stream) => stream.try_io(Interest::READABLE, || peek(stream)),
                Socket::Unix(stream) => stream.try_io(Interest::READABLE, || peek(stream)),
            },
        };
        would_block(&looked)
    }
}

impl AsyncRead for Reading {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_read(cx, buffer),
            Self::Unix(half) => Pin::new(half).poll_read(cx, buffer),
            Self::Tls(shared) => Pin::new(&mut *shared.lock()).poll_read(cx, buffer),
        }
    }
}

impl Writing {
    /// Writes some of the slices. Returns how many bytes were taken.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // One piece, as most heads and small bodies are: the plainer system call.
        if let [slice] = slices {
            return match self {
                Self::Tcp(half) => AsyncWrite::poll_write(Pin::new(half), cx, slice),
                Self::Unix(half) => AsyncWrite::poll_write(Pin::new(half), cx, slice),
                Self::Tls(shared) => Pin::new(&mut *shared.lock()).poll_write(cx, slice),
            };
        }
        match self {
            Self::Tcp(half) => Pin::new(half).poll_write_vectored(cx, slices),
            Self::Unix(half) => Pin::new(half).poll_write_vectored(cx, slices),
            Self::Tls(shared) => Pin::new(&mut *shared.lock()).poll_write_vectored(cx, slices),
        }
    }

    /// Offers bytes to a kernel that has not said yet that it has room: it does so when a third of
    /// its buffer is free, and takes some as soon as the peer has. TLS offers what it has kept back.
    /// Returns nothing where the kernel takes nothing, otherwise how many of these bytes were taken.
    pub(crate) fn offer(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        let offered = match self {
            Self::Tcp(half) => Direct(half.as_ref().as_fd()).write(bytes),
            Self::Unix(half) => Direct(half.as_ref().as_fd()).write(bytes),
            Self::Tls(shared) => match &mut *shared.lock() {
                TlsStream::Client(stream) => {
                    let (socket, tls) = stream.get_mut();
                    tls.write_tls(&mut Direct(socket.as_fd())).map(none_of_these)
                }
                TlsStream::Server(stream) => {
                    let (socket, tls) = stream.get_mut();
                    tls.write_tls(&mut Direct(socket.as_fd())).map(none_of_these)
                }
            },
        };
        match offered {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            offered => offered.map(Some),
        }
    }

    /// Sends what TLS has kept back; plain sockets keep nothing back.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(_) | Self::Unix(_) => Poll::Ready(Ok(())),
            Self::Tls(shared) => Pin::new(&mut *shared.lock()).poll_flush(cx),
        }
    }

    /// Ends the sending side: `close_notify` where there is TLS, then FIN.
    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(half) => Pin::new(half).poll_shutdown(cx),
            Self::Unix(half) => Pin::new(half).poll_shutdown(cx),
            Self::Tls(shared) => Pin::new(&mut *shared.lock()).poll_shutdown(cx),
        }
    }
}

impl AsyncWrite for Writing {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write(cx, &[IoSlice::new(bytes)])
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_shutdown(cx)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, TlsStream<Socket>> {
        // A panic in rustls would have ended the task that owns both halves.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that is written to whatever the runtime knows of it.
struct Direct<'a>(BorrowedFd<'a>);

impl Write for Direct<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::net::send(self.0, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What TLS sends was given to it before.
fn none_of_these(_: usize) -> usize {
    0
}

fn is_silent(socket: impl AsFd) -> bool {
    would_block(&peek(socket))
}

fn peek(socket: impl AsFd) -> io::Result<()> {
    let mut byte = [0_u8; 1];
    rustix::net::recv(socket, &mut byte[..], RecvFlags::PEEK | RecvFlags::DONTWAIT)?;
    Ok(())
}

fn would_block(looked: &io::Result<()>) -> bool {
    matches!(looked, Err(error) if error.kind() == ErrorKind::WouldBlock)
}
