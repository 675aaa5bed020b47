//! Names that people choose for monitors, channels, policies and tags.

use std::fmt;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text, limits};

/// A short name of lower-case letters, digits, `-`, `_` and `.`, from 1 to 64 bytes.
///
/// It stands in URLs, labels of metrics and file names as it is. It holds no slash, so that no name in
/// the file is the id of a monitor that was created over the API (`api/NAME`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the key was missing, which a checked configuration never shows.
    pub fn is_missing(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Text for Slug {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str = "a name of lower-case letters, digits, `-`, `_` and `.` that \
                                   begins with a letter or digit, of at most 64 characters";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')
        };
        let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        if begins && text.len() <= limits::NAME && text.bytes().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(limits::NAME).collect();
        let fault = Fault::new(format!("{} cannot be a name", quoted(&shown)));
        if text.contains('/') {
            return Err(fault.hint("names with a slash are those of monitors made over the API"));
        }
        Err(match proposed(text) {
            Some(name) => fault.hint(format!("write \"{name}\"")),
            None => fault,
        })
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(Slug);

/// The name that is nearest to a text.
fn proposed(text: &str) -> Option<String> {
    let fold = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = text.chars().take(limits::NAME).map(fold).collect();
    let name = name.trim_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_urls_and_labels() {
        for text in ["shop", "a", "1", "shop-eu_1.example", &"a".repeat(64)] {
            assert!(Slug::from_text(text).is_ok(), "{text}");
        }
        for text in ["", "-a", ".a", "Shop", "a b", "a/b", "ä", "a\n", &"a".repeat(65)] {
            assert!(Slug::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_that_fits_is_proposed() {
        let hint = |text: &str| Slug::from_text(text).unwrap_err().hint.unwrap_or_default();

        assert_eq!(hint("My Shop"), "write \"my-shop\"");
        assert!(hint("api/shop").contains("made over the API"));
    }
}
