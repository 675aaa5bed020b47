//! The chunked coding (RFC 9112 section 7.1): a decoder that takes bytes as they come, and the
//! pieces of an encoder.

use bytes::{Buf as _, Bytes, BytesMut};

use super::fields::Fields;
use super::known::{Known, KnownSet};
use super::limits::{CHUNK_EXTENSIONS_MAX, CHUNK_LINE_MAX, HeadLimits};
use super::lines::{Leniency, Lines, control};
use super::malformed::{Class, Malformed};
use super::octets;

/// Decodes one chunked body.
#[derive(Debug)]
pub struct ChunkedDecoder {
    state: State,
    /// Bytes of extensions so far.
    extensions: usize,
    limits: HeadLimits,
}

#[derive(Debug)]
enum State {
    /// At the line before a chunk; so many bytes of it hold no line end.
    Size { scanned: usize },
    /// In the data of a chunk.
    Data { remaining: u64 },
    /// At the line end after the data.
    DataEnd,
    /// At the trailers.
    Trailers(Lines),
    /// Behind the body.
    End,
}

/// What the decoder found.
#[derive(Debug)]
pub enum Decoded {
    /// More bytes are needed.
    NeedMore,
    /// Bytes of the body, never none, without a copy.
    Data(Bytes),
    /// The body ended with these trailers. What follows in the input is not part of it.
    End(Fields),
}

impl ChunkedDecoder {
    /// Returns a decoder at the beginning of a body; `limits` are those of its trailers.
    pub fn new(limits: HeadLimits) -> Self {
        Self { state: State::Size { scanned: 0 }, extensions: 0, limits }
    }

    /// Takes the next piece of the body from the beginning of `input`.
    ///
    /// Until the end `input` may only grow. After an error the connection is of no more use.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Decoded, Malformed> {
        loop {
            match &mut self.state {
                State::Size { scanned } => {
                    let Some(size) = size_line(input, scanned, &mut self.extensions)? else {
                        return Ok(Decoded::NeedMore);
                    };
                    self.state = match size {
                        0 => State::Trailers(Lines::default()),
                        remaining => State::Data { remaining },
                    };
                }
                State::Data { remaining: 0 } => self.state = State::DataEnd,
                State::Data { .. } if input.is_empty() => return Ok(Decoded::NeedMore),
                State::Data { remaining } => {
                    let wanted = usize::try_from(*remaining).unwrap_or(usize::MAX);
                    let data = input.split_to(wanted.min(input.len())).freeze();
                    *remaining -= data.len() as u64;
                    return Ok(Decoded::Data(data));
                }
                State::DataEnd => match input.get(..2) {
                    Some(b"\r\n") => {
                        input.advance(2);
                        self.state = State::Size { scanned: 0 };
                    }
                    None if matches!(input.first(), None | Some(b'\r')) => {
                        return Ok(Decoded::NeedMore);
                    }
                    _ => return Err(Malformed::new(Class::ChunkEnd, 0)),
                },
                State::Trailers(lines) => {
                    let read = lines.fields(input, &self.limits, Leniency::None);
                    if !read.map_err(as_trailers)? {
                        return Ok(Decoded::NeedMore);
                    }
                    let mut trailers = lines.take(input);
                    self.state = State::End;
                    check_trailers(&mut trailers)?;
                    return Ok(Decoded::End(trailers));
                }
                State::End => return Ok(Decoded::End(Fields::new())),
            }
        }
    }

    /// Returns how many bytes of the current chunk are still to come.
    pub fn remaining(&self) -> u64 {
        match self.state {
            State::Data { remaining } => remaining,
            _ => 0,
        }
    }

    /// Tells whether the body has been read to its end.
    pub fn is_at_end(&self) -> bool {
        matches!(self.state, State::End)
    }
}

/// Takes the line before a chunk from `input` and returns the size.
fn size_line(
    input: &mut BytesMut,
    scanned: &mut usize,
    extensions: &mut usize,
) -> Result<Option<u64>, Malformed> {
    let rest = input.get(*scanned..).unwrap_or_default();
    let found = memchr::memchr(b'\n', rest).map(|offset| *scanned + offset);
    if found.unwrap_or(input.len()) > CHUNK_LINE_MAX {
        return Err(Malformed::new(Class::LongChunkLine, CHUNK_LINE_MAX));
    }
    let Some(line_feed) = found else {
        *scanned = input.len();
        return Ok(None);
    };
    let Some([line @ .., b'\r']) = input.get(..line_feed) else {
        return Err(Malformed::new(Class::BareLf, line_feed));
    };
    let (size, extension) = size(line)?;
    *extensions += extension;
    if *extensions > CHUNK_EXTENSIONS_MAX {
        return Err(Malformed::new(Class::LongChunkLine, line_feed));
    }
    input.advance(line_feed + 1);
    Ok(Some(size))
}

/// Reads a size, and how many bytes of extensions follow.
fn size(line: &[u8]) -> Result<(u64, usize), Malformed> {
    let mut size = 0_u64;
    let mut digits = 0;
    for byte in line {
        let Some(digit) = char::from(*byte).to_digit(16) else { break };
        digits += 1;
        size = size << 4 | u64::from(digit);
    }
    let rest = line.get(digits..).unwrap_or_default();
    match digits {
        0 => return Err(Malformed::new(Class::ChunkSize, 0)),
        1..=16 => {}
        _ => return Err(Malformed::new(Class::ChunkSizeOverflow, 16)),
    }
    match rest {
        [] => Ok((size, 0)),
        [b';', ..] => match octets::control_at(rest) {
            None => Ok((size, rest.len())),
            Some(at) => Err(Malformed::new(control(rest, at), digits + at)),
        },
        [b'\r' | 0, ..] => Err(Malformed::new(control(rest, 0), digits)),
        [b' ' | b'\t', ..] => Err(Malformed::new(Class::ChunkExtension, digits)),
        _ => Err(Malformed::new(Class::ChunkSize, digits)),
    }
}

/// The bounds of trailers have names of their own.
fn as_trailers(malformed: Malformed) -> Malformed {
    let class = match malformed.class {
        Class::LongHead | Class::ManyFields => Class::LongTrailers,
        Class::LongField => Class::LongTrailer,
        class => class,
    };
    Malformed { class, ..malformed }
}

/// RFC 9110 section 6.5.1: a field whose meaning comes too late in a trailer is left out; one that
/// would change where the message ends or goes is an attack.
fn check_trailers(trailers: &mut Fields) -> Result<(), Malformed> {
    const REFUSED: KnownSet =
        KnownSet::of(&[Known::ContentLength, Known::TransferEncoding, Known::Host]);
    if trailers.has_any(REFUSED) {
        return Err(Malformed::new(Class::ForbiddenTrailer, 0));
    }
    trailers.retain(|known, _, _| known.is_none_or(|known| known == Known::ETag));
    Ok(())
}

/// What ends the data of a chunk.
pub const CHUNK_END: &[u8] = b"\r\n";

/// What ends a body without trailers.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// The line before a chunk, on the stack.
#[derive(Clone, Copy, Debug)]
pub struct ChunkHead {
    bytes: [u8; 18],
    start: u8,
}

impl ChunkHead {
    /// Returns the line before a chunk of `size` bytes, which may not be 0: that would end the body.
    pub fn new(size: std::num::NonZeroU64) -> Self {
        let mut bytes = *b"................\r\n";
        let mut start = 16_u8;
        let mut rest = size.get();
        for place in bytes.iter_mut().take(16).rev() {
            if rest == 0 {
                break;
            }
            *place = b"0123456789abcdef".get((rest & 15) as usize).copied().unwrap_or_default();
            rest >>= 4;
            start -= 1;
        }
        Self { bytes, start }
    }

    /// Returns the bytes of the line with its end.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(usize::from(self.start)..).unwrap_or_default()
    }
}

/// Writes the end of a chunked body with its trailers.
pub fn put_end(out: &mut BytesMut, trailers: &Fields) {
    if trailers.is_empty() {
        out.extend_from_slice(LAST_CHUNK);
        return;
    }
    out.extend_from_slice(b"0\r\n");
    super::write::put_fields(out, trailers, KnownSet::default());
    out.extend_from_slice(b"\r\n");
}
