//! Names of upstreams.

use std::fmt;

use goodgate_config::limits::NAME;
use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

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

impl Text for UpstreamName {
    const KIND: &'static str = "the name of an upstream";
    const ALLOWED: &'static str = "1 to 64 letters, digits, `_` and `-`";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=NAME).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        let fault = Fault::new(format!("{} is no name of an upstream", quoted(text)));
        Err(if text.contains("://") {
            fault.hint("name an [upstream.NAME]; the URL is one of its `endpoints`")
        } else {
            fault
        })
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(UpstreamName);
