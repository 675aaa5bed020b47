//! The request that a probe sends: small, and the same on every version of HTTP.
//!
//! An examination sends GET, HEAD and OPTIONS alone. The other methods and bodies are for checks, which
//! send what an operator has written down.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::text::shorten;

use crate::error::ProbeError;
use crate::limits::{BODY_KEPT, EXTRA_WAIT, QUOTED_MAX};

/// What the probe calls itself.
pub const USER_AGENT: &str = concat!("goodgate/", env!("CARGO_PKG_VERSION"));

/// The method of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// Returns the word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Tells whether a request says that its body is empty: the method expects one (RFC 9110 section
    /// 8.6).
    const fn expects_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One request, and how its answer is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The value of `Host` or `:authority`.
    pub authority: String,
    /// The target, which begins with a slash.
    pub target: String,
    /// Whether the connection may stay open; HTTP/2 does not say.
    pub keep_alive: bool,
    /// Further fields. One with the name of a field that is sent anyway takes its place; the case
    /// of the name does not matter.
    pub headers: Vec<(String, String)>,
    /// The body, whose length is said by a field of its own.
    pub body: Option<Arc<[u8]>>,
    /// Bytes of the answer's body to keep, up to
    /// [`BODY_READ_MAX`](crate::limits::BODY_READ_MAX).
    pub body_kept: usize,
    /// How long to look for bytes after the end of an answer on a connection that does not persist.
    pub extra_wait: Duration,
}

impl Call {
    /// Returns a GET that asks to close the connection afterwards.
    pub fn get(authority: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            authority: authority.into(),
            target: target.into(),
            keep_alive: false,
            headers: Vec::new(),
            body: None,
            body_kept: BODY_KEPT,
            extra_wait: EXTRA_WAIT,
        }
    }

    /// Refuses what would break the framing of the request.
    pub(crate) fn check(&self) -> Result<(), ProbeError> {
        let graphic = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let authority = self.authority_sent();
        if !graphic(authority) {
            return Err(refused("authority", authority));
        }
        if !graphic(&self.target) || !self.target.starts_with('/') {
            return Err(refused("target", &self.target));
        }
        for (name, value) in &self.headers {
            if !graphic(name) || name.contains(':') {
                return Err(refused("field name", name));
            }
            if value.bytes().any(|b| b != b'\t' && b.is_ascii_control()) {
                return Err(refused("field value", value));
            }
        }
        Ok(())
    }

    /// Returns the value of `Host` or `:authority` as it goes out: a `Host` among the further fields
    /// takes the place of the authority.
    pub(crate) fn authority_sent(&self) -> &str {
        self.named("Host").next().map_or(self.authority.as_str(), |(_, value)| value)
    }

    /// Returns the fields of HTTP/1.1 in the order in which they are sent.
    pub(crate) fn http1_fields(&self) -> Vec<(&str, &str)> {
        let connection = if self.keep_alive { "keep-alive" } else { "close" };
        let mut fixed = vec![("Host", self.authority_sent())];
        fixed.extend(ALWAYS);
        fixed.push(("Connection", connection));
        self.merged(&fixed)
    }

    /// Returns the fields of HTTP/2 in the order in which they are sent. The authority is no field
    /// there, and those that are about the connection do not exist (RFC 9113 section 8.2.2).
    pub(crate) fn http2_fields(&self) -> Vec<(&str, &str)> {
        let absent = |name: &str| ONLY_HTTP1.iter().any(|other| other.eq_ignore_ascii_case(name));
        let mut fields = self.merged(&ALWAYS);
        fields.retain(|(name, _)| !absent(name));
        fields
    }

    /// Returns the request as the bytes of HTTP/1.1.
    pub(crate) fn to_http1(&self) -> Vec<u8> {
        let mut text = String::with_capacity(HEAD_USUAL + self.target.len());
        for part in [self.method.word(), " ", &self.target, " HTTP/1.1\r\n"] {
            text.push_str(part);
        }
        for (name, value) in self.http1_fields() {
            for part in [name, ": ", value, "\r\n"] {
                text.push_str(part);
            }
        }
        if let Some(length) = self.length() {
            for part in ["Content-Length: ", &length.to_string(), "\r\n"] {
                text.push_str(part);
            }
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    /// Returns the length of the body, where the request says it.
    pub(crate) fn length(&self) -> Option<usize> {
        let length = self.body.as_ref().map(|body| body.len());
        length.or(self.method.expects_body().then_some(0))
    }

    /// Puts further fields in the place of fixed ones with the same name, and the others behind.
    fn merged<'a>(&'a self, fixed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut fields = Vec::with_capacity(fixed.len() + self.headers.len());
        for field in fixed {
            let before = fields.len();
            fields.extend(self.named(field.0));
            if fields.len() == before {
                fields.push(*field);
            }
        }
        let is_fixed = |name: &str| fixed.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
        fields.extend(self.further().filter(|(name, _)| !is_fixed(name)));
        fields
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.further().filter(move |(other, _)| other.eq_ignore_ascii_case(name))
    }

    fn further(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The fields that every request has, whatever the version.
const ALWAYS: [(&str, &str); 3] =
    [("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity")];

/// Fields that only HTTP/1.1 has.
const ONLY_HTTP1: [&str; 6] =
    ["Host", "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"];

/// Bytes of a usual head without its target, so that it is written without moving.
const HEAD_USUAL: usize = 256;

fn refused(part: &'static str, value: &str) -> ProbeError {
    ProbeError::Request { part, value: shorten(value, QUOTED_MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_http_1_1() {
        let mut call = Call::get("a.example", "/x?y");
        call.headers.push(("X-Probe".to_owned(), "1".to_owned()));

        let bytes = call.to_http1();

        let expected = format!(
            "GET /x?y HTTP/1.1\r\nHost: a.example\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n\
             Accept-Encoding: identity\r\nConnection: close\r\nX-Probe: 1\r\n\r\n"
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    fn with_headers(headers: &[(&str, &str)]) -> Call {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Call { headers: headers.iter().map(owned).collect(), ..Call::get("a.example", "/") }
    }

    #[test]
    fn a_further_field_takes_the_place_of_a_fixed_one() {
        let call = with_headers(&[
            ("X-Probe", "1"),
            ("accept-encoding", "gzip"),
            ("CONNECTION", "TE"),
            ("host", "b.example"),
        ]);

        let fields = call.http1_fields();

        let expected = [
            ("host", "b.example"),
            ("User-Agent", USER_AGENT),
            ("Accept", "*/*"),
            ("accept-encoding", "gzip"),
            ("CONNECTION", "TE"),
            ("X-Probe", "1"),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn http_2_has_no_fields_of_the_connection() {
        let call = with_headers(&[
            ("Accept-Encoding", "gzip"),
            ("Connection", "TE"),
            ("Host", "b.example"),
            ("X-Probe", "1"),
        ]);

        let fields = call.http2_fields();

        let expected = [
            ("User-Agent", USER_AGENT),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            ("X-Probe", "1"),
        ];
        assert_eq!((fields.as_slice(), call.authority_sent()), (&expected[..], "b.example"));
    }

    #[test]
    fn a_body_says_its_length_and_comes_last() {
        let body = Some(Arc::from(&b"a=1"[..]));
        let call = Call { method: Method::Put, body, ..Call::get("a.example", "/") };

        let text = String::from_utf8(call.to_http1()).unwrap();

        assert!(text.starts_with("PUT / HTTP/1.1\r\n"), "{text}");
        assert!(text.ends_with("\r\nContent-Length: 3\r\n\r\na=1"), "{text}");
    }

    #[test]
    fn a_method_that_expects_a_body_says_that_there_is_none() {
        let length = |method| Call { method, ..Call::get("a.example", "/") }.length();

        assert_eq!((length(Method::Post), length(Method::Delete)), (Some(0), None));
    }

    #[test]
    fn what_would_split_the_request_is_refused() {
        let calls = [
            Call::get("a\r\nX: y", "/"),
            Call::get("", "/"),
            Call::get("a", "/ HTTP/1.1"),
            Call::get("a", "x"),
            with_headers(&[("X Y", "z")]),
            with_headers(&[("X", "a\r\nY: z")]),
            with_headers(&[("Host", "a b")]),
        ];

        let refused = calls.map(|call| call.check().is_err());

        assert_eq!(refused, [true; 7]);
    }
}
