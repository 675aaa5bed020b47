//! What people write down to be examined: a URL, a host with a port, the server behind the gateway.
//!
//! Only what a gateway can be asked for is read: `http` and `https` with a host, no credentials. The
//! command line and the settings of the watch read it alike.

mod host;
mod origin;
#[cfg(test)]
mod tests;
mod url;

pub use host::{Host, host_and_port};
pub use url::Url;

/// Why a text cannot be read. It repeats no password that the text may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong, in a sentence without a full stop.
    pub what: String,
    /// What to write instead, where that is known.
    pub hint: Option<String>,
    /// Whether the text bears a secret, so that nobody shows it.
    pub is_secret: bool,
}

impl Misread {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None, is_secret: false }
    }

    fn hinted(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..Self::new(what) }
    }
}

impl std::fmt::Display for Misread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Misread {}
