//! What belongs to one connection and is not sent on (RFC 9110 section 7.6.1, RFC 9112 section 9).

use super::fields::{Fields, Span};
use super::known::{Known, KnownSet};
use super::limits::OPTIONS_MAX;
use super::malformed::Class;
use super::method::Version;
use super::octets;

/// The fields that are for one connection, whether `Connection` names them or not. `Proxy` is no
/// field of HTTP: CGI takes it for a setting (CVE-2016-5385).
pub(crate) const HOP_BY_HOP: KnownSet = KnownSet::of(&[
    Known::Connection,
    Known::Http2Settings,
    Known::KeepAlive,
    Known::Proxy,
    Known::ProxyAuthenticate,
    Known::ProxyAuthorization,
    Known::ProxyConnection,
    Known::Te,
    Known::TransferEncoding,
    Known::Upgrade,
]);

/// The options of `Connection`, and what goes with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "options that do not exclude each other")]
pub struct Connection {
    /// `close`: this message is the last one.
    pub close: bool,
    /// `keep-alive`: an HTTP/1.0 peer allows another one.
    pub keep_alive: bool,
    /// `upgrade`: the `Upgrade` field counts.
    pub upgrade: bool,
    /// `TE: trailers`: the client reads trailers (RFC 9110 section 10.1.4).
    pub takes_trailers: bool,
    /// Other fields are named, which go no further either.
    pub names_fields: bool,
}

impl Connection {
    /// Tells whether another message may follow one of this version (RFC 9112 section 9.3).
    pub const fn persists(self, version: Version) -> bool {
        match version {
            Version::Http11 => !self.close,
            Version::Http10 => self.keep_alive && !self.close,
        }
    }

    fn read(
        fields: &Fields,
        mut on_end_to_end: impl FnMut() -> Result<(), Class>,
    ) -> Result<Self, Class> {
        let mut read = Self { takes_trailers: takes_trailers(fields), ..Self::default() };
        if !fields.has(Known::Connection) {
            return Ok(read);
        }
        let mut named = 0;
        for option in fields.all(Known::Connection).flat_map(octets::members) {
            match option {
                it if it.eq_ignore_ascii_case(b"close") => read.close = true,
                it if it.eq_ignore_ascii_case(b"keep-alive") => read.keep_alive = true,
                it if it.eq_ignore_ascii_case(b"upgrade") => read.upgrade = true,
                it => match Known::of(it) {
                    Some(known) if HOP_BY_HOP.contains(known) => {}
                    Some(known) if known != Known::Trailer => on_end_to_end()?,
                    _ => named += 1,
                },
            }
        }
        if named > OPTIONS_MAX {
            return Err(Class::ManyOptions);
        }
        read.names_fields = named > 0;
        Ok(read)
    }
}

/// Tells whether the client reads trailers.
pub(super) fn takes_trailers(fields: &Fields) -> bool {
    let mut codings = fields.all(Known::Te).flat_map(octets::members);
    codings.any(|it| it.eq_ignore_ascii_case(b"trailers"))
}

/// Reads the options of a request. One that names a field for all recipients is an attack: it would
/// take the field from the origin.
pub(super) fn of_request(fields: &Fields) -> Result<Connection, Class> {
    Connection::read(fields, || Err(Class::EndToEndOption))
}

/// Reads the options of a response. One that names a field for all recipients has no effect.
pub(super) fn of_response(fields: &Fields) -> Result<Connection, Class> {
    Connection::read(fields, || Ok(()))
}

/// Returns the protocols to which a client would change.
///
/// Not HTTP/2: behind an origin that goes along, requests would pass by the gateway.
pub(super) fn upgrade(fields: &Fields, connection: Connection, version: Version) -> Option<Span> {
    if !connection.upgrade || version == Version::Http10 {
        return None;
    }
    let mut protocols = fields.all(Known::Upgrade).flat_map(octets::members);
    let is_http = |it: &[u8]| {
        let name = it.split(|byte| *byte == b'/').next().unwrap_or_default();
        [b"h2c".as_slice(), b"h2", b"http", b"tls"].iter().any(|no| name.eq_ignore_ascii_case(no))
    };
    if protocols.any(is_http) || fields.all(Known::Upgrade).count() != 1 {
        return None;
    }
    fields.span(Known::Upgrade)
}

/// Removes the fields of one connection, with those that `Connection` names.
pub(super) fn strip(fields: &mut Fields, connection: Connection) {
    if connection.names_fields {
        let options: Vec<Vec<u8>> = named(fields);
        fields.retain(|known, name, _| match known {
            None => !options.iter().any(|it| it.eq_ignore_ascii_case(name)),
            Some(Known::Trailer) => !options.iter().any(|it| it.eq_ignore_ascii_case(name)),
            Some(known) => !HOP_BY_HOP.contains(known),
        });
    } else if fields.has_any(HOP_BY_HOP) {
        fields.retain(|known, _, _| known.is_none_or(|known| !HOP_BY_HOP.contains(known)));
    }
}

fn named(fields: &Fields) -> Vec<Vec<u8>> {
    let options = fields.all(Known::Connection).flat_map(octets::members);
    options
        .filter(|it| Known::of(it).is_none_or(|it| it == Known::Trailer))
        .map(<[u8]>::to_vec)
        .collect()
}

/// What `Keep-Alive` says (RFC 2068 section 19.7.1.1; a hint, no promise).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepAlive {
    /// Seconds that the peer keeps an idle connection.
    pub timeout: Option<u64>,
    /// Messages that may follow on the connection.
    pub max: Option<u64>,
}

impl KeepAlive {
    /// Reads the field; what is no number is left out.
    pub fn of(fields: &Fields) -> Self {
        let mut read = Self::default();
        for member in fields.all(Known::KeepAlive).flat_map(octets::members) {
            let mut parts = member.splitn(2, |byte| *byte == b'=').map(octets::trim);
            let (name, value) = (parts.next().unwrap_or_default(), parts.next());
            let number = value.and_then(octets::decimal);
            match name {
                _ if name.eq_ignore_ascii_case(b"timeout") => read.timeout = number,
                _ if name.eq_ignore_ascii_case(b"max") => read.max = number,
                _ => {}
            }
        }
        read
    }
}
