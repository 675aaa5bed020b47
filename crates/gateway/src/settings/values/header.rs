//! Names and values of header fields.

use std::fmt;

/// The name of a header field, in lower case (RFC 9110 section 5.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// The value of a header field: visible characters, spaces and tabs (RFC 9110 section 5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderValue(String);

impl HeaderValue {
    /// Returns the value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
