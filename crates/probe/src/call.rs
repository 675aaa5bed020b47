//! The request that a probe sends: safe, small, and the same on every version of HTTP.

use std::fmt;

use goodgate_evidence::text::shorten;

use crate::error::ProbeError;
use crate::limits::QUOTED_MAX;

/// What the probe calls itself.
pub const USER_AGENT: &str = concat!("goodgate/", env!("CARGO_PKG_VERSION"));

/// A method without effects and without a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`.
    Head,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
        })
    }
}

/// One request without a body.
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
    /// Further fields.
    pub headers: Vec<(String, String)>,
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
        }
    }

    /// Refuses what would break the framing of the request.
    pub(crate) fn check(&self) -> Result<(), ProbeError> {
        let graphic = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !graphic(&self.authority) {
            return Err(refused("authority", &self.authority));
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

    /// Returns the request as the bytes of HTTP/1.1.
    pub(crate) fn to_http1(&self) -> Vec<u8> {
        let connection = if self.keep_alive { "keep-alive" } else { "close" };
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let fixed = [
            ("Host", self.authority.as_str()),
            ("User-Agent", USER_AGENT),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", connection),
        ];
        let extra = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in fixed.into_iter().chain(extra) {
            for part in [name, ": ", value, "\r\n"] {
                text.push_str(part);
            }
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

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

    #[test]
    fn what_would_split_the_request_is_refused() {
        let with_header = |name: &str, value: &str| Call {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..Call::get("a", "/")
        };
        let calls = [
            Call::get("a\r\nX: y", "/"),
            Call::get("", "/"),
            Call::get("a", "/ HTTP/1.1"),
            Call::get("a", "x"),
            with_header("X Y", "z"),
            with_header("X", "a\r\nY: z"),
        ];

        let refused = calls.map(|call| call.check().is_err());

        assert_eq!(refused, [true; 6]);
    }
}
