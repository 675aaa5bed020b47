//! The name of a gateway.

use std::fmt;
use std::ops::Deref;

use goodgate_config::{Fault, HeaderName, Text};

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
            && HeaderName::from_text(text).is_ok();
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
