//! Names of upstreams.

use std::fmt;

/// The name of an upstream: 1 to 64 letters, digits, `_` and `-`, so that it can be a label of metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UpstreamName(String);

impl UpstreamName {
    /// `app`.
    pub fn app() -> Self {
        Self("app".to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UpstreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
