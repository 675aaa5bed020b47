//! Where an upstream is served.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use goodgate_config::describe::Shape;
use goodgate_config::show::{Shown, quoted};
use goodgate_config::tree::{Node, Value};
use goodgate_config::{Fault, Reader, Setting, Text, section};

use super::bind::unix_path;
use super::host::name;

/// One entry of `endpoints`; a name becomes as many endpoints as it has addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub url: Url,
    /// Its share of the traffic compared with others, from 1 to 1000.
    pub weight: u32,
    /// Whether it serves only while no other endpoint is usable.
    pub backup: bool,
}

/// A scheme and a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// What is spoken there.
    pub scheme: Scheme,
    /// Where that is.
    pub place: Place,
}

/// What is spoken with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP without encryption.
    Http,
    /// HTTP over TLS.
    Https,
    /// HTTP/2 without encryption, by prior knowledge.
    H2c,
}

/// Where an endpoint listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A host and a port.
    Tcp {
        /// The host.
        host: Host,
        /// The port.
        port: u16,
    },
    /// A unix socket, on which HTTP is spoken without encryption.
    Unix(PathBuf),
}

/// The host of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Address(IpAddr),
    /// A name that is looked up, in lower case.
    Name(String),
}

impl From<Url> for Endpoint {
    fn from(url: Url) -> Self {
        Self { url, weight: 1, backup: false }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Unix(path) => write!(formatter, "unix:{}", path.display()),
            Place::Tcp { host, port } => {
                write!(formatter, "{}://{host}:{port}", self.scheme.word())
            }
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => write!(formatter, "[{address}]"),
            Self::Address(IpAddr::V4(address)) => write!(formatter, "{address}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}

impl Scheme {
    /// Returns how a URL with it begins.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::H2c => "h2c",
        }
    }

    /// Returns the port where a URL names none.
    pub const fn port(self) -> u16 {
        match self {
            Self::Http | Self::H2c => 80,
            Self::Https => 443,
        }
    }
}

section! {
    /// One entry of `endpoints`.
    pub struct EndpointKeys {
        /// Where it is.
        pub url: Url;
        /// Its share of the traffic compared with others.
        pub weight: u32 = 1, in 1..=1000;
        /// Whether it serves only while no other endpoint is usable.
        pub backup: bool = false;
    }
}

impl Setting for Endpoint {
    type Bound = ();

    fn shape(_: Option<&()>) -> Shape {
        let table = "or { url = \"http://10.0.0.7:3000\", weight = 2, backup = true } with a weight \
                     from 1 to 1000";
        Shape::Value(format!("{}, {table}", Url::ALLOWED))
    }

    fn read(node: &Node, _: Option<&()>, reader: &mut Reader<'_>) -> Option<Self> {
        if !matches!(node.value, Value::Table(_)) {
            return Url::read(node, None, reader).map(Self::from);
        }
        let EndpointKeys { url, weight, backup } = reader.section(node)?;
        Some(Self { url, weight, backup })
    }

    fn show(&self) -> Shown {
        let url = quoted(&self.url.to_string());
        if (self.weight, self.backup) == (1, false) {
            return Shown::Value(url);
        }
        let (weight, backup) = (self.weight, self.backup);
        Shown::Value(format!("{{ url = {url}, weight = {weight}, backup = {backup} }}"))
    }
}

impl Default for Url {
    fn default() -> Self {
        Self { scheme: Scheme::Http, place: Place::Unix(PathBuf::from("/")) }
    }
}

impl Text for Url {
    const KIND: &'static str = "a URL";
    const ALLOWED: &'static str =
        "\"http://HOST:PORT\", \"https://HOST:PORT\", \"h2c://HOST:PORT\" or \"unix:/PATH\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some(path) = text.strip_prefix("unix:") {
            let place = Place::Unix(unix_path(path)?);
            return Ok(Self { scheme: Scheme::Http, place });
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(|| no_scheme(text))?;
        let known = [Scheme::Http, Scheme::Https, Scheme::H2c];
        let scheme = known.into_iter().find(|known| known.word() == scheme).ok_or_else(|| {
            Fault::new(format!("{} is no protocol for an endpoint", quoted(scheme)))
        })?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(Fault::new("user and password do not belong into the URL of an endpoint")
                .hint("set `authorization` in `set_request_headers` of the route")
                .secret());
        }
        if authority.contains(['/', '?', '#']) {
            return Err(Fault::new("the URL of an endpoint has no path")
                .hint("`rewrite_prefix` of the route puts a path before every request"));
        }
        let (host, port) = host_and_port(authority, scheme.port())?;
        Ok(Self { scheme, place: Place::Tcp { host, port } })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Url);

fn no_scheme(text: &str) -> Fault {
    let fault = Fault::new(format!("{} is no URL", quoted(text)));
    match host_and_port(text, 80) {
        Ok(_) => fault.hint(format!("write \"http://{text}\"")),
        Err(_) => fault,
    }
}

fn host_and_port(authority: &str, default: u16) -> Result<(Host, u16), Fault> {
    let (host, port) = split(authority);
    let port = match port {
        None => default,
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
            Fault::new(format!("{} is no port", quoted(port))).allowed("a port from 1 to 65535")
        })?,
    };
    Ok((host_of(host)?, port))
}

/// Splits off the port; the colons of an IPv6 address stand in brackets.
fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn host_of(host: &str) -> Result<Host, Fault> {
    if let Some(inside) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address = inside.parse::<std::net::Ipv6Addr>();
        return address
            .map(|address| Host::Address(address.into()))
            .map_err(|_| Fault::new(format!("{} is no IPv6 address", quoted(inside))));
    }
    if host.contains(':') {
        return Err(
            Fault::new("an IPv6 address stands in brackets").hint("write \"http://[::1]:3000\"")
        );
    }
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return Ok(Host::Address(address.into()));
    }
    name(host).map(Host::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "http://10.0.0.7:3000",
            "https://app.internal:443",
            "h2c://[::1]:50051",
            "unix:/run/a.sock",
        ] {
            assert_eq!(Url::from_text(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn a_port_may_be_left_out() {
        for (text, full) in [
            ("http://a", "http://a:80"),
            ("https://A/", "https://a:443"),
            ("h2c://[::1]", "h2c://[::1]:80"),
        ] {
            assert_eq!(Url::from_text(text).unwrap().to_text(), full);
        }
    }

    #[test]
    fn refuses_what_is_no_endpoint() {
        for text in [
            "",
            "http://",
            "http://:80",
            "http://a:0",
            "http://a:65536",
            "http://a:b",
            "ftp://a",
            "http://::1:80",
            "http://a/b",
            "http://a?b",
            "http://u:p@a",
            "http://[::1",
            "http://a b",
            "http://1.2.3.4.5",
            "http://300.1.1.1",
            "unix:a",
            "http://-a",
            "http://a..b",
            "http://\u{e4}",
        ] {
            assert!(Url::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_missing_scheme_is_proposed() {
        let fault = Url::from_text("127.0.0.1:3000").unwrap_err();

        assert_eq!(fault.hint.as_deref(), Some("write \"http://127.0.0.1:3000\""));
    }
}
