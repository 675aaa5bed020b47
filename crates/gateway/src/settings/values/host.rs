//! Hosts of requests.

use std::fmt;
use std::ops::Deref;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

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

/// A host name or an IPv4 address, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for HostName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Text for HostName {
    const KIND: &'static str = "a host name";
    const ALLOWED: &'static str = "a host name, such as \"app.example.org\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        name(text).map(Self)
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(HostName);

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

impl Text for HostPattern {
    const KIND: &'static str = "a host";
    const ALLOWED: &'static str =
        "a host such as \"example.org\", or \"*.example.org\" for all below it";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some(parent) = text.strip_prefix("*.") {
            return name(parent).map(Self::Below);
        }
        if let Some(host) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) {
            let host = host.split('/').next().unwrap_or_default();
            return Err(Fault::new("a host is not a URL").hint(format!("write {}", quoted(host))));
        }
        if let Some((host, _)) = text.split_once(':')
            && !text.starts_with('[')
        {
            return Err(
                Fault::new("a host stands without a port").hint(format!("write {}", quoted(host)))
            );
        }
        if text == "*" {
            return Err(
                Fault::new("`*` is no host").hint("without `host` the route serves every host")
            );
        }
        name(text).map(Self::Exact)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(HostPattern);

impl Text for HostSent {
    const KIND: &'static str = "a host";
    const ALLOWED: &'static str = "\"client\", \"endpoint\", or a host with or without a port";

    fn from_text(text: &str) -> Result<Self, Fault> {
        match text {
            "client" => Ok(Self::Client),
            "endpoint" => Ok(Self::Endpoint),
            _ => host_with_port(text).map(|()| Self::Fixed(text.to_owned())),
        }
    }

    fn to_text(&self) -> String {
        match self {
            Self::Client => "client".to_owned(),
            Self::Endpoint => "endpoint".to_owned(),
            Self::Fixed(host) => host.clone(),
        }
    }
}

goodgate_config::text!(HostSent);

fn host_with_port(text: &str) -> Result<(), Fault> {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(Fault::new(format!("{} is no host", quoted(text))));
    }
    name(host).map(|_| ())
}

/// Reads a host name or an IPv4 address, in lower case: labels of letters, digits, `-` and `_`, as
/// names of services have (RFC 1123 section 2.1, RFC 2782).
pub(super) fn name(text: &str) -> Result<String, Fault> {
    let fault = || Fault::new(format!("{} is no host name", quoted(text)));
    if !text.is_ascii() {
        return Err(fault().hint("names with other letters are written as `xn--…`"));
    }
    let host = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    // A name that ends in a number is taken for an address everywhere, so it has to be one.
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=253).contains(&host.len()) && host.split('.').all(is_label);
    if !fits || (is_number && host.parse::<std::net::Ipv4Addr>().is_err()) {
        return Err(fault());
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_matches_what_is_below_it() {
        let pattern = HostPattern::from_text("*.Example.org").unwrap();

        for (host, expected) in [
            ("a.example.org", true),
            ("a.b.example.org", true),
            ("example.org", false),
            ("badexample.org", false),
            (".example.org", false),
        ] {
            assert_eq!(pattern.matches(host), expected, "{host}");
        }
    }

    #[test]
    fn refuses_what_is_no_host() {
        for text in
            ["", "*", "*.", "a b", "https://example.org/", "example.org:80", "a..b", "-a", "1.2.3"]
        {
            assert!(HostPattern::from_text(text).is_err(), "{text}");
        }
    }
}
