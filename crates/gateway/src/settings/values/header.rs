//! Names and values of header fields.

use std::fmt;
use std::ops::Deref;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

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

/// The name under which a gateway stands in `Via` and `Proxy-Status`: a token (RFC 9110 section
/// 5.6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudonym(String);

impl Pseudonym {
    /// `goodgate`.
    pub fn goodgate() -> Self {
        Self("goodgate".to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Pseudonym {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Text for Pseudonym {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str =
        "a name without spaces that begins with a letter, such as \"edge-1\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        // A token of a structured field begins with a letter or `*` (RFC 9651 section 3.3.4).
        let fits = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= LONGEST_NAME
            && text.bytes().all(is_token);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new("this is no name for a gateway"))
        }
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(Pseudonym);

/// The value of a header field: visible characters, spaces and tabs (RFC 9110 section 5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderValue(String);

impl HeaderValue {
    /// Returns the value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for HeaderName {
    const KIND: &'static str = "the name of a header field";
    const ALLOWED: &'static str = "the name of a header field, such as \"X-Tenant\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let is_token = !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(is_token);
        if is_token {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let fault = Fault::new(format!("{} is no name of a header field", quoted(text)));
        Err(if text.contains(':') {
            fault.hint("the colon is not part of the name")
        } else {
            fault
        })
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(HeaderName);

/// Longer names are not used by anybody and break other proxies.
const LONGEST_NAME: usize = 256;

/// The characters of a token (RFC 9110 section 5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
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

goodgate_config::text!(HeaderValue);

/// What most servers take in one line.
const LONGEST_VALUE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens_in_lower_case() {
        assert_eq!(HeaderName::from_text("X-Tenant").unwrap().as_str(), "x-tenant");
        for text in ["", "x tenant", "x:", "x\r\ny", "\u{e4}"] {
            assert!(HeaderName::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_cannot_end_the_field() {
        for text in ["a\r\nb", "a\0", " a", "a\n", "\u{e4}"] {
            assert!(HeaderValue::from_text(text).is_err(), "{text}");
        }
        assert!(HeaderValue::from_text("").is_ok());
    }
}
