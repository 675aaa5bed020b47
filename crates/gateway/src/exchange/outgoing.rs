//! The head of a request as an upstream gets it: who asked, through whom, under which id
//! (RFC 9110 section 7.6, RFC 7239, W3C Trace Context).

use std::net::IpAddr;
use std::sync::Arc;

use crate::core::Core;
use crate::digits;
use crate::http1::{Fields, InvalidField, Known, KnownSet, RequestHead};
use crate::settings::{Forwarding, Headers, Route};

/// What is known of the one who asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    /// The address of the peer; none on a unix socket.
    pub(crate) peer: Option<IpAddr>,
    /// Whether the peer is a proxy that is believed.
    pub(crate) is_trusted: bool,
    /// Whether the client speaks TLS with us.
    pub(crate) is_secure: bool,
}

/// Returns the id of a request: that of a trusted proxy, or a new one of 32 hexadecimal digits.
pub(crate) fn id(head: &RequestHead, asker: Asker, headers: &Headers, core: &Core) -> Arc<str> {
    let name = headers.request_id.as_str().as_bytes();
    let given = head.fields().get_by_name(name).filter(|_| asker.is_trusted);
    match given.filter(|id| is_plain(id)) {
        Some(id) => ascii(id).into(),
        None => ascii(&hex(core.bits(), core.bits())).into(),
    }
}

/// Turns the head of a request into that for the upstream. Hop-by-hop fields are not written anyway.
pub(crate) fn prepare(
    head: &mut RequestHead,
    asker: Asker,
    id: &str,
    headers: &Headers,
    route: &Route,
    core: &Core,
) -> Result<(), InvalidField> {
    if head.connection().names_fields {
        head.strip_hop_by_hop();
    }
    let fields = head.fields_mut();
    fields.remove_lookalikes();
    if !asker.is_trusted && fields.iter_known().any(|(known, name, _)| is_claim(known, name)) {
        fields.retain(|known, name, _| !is_claim(known, name));
    }
    // One piece of memory for all values that are put together.
    let mut value = Vec::with_capacity(VALUES);
    forwarded(head, asker, headers.forwarded, &mut value)?;
    via(head, &headers.via, &mut value)?;
    let fields = head.fields_mut();
    if headers.traceparent {
        remove_empty(fields, Known::Traceparent);
    }
    fields.set_by_name(headers.request_id.as_str().as_bytes(), id.as_bytes())?;
    if headers.traceparent && !fields.has(Known::Traceparent) {
        fields.push(Known::Traceparent, traceparent(core).as_bytes())?;
    }
    for name in &route.remove_request_headers {
        fields.remove_by_name(name.as_str().as_bytes());
    }
    for (name, value) in &route.set_request_headers {
        fields.set_by_name(name.as_str().as_bytes(), value.as_str().as_bytes())?;
    }
    Ok(())
}

/// Tells whether a field says who asked: what only a proxy before the gateway can know.
fn is_claim(known: Option<Known>, name: &[u8]) -> bool {
    const PREFIX: &[u8] = b"x-forwarded-";
    match known {
        Some(known) => CLAIMS.contains(known),
        None => name.get(..PREFIX.len()).is_some_and(|it| it.eq_ignore_ascii_case(PREFIX)),
    }
}

const CLAIMS: KnownSet = KnownSet::of(&[
    Known::Forwarded,
    Known::XForwardedFor,
    Known::XForwardedHost,
    Known::XForwardedPort,
    Known::XForwardedProto,
    Known::XRealIp,
]);

/// Returns the target for the upstream, if it is another one than the client's.
pub(crate) fn target(head: &RequestHead, route: &Route) -> Option<Vec<u8>> {
    let rewrite = route.rewrite_prefix.as_ref()?.as_str().trim_end_matches('/').as_bytes();
    let prefix = route.path.as_str().trim_end_matches('/').as_bytes();
    // `OPTIONS *` is about the server, and no path.
    let rest = head.target().strip_prefix(prefix).filter(|_| head.target().starts_with(b"/"))?;
    let mut target = rewrite.to_vec();
    if !rest.starts_with(b"/") {
        target.push(b'/');
    }
    target.extend_from_slice(rest);
    Some(target)
}

/// Room for a value with a few proxies before us.
const VALUES: usize = 256;

fn forwarded(
    head: &mut RequestHead,
    asker: Asker,
    which: Forwarding,
    value: &mut Vec<u8>,
) -> Result<(), InvalidField> {
    let proto: &[u8] = if asker.is_secure { b"https" } else { b"http" };
    if which != Forwarding::Forwarded {
        let given = head.fields().all(Known::XForwardedFor).filter(|_| asker.is_trusted);
        begin_list(value, given);
        if let Some(peer) = asker.peer {
            next_member(value, |value| digits::address(value, peer));
        }
        let fields = head.fields_mut();
        fields.set(Known::XForwardedFor, value)?;
        remove_empty(fields, Known::XForwardedProto);
        remove_empty(fields, Known::XForwardedHost);
        if !asker.is_trusted || !fields.has(Known::XForwardedProto) {
            fields.set(Known::XForwardedProto, proto)?;
        }
        value.clear();
        value.extend_from_slice(head.host().unwrap_or_default());
        let fields = head.fields_mut();
        if !value.is_empty() && (!asker.is_trusted || !fields.has(Known::XForwardedHost)) {
            fields.set(Known::XForwardedHost, value)?;
        }
    }
    if which != Forwarding::XForwarded {
        let given = head.fields().all(Known::Forwarded).filter(|_| asker.is_trusted);
        // An open quote would swallow what follows.
        begin_list(value, given.filter(|value| is_balanced(value)));
        let host = head.host().unwrap_or_default();
        next_member(value, |value| element(value, asker.peer, host, proto));
        head.fields_mut().set(Known::Forwarded, value)?;
    }
    Ok(())
}

/// An element of `Forwarded` (RFC 7239 section 4); IPv6 addresses and hosts with a port are quoted.
fn element(own: &mut Vec<u8>, peer: Option<IpAddr>, host: &[u8], proto: &[u8]) {
    own.extend_from_slice(b"for=");
    match peer {
        None => own.extend_from_slice(b"unknown"),
        Some(peer @ IpAddr::V4(_)) => digits::address(own, peer),
        Some(peer) => {
            own.extend_from_slice(b"\"[");
            digits::address(own, peer);
            own.extend_from_slice(b"]\"");
        }
    }
    if !host.is_empty() {
        own.extend_from_slice(b";host=\"");
        own.extend_from_slice(host);
        own.push(b'"');
    }
    own.extend_from_slice(b";proto=");
    own.extend_from_slice(proto);
}

fn via(head: &mut RequestHead, name: &str, value: &mut Vec<u8>) -> Result<(), InvalidField> {
    begin_list(value, head.fields().all(Known::Via));
    next_member(value, |value| {
        value.extend_from_slice(b"1.1 ");
        value.extend_from_slice(name.as_bytes());
    });
    head.fields_mut().set(Known::Via, value)
}

/// Begins a list with the values that came. Members without content, which a reader who counts them
/// might count, are left out at the ends of a value (RFC 9110 section 5.6.1).
fn begin_list<'a>(list: &mut Vec<u8>, values: impl Iterator<Item = &'a [u8]>) {
    list.clear();
    for value in values.map(trimmed).filter(|value| !value.is_empty()) {
        next_member(list, |list| list.extend_from_slice(value));
    }
}

/// Returns a list without commas and white space at its ends.
fn trimmed(mut list: &[u8]) -> &[u8] {
    while let [b',' | b' ' | b'\t', rest @ ..] | [rest @ .., b',' | b' ' | b'\t'] = list {
        list = rest;
    }
    list
}

/// Tells whether every quoted string has its end (RFC 9110 section 5.6.4).
fn is_balanced(value: &[u8]) -> bool {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for byte in value {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_quoted,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
    }
    !is_quoted
}

/// Removes the fields of a name that say nothing.
fn remove_empty(fields: &mut Fields, name: Known) {
    if fields.all(name).any(|value| trimmed(value).is_empty()) {
        fields.retain(|known, _, value| known != Some(name) || !trimmed(value).is_empty());
    }
}

fn next_member(list: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    if !list.is_empty() {
        list.extend_from_slice(b", ");
    }
    write(list);
}

/// A new trace whose first span is this request (W3C Trace Context section 3.2), not sampled.
fn traceparent(core: &Core) -> String {
    let trace = hex(core.bits() | 1, core.bits());
    format!("00-{}-{:016x}-00", ascii(&trace), core.bits() | 1)
}

fn hex(high: u64, low: u64) -> [u8; 32] {
    let word = u128::from(high) << 64 | u128::from(low);
    let mut text = [0; 32];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(word.to_be_bytes()) {
        *pair =
            [byte >> 4, byte & 15].map(|digit| digit + if digit < 10 { b'0' } else { b'a' - 10 });
    }
    text
}

/// Returns text that is ASCII.
fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// Tells whether an id can stand in logs and pages as it is.
fn is_plain(id: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(byte);
    !id.is_empty() && id.len() <= 128 && id.iter().all(plain)
}
