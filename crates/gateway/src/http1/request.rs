//! Request heads (RFC 9112 sections 2, 3 and 5), read as their bytes come.

use bytes::{Bytes, BytesMut};

use super::connection::{self, Connection};
use super::fields::{Fields, InvalidField, Span};
use super::framing::{self, Framing};
use super::known::{Known, KnownSet};
use super::limits::{HeadLimits, METHOD_MAX, REFUSED_LINE_MAX};
use super::lines::{Leniency, Lines};
use super::malformed::{Class, Malformed};
use super::method::{Method, Version};
use super::octets;
use super::request_line::{self, Start};
use super::target::{self, Form, is_authority};

/// A request head that says where it goes and how its body ends.
#[derive(Clone, Debug)]
pub struct RequestHead {
    method: Method,
    method_name: Span,
    /// As it was sent.
    raw_target: Span,
    /// Path and query, or `*`.
    target: Span,
    version: Version,
    framing: Framing,
    connection: Connection,
    upgrade: Option<Span>,
    expects_continue: bool,
    fields: Fields,
}

impl RequestHead {
    /// Makes the head of a request that came in another way than as HTTP/1.1.
    ///
    /// `target` is a path with its query, or `*`; `authority` becomes the `Host` field.
    pub fn from_parts(
        method: &[u8],
        authority: &[u8],
        target: &[u8],
        mut fields: Fields,
        framing: Framing,
    ) -> Result<Self, Malformed> {
        let fails = |class| Malformed::new(class, 0);
        if !octets::is_token(method) {
            return Err(fails(Class::InvalidMethod));
        }
        if method.len() > METHOD_MAX {
            return Err(fails(Class::LongMethod));
        }
        let of = Method::of(method);
        if octets::target_len(target) != target.len() {
            return Err(fails(Class::InvalidTarget));
        }
        if !matches!(target::form(of, target), Ok(Form::Origin | Form::Asterisk)) {
            return Err(fails(Class::TargetForm));
        }
        if !is_authority(authority) {
            return Err(fails(Class::InvalidHost));
        }
        refuse_lookalikes(&fields).map_err(fails)?;
        // Of a connection nothing is known; TE alone says something of the client itself.
        let takes_trailers = connection::takes_trailers(&fields);
        let connection = Connection { takes_trailers, ..Connection::default() };
        let room = |_: InvalidField| fails(Class::LongHead);
        fields.set(Known::Host, authority).map_err(room)?;
        let method_name = fields.add(method).map_err(room)?;
        let target = fields.add(target).map_err(room)?;
        let expects_continue = expects_continue(&fields, Version::Http11).map_err(fails)?;
        Ok(Self {
            method: of,
            method_name,
            raw_target: target,
            target,
            version: Version::Http11,
            framing,
            connection,
            upgrade: None,
            expects_continue,
            fields,
        })
    }

    fn new(start: Start, whole: Whole, fields: Fields) -> Self {
        Self {
            method: start.method,
            method_name: start.method_name,
            raw_target: start.target,
            target: whole.target,
            version: start.version,
            framing: whole.framing,
            connection: whole.connection,
            upgrade: whole.upgrade,
            expects_continue: whole.expects_continue,
            fields,
        }
    }

    /// Returns the method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the method as it was written.
    pub fn method_name(&self) -> &[u8] {
        self.fields.slice(self.method_name)
    }

    /// Returns the path with its query, or `*`: what is sent on (RFC 9112 section 3.2.1).
    pub fn target(&self) -> &[u8] {
        self.fields.slice(self.target)
    }

    /// Returns the path without its query.
    pub fn path(&self) -> &[u8] {
        let target = self.target();
        let end = memchr::memchr(b'?', target).unwrap_or(target.len());
        target.get(..end).unwrap_or_default()
    }

    /// Returns the query without its `?`.
    pub fn query(&self) -> Option<&[u8]> {
        let target = self.target();
        target.get(memchr::memchr(b'?', target)? + 1..)
    }

    /// Returns the request target as it was sent.
    pub fn raw_target(&self) -> &[u8] {
        self.fields.slice(self.raw_target)
    }

    /// Returns host and port that the request is for; only an HTTP/1.0 request may have none.
    pub fn host(&self) -> Option<&[u8]> {
        self.fields.get(Known::Host)
    }

    /// Returns the version in which the request was written.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns how the end of the body is found; never [`Framing::UntilClose`].
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Returns what the client says of its connection.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Tells whether the client allows another request on its connection (RFC 9112 section 9.3).
    pub fn persists(&self) -> bool {
        self.connection.persists(self.version)
    }

    /// Tells whether the client waits for `100 Continue` before it sends the body (RFC 9110
    /// section 10.1.1).
    pub fn expects_continue(&self) -> bool {
        self.expects_continue
    }

    /// Returns the protocols to which the client would change (RFC 9110 section 7.8), also after
    /// [`strip_hop_by_hop`](Self::strip_hop_by_hop). A change to HTTP/2 is not for the origin to
    /// make, and is left out.
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

    /// Removes the fields that are for this connection alone (RFC 9110 section 7.6.1), with those
    /// that `Connection` names.
    pub fn strip_hop_by_hop(&mut self) {
        connection::strip(&mut self.fields, self.connection);
    }
}

/// Reads one request head after the other from a connection.
#[derive(Debug, Default)]
pub struct RequestParser {
    lines: Lines,
    start: Option<Start>,
    /// An empty line stood before the request line (RFC 9112 section 2.2).
    is_after_empty_line: bool,
    /// A head that was read and refused as a whole.
    refused: Bytes,
}

impl RequestParser {
    /// Returns a parser at the beginning of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a head from the beginning of `input`, and takes it from there when it is complete;
    /// nothing when more bytes are needed.
    ///
    /// Until then `input` may only grow. After an error the connection is of no more use.
    pub fn parse(
        &mut self,
        input: &mut BytesMut,
        limits: &HeadLimits,
    ) -> Result<Option<RequestHead>, Malformed> {
        let start = match self.start {
            Some(start) => start,
            None => match self.start_line(input, limits)? {
                Some(start) => *self.start.insert(start),
                None => return Ok(None),
            },
        };
        if !self.lines.fields(input, limits, Leniency::None)? {
            return Ok(None);
        }
        let end = self.lines.at;
        let mut fields = self.lines.take(input);
        self.start = None;
        self.is_after_empty_line = false;
        match check(start, &mut fields) {
            Ok(whole) => Ok(Some(RequestHead::new(start, whole, fields))),
            Err(class) => {
                self.refused = fields.into_block();
                Err(Malformed::new(class, end))
            }
        }
    }

    /// Returns the request line of a request that was refused, or what came of it, for the log.
    ///
    /// `input` is that of the last call. Any byte may be in there.
    pub fn refused_line<'a>(&'a self, input: &'a [u8]) -> &'a [u8] {
        let bytes = if self.refused.is_empty() { input } else { &self.refused };
        let bytes = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
        let bytes = bytes.get(..REFUSED_LINE_MAX).unwrap_or(bytes);
        let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
    }

    /// Takes the room of a head that is done, so that the next one allocates nothing.
    pub fn reuse(&mut self, head: RequestHead) {
        self.lines.reuse(head.fields);
    }

    /// Tells whether a request line has been read, so that its client waits for an answer.
    pub fn has_begun(&self) -> bool {
        self.start.is_some()
    }

    fn start_line(
        &mut self,
        bytes: &[u8],
        limits: &HeadLimits,
    ) -> Result<Option<Start>, Malformed> {
        loop {
            request_line::check_first(bytes, self.lines.at)?;
            let read = self.lines.next(bytes, limits.start_line, Class::LongRequestLine, limits)?;
            match read {
                None => return Ok(None),
                Some(line) if line.start < line.end => {
                    return request_line::read(bytes, line).map(Some);
                }
                Some(line) if self.is_after_empty_line => {
                    return Err(Malformed::new(Class::EmptyLines, line.start));
                }
                Some(_) => self.is_after_empty_line = true,
            }
        }
    }
}

/// What is said by the head as a whole.
#[derive(Clone, Copy, Debug)]
struct Whole {
    target: Span,
    framing: Framing,
    connection: Connection,
    upgrade: Option<Span>,
    expects_continue: bool,
}

/// Checks what needs the whole head.
fn check(start: Start, fields: &mut Fields) -> Result<Whole, Class> {
    check_host(start.version, fields)?;
    refuse_lookalikes(fields)?;
    let target = match start.form {
        Form::Origin | Form::Asterisk => start.target,
        Form::Absolute => target::resolve_absolute(start.method, start.target, fields)?,
    };
    let framing = framing::of_request(start.version, fields)?;
    let connection = connection::of_request(fields)?;
    let upgrade = connection::upgrade(fields, connection, start.version);
    let expects_continue = expects_continue(fields, start.version)?;
    if start.version == Version::Http10 {
        // It means nothing there, and would in the HTTP/1.1 that is sent on.
        fields.remove(Known::Expect);
    }
    Ok(Whole { target, framing, connection, upgrade, expects_continue })
}

/// RFC 9112 section 3.2: exactly one `Host`; HTTP/1.0 may have none.
fn check_host(version: Version, fields: &Fields) -> Result<(), Class> {
    let mut hosts = fields.all(Known::Host);
    match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::Http10 => Ok(()),
        (None, _) => Err(Class::MissingHost),
        (Some(_), Some(_)) => Err(Class::DuplicateHost),
        (Some(host), None) if is_authority(host) => Ok(()),
        (Some(_), None) => Err(Class::InvalidHost),
    }
}

/// Servers that hand fields on as variables take `Content_Length` for `Content-Length`.
fn refuse_lookalikes(fields: &Fields) -> Result<(), Class> {
    const FRAMING: KnownSet =
        KnownSet::of(&[Known::ContentLength, Known::TransferEncoding, Known::Host]);
    for (known, name, _) in fields.iter_known() {
        if known.is_none() && name.contains(&b'_') {
            let meant = Known::of_lookalike(name);
            if meant.is_some_and(|meant| FRAMING.contains(meant)) {
                return Err(Class::FramingLookalike);
            }
        }
    }
    Ok(())
}

/// RFC 9110 section 10.1.1: HTTP/1.0 has no expectations, and there is one in HTTP/1.1.
fn expects_continue(fields: &Fields, version: Version) -> Result<bool, Class> {
    if !fields.has(Known::Expect) || version == Version::Http10 {
        return Ok(false);
    }
    let mut all = fields.all(Known::Expect).flat_map(octets::members);
    let is_known = all.all(|member| member.eq_ignore_ascii_case(b"100-continue"));
    if is_known { Ok(true) } else { Err(Class::UnknownExpectation) }
}
