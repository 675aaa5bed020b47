//! What is examined, and with which means.

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_evidence::probe::{AppProtocol, Endpoint};

use crate::probe::Method;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A name that has to be looked up.
    Name {
        /// The name.
        host: String,
        /// The port.
        port: u16,
    },
    /// A known address.
    At(Endpoint),
    /// Behind a forward proxy that looks the name up itself; the endpoint is only a stand-in.
    ThroughProxy(Endpoint),
}

/// The URL that fails, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whether it is `https`.
    pub secure: bool,
    /// The host, without brackets.
    pub host: String,
    /// The value of `Host`.
    pub authority: String,
    /// The method that it is asked with. Application protocols are asked with GET.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Where to connect to.
    pub place: Place,
    /// The server behind the gateway, where it is known.
    pub origin: Option<Origin>,
}

/// Whether a server speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// It is said to speak plain HTTP.
    Plain,
    /// It is said to speak TLS.
    Tls,
    /// It is said to speak no HTTP but this.
    App(AppProtocol),
    /// To be found out; tried first as said.
    Unknown {
        /// Whether to try TLS first.
        secure_first: bool,
    },
}

/// The server behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where it is.
    pub place: Place,
    /// Whether it speaks TLS.
    pub scheme: Scheme,
}

/// Means that are not part of the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Name servers to compare: those of the system and those that were named.
    pub name_servers: Vec<SocketAddr>,
    /// Whether a target that answers well is examined further: large cookies, compressed answers,
    /// kept and idle connections.
    pub thorough: bool,
}

/// How much may be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Connections that may be opened.
    pub requests: u32,
    /// Time in all.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { requests: 40, time: Duration::from_secs(30) }
    }
}
