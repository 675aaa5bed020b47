//! The body of a message over HTTP/1.1, taken out of what was read (RFC 9112 section 6).

use std::num::NonZeroU64;

use bytes::{Bytes, BytesMut};

use crate::http1::chunked::{CHUNK_END, ChunkHead, LAST_CHUNK, put_end as put_trailers};
use crate::http1::{ChunkedDecoder, Decoded, Fields, Framing, HeadLimits, Malformed};
use crate::net::Output;

/// How much of a body is still to come, and where it ends.
#[derive(Debug)]
pub(crate) enum Body {
    /// All of it came; trailers, where there were any.
    Ended(Option<Fields>),
    /// So many bytes are to come.
    Length(u64),
    /// Chunks.
    Chunked(ChunkedDecoder),
    /// It ends with the connection; responses only.
    UntilClose,
}

/// What could be taken out of what was read.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Some bytes of the body.
    Data(Bytes),
    /// Nothing before more is read.
    More,
    /// Nothing any more.
    End,
}

/// A connection ended within a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncated;

impl Body {
    /// The body that a head announces.
    pub(crate) fn framed(framing: Framing) -> Self {
        match framing {
            Framing::None | Framing::Announced(_) | Framing::Length(0) => Self::Ended(None),
            Framing::Length(length) => Self::Length(length),
            Framing::Chunked => Self::Chunked(ChunkedDecoder::new(HeadLimits::TRAILERS)),
            Framing::UntilClose => Self::UntilClose,
        }
    }

    /// Takes the next piece out of `input`.
    pub(crate) fn take(&mut self, input: &mut BytesMut) -> Result<Piece, Malformed> {
        match self {
            Self::Ended(_) => Ok(Piece::End),
            Self::Length(left) => {
                if input.is_empty() {
                    return Ok(Piece::More);
                }
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                *left -= count as u64;
                if *left == 0 {
                    *self = Self::Ended(None);
                }
                Ok(Piece::Data(input.split_to(count).freeze()))
            }
            Self::Chunked(decoder) => match decoder.decode(input)? {
                Decoded::Data(data) => Ok(Piece::Data(data)),
                Decoded::NeedMore => Ok(Piece::More),
                Decoded::End(trailers) => {
                    *self = Self::Ended((!trailers.is_empty()).then_some(trailers));
                    Ok(Piece::End)
                }
            },
            Self::UntilClose if input.is_empty() => Ok(Piece::More),
            Self::UntilClose => Ok(Piece::Data(input.split().freeze())),
        }
    }

    /// Notes that the connection ended.
    pub(crate) fn close(&mut self) -> Result<(), Truncated> {
        match self {
            Self::UntilClose => {
                *self = Self::Ended(None);
                Ok(())
            }
            Self::Ended(_) => Ok(()),
            Self::Length(_) | Self::Chunked(_) => Err(Truncated),
        }
    }

    /// Tells whether all of it was taken.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    /// Returns the trailers, once.
    pub(crate) fn trailers(&mut self) -> Option<Fields> {
        match self {
            Self::Ended(trailers) => trailers.take(),
            _ => None,
        }
    }
}

/// Puts a chunk into an output (RFC 9112 section 7.1). An empty one would end the body.
pub(crate) fn put_chunk(output: &mut Output, piece: Bytes) {
    let Some(size) = NonZeroU64::new(piece.len() as u64) else { return };
    output.tail().extend_from_slice(ChunkHead::new(size).as_bytes());
    output.push(piece);
    output.tail().extend_from_slice(CHUNK_END);
}

/// Puts the end of a chunked body into an output.
pub(crate) fn put_end(output: &mut Output, trailers: Option<&Fields>) {
    match trailers {
        Some(trailers) => put_trailers(output.tail(), trailers),
        None => output.tail().extend_from_slice(LAST_CHUNK),
    }
}
