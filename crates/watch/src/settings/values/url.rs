//! Where a check goes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// A URL of HTTP, taken apart: no user, no fragment, printable ASCII.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// Whether it is `https`.
    pub secure: bool,
    /// Where the server is.
    pub place: HostPort,
    /// Path and query; begins with `/`.
    pub target: String,
}

/// A host and a port.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    /// A name in lower case or an address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// A name to be looked up, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsName(String);

impl HostPort {
    /// Returns the address, where the host is one.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Returns the host as it stands in a URL: an IPv6 address in brackets.
    pub fn bracketed(&self) -> String {
        let is_v6 = self.host.contains(':');
        if is_v6 { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.bracketed(), self.port)
    }
}

impl Url {
    /// Returns the value of `Host`: without the port where it is the usual one.
    pub fn authority(&self) -> String {
        if self.place.port == usual_port(self.secure) {
            self.place.bracketed()
        } else {
            self.place.to_string()
        }
    }

    /// Whether another URL is at the same scheme, host and port.
    pub fn is_same_origin(&self, other: &Self) -> bool {
        self.secure == other.secure && self.place == other.place
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(formatter, "{scheme}://{}{}", self.authority(), self.target)
    }
}

const fn usual_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

impl Text for Url {
    const KIND: &'static str = "a URL";
    const ALLOWED: &'static str = "\"http://HOST/PATH\" or \"https://HOST/PATH\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fault = || Fault::new(format!("{} is no URL of HTTP", brief(text)));
        let (secure, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(_) => return Err(fault()),
            None => return Err(fault().hint("a URL begins with http:// or https://")),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains('@') {
            return Err(Fault::new("user and password do not belong into the URL of a check")
                .hint("write secret_headers = { Authorization = \"env:NAME\" }")
                .secret());
        }
        if target.contains('#') {
            return Err(fault().hint("what follows # is never sent; leave it out"));
        }
        if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(fault().hint("other characters are written as %XX"));
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        let place = host_and_port(authority, Some(usual_port(secure)))?;
        Ok(Self { secure, place, target: format!("{slash}{target}") })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Url);

impl Text for HostPort {
    const KIND: &'static str = "a host and a port";
    const ALLOWED: &'static str = "HOST:PORT, such as \"db.example:5432\" or \"[::1]:443\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some((_, rest)) = text.split_once("://") {
            let fault = Fault::new("a URL does not belong here");
            let place = rest.split('/').next().unwrap_or_default();
            return Err(fault.hint(format!("write {}", brief(place))));
        }
        host_and_port(text, None)
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(HostPort);

impl DnsName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for DnsName {
    const KIND: &'static str = "a name";
    const ALLOWED: &'static str = "a name to look up, such as \"shop.example\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        match host(text)? {
            name if name.parse::<IpAddr>().is_ok() => {
                Err(Fault::new(format!("{} is an address already", brief(text))))
            }
            name => Ok(Self(name)),
        }
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(DnsName);

/// Reads a host and a port; `usual` is the port where none is written.
fn host_and_port(authority: &str, usual: Option<u16>) -> Result<HostPort, Fault> {
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten().filter(|port| *port > 0)
    };
    let port = match (port, usual) {
        (None, Some(usual)) => usual,
        (None, None) => return Err(Fault::new(format!("{} has no port", brief(authority)))),
        (Some(text), _) => number(text).ok_or_else(|| {
            Fault::new(format!("{} is no port", brief(text))).allowed("a port from 1 to 65535")
        })?,
    };
    Ok(HostPort { host: host(name)?, port })
}

/// Reads a name, in lower case, or an address, without brackets (RFC 1123 section 2.1).
fn host(text: &str) -> Result<String, Fault> {
    let fault = || Fault::new(format!("{} is no host", brief(text)));
    if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inside.parse::<Ipv6Addr>().map(|at| at.to_string()).map_err(|_| fault());
    }
    if text.contains(':') {
        return Err(fault().hint("an IPv6 address stands in brackets: \"[::1]:443\""));
    }
    if !text.is_ascii() {
        return Err(fault().hint("names with other letters are written as `xn--…`"));
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let fits = (1..=253).contains(&name.len()) && name.split('.').all(is_label);
    // A name that ends in a number is taken for an address everywhere, so it has to be one.
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || (is_number && name.parse::<Ipv4Addr>().is_err()) {
        return Err(fault());
    }
    Ok(name.to_ascii_lowercase())
}

/// Whether a part of a name is one: letters, digits, `-` and, as services have it (RFC 2782), `_`.
fn is_label(label: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len())
        && label.bytes().all(fits)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The beginning of a text in quotes, for a message.
fn brief(text: &str) -> String {
    quoted(&text.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in
            ["http://a/", "https://shop.example/x?y=1", "https://[::1]:8443/", "http://1.2.3.4:81/"]
        {
            assert_eq!(Url::from_text(text).unwrap().to_text(), text);
        }
        for text in ["db.example:5432", "[::1]:443", "10.0.0.7:1"] {
            assert_eq!(HostPort::from_text(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn a_path_may_be_left_out_and_a_query_stays() {
        for (text, full) in [
            ("https://A.Example", "https://a.example/"),
            ("http://a:80?x", "http://a/?x"),
            ("https://a:443", "https://a/"),
        ] {
            assert_eq!(Url::from_text(text).unwrap().to_text(), full);
        }
    }

    #[test]
    fn refuses_what_no_check_can_ask_for() {
        for text in [
            "",
            "a",
            "ftp://a",
            "http://",
            "http://:80",
            "http://a:0",
            "http://a:+80",
            "http://a b/",
            "http://a/#x",
            "http://a/ö",
            "http://u:p@a/",
            "http://::1/",
            "http://1.2.3/",
            "http://a..b/",
            "http://a/x\r\ny",
            "unix:/x",
        ] {
            assert!(Url::from_text(text).is_err(), "{text}");
        }
        for text in ["", "a", "a:", ":1", "a:99999", "https://a:1", "::1"] {
            assert!(HostPort::from_text(text).is_err(), "{text}");
        }
        for text in ["", "10.0.0.7", "a b", "-a"] {
            assert!(DnsName::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        assert!(Url::from_text("https://me:hunter2@a/").unwrap_err().is_secret);
    }
}
