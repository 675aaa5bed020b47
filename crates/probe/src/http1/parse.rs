//! An HTTP/1.1 response as a state machine without I/O: bytes and the way they end go in, what
//! was seen comes out. How the bytes are split never changes the result.
//!
//! Follows RFC 9112. Gateways differ in what they let pass, so the reader is strict where any of
//! the common ones is, and notes what it lets pass itself.

use goodgate_evidence::probe::{Http, ResponseHead};

use super::framing::{self, Framing};
use super::head::Noted;
use super::{chunk, head};
use crate::foreign;
use crate::limits::{
    BODY_KEPT, BODY_READ_MAX, CHUNK_LINE_MAX, CHUNK_OVERHEAD_MAX, DEPARTURES_MAX, EXTRA_READ_MAX,
    INTERIM_MAX, RAW_PREFIX, RESPONSE_HEAD_MAX, TRAILERS_MAX,
};

/// How the bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side closed the connection.
    Closed,
    /// The connection broke.
    Reset,
    /// Nothing came for too long.
    TimedOut,
    /// The time of the whole probe is over while bytes were coming.
    OutOfTime,
}

/// What the parser waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// The head of a response.
    Head,
    /// More of what is not HTTP.
    Foreign,
    /// The body.
    Body,
    /// Nothing: the response is complete. Further bytes are counted.
    Nothing,
    /// Nothing: reading on is of no use.
    Stop,
}

/// What was seen of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The head of the final response, as far as it came.
    pub head: Option<ResponseHead>,
    /// The status codes of interim responses.
    pub interim: Vec<u16>,
    /// How many bytes of the body came, decoded.
    pub body_bytes: u64,
    /// The first bytes of the body, decoded.
    pub body: Vec<u8>,
    /// The first bytes as they came, unless there is a head.
    pub raw: Vec<u8>,
    /// What came of it.
    pub outcome: Http,
    /// Whether a complete response leaves the connection open for another request (RFC 9112
    /// section 9.3).
    pub persists: bool,
    /// What a lenient reader would pass over.
    pub departures: Vec<String>,
}

/// Reads the response to one request.
#[derive(Debug)]
pub struct Parser {
    to_head: bool,
    body_kept: usize,
    state: State,
    failed: Option<Http>,
    line: Vec<u8>,
    /// Bytes of complete lines of all heads so far.
    head_bytes: usize,
    /// Where the current head began in that count.
    head_start: usize,
    head: Option<ResponseHead>,
    interim: Vec<u16>,
    body_bytes: u64,
    body: Vec<u8>,
    persists: bool,
    chunk_overhead: u64,
    trailer_bytes: usize,
    extra: u64,
    raw: Vec<u8>,
    departures: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first bytes of a head, while they agree with `HTTP/`.
    Start,
    StatusLine,
    Fields,
    /// The first bytes were of another protocol.
    Foreign,
    /// So many bytes of the body are missing.
    Length(u64),
    UntilClose,
    ChunkSize,
    /// So many bytes of the chunk are missing.
    ChunkData(u64),
    ChunkEnd,
    Trailers,
    Complete,
    Failed,
}

/// What every status line begins with.
const NAME: &[u8] = b"HTTP/";

impl Parser {
    /// Returns a parser for the response to a request; `to_head` says that it was HEAD.
    pub fn new(to_head: bool) -> Self {
        Self::keeping(to_head, BODY_KEPT)
    }

    /// Returns a parser that keeps so many bytes of the body.
    pub fn keeping(to_head: bool, body_kept: usize) -> Self {
        Self {
            to_head,
            body_kept,
            state: State::Start,
            failed: None,
            line: Vec::new(),
            head_bytes: 0,
            head_start: 0,
            head: None,
            interim: Vec::new(),
            body_bytes: 0,
            body: Vec::new(),
            persists: false,
            chunk_overhead: 0,
            trailer_bytes: 0,
            extra: 0,
            raw: Vec::new(),
            departures: Vec::new(),
        }
    }

    /// Takes the bytes that came next.
    pub fn feed(&mut self, bytes: &[u8]) {
        let room = RAW_PREFIX.saturating_sub(self.raw.len());
        self.raw.extend(bytes.iter().take(room));
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = self.step(rest);
        }
    }

    /// Tells what the parser waits for.
    pub fn wants(&self) -> Wants {
        match self.state {
            State::Start | State::StatusLine | State::Fields => Wants::Head,
            State::Foreign if self.raw.len() < RAW_PREFIX => Wants::Foreign,
            State::Foreign | State::Failed => Wants::Stop,
            State::Complete if self.extra >= EXTRA_READ_MAX => Wants::Stop,
            State::Complete => Wants::Nothing,
            _ => Wants::Body,
        }
    }

    /// Notes something about the exchange; the same note is kept once.
    pub fn note(&mut self, departure: String) {
        if self.departures.len() < DEPARTURES_MAX && !self.departures.contains(&departure) {
            self.departures.push(departure);
        }
    }

    fn note_all(&mut self, departures: impl IntoIterator<Item = String>) {
        for departure in departures {
            self.note(departure);
        }
    }

    /// Returns what was seen, after the bytes ended in the way of `end`.
    pub fn finish(mut self, end: End) -> Parsed {
        let outcome = self.outcome(end);
        let raw = if self.head.is_some() { Vec::new() } else { self.raw };
        if let Some(head) = &mut self.head
            && head.bytes == 0
        {
            // The head is not complete: count what came of it, up to the bound.
            let came = self.head_bytes.saturating_add(self.line.len()).min(RESPONSE_HEAD_MAX);
            head.bytes = came.saturating_sub(self.head_start) as u64;
        }
        Parsed {
            head: self.head,
            interim: self.interim,
            body_bytes: self.body_bytes,
            body: self.body,
            raw,
            outcome,
            persists: self.persists,
            departures: self.departures,
        }
    }

    /// Consumes the beginning of `rest`, at least one byte of it, and returns what is left.
    fn step<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        match self.state {
            State::Start => self.start(rest),
            State::StatusLine | State::Fields => self.head_line(rest),
            State::Length(missing) => self.sized_body(rest, missing),
            State::UntilClose => self.open_body(rest),
            State::ChunkData(missing) => self.chunk_data(rest, missing),
            State::ChunkSize | State::ChunkEnd | State::Trailers => self.chunk_line(rest),
            State::Complete => {
                self.extra = self.extra.saturating_add(rest.len() as u64);
                &[]
            }
            State::Foreign | State::Failed => &[],
        }
    }

    fn fail(&mut self, outcome: Http) {
        self.failed = Some(outcome);
        self.state = State::Failed;
    }

    /// Compares the first bytes of a head with `HTTP/`, one by one.
    fn start<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let Some((&byte, rest)) = rest.split_first() else { return rest };
        self.line.push(byte);
        if !NAME.starts_with(&self.line) {
            self.not_a_status_line();
        } else if self.line.len() == NAME.len() {
            self.state = State::StatusLine;
        }
        rest
    }

    fn not_a_status_line(&mut self) {
        if self.interim.is_empty() {
            self.state = State::Foreign;
        } else {
            let why = "what follows the interim response is not a status line";
            self.fail(Http::StatusLineInvalid(why.to_owned()));
        }
    }

    fn head_line<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let (whole, rest) = self.gather_line(rest);
        if self.head_bytes.saturating_add(self.line.len()) > RESPONSE_HEAD_MAX {
            self.fail(Http::HeadTooLarge);
            return &[];
        }
        if whole {
            self.head_bytes += self.line.len();
            let line = self.take_line();
            self.read_head_line(&line);
        }
        rest
    }

    fn read_head_line(&mut self, line: &[u8]) {
        let read = match (self.state, line) {
            (State::StatusLine, _) => self.status_line(line),
            (_, []) => self.end_of_head(),
            (_, [b' ' | b'\t', ..]) => self.folded_line(line),
            _ => self.field_line(line),
        };
        if let Err(outcome) = read {
            self.fail(outcome);
        }
    }

    fn status_line(&mut self, line: &[u8]) -> Result<(), Http> {
        let line = head::status_line(line).map_err(Http::StatusLineInvalid)?;
        let line = self.unpack(line);
        self.head = Some(ResponseHead {
            minor: Some(line.minor),
            status: line.status,
            reason: line.reason,
            fields: Vec::new(),
            bytes: 0,
        });
        self.state = State::Fields;
        Ok(())
    }

    fn field_line(&mut self, line: &[u8]) -> Result<(), Http> {
        let field = head::field(line).map_err(Http::HeaderInvalid)?;
        let field = self.unpack(field);
        if let Some(head) = &mut self.head {
            head.fields.push((field.name, field.value));
        }
        Ok(())
    }

    fn folded_line(&mut self, line: &[u8]) -> Result<(), Http> {
        let last = self.head.as_mut().and_then(|head| head.fields.last_mut());
        let Some((name, value)) = last else {
            let why = "white space before the first field";
            return Err(Http::HeaderInvalid(why.to_owned()));
        };
        let Noted { value: more, departures } =
            head::folded(name, line).map_err(Http::HeaderInvalid)?;
        value.push(' ');
        value.push_str(&more);
        self.note_all(departures);
        Ok(())
    }

    fn end_of_head(&mut self) -> Result<(), Http> {
        let Some(mut head) = self.head.take() else { return Ok(()) };
        head.bytes = (self.head_bytes - self.head_start) as u64;
        if (100..200).contains(&head.status) && head.status != 101 {
            return self.end_of_interim(head.status);
        }
        let mut departures = Vec::new();
        let framing = framing::decide(&head, self.to_head, &mut departures);
        self.note_all(departures);
        let upgrade = head.status == 101;
        self.persists = framing.as_ref().is_ok_and(|it| framing::persists(&head, *it));
        self.head = Some(head);
        if upgrade {
            return Err(Http::UnexpectedUpgrade);
        }
        self.state = match framing? {
            Framing::None | Framing::Length(0) => State::Complete,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkSize,
            Framing::UntilClose => State::UntilClose,
        };
        Ok(())
    }

    fn end_of_interim(&mut self, status: u16) -> Result<(), Http> {
        if self.interim.len() >= INTERIM_MAX {
            return Err(Http::InformationalFlood);
        }
        self.interim.push(status);
        self.head_start = self.head_bytes;
        self.state = State::Start;
        Ok(())
    }

    fn sized_body<'a>(&mut self, rest: &'a [u8], missing: u64) -> &'a [u8] {
        let (taken, rest) = self.take_body(rest, missing);
        let missing = missing - taken;
        self.state = if missing == 0 { State::Complete } else { State::Length(missing) };
        self.stop_at_bound(missing > 0);
        rest
    }

    fn open_body<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let (_, rest) = self.take_body(rest, u64::MAX);
        self.stop_at_bound(true);
        rest
    }

    fn chunk_data<'a>(&mut self, rest: &'a [u8], missing: u64) -> &'a [u8] {
        let (taken, rest) = self.take_body(rest, missing);
        let missing = missing - taken;
        self.state = if missing == 0 { State::ChunkEnd } else { State::ChunkData(missing) };
        self.stop_at_bound(true);
        rest
    }

    /// Takes at most `wanted` bytes of the body, never beyond the bound.
    fn take_body<'a>(&mut self, rest: &'a [u8], wanted: u64) -> (u64, &'a [u8]) {
        let allowed = wanted.min(BODY_READ_MAX.saturating_sub(self.body_bytes));
        let count = rest.len().min(usize::try_from(allowed).unwrap_or(usize::MAX));
        let (taken, rest) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        let room = self.body_kept.saturating_sub(self.body.len()).min(taken.len());
        self.body.extend_from_slice(taken.get(..room).unwrap_or_default());
        self.body_bytes += taken.len() as u64;
        (taken.len() as u64, rest)
    }

    fn stop_at_bound(&mut self, unfinished: bool) {
        if unfinished && self.body_bytes >= BODY_READ_MAX {
            self.fail(Http::Bounded);
        }
    }

    fn chunk_line<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let (whole, rest) = self.gather_line(rest);
        if let Err(outcome) = self.check_chunk_bounds() {
            self.fail(outcome);
            return &[];
        }
        if !whole {
            return rest;
        }
        self.chunk_overhead += self.line.len() as u64;
        if self.state == State::Trailers {
            self.trailer_bytes += self.line.len();
        }
        let line = self.take_line();
        if let Err(why) = self.read_chunk_line(&line) {
            self.fail(Http::ChunkingInvalid(why));
        }
        rest
    }

    fn check_chunk_bounds(&self) -> Result<(), Http> {
        let length = self.line.len();
        let why = match self.state {
            // After the data of a chunk nothing but the end of the line may come.
            State::ChunkEnd if !b"\r\n".starts_with(&self.line) && self.line != b"\n" => {
                "a chunk is longer than its size".to_owned()
            }
            State::Trailers if self.trailer_bytes.saturating_add(length) > TRAILERS_MAX => {
                format!("the trailer section has more than {TRAILERS_MAX} bytes")
            }
            State::ChunkSize if length > CHUNK_LINE_MAX => {
                format!("a chunk line has more than {CHUNK_LINE_MAX} bytes")
            }
            _ if self.chunk_overhead + length as u64 > CHUNK_OVERHEAD_MAX => {
                return Err(Http::Bounded);
            }
            _ => return Ok(()),
        };
        Err(Http::ChunkingInvalid(why))
    }

    fn read_chunk_line(&mut self, line: &[u8]) -> Result<(), String> {
        match (self.state, line) {
            (State::ChunkEnd, _) => self.state = State::ChunkSize,
            (State::Trailers, []) => self.state = State::Complete,
            (State::Trailers, _) => chunk::trailer_line(line)?,
            _ => {
                let (size, departure) = chunk::size_line(line)?;
                self.note_all(departure);
                self.state = if size == 0 { State::Trailers } else { State::ChunkData(size) };
            }
        }
        Ok(())
    }

    /// Moves bytes up to the next line feed to the line; tells whether the line is whole now.
    ///
    /// The caller checks the length of the line against its bound after each call.
    fn gather_line<'a>(&mut self, rest: &'a [u8]) -> (bool, &'a [u8]) {
        let end = rest.iter().position(|&b| b == b'\n').map(|at| at + 1);
        let (line, rest) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, &[]));
        self.line.extend_from_slice(line);
        (end.is_some(), rest)
    }

    /// Returns the whole line without its end.
    fn take_line(&mut self) -> Vec<u8> {
        let mut line = std::mem::take(&mut self.line);
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        } else {
            self.note("a line ends in a line feed without a carriage return".to_owned());
        }
        line
    }

    fn unpack<T>(&mut self, noted: Noted<T>) -> T {
        self.note_all(noted.departures);
        noted.value
    }

    fn outcome(&mut self, end: End) -> Http {
        if let Some(failed) = self.failed.take() {
            return failed;
        }
        match self.state {
            State::Foreign => self.foreign(),
            State::Start if self.line.is_empty() => self.nothing_came(end),
            State::Start | State::StatusLine | State::Fields => match end {
                End::Closed | End::Reset => Http::HeadTruncated,
                End::TimedOut | End::OutOfTime => Http::HeadTimedOut,
            },
            State::Complete if self.extra > 0 => Http::ExtraBytes(self.extra),
            State::Complete => Http::Complete,
            State::UntilClose if end == End::Closed => Http::Complete,
            State::Length(missing) => ended_body(end, Some(missing)),
            _ => ended_body(end, None),
        }
    }

    fn nothing_came(&self, end: End) -> Http {
        match end {
            End::TimedOut | End::OutOfTime => Http::HeadTimedOut,
            _ if !self.interim.is_empty() => Http::InformationalOnly,
            End::Closed => Http::ClosedBeforeHead,
            End::Reset => Http::ResetBeforeHead,
        }
    }

    fn foreign(&self) -> Http {
        let start = self.raw.iter().position(|b| !matches!(b, b'\r' | b'\n'));
        let text = self.raw.get(start.unwrap_or_default()..).unwrap_or_default();
        let invalid = |why: &str| Http::StatusLineInvalid(why.to_owned());
        if text.starts_with(NAME) {
            return invalid("an empty line comes before it");
        }
        if text.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            return invalid("the protocol name is not in capitals");
        }
        Http::NotHttp(foreign::classify(&self.raw))
    }
}

/// What the end of the bytes in the middle of a body means.
fn ended_body(end: End, missing: Option<u64>) -> Http {
    match end {
        End::Closed | End::Reset => Http::BodyTruncated { missing },
        End::TimedOut => Http::BodyStalled,
        End::OutOfTime => Http::Bounded,
    }
}

#[cfg(test)]
mod tests {
    use goodgate_evidence::probe::Foreign;
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], end: End) -> Parsed {
        let mut parser = Parser::new(false);
        parser.feed(bytes);
        parser.finish(end)
    }

    fn outcome(text: &str, end: End) -> Http {
        read(text.as_bytes(), end).outcome
    }

    #[test]
    fn a_sized_response_is_complete() {
        let parsed = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", End::Closed);

        let head = parsed.head.unwrap();
        assert_eq!(
            (parsed.outcome, head.status, head.bytes, parsed.body.as_slice()),
            (Http::Complete, 200, 38, &b"hello"[..])
        );
    }

    #[test]
    fn chunks_are_joined() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                    5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n";

        let parsed = read(text.as_bytes(), End::Closed);

        assert_eq!(
            (parsed.outcome, parsed.body, parsed.body_bytes),
            (Http::Complete, b"hello world".to_vec(), 11)
        );
    }

    #[test]
    fn the_close_ends_a_body_without_a_length() {
        let outcome = outcome("HTTP/1.1 200 OK\r\n\r\nhello", End::Closed);

        assert_eq!(outcome, Http::Complete);
    }

    #[test]
    fn a_response_to_head_has_no_body() {
        let mut parser = Parser::new(true);

        parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

        assert_eq!(parser.finish(End::TimedOut).outcome, Http::Complete);
    }

    #[test]
    fn the_place_and_way_of_the_end_make_the_outcome() {
        const SIZED: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
        const OPEN: &str = "HTTP/1.1 200 OK\r\n\r\nhel";
        const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel";
        let cases = [
            ("", End::Closed, Http::ClosedBeforeHead),
            ("", End::Reset, Http::ResetBeforeHead),
            ("", End::TimedOut, Http::HeadTimedOut),
            ("", End::OutOfTime, Http::HeadTimedOut),
            ("HT", End::Closed, Http::HeadTruncated),
            ("HTTP/1.1 200 OK\r\nContent-", End::Closed, Http::HeadTruncated),
            ("HTTP/1.1 200 OK\r\nContent-", End::Reset, Http::HeadTruncated),
            ("HTTP/1.1 200 OK\r\n", End::TimedOut, Http::HeadTimedOut),
            ("HTTP/1.1 100 Continue\r\n\r\n", End::Closed, Http::InformationalOnly),
            ("HTTP/1.1 103 Early\r\n\r\n", End::TimedOut, Http::HeadTimedOut),
            (SIZED, End::Closed, Http::BodyTruncated { missing: Some(2) }),
            (SIZED, End::Reset, Http::BodyTruncated { missing: Some(2) }),
            (SIZED, End::TimedOut, Http::BodyStalled),
            (SIZED, End::OutOfTime, Http::Bounded),
            (OPEN, End::Reset, Http::BodyTruncated { missing: None }),
            (OPEN, End::TimedOut, Http::BodyStalled),
            (CHUNKED, End::Closed, Http::BodyTruncated { missing: None }),
        ];

        let outcomes = cases.each_ref().map(|(text, end, _)| outcome(text, *end));

        assert_eq!(outcomes, cases.map(|(_, _, expected)| expected));
    }

    #[test]
    fn interim_responses_are_counted_by_status() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n\
                    HTTP/1.1 204 No Content\r\n\r\n";

        let parsed = read(text.as_bytes(), End::Closed);

        assert_eq!((parsed.interim, parsed.outcome), (vec![100, 103], Http::Complete));
    }

    #[test]
    fn endless_interim_responses_are_given_up() {
        let text = "HTTP/1.1 100 Continue\r\n\r\n".repeat(INTERIM_MAX + 1);

        let parsed = read(text.as_bytes(), End::TimedOut);

        assert_eq!((parsed.interim.len(), parsed.outcome), (INTERIM_MAX, Http::InformationalFlood));
    }

    #[test]
    fn an_upgrade_that_nobody_asked_for_is_named() {
        let outcome = outcome("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x01\x02", End::Closed);

        assert_eq!(outcome, Http::UnexpectedUpgrade);
    }

    #[test]
    fn bytes_after_the_end_are_counted() {
        let outcome = outcome("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello", End::Closed);

        assert_eq!(outcome, Http::ExtraBytes(3));
    }

    #[test]
    fn a_head_over_the_bound_is_too_large() {
        let text = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(RESPONSE_HEAD_MAX));

        let outcome = outcome(&text, End::Closed);

        assert_eq!(outcome, Http::HeadTooLarge);
    }

    #[test]
    fn a_body_is_read_up_to_the_bound() {
        let piece = vec![b'x'; 65536];
        let mut parser = Parser::new(false);
        parser.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n");

        for _ in 0..=BODY_READ_MAX / 65536 {
            parser.feed(&piece);
        }

        assert_eq!(parser.wants(), Wants::Stop);
        let parsed = parser.finish(End::Closed);
        assert_eq!(
            (parsed.outcome, parsed.body_bytes, parsed.body.len()),
            (Http::Bounded, BODY_READ_MAX, BODY_KEPT)
        );
    }

    #[test]
    fn foreign_protocols_are_recognised() {
        let cases: [(&[u8], Http); 5] = [
            (b"SSH-2.0-OpenSSH_9\r\n", Http::NotHttp(Foreign::Ssh)),
            (b"\x15\x03\x01\x00\x02\x02\x16", Http::NotHttp(Foreign::Tls)),
            (b"HELLO\n", Http::NotHttp(Foreign::Text)),
            (b"http/1.1 200 OK\r\n\r\n", Http::StatusLineInvalid(String::new())),
            (b"\r\nHTTP/1.1 200 OK\r\n\r\n", Http::StatusLineInvalid(String::new())),
        ];

        let outcomes = cases.each_ref().map(|(bytes, _)| match read(bytes, End::Closed).outcome {
            Http::StatusLineInvalid(_) => Http::StatusLineInvalid(String::new()),
            other => other,
        });

        assert_eq!(outcomes, cases.map(|(_, expected)| expected));
    }

    #[test]
    fn broken_heads_and_chunks_are_told_apart() {
        const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let cases = [
            ("HTTP/1.1 OK\r\n\r\n".to_owned(), "status"),
            ("HTTP/1.1 200 OK\r\nbroken\r\n\r\n".to_owned(), "header"),
            ("HTTP/1.1 200 OK\r\n folded\r\n\r\n".to_owned(), "header"),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".to_owned(), "framing"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n".to_owned(), "framing"),
            (format!("{CHUNKED}zz\r\n"), "chunking"),
            (format!("{CHUNKED}2\r\nabc\r\n0\r\n\r\n"), "chunking"),
            (format!("{CHUNKED}0\r\ntrailer\r\n\r\n"), "chunking"),
        ];

        let kinds = cases.each_ref().map(|(text, _)| match outcome(text, End::Closed) {
            Http::StatusLineInvalid(_) => "status",
            Http::HeaderInvalid(_) => "header",
            Http::FramingConflict(_) => "framing",
            Http::ChunkingInvalid(_) => "chunking",
            _ => "another",
        });

        assert_eq!(kinds, cases.map(|(_, kind)| kind));
    }

    #[test]
    fn bare_line_feeds_and_folds_are_departures() {
        let parsed = read(b"HTTP/1.1 204 No\nX: a\n  b\n\n", End::Closed);

        assert_eq!(
            (parsed.outcome, parsed.departures.len(), parsed.head.unwrap().field("x")),
            (Http::Complete, 2, Some("a b"))
        );
    }

    /// Pieces from which arbitrary but deep responses are made.
    const PIECES: [&[u8]; 22] = [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 502 Bad Gateway\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 204\n",
        b"Content-Length: 3\r\n",
        b"Content-Length: 3, 4\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"X: y\r\n",
        b" folded\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"3\r\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"0\r\n\r\n",
        b"0\r\n",
        b"abc",
        b"\0",
        b"HTTP/",
        b"SSH-2.0-x\r\n",
        b"Bad : y\r\n",
        b"ffffffffffffffff\r\n",
    ];

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24);
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..512),
            pieces.prop_map(|pieces| pieces.concat()),
        ]
    }

    proptest! {
        #[test]
        fn the_split_does_not_matter(
            bytes in bytes(),
            sizes in proptest::collection::vec(1_usize..40, 1..64),
            end in proptest::sample::select(
                &[End::Closed, End::Reset, End::TimedOut, End::OutOfTime][..]
            ),
            to_head: bool,
        ) {
            let mut whole = Parser::new(to_head);
            whole.feed(&bytes);

            let mut split = Parser::new(to_head);
            let mut rest = bytes.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, tail) = rest.split_at((*size).min(rest.len()));
                split.feed(piece);
                rest = tail;
            }

            prop_assert_eq!(split.wants(), whole.wants());
            prop_assert_eq!(split.finish(end), whole.finish(end));
        }
    }
}
