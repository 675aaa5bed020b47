//! Request targets and hosts (RFC 9112 section 3.2, RFC 9110 section 7.2).

use std::net::Ipv6Addr;

use super::fields::{Fields, Span};
use super::known::Known;
use super::malformed::Class;
use super::method::Method;
use super::octets;

/// The form of a request target that the gateway sends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `/path?query`
    Origin,
    /// `http://host/path?query`
    Absolute,
    /// `*`
    Asterisk,
}

/// Tells the form of a target, and refuses one that the method does not allow.
pub(super) fn form(method: Method, target: &[u8]) -> Result<Form, Class> {
    match target {
        _ if method == Method::Connect => {
            let is_authority = is_authority(target) && target.contains(&b':');
            Err(if is_authority { Class::Connect } else { Class::TargetForm })
        }
        [b'/', ..] => Ok(Form::Origin),
        b"*" if method == Method::Options => Ok(Form::Asterisk),
        _ => match Absolute::of(target) {
            Some(absolute) => absolute.check().map(|()| Form::Absolute),
            None => Err(Class::TargetForm),
        },
    }
}

/// The parts of a target in absolute form.
struct Absolute<'a> {
    scheme: &'a [u8],
    authority: &'a [u8],
    /// Path and query, which may be empty.
    rest: &'a [u8],
}

impl<'a> Absolute<'a> {
    fn of(target: &'a [u8]) -> Option<Self> {
        let colon = memchr::memchr(b':', target)?;
        let (scheme, after) = target.split_at_checked(colon)?;
        let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
            && scheme.iter().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(it));
        let after = after.strip_prefix(b"://").filter(|_| is_scheme)?;
        let end = after.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end)?;
        Some(Self { scheme, authority, rest })
    }

    fn check(&self) -> Result<(), Class> {
        if self.default_port().is_none() {
            return Err(Class::TargetScheme);
        }
        if is_authority(self.authority) { Ok(()) } else { Err(Class::TargetAuthority) }
    }

    fn default_port(&self) -> Option<&'static [u8]> {
        match self.scheme {
            scheme if scheme.eq_ignore_ascii_case(b"http") => Some(b"80"),
            scheme if scheme.eq_ignore_ascii_case(b"https") => Some(b"443"),
            _ => None,
        }
    }
}

/// Puts the authority of a target in absolute form into `Host` (RFC 9112 section 3.2.2) and returns
/// what is left of the target.
pub(super) fn resolve_absolute(
    method: Method,
    target: Span,
    fields: &mut Fields,
) -> Result<Span, Class> {
    let text = fields.slice(target).to_vec();
    let Some(absolute) = Absolute::of(&text) else { return Err(Class::TargetForm) };
    let port = absolute.default_port().unwrap_or_default();
    if fields.get(Known::Host).is_some_and(|host| !is_same(host, absolute.authority, port)) {
        return Err(Class::HostMismatch);
    }
    let room = |_| Class::LongHead;
    fields.set(Known::Host, absolute.authority).map_err(room)?;
    let (slash, rest): (&[u8], &[u8]) = match absolute.rest {
        // RFC 9112 section 3.2.4: the server as a whole.
        [] if method == Method::Options => (b"", b"*"),
        [] => (b"", b"/"),
        [b'?', ..] => (b"/", absolute.rest),
        rest => (b"", rest),
    };
    fields.add(&[slash, rest].concat()).map_err(room)
}

/// Tells whether two authorities name the same host and port.
fn is_same(one: &[u8], other: &[u8], default_port: &[u8]) -> bool {
    let (one, other) = (split(one), split(other));
    let port = |port: Option<&[u8]>| -> Vec<u8> {
        port.filter(|it| !it.is_empty()).unwrap_or(default_port).to_vec()
    };
    one.0.eq_ignore_ascii_case(other.0) && port(one.1) == port(other.1)
}

/// Splits host and port; the brackets of an IPv6 address belong to the host.
fn split(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    let host_end = memchr::memchr(b']', authority).map_or(0, |at| at + 1);
    let rest = authority.get(host_end..).unwrap_or_default();
    match memchr::memchr(b':', rest) {
        None => (authority, None),
        Some(colon) => {
            let (host, port) = authority.split_at_checked(host_end + colon).unwrap_or_default();
            (host, port.get(1..))
        }
    }
}

/// Tells whether `authority` is a host with an optional port: no user, no path, nothing empty.
pub(super) fn is_authority(authority: &[u8]) -> bool {
    let (host, port) = split(authority);
    let is_port = port.is_none_or(|port| {
        port.is_empty() || octets::decimal(port).is_some_and(|port| u16::try_from(port).is_ok())
    });
    is_port && is_host(host)
}

fn is_host(host: &[u8]) -> bool {
    match host {
        [] => false,
        [b'[', address @ .., b']'] => {
            std::str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok())
        }
        _ => octets::is_host(host),
    }
}
