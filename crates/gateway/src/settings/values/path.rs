//! Beginnings of paths.

use std::fmt;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// The beginning of a path: begins with `/`, no query, no fragment, printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// Every path.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Returns it as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a path begins with it, by whole segments.
    pub fn matches(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.0.trim_end_matches('/'));
        rest.is_some_and(|rest| {
            rest.starts_with('/') || (rest.is_empty() && !self.0.ends_with('/'))
        })
    }
}

impl fmt::Display for PathPrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Text for PathPrefix {
    const KIND: &'static str = "a path";
    const ALLOWED: &'static str = "a path that begins with /, without a query";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fault = Fault::new(format!("{} is no path of a URL", quoted(text)));
        if !text.starts_with('/') {
            return Err(fault.hint(format!("write {}", quoted(&format!("/{text}")))));
        }
        if text.contains('*') {
            return Err(fault.hint("a path is a beginning already; leave the * out"));
        }
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\');
        let climbs = text.split('/').any(|segment| segment == "." || segment == "..");
        if !text.bytes().all(fits) || climbs || text.contains("//") {
            return Err(fault);
        }
        Ok(Self(text.to_owned()))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(PathPrefix);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_whole_segments() {
        let cases = [
            ("/", "/", true),
            ("/", "/a", true),
            ("/api", "/api", true),
            ("/api", "/api/x", true),
            ("/api", "/apix", false),
            ("/api/", "/api/x", true),
            ("/api/", "/api", false),
            ("/api/", "/api/", true),
        ];
        for (prefix, path, expected) in cases {
            assert_eq!(
                PathPrefix::from_text(prefix).unwrap().matches(path),
                expected,
                "{prefix} {path}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_path() {
        for text in ["", "api", "/api*", "/a?b", "/a#b", "/a b", "/a/../b", "//a", "/a\n"] {
            assert!(PathPrefix::from_text(text).is_err(), "{text}");
        }
    }
}
