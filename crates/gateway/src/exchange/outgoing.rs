//! The head of a request as an upstream gets it: who asked, through whom, under which id
//! (RFC 9110 section 7.6, RFC 7239, W3C Trace Context).

use std::net::IpAddr;

use crate::core::Core;
use crate::digits;
use crate::http1::{InvalidField, Known, KnownSet, RequestHead};
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
pub(crate) fn id(head: &RequestHead, asker: Asker, headers: &Headers, core: &Core) -> String {
    let name = headers.request_id.as_str().as_bytes();
    let given = head.fields().get_by_name(name).filter(|_| asker.is_trusted);
    match given.filter(|id| is_plain(id)).and_then(|id| std::str::from_utf8(id).ok()) {
        Some(id) => id.to_owned(),
        None => hex(core.bits(), core.bits()),
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
    forwarded(head, asker, headers.forwarded)?;
    via(head, &headers.via)?;
    let fields = head.fields_mut();
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

/// The longest text of an IPv6 address.
const ADDRESS_MAX: usize = 45;

fn forwarded(head: &mut RequestHead, asker: Asker, which: Forwarding) -> Result<(), InvalidField> {
    let proto: &[u8] = if asker.is_secure { b"https" } else { b"http" };
    let host = head.host().unwrap_or_default().to_vec();
    let mut address = Vec::with_capacity(ADDRESS_MAX);
    if let Some(peer) = asker.peer {
        digits::address(&mut address, peer);
    }
    let fields = head.fields_mut();
    if which != Forwarding::Forwarded {
        let before = joined(fields.all(Known::XForwardedFor), asker.is_trusted);
        fields.set(Known::XForwardedFor, &listed(before, &address))?;
        for (name, value) in [(Known::XForwardedProto, proto), (Known::XForwardedHost, &host)] {
            if !value.is_empty() && (!asker.is_trusted || !fields.has(name)) {
                fields.set(name, value)?;
            }
        }
    }
    if which != Forwarding::XForwarded {
        let before = joined(fields.all(Known::Forwarded), asker.is_trusted);
        let own = element(&address, &host, proto);
        fields.set(Known::Forwarded, &listed(before, &own))?;
    }
    Ok(())
}

/// An element of `Forwarded` (RFC 7239 section 4); IPv6 addresses and hosts with a port are quoted.
fn element(address: &[u8], host: &[u8], proto: &[u8]) -> Vec<u8> {
    let mut own = Vec::with_capacity(64);
    own.extend_from_slice(b"for=");
    if address.is_empty() {
        own.extend_from_slice(b"unknown");
    } else if address.contains(&b':') {
        own.extend_from_slice(b"\"[");
        own.extend_from_slice(address);
        own.extend_from_slice(b"]\"");
    } else {
        own.extend_from_slice(address);
    }
    if !host.is_empty() {
        own.extend_from_slice(b";host=\"");
        own.extend_from_slice(host);
        own.push(b'"');
    }
    own.extend_from_slice(b";proto=");
    own.extend_from_slice(proto);
    own
}

fn via(head: &mut RequestHead, name: &str) -> Result<(), InvalidField> {
    let mut own = Vec::with_capacity(4 + name.len());
    own.extend_from_slice(b"1.1 ");
    own.extend_from_slice(name.as_bytes());
    let fields = head.fields_mut();
    let before = joined(fields.all(Known::Via), true);
    fields.set(Known::Via, &listed(before, &own))
}

/// Joins the values of a list that is believed.
fn joined<'a>(values: impl Iterator<Item = &'a [u8]>, is_trusted: bool) -> Vec<u8> {
    let mut list = Vec::new();
    for value in values.filter(|_| is_trusted) {
        if !list.is_empty() {
            list.extend_from_slice(b", ");
        }
        list.extend_from_slice(value);
    }
    list
}

fn listed(mut before: Vec<u8>, own: &[u8]) -> Vec<u8> {
    if !before.is_empty() && !own.is_empty() {
        before.extend_from_slice(b", ");
    }
    before.extend_from_slice(own);
    before
}

/// A new trace whose first span is this request (W3C Trace Context section 3.2), not sampled.
fn traceparent(core: &Core) -> String {
    let trace = hex(core.bits() | 1, core.bits());
    format!("00-{trace}-{:016x}-00", core.bits() | 1)
}

fn hex(high: u64, low: u64) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(32);
    for word in [high, low] {
        for nibble in (0..16).rev() {
            let digit = DIGITS.get((word >> (nibble * 4) & 15) as usize).copied();
            text.push(char::from(digit.unwrap_or(b'0')));
        }
    }
    text
}

/// Tells whether an id can stand in logs and pages as it is.
fn is_plain(id: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(byte);
    !id.is_empty() && id.len() <= 128 && id.iter().all(plain)
}
