//! Where a message body ends (RFC 9112 section 6), counted without keeping a byte.

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes.
    Length(u64),
    /// Chunks, up to one of no bytes and the trailer section.
    Chunked,
    /// Up to the end of the connection.
    ToTheEnd,
}

/// Counts through a body.
pub(crate) struct Meter {
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Done,
    /// Everything up to the end of the connection.
    ToTheEnd,
    /// Bytes that are left of a body with a length.
    Length(u64),
    /// In the line with the size of a chunk: the size so far, its digits, and the bytes of the line
    /// behind them.
    Size {
        size: u64,
        digits: u8,
        behind: usize,
    },
    /// Bytes that are left of a chunk.
    Data(u64),
    /// Within the line end behind a chunk: how much of it was seen.
    AfterData {
        has_return: bool,
    },
    /// In the trailer section: the length of the line so far and of the whole.
    Trailer {
        line: usize,
        total: usize,
    },
}

/// The most bytes of a size line and of a trailer section.
const LINES_BYTES_MAX: usize = 16 * 1024;

/// The most digits of a chunk size: more do not fit 64 bits.
const SIZE_DIGITS_MAX: u8 = 16;

impl Meter {
    /// A message without a body.
    pub(crate) const fn none() -> Self {
        Self { state: State::Done }
    }

    pub(crate) const fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::SIZE,
            Framing::ToTheEnd => State::ToTheEnd,
        };
        Self { state }
    }

    pub(crate) const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Whether the end of the connection is the end of the body.
    pub(crate) const fn lasts_to_the_end(&self) -> bool {
        matches!(self.state, State::ToTheEnd)
    }

    /// Takes bytes of the body; gives back how many of them belong to it.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<usize, &'static str> {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            let (count, state) = self.state.step(rest)?;
            self.state = state;
            taken += count;
            if self.is_done() {
                break;
            }
        }
        Ok(taken)
    }
}

impl State {
    /// The beginning of a chunk.
    const SIZE: Self = Self::Size { size: 0, digits: 0, behind: 0 };

    /// Uses at least one byte; gives back how many, and the next state.
    fn step(self, rest: &[u8]) -> Result<(usize, Self), &'static str> {
        let first = rest.first().copied().unwrap_or_default();
        let available = rest.len() as u64;
        Ok(match self {
            Self::Done => (0, Self::Done),
            Self::ToTheEnd => (rest.len(), Self::ToTheEnd),
            Self::Length(left) if left <= available => (left as usize, Self::Done),
            Self::Length(left) => (rest.len(), Self::Length(left - available)),
            Self::Data(left) if left <= available => {
                (left as usize, Self::AfterData { has_return: false })
            }
            Self::Data(left) => (rest.len(), Self::Data(left - available)),
            Self::AfterData { has_return } => (1, after_data(first, has_return)?),
            Self::Size { size, digits, behind } => (1, size_line(first, size, digits, behind)?),
            Self::Trailer { line, total } => (1, trailer(first, line, total)?),
        })
    }
}

fn after_data(byte: u8, has_return: bool) -> Result<State, &'static str> {
    match (byte, has_return) {
        (b'\r', false) => Ok(State::AfterData { has_return: true }),
        (b'\n', true) => Ok(State::SIZE),
        _ => Err("a chunk is longer than its size"),
    }
}

fn size_line(byte: u8, size: u64, digits: u8, behind: usize) -> Result<State, &'static str> {
    let digit = char::from(byte).to_digit(16).filter(|_| behind == 0);
    match (byte, digit) {
        (_, Some(_)) if digits >= SIZE_DIGITS_MAX => Err("a chunk size is too large"),
        (_, Some(digit)) => {
            Ok(State::Size { size: (size << 4) | u64::from(digit), digits: digits + 1, behind })
        }
        (_, None) if digits == 0 => Err("a chunk has no size"),
        (_, None) if behind >= LINES_BYTES_MAX => Err("a chunk extension is too large"),
        (b'\n', None) if size == 0 => Ok(State::Trailer { line: 0, total: 0 }),
        (b'\n', None) => Ok(State::Data(size)),
        // What stands behind a space or a semicolon is an extension, which says nothing to us.
        (b'\r' | b';' | b' ' | b'\t', None) => Ok(State::Size { size, digits, behind: behind + 1 }),
        (_, None) if behind > 0 => Ok(State::Size { size, digits, behind: behind + 1 }),
        (_, None) => Err("a chunk size is no number"),
    }
}

fn trailer(byte: u8, line: usize, total: usize) -> Result<State, &'static str> {
    match byte {
        b'\n' if line == 0 => Ok(State::Done),
        b'\n' => Ok(State::Trailer { line: 0, total: total + 1 }),
        _ if total >= LINES_BYTES_MAX => Err("the trailer section is too large"),
        b'\r' => Ok(State::Trailer { line, total: total + 1 }),
        _ => Ok(State::Trailer { line: line + 1, total: total + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives the body in pieces of `step` bytes; returns how many bytes belong to it.
    fn taken(framing: Framing, bytes: &[u8], step: usize) -> Result<(usize, bool), &'static str> {
        let mut meter = Meter::new(framing);
        let mut taken = 0;
        for piece in bytes.chunks(step) {
            let count = meter.take(piece)?;
            taken += count;
            if count < piece.len() {
                break;
            }
        }
        Ok((taken, meter.is_done()))
    }

    #[test]
    fn a_length_ends_where_it_says() {
        for step in 1..8 {
            assert_eq!(taken(Framing::Length(5), b"hellomore", step), Ok((5, true)));
        }
    }

    #[test]
    fn chunks_end_with_the_trailer_section() {
        let body = b"4;name=\"v\"\r\nwiki\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\nGET /";
        for step in 1..body.len() {
            assert_eq!(taken(Framing::Chunked, body, step), Ok((body.len() - 5, true)));
        }
    }

    #[test]
    fn broken_chunks_are_refused() {
        for body in ["x\r\n", "\r\n", "2\r\nabc\r\n", "11111111111111111\r\n", "2x\r\nab\r\n"] {
            assert!(taken(Framing::Chunked, body.as_bytes(), 100).is_err(), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_say_the_same_as_the_whole(
            body in "[0-9a-f;x \\r\\n]{0,80}",
            step in 1_usize..9,
        ) {
            let whole = taken(Framing::Chunked, body.as_bytes(), body.len().max(1));

            prop_assert_eq!(taken(Framing::Chunked, body.as_bytes(), step), whole);
        }

        #[test]
        fn chunks_of_any_sizes_end_where_they_end(
            sizes in prop::collection::vec(1_usize..300, 0..5),
            behind in "[a-zA-Z \\r\\n]{0,20}",
        ) {
            let chunk = |size: &usize| format!("{size:x}\r\n{}\r\n", "d".repeat(*size));
            let body = sizes.iter().map(chunk).collect::<String>() + "0\r\n\r\n";
            let sent = format!("{body}{behind}");

            prop_assert_eq!(taken(Framing::Chunked, sent.as_bytes(), 7), Ok((body.len(), true)));
        }
    }

    #[test]
    fn a_part_of_a_body_is_not_done() {
        assert_eq!(taken(Framing::Chunked, b"4\r\nwi", 100), Ok((5, false)));
        assert_eq!(taken(Framing::Length(9), b"wi", 100), Ok((2, false)));
    }
}
