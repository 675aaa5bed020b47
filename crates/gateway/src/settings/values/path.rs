//! Beginnings of paths.

use std::fmt;

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
