//! Where an upstream is served.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

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
    /// A unix socket.
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
            Place::Unix(path) => {
                write!(formatter, "{}unix:{}", self.scheme.before_unix(), path.display())
            }
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

    const fn before_unix(self) -> &'static str {
        match self {
            Self::Http => "",
            Self::Https => "https+",
            Self::H2c => "h2c+",
        }
    }
}
