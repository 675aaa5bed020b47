//! Names and values of header fields.

use std::fmt;

use super::brief;
use crate::problem::Fault;
use crate::setting::Text;

/// The name of a header field, in lower case (RFC 9110 section 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeaderName(String);

impl HeaderName {
    /// `x-request-id`.
    pub fn request_id() -> Self {
        Self("x-request-id".to_owned())
    }

    /// Returns the name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The value of a header field: visible ASCII, spaces and tabs (RFC 9110 section 5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderValue(String);

impl HeaderValue {
    /// Returns the value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Longer names are not used by anybody and break other proxies.
const LONGEST_NAME: usize = 256;

/// What most servers take in one line.
const LONGEST_VALUE: usize = 4096;

impl Text for HeaderName {
    const KIND: &'static str = "the name of a header field";
    const ALLOWED: &'static str = "the name of a header field, such as \"X-Tenant\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(is_token) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let fault = Fault::new(format!("{} is no name of a header field", brief(text)));
        let colon = text.contains(':');
        Err(if colon { fault.hint("the colon is not part of the name") } else { fault })
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

crate::text!(HeaderName);

/// The characters of a token (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

impl Text for HeaderValue {
    const KIND: &'static str = "the value of a header field";
    const ALLOWED: &'static str = "printable ASCII on one line, without spaces at its ends";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let is_value = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
        if text.trim() == text && text.len() <= LONGEST_VALUE && text.bytes().all(is_value) {
            return Ok(Self(text.to_owned()));
        }
        // Values such as that of `authorization` are not repeated.
        Err(Fault::new("this is no value of a header field").secret())
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

crate::text!(HeaderValue);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_cannot_end_its_line() {
        for text in ["a\r\nb", "a\0", " a", "a\n", "\u{e4}"] {
            assert!(HeaderValue::from_text(text).is_err(), "{text}");
        }
        for text in ["", "a b", "a:", "a\r", "ä"] {
            assert!(HeaderName::from_text(text).is_err(), "{text}");
        }
        assert_eq!(HeaderName::from_text("X-Tenant").unwrap().as_str(), "x-tenant");
    }
}
