//! Where the body of a request comes from, and the sign that its client has gone.

use std::io;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use h2::RecvStream;

use crate::body::{Body, Piece};
use crate::http1::{Fields, Malformed};
use crate::limits::{DOWNSTREAM_READ, PIPELINED_MAX};
use crate::net::Reading;

use super::pace::Pace;

/// The body of a request as it comes.
#[derive(Debug)]
pub(crate) enum Source<'a> {
    /// Over HTTP/1.1.
    Http1(Http1Source<'a>),
    /// Over HTTP/2.
    Http2(Http2Source),
}

/// Why a body does not come.
#[derive(Debug)]
pub(crate) enum SourceFault {
    /// The client has gone, or reset its stream.
    Gone,
    /// Its chunks are no chunks.
    Malformed(Malformed),
    /// It comes too slowly.
    TooSlow,
}

impl Source<'_> {
    /// Returns the next piece, `None` at the end.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, SourceFault>> {
        let polled = match self {
            Self::Http1(source) => source.poll_next(cx),
            Self::Http2(source) => source.poll_next(cx),
        };
        let Some(pace) = self.pace() else { return polled };
        match polled {
            Poll::Ready(Ok(Some(data))) => {
                pace.came(data.len() as u64);
                Poll::Ready(Ok(Some(data)))
            }
            Poll::Pending => pace.poll_waiting(cx).map(|_| Err(SourceFault::TooSlow)),
            Poll::Ready(over) => Poll::Ready(over),
        }
    }

    /// Lets the body come as slowly as it likes: its answer has begun, and both may go on for as long
    /// as they need.
    pub(crate) fn take_time(&mut self) {
        match self {
            Self::Http1(source) => source.pace = None,
            Self::Http2(source) => source.pace = None,
        }
    }

    fn pace(&mut self) -> Option<&mut Pace> {
        match self {
            Self::Http1(source) => source.pace.as_mut(),
            Self::Http2(source) => source.pace.as_mut(),
        }
    }

    /// Resolves when the client has gone, which is looked for only once the body has come.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Http1(source) => source.poll_gone(cx),
            // A reset shows on the side that answers.
            Self::Http2(_) => Poll::Pending,
        }
    }

    /// Tells whether the whole body was taken.
    pub(crate) fn has_ended(&self) -> bool {
        match self {
            Self::Http1(source) => source.body.has_ended(),
            Self::Http2(source) => source.has_ended,
        }
    }

    /// Returns the trailers, once the body has ended.
    pub(crate) fn trailers(&mut self) -> Option<Fields> {
        match self {
            Self::Http1(source) => source.body.trailers(),
            Self::Http2(source) => source.trailers.take(),
        }
    }

    /// Returns how many bytes of the body have come.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Http1(source) => source.bytes,
            Self::Http2(source) => source.bytes,
        }
    }
}

/// A body over HTTP/1.1, read from the connection only as it is asked for.
#[derive(Debug)]
pub(crate) struct Http1Source<'a> {
    reading: &'a mut Reading,
    input: &'a mut BytesMut,
    body: Body,
    bytes: u64,
    pace: Option<Pace>,
}

impl<'a> Http1Source<'a> {
    /// A body of which some may have been read with the head.
    pub(crate) fn new(
        reading: &'a mut Reading,
        input: &'a mut BytesMut,
        body: Body,
        pace: Option<Pace>,
    ) -> Self {
        Self { reading, input, body, bytes: 0, pace }
    }

    /// Returns what the connection needs to know for its next request: whether the body has ended.
    pub(crate) fn into_body(self) -> Body {
        self.body
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, SourceFault>> {
        loop {
            match self.body.take(self.input).map_err(SourceFault::Malformed)? {
                Piece::Data(data) => {
                    self.bytes += data.len() as u64;
                    return Poll::Ready(Ok(Some(data)));
                }
                Piece::End => return Poll::Ready(Ok(None)),
                Piece::More => match ready!(self.poll_fill(cx)) {
                    Ok(1..) => {}
                    // A request never ends with its connection.
                    Ok(0) | Err(_) => return Poll::Ready(Err(SourceFault::Gone)),
                },
            }
        }
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // Whoever has sent the next requests already is read no further, and so is not seen to go.
        while self.input.len() < PIPELINED_MAX {
            match ready!(self.poll_fill(cx)) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.reading.poll_read(cx, self.input, DOWNSTREAM_READ)
    }
}

/// A body over HTTP/2.
#[derive(Debug)]
pub(crate) struct Http2Source {
    stream: RecvStream,
    trailers: Option<Fields>,
    has_ended: bool,
    bytes: u64,
    pace: Option<Pace>,
}

impl Http2Source {
    /// The body of a stream.
    pub(crate) fn new(stream: RecvStream, pace: Option<Pace>) -> Self {
        let has_ended = stream.is_end_stream();
        Self { stream, trailers: None, has_ended, bytes: 0, pace }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, SourceFault>> {
        if self.has_ended {
            return Poll::Ready(Ok(None));
        }
        match ready!(self.stream.poll_data(cx)) {
            Some(Ok(data)) => {
                self.bytes += data.len() as u64;
                // What was taken may come again; a stream that is gone needs no window.
                self.stream.flow_control().release_capacity(data.len()).ok();
                Poll::Ready(Ok(Some(data)))
            }
            Some(Err(_)) => Poll::Ready(Err(SourceFault::Gone)),
            None => self.poll_trailers(cx),
        }
    }

    fn poll_trailers(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, SourceFault>> {
        let trailers = ready!(self.stream.poll_trailers(cx)).map_err(|_| SourceFault::Gone)?;
        self.trailers = trailers.map(|map| crate::http2::fields_of(&map));
        self.has_ended = true;
        Poll::Ready(Ok(None))
    }
}
