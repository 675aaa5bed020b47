//! The side of a request that answers the client.

use std::io;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};

use crate::body::{put_chunk, put_end};
use crate::core::Core;
use crate::http1::{Ending, Fields, Framing, Persistence, ResponseHead, write};
use crate::http2::{self, End};
use crate::listen::Listener;
use crate::net::{Output, Writing};

/// Where the answer goes.
#[derive(Debug)]
pub(crate) enum Reply<'a> {
    /// Over HTTP/1.1.
    Http1(Http1Reply<'a>),
    /// Over HTTP/2.
    Http2(Http2Reply),
}

/// The client takes nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

impl Reply<'_> {
    /// Puts an interim answer (1xx) into the output. HTTP/1.0 knows none (RFC 9110 section 15.2).
    pub(crate) fn interim(&mut self, head: &ResponseHead) {
        match self {
            Self::Http1(reply) if reply.http11 => reply.interim(head),
            Self::Http1(_) => {}
            Self::Http2(reply) => reply.interim(head),
        }
    }

    /// Puts the head into the output; the body ends as the head says, or as the client's version
    /// allows.
    pub(crate) fn head(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        match self {
            Self::Http1(reply) => reply.head(head),
            Self::Http2(reply) => reply.head(head),
        }
    }

    /// Puts a piece of the body into the output. At most one is put before the next flush.
    pub(crate) fn data(&mut self, piece: Bytes) {
        match self {
            Self::Http1(reply) => reply.data(piece),
            Self::Http2(reply) => reply.waiting.push_back(piece),
        }
    }

    /// Puts the end of the body into the output.
    pub(crate) fn end(&mut self, trailers: Option<&Fields>) {
        match self {
            Self::Http1(reply) => reply.end(trailers),
            Self::Http2(reply) => reply.end = End::of(trailers),
        }
    }

    /// Sends what is in the output.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        match self {
            Self::Http1(reply) => {
                let flushed = reply.output.poll_flush(cx, reply.writing);
                flushed.map_err(|_: io::Error| Gone)
            }
            Self::Http2(reply) => reply.poll_flush(cx),
        }
    }

    /// Returns a count that changes with what is taken of the output.
    pub(crate) fn taken(&self) -> u64 {
        match self {
            Self::Http1(reply) => reply.output.taken(),
            Self::Http2(reply) => reply.bytes,
        }
    }

    /// Tells whether the client has taken something of what the kernel holds for it, though not so
    /// much that the kernel has said so. The streams of HTTP/2 share their connection.
    pub(crate) fn offer(&mut self) -> bool {
        match self {
            Self::Http1(reply) => reply.output.offer(reply.writing).unwrap_or(false),
            Self::Http2(_) => false,
        }
    }

    /// Resolves when the client has reset its request; over HTTP/1.1 the reading side sees it.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Http1(_) => Poll::Pending,
            Self::Http2(reply) => reply.poll_gone(cx),
        }
    }

    /// Tells whether the client has reset its request.
    pub(crate) fn was_reset(&mut self) -> bool {
        match self {
            Self::Http1(_) => false,
            Self::Http2(reply) => reply.was_reset(),
        }
    }

    /// Breaks the answer off, so that the client does not take it for whole: the connection ends
    /// without the end of the body, or the stream is reset.
    pub(crate) fn abort(&mut self) {
        match self {
            Self::Http1(reply) => {
                reply.persists = false;
                reply.output.clear();
            }
            Self::Http2(reply) => reply.reset(Reason::INTERNAL_ERROR),
        }
    }

    /// Says that the connection ends after this answer, as far as it belongs to the request.
    pub(crate) fn close_after(&mut self) {
        if let Self::Http1(reply) = self {
            reply.persists = false;
        }
    }

    /// Returns how many bytes of the body were passed to the output.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Http1(reply) => reply.bytes,
            Self::Http2(reply) => reply.bytes,
        }
    }
}

/// An answer over HTTP/1.1.
#[derive(Debug)]
pub(crate) struct Http1Reply<'a> {
    writing: &'a mut Writing,
    output: &'a mut Output,
    http11: bool,
    /// Whether the connection may carry another request.
    persists: bool,
    /// Who knows whether the connection is to end: the answer may come long after its request.
    core: &'a Core,
    listener: &'a Listener,
    chunked: bool,
    bytes: u64,
}

impl<'a> Http1Reply<'a> {
    /// The answer to a request of this version, on a connection that may persist unless the worker ends
    /// or its address is not listened on any more.
    pub(crate) fn new(
        writing: &'a mut Writing,
        output: &'a mut Output,
        http11: bool,
        persists: bool,
        (core, listener): (&'a Core, &'a Listener),
    ) -> Self {
        Self { writing, output, http11, persists, core, listener, chunked: false, bytes: 0 }
    }

    /// Tells whether the connection may carry another request.
    pub(crate) fn persists(&self) -> bool {
        self.persists
    }

    fn interim(&mut self, head: &ResponseHead) {
        let ending =
            Ending { framing: Framing::None, persistence: Persistence::Silent, added: &[] };
        // Nothing is added, so that nothing can be invalid.
        write::response(self.output.tail(), head, &ending).ok();
    }

    fn head(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        let framing = match head.framing() {
            Framing::Chunked | Framing::UntilClose if self.http11 => Framing::Chunked,
            Framing::Chunked | Framing::UntilClose => {
                self.persists = false;
                Framing::UntilClose
            }
            known => known,
        };
        self.chunked = framing == Framing::Chunked;
        self.persists &= !self.core.is_ending(self.listener);
        let persistence = match (self.persists, self.http11, head.upgrade()) {
            (_, _, Some(protocol)) if head.status() == 101 => Persistence::Upgrade(protocol),
            (false, ..) => Persistence::Close,
            (true, false, _) => Persistence::KeepAlive,
            (true, true, _) => Persistence::Silent,
        };
        let ending = Ending { framing, persistence, added: &[] };
        write::response(self.output.tail(), head, &ending).map_err(|_| Gone)
    }

    fn data(&mut self, piece: Bytes) {
        self.bytes += piece.len() as u64;
        if self.chunked {
            put_chunk(self.output, piece);
        } else {
            self.output.push(piece);
        }
    }

    fn end(&mut self, trailers: Option<&Fields>) {
        if self.chunked {
            put_end(self.output, trailers);
        }
    }
}

/// An answer over HTTP/2.
#[derive(Debug)]
pub(crate) struct Http2Reply {
    respond: SendResponse<Bytes>,
    stream: Option<SendStream<Bytes>>,
    waiting: std::collections::VecDeque<Bytes>,
    end: End,
    was_reset: bool,
    bytes: u64,
}

impl Http2Reply {
    /// The answer to a stream.
    pub(crate) fn new(respond: SendResponse<Bytes>) -> Self {
        Self {
            respond,
            stream: None,
            waiting: std::collections::VecDeque::new(),
            end: End::Later,
            was_reset: false,
            bytes: 0,
        }
    }

    fn interim(&mut self, head: &ResponseHead) {
        self.respond.send_informational(http2::response_of(head)).ok();
    }

    fn head(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        let ends = head.framing().is_empty();
        let response = http2::response_of(head);
        let stream = self.respond.send_response(response, ends).map_err(|_| Gone)?;
        self.stream = (!ends).then_some(stream);
        Ok(())
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        let Some(stream) = self.stream.as_mut() else { return Poll::Ready(Ok(())) };
        while let Some(piece) = self.waiting.front_mut() {
            if piece.is_empty() {
                self.waiting.pop_front();
                continue;
            }
            stream.reserve_capacity(piece.len());
            let Some(Ok(room)) = ready!(stream.poll_capacity(cx)) else {
                return Poll::Ready(Err(Gone));
            };
            let part = piece.split_to(room.min(piece.len()));
            let is_last = piece.is_empty() && self.waiting.len() == 1;
            let ends = is_last && matches!(self.end, End::Now);
            self.bytes += part.len() as u64;
            stream.send_data(part, ends).map_err(|_| Gone)?;
            if ends {
                self.end = End::Later;
                self.stream = None;
                self.waiting.clear();
                return Poll::Ready(Ok(()));
            }
        }
        match std::mem::take(&mut self.end) {
            End::Trailers(trailers) => {
                stream.send_trailers(http2::map_of(&trailers)).map_err(|_| Gone)?;
                self.stream = None;
            }
            End::Now => {
                stream.send_data(Bytes::new(), true).map_err(|_| Gone)?;
                self.stream = None;
            }
            End::Later => {}
        }
        Poll::Ready(Ok(()))
    }

    /// The body may have shown it first, or nobody may have looked.
    fn was_reset(&mut self) -> bool {
        if !self.was_reset {
            return self.poll_gone(&mut Context::from_waker(Waker::noop())).is_ready();
        }
        true
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let reset = match &mut self.stream {
            Some(stream) => stream.poll_reset(cx),
            None => self.respond.poll_reset(cx),
        };
        self.was_reset |= reset.is_ready();
        reset.map(|_| ())
    }

    fn reset(&mut self, reason: Reason) {
        match self.stream.take() {
            Some(mut stream) => stream.send_reset(reason),
            None => self.respond.send_reset(reason),
        }
    }
}
