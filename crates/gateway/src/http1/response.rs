//! Response heads (RFC 9112 sections 4 and 5), read as their bytes come.

use bytes::BytesMut;

use super::connection::{self, Connection, KeepAlive};
use super::fields::{Fields, InvalidField, Span, check_value};
use super::framing::{self, Framing};
use super::known::Known;
use super::limits::HeadLimits;
use super::lines::{Leniency, Line, Lines, control};
use super::malformed::{Class, Malformed};
use super::method::{Method, Version};
use super::octets;
use super::request_line::version_fault;

/// A response head, final or interim, that says how its body ends.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    version: Version,
    status: u16,
    reason: Span,
    framing: Framing,
    connection: Connection,
    keep_alive: KeepAlive,
    /// A status without a body came with framing fields: who knows what follows.
    is_dubious: bool,
    upgrade: Option<Span>,
    fields: Fields,
}

impl ResponseHead {
    /// Makes the head of a response that came in another way than as HTTP/1.1, or is our own.
    ///
    /// `status` is from 100 to 599. The reason is that of the [table](super::status::reason).
    pub fn from_parts(status: u16, fields: Fields, framing: Framing) -> Result<Self, Malformed> {
        if !(100..=599).contains(&status) {
            return Err(Malformed::new(Class::InvalidStatus, 0));
        }
        Ok(Self {
            version: Version::Http11,
            status,
            reason: Span::default(),
            framing,
            connection: Connection::default(),
            keep_alive: KeepAlive::default(),
            is_dubious: false,
            upgrade: None,
            fields,
        })
    }

    /// Returns the status, from 100 to 599.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Tells whether another head follows (RFC 9110 section 15.2). 101 is final: what follows is
    /// another protocol.
    pub fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }

    /// Returns the reason phrase, which may be empty.
    pub fn reason(&self) -> &[u8] {
        self.fields.slice(self.reason)
    }

    /// Returns the version in which the response was written.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns how the end of the body is found.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Returns what the server says of its connection.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Tells whether the connection takes another request once the body has been read to its end
    /// (RFC 9112 section 9.3).
    pub fn persists(&self) -> bool {
        self.framing != Framing::UntilClose
            && self.status != 101
            && !self.is_dubious
            && self.connection.persists(self.version)
    }

    /// Returns what the server says of how long it keeps the connection.
    pub fn keep_alive(&self) -> KeepAlive {
        self.keep_alive
    }

    /// Returns the protocol to which a response with status 101 changes, also after
    /// [`strip_hop_by_hop`](Self::strip_hop_by_hop).
    pub fn upgrade(&self) -> Option<&[u8]> {
        self.upgrade.map(|span| self.fields.slice(span))
    }

    /// Returns the fields.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Returns the fields, to be changed. Those of framing and connection are not written from
    /// here, whatever they hold; see [`write`](super::write).
    pub fn fields_mut(&mut self) -> &mut Fields {
        &mut self.fields
    }

    /// Takes the fields out of the head.
    pub fn into_fields(self) -> Fields {
        self.fields
    }

    /// Replaces the reason phrase.
    pub fn set_reason(&mut self, reason: &[u8]) -> Result<(), InvalidField> {
        check_value(reason)?;
        self.reason = self.fields.add(reason)?;
        Ok(())
    }

    /// Removes the fields that are for this connection alone (RFC 9110 section 7.6.1), with those
    /// that `Connection` names.
    pub fn strip_hop_by_hop(&mut self) {
        connection::strip(&mut self.fields, self.connection);
    }
}

/// Reads one response head after the other from a connection.
#[derive(Debug, Default)]
pub struct ResponseParser {
    lines: Lines,
    start: Option<Start>,
}

/// The status line.
#[derive(Clone, Copy, Debug)]
struct Start {
    version: Version,
    status: u16,
    reason: Span,
}

impl ResponseParser {
    /// Returns a parser at the beginning of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a head from the beginning of `input`, and takes it from there when it is complete;
    /// nothing when more bytes are needed. `asked` is the method of the request.
    ///
    /// An interim head (1xx) is one like others: the caller reads on, and counts. Until a head is
    /// complete `input` may only grow. After an error the connection is of no more use.
    pub fn parse(
        &mut self,
        input: &mut BytesMut,
        asked: Method,
        limits: &HeadLimits,
    ) -> Result<Option<ResponseHead>, Malformed> {
        let start = match self.start {
            Some(start) => start,
            None => match self.start_line(input, limits)? {
                Some(start) => *self.start.insert(start),
                None => return Ok(None),
            },
        };
        if !self.lines.fields(input, limits, Leniency::SpaceBeforeColon)? {
            return Ok(None);
        }
        let end = self.lines.at;
        let fields = self.lines.take(input);
        self.start = None;
        finish(start, asked, fields).map(Some).map_err(|class| Malformed::new(class, end))
    }

    /// Takes the room of a head that is done, so that the next one allocates nothing.
    pub fn reuse(&mut self, head: ResponseHead) {
        self.lines.reuse(head.fields);
    }

    /// Tells whether a status line has been read.
    pub fn has_begun(&self) -> bool {
        self.start.is_some()
    }

    fn start_line(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
    ) -> Result<Option<Start>, Malformed> {
        if check_first(bytes)? == First::Unclear {
            return Ok(None);
        }
        let read = self.lines.next(bytes, limits.start_line, Class::LongHead, limits)?;
        read.map(|line| start(bytes, line)).transpose()
    }
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// Nothing against a response.
    Fine,
    /// Something else; more bytes tell what.
    Unclear,
}

/// Tells at the first bytes what will never be a response; its line end might never come.
#[inline]
fn check_first(bytes: &[u8]) -> Result<First, Malformed> {
    let wrong = bytes.iter().zip(b"HTTP/").position(|(byte, expected)| byte != expected);
    wrong.map_or(Ok(First::Fine), |at| odd_first(bytes, at))
}

/// Tells other protocols apart: their servers are behind the wrong kind of URL.
#[cold]
fn odd_first(bytes: &[u8], at: usize) -> Result<First, Malformed> {
    match bytes {
        // A TLS alert or handshake record (RFC 8446 section 5.1).
        [0x15 | 0x16, ..] => Err(Malformed::new(Class::TlsHello, 0)),
        // The SETTINGS frame with which an HTTP/2 server begins (RFC 9113 section 3.4).
        [0] | [0, 0] | [0, 0, _] => Ok(First::Unclear),
        [0, 0, _, 4, ..] => Err(Malformed::new(Class::UnsupportedVersion, 0)),
        _ => Err(Malformed::new(Class::NotHttp, at)),
    }
}

fn start(bytes: &[u8], line: Line) -> Result<Start, Malformed> {
    let text = bytes.get(line.start..line.end).unwrap_or_default();
    let (version, rest) = match text {
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'1', rest @ ..] => (Version::Http11, rest),
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0', rest @ ..] => (Version::Http10, rest),
        _ => return Err(Malformed::new(odd_version(text), line.start)),
    };
    let (status, rest) = match rest {
        [b' ', a, b, c, rest @ ..] => (status([*a, *b, *c]), rest),
        _ => return Err(Malformed::new(Class::StatusLine, line.end - rest.len())),
    };
    let Some(status) = status else {
        return Err(Malformed::new(Class::InvalidStatus, line.end - rest.len() - 3));
    };
    let reason = match rest {
        [b' ', reason @ ..] => reason,
        // Servers leave out the last space of `HTTP/1.1 200 `, which nobody misreads.
        [] => rest,
        [byte, ..] if byte.is_ascii_digit() => {
            return Err(Malformed::new(Class::InvalidStatus, line.end - rest.len()));
        }
        _ => return Err(Malformed::new(Class::StatusLine, line.end - rest.len())),
    };
    if let Some(at) = octets::control_at(reason) {
        return Err(Malformed::new(control(reason, at), line.end - reason.len() + at));
    }
    let trimmed = octets::trim_start(reason);
    let reason = Span::new(line.end - trimmed.len(), octets::trim_end(trimmed).len());
    Ok(Start { version, status, reason })
}

fn status(digits: [u8; 3]) -> Option<u16> {
    let status = octets::decimal(&digits)? as u16;
    (100..=599).contains(&status).then_some(status)
}

#[cold]
fn odd_version(text: &[u8]) -> Class {
    let word = text.split(|byte| *byte == b' ').next().unwrap_or_default();
    match version_fault(word) {
        Class::RequestLine => Class::StatusLine,
        class => class,
    }
}

/// Checks what needs the whole head.
fn finish(start: Start, asked: Method, fields: Fields) -> Result<ResponseHead, Class> {
    let framing = framing::of_response(start.version, start.status, asked, &fields)?;
    let connection = connection::of_response(&fields)?;
    let is_bodiless = start.status < 200 || start.status == 204;
    let has_length = fields.get(Known::ContentLength).is_some_and(|length| length != b"0");
    let is_dubious = is_bodiless && (has_length || fields.has(Known::TransferEncoding));
    let upgrade = if start.status == 101 { fields.span(Known::Upgrade) } else { None };
    Ok(ResponseHead {
        version: start.version,
        status: start.status,
        reason: start.reason,
        framing,
        connection,
        keep_alive: KeepAlive::of(&fields),
        is_dubious,
        upgrade,
        fields,
    })
}
