//! Hosts of requests.

use std::fmt;

/// Which hosts a route serves, in lower case and without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// This host.
    Exact(String),
    /// Every host below this one, at any depth: `example.org` of `*.example.org`.
    Below(String),
}

impl HostPattern {
    /// Whether a host, in lower case and without a port, is one of these.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exact(name) => name == host,
            Self::Below(parent) => {
                let child =
                    host.strip_suffix(parent.as_str()).and_then(|rest| rest.strip_suffix('.'));
                child.is_some_and(|child| !child.is_empty())
            }
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => formatter.write_str(name),
            Self::Below(parent) => write!(formatter, "*.{parent}"),
        }
    }
}

/// The `Host` that an upstream gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostSent {
    /// What the client sent.
    Client,
    /// The host and port of the endpoint.
    Endpoint,
    /// This one.
    Fixed(String),
}
