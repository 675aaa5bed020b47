//! Writes heads. Fields come checked ([`Fields`]) or are checked here, so that nothing can be
//! injected; those of framing and connection are never those that were read.

use bytes::BytesMut;

use super::connection::HOP_BY_HOP;
use super::fields::{Fields, InvalidField, check_value};
use super::framing::Framing;
use super::known::{Known, KnownSet};
use super::octets;
use super::request::RequestHead;
use super::response::ResponseHead;
use super::status;

/// What the gateway says at the end of a head.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// How the body that will be sent ends. [`Framing::None`] writes no field; a request with a body
    /// that is known to be empty has [`Framing::Length`] 0.
    pub framing: Framing,
    /// What happens to the connection afterwards.
    pub persistence: Persistence<'a>,
    /// Further fields. None of framing or connection: these are left out.
    pub added: &'a [(Known, &'a [u8])],
}

/// What a head says of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence<'a> {
    /// Nothing: the connection stays open, as is usual in HTTP/1.1.
    Silent,
    /// `Connection: keep-alive`, for an HTTP/1.0 client that asked for it.
    KeepAlive,
    /// `Connection: close`.
    Close,
    /// `Connection: upgrade` and `Upgrade` with these protocols.
    Upgrade(&'a [u8]),
}

/// Fields that are written from [`Ending`] alone.
const OURS: KnownSet = HOP_BY_HOP.with(Known::ContentLength);

/// Writes a request head in HTTP/1.1 with this target (path and query, or `*`).
///
/// A request without `Host` gets an empty one (RFC 9112 section 3.2). Nothing is written on an
/// error.
pub fn request(
    out: &mut BytesMut,
    head: &RequestHead,
    target: &[u8],
    ending: &Ending<'_>,
) -> Result<(), InvalidField> {
    if target.is_empty() || octets::target_len(target) != target.len() {
        return Err(InvalidField::Value);
    }
    let fields = head.fields();
    let start = out.len();
    out.reserve(head.method_name().len() + target.len() + fields.bytes() + room(ending));
    put(out, &[head.method_name(), b" ", target, b" HTTP/1.1\r\n"]);
    put_fields(out, fields, OURS);
    if !fields.has(Known::Host) {
        put(out, &[b"Host:\r\n"]);
    }
    end(out, start, ending)
}

/// Writes a response head in HTTP/1.1. Where it has no reason phrase the usual one is written.
///
/// Nothing is written on an error.
pub fn response(
    out: &mut BytesMut,
    head: &ResponseHead,
    ending: &Ending<'_>,
) -> Result<(), InvalidField> {
    let reason = match head.reason() {
        [] => status::reason(head.status()).as_bytes(),
        reason => reason,
    };
    let start = out.len();
    out.reserve(32 + reason.len() + head.fields().bytes() + room(ending));
    let digits = decimal(u64::from(head.status()));
    put(out, &[b"HTTP/1.1 ", digits.as_bytes(), b" ", reason, b"\r\n"]);
    put_fields(out, head.fields(), OURS);
    end(out, start, ending)
}

/// Writes field lines, without those of `left_out`.
pub(super) fn put_fields(out: &mut BytesMut, fields: &Fields, left_out: KnownSet) {
    fields.lines(left_out, |line| put(out, line));
}

fn end(out: &mut BytesMut, start: usize, ending: &Ending<'_>) -> Result<(), InvalidField> {
    let written = put_ending(out, ending);
    if written.is_err() {
        out.truncate(start);
    }
    written
}

fn put_ending(out: &mut BytesMut, ending: &Ending<'_>) -> Result<(), InvalidField> {
    for (name, value) in ending.added.iter().filter(|(name, _)| !OURS.contains(*name)) {
        check_value(value)?;
        put(out, &[name.name().as_bytes(), b": ", value, b"\r\n"]);
    }
    match ending.framing {
        Framing::None | Framing::UntilClose => {}
        Framing::Length(length) | Framing::Announced(length) => {
            put(out, &[b"Content-Length: ", decimal(length).as_bytes(), b"\r\n"]);
        }
        Framing::Chunked => put(out, &[b"Transfer-Encoding: chunked\r\n"]),
    }
    match ending.persistence {
        Persistence::Silent => {}
        Persistence::KeepAlive => put(out, &[b"Connection: keep-alive\r\n"]),
        Persistence::Close => put(out, &[b"Connection: close\r\n"]),
        Persistence::Upgrade(protocols) => {
            check_value(protocols)?;
            put(out, &[b"Connection: upgrade\r\nUpgrade: ", protocols, b"\r\n"]);
        }
    }
    put(out, &[b"\r\n"]);
    Ok(())
}

fn put(out: &mut BytesMut, pieces: &[&[u8]]) {
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}

/// Room for what an ending writes.
fn room(ending: &Ending<'_>) -> usize {
    let added = ending.added.iter().map(|(name, value)| name.name().len() + value.len() + 4);
    let protocols = match ending.persistence {
        Persistence::Upgrade(protocols) => protocols.len(),
        _ => 0,
    };
    128 + protocols + added.sum::<usize>()
}

/// A number in decimal digits, on the stack.
struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    fn as_bytes(&self) -> &[u8] {
        self.digits.get(self.start..).unwrap_or_default()
    }
}

fn decimal(number: u64) -> Decimal {
    let mut written = Decimal { digits: [b'0'; 20], start: 20 };
    let mut rest = number;
    for place in written.digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        written.start -= 1;
        if rest == 0 {
            break;
        }
    }
    written
}
