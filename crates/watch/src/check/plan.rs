//! What one check asks for: a monitor's settings in the form in which they are carried out.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use goodgate_config::{Secret, SecretSource, Text as _};
use goodgate_incident::MonitorId;

use super::limits::BODY_JUDGED;
use crate::settings::values::{HostPort, Slug, Url};
use crate::settings::{Expect, Family, Feed, Kind, Method, Monitor, Protocol, Watch};

/// What one check asks for, and what makes its answer a good one.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of which monitor it is.
    pub monitor: MonitorId,
    /// What is done.
    pub what: What,
    /// The time for all of it.
    pub timeout: Duration,
    /// How late we ourselves may be before a failure by time is not believed.
    pub lateness: Duration,
    /// The way to the target.
    pub way: Way,
    /// What makes the answer a good one.
    pub expect: Arc<Expect>,
    /// The third party that it is about.
    pub provider: Option<Slug>,
}

/// What a check does.
#[derive(Clone, Debug)]
pub enum What {
    /// Sends a request.
    Http(Box<Http>),
    /// Opens a connection.
    Tcp(HostPort),
    /// Opens a connection and shakes hands.
    Tls(HostPort, Box<TlsWish>),
    /// Looks a name up.
    Dns(Box<str>),
    /// Looks whether a job has called in time. Nothing is sent.
    Heartbeat {
        /// How often it has to.
        every: Duration,
        /// How late it may be.
        grace: Duration,
    },
    /// Calls whoever notices when we do not. Its URL is a secret.
    Beat(Box<Http>),
    /// Reads a status page.
    StatusPage(Box<Http>, Feed, Arc<[String]>),
}

/// A request and how redirects are taken.
#[derive(Clone, Debug)]
pub struct Http {
    /// Where to.
    pub aim: Aim,
    /// The method.
    pub method: Method,
    /// Header fields besides those that are sent anyway.
    pub headers: Arc<[Header]>,
    /// The body.
    pub body: Option<Arc<str>>,
    /// The version of HTTP.
    pub protocol: Protocol,
    /// How hands are shaken where the URL is one of `https`.
    pub tls: TlsWish,
    /// The redirects that are followed.
    pub follow: u32,
    /// Hosts that redirects may lead to besides that of the URL.
    pub follow_hosts: Arc<[String]>,
    /// Bytes of the body that are wanted.
    pub body_wanted: usize,
}

/// A URL, which may be a secret itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Aim {
    /// The URL.
    pub url: Url,
    /// Whether its path and query are kept out of everything that is shown.
    pub is_secret: bool,
}

impl fmt::Debug for Aim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown())
    }
}

impl Aim {
    /// Returns the URL for people: without a secret path, and with the values of its query masked.
    pub fn shown(&self) -> String {
        if self.is_secret {
            let scheme = if self.url.secure { "https" } else { "http" };
            return format!("{scheme}://{}/***", self.url.authority());
        }
        let shown = self.url.to_string();
        // Each check shows one, and most paths have nothing in them that could be masked.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
        if self.url.target.bytes().all(is_plain) {
            shown
        } else {
            goodgate_evidence::text::redact(&shown)
        }
    }
}

/// A header field of a request.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name, in lower case.
    pub name: Box<str>,
    /// Its value.
    pub value: Value,
}

/// The value of a header field.
#[derive(Clone, Debug)]
pub enum Value {
    /// One that stands in the file.
    Plain(Box<str>),
    /// A secret: sent to the host of the URL, and kept nowhere.
    Hidden(Secret),
}

impl Value {
    /// Returns the value, to be sent; it must not reach a log, evidence or an answer.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Hidden(secret) => secret.reveal(),
        }
    }
}

/// How hands are shaken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsWish {
    /// The name to send and to find in the certificate; without it the host.
    pub server_name: Option<Box<str>>,
    /// Whether what is wrong with the certificate makes the check fail.
    pub verify: bool,
    /// A file of authorities to trust besides those of the system.
    pub ca: Option<PathBuf>,
}

/// The way to the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The name servers to ask, one after the other from check to check; without any the system's.
    pub name_servers: Arc<[SocketAddr]>,
    /// The local address to connect from.
    pub source: Option<IpAddr>,
    /// Which addresses of a name are used.
    pub family: Option<IpKind>,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IpKind {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl IpKind {
    /// Returns the family of an address.
    pub const fn of(address: &IpAddr) -> Self {
        if address.is_ipv6() { Self::V6 } else { Self::V4 }
    }
}

/// Why there is no plan for a monitor.
#[derive(Debug, thiserror::Error)]
pub enum PlanError<E: std::error::Error + 'static> {
    /// It says nothing, or several things; a checked configuration has no such monitor.
    #[error("monitor {0} does not do one thing")]
    NotOneKind(Slug),
    /// A secret could not be had.
    #[error("fetch a secret of monitor {monitor}")]
    Secret {
        /// The monitor.
        monitor: Slug,
        /// Why.
        #[source]
        source: E,
    },
    /// What is kept elsewhere is no URL. It is not repeated.
    #[error("what is kept for `beat` of monitor {0} is no URL")]
    NoUrl(Slug),
}

impl Plan {
    /// Makes the plan for a monitor; `fetch` gets its secrets from where they are.
    pub fn of<E: std::error::Error + 'static>(
        monitor: &Monitor,
        watch: &Watch,
        mut fetch: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Self, PlanError<E>> {
        let name = &monitor.name;
        let mut secret = |source: &SecretSource| {
            fetch(source).map_err(|source| PlanError::Secret { monitor: name.clone(), source })
        };
        let what = match monitor.kind().ok_or_else(|| PlanError::NotOneKind(name.clone()))? {
            Kind::Tcp(place) => What::Tcp(place.clone()),
            Kind::Tls(place) => What::Tls(place.clone(), Box::new(tls(monitor))),
            Kind::Dns(name) => What::Dns(name.as_str().into()),
            Kind::Heartbeat(every) => What::Heartbeat { every, grace: monitor.grace },
            Kind::Http(url) => {
                let aim = Aim { url: url.clone(), is_secret: false };
                What::Http(Box::new(http(monitor, aim, &mut secret)?))
            }
            Kind::StatusPage(url) => {
                let aim = Aim { url: url.clone(), is_secret: false };
                let http = Box::new(http(monitor, aim, &mut secret)?);
                What::StatusPage(http, monitor.feed, monitor.components.clone().into())
            }
            Kind::Beat(link) => {
                let aim = beat(link, name, &mut secret)?;
                What::Beat(Box::new(http(monitor, aim, &mut secret)?))
            }
        };
        Ok(Self {
            monitor: MonitorId(name.as_str().into()),
            what,
            timeout: monitor.time_limit(),
            lateness: watch.lateness,
            way: way(monitor, watch),
            expect: Arc::new(monitor.expect.clone()),
            provider: monitor.provider.clone(),
        })
    }

    /// Returns the request, where it makes one.
    pub fn http(&self) -> Option<&Http> {
        match &self.what {
            What::Http(http) | What::Beat(http) | What::StatusPage(http, ..) => Some(http),
            What::Tcp(_) | What::Tls(..) | What::Dns(_) | What::Heartbeat { .. } => None,
        }
    }
}

fn way(monitor: &Monitor, watch: &Watch) -> Way {
    let own = &monitor.name_servers;
    let name_servers = if own.is_empty() { &watch.name_servers } else { own };
    Way {
        name_servers: name_servers.clone().into(),
        source: monitor.source.map(|source| source.0),
        family: match monitor.family {
            Family::Any => None,
            Family::Ipv4 => Some(IpKind::V4),
            Family::Ipv6 => Some(IpKind::V6),
        },
    }
}

fn tls(monitor: &Monitor) -> TlsWish {
    TlsWish {
        server_name: monitor.server_name.as_ref().map(|name| name.as_str().into()),
        verify: monitor.verify,
        ca: monitor.ca.clone(),
    }
}

fn http<E: std::error::Error + 'static>(
    monitor: &Monitor,
    aim: Aim,
    secret: &mut impl FnMut(&SecretSource) -> Result<Secret, PlanError<E>>,
) -> Result<Http, PlanError<E>> {
    let mut headers: Vec<Header> = monitor
        .headers
        .iter()
        .map(|(name, value)| Header {
            name: name.as_str().into(),
            value: Value::Plain(value.as_str().into()),
        })
        .collect();
    for (name, source) in &monitor.secret_headers {
        let value = Value::Hidden(secret(source)?);
        headers.push(Header { name: name.as_str().into(), value });
    }
    // A dead-man switch answers with a redirect only where something is wrong with its URL.
    let follow = if aim.is_secret { 0 } else { monitor.follow };
    Ok(Http {
        aim,
        method: monitor.method,
        headers: headers.into(),
        body: monitor.body.as_deref().map(Arc::from),
        protocol: monitor.protocol,
        tls: tls(monitor),
        follow,
        follow_hosts: monitor.follow_hosts.iter().map(|host| host.as_str().to_owned()).collect(),
        body_wanted: BODY_JUDGED,
    })
}

fn beat<E: std::error::Error + 'static>(
    link: &crate::settings::values::Link,
    name: &Slug,
    secret: &mut impl FnMut(&SecretSource) -> Result<Secret, PlanError<E>>,
) -> Result<Aim, PlanError<E>> {
    use crate::settings::values::Link;
    let url = match link {
        Link::Plain(url) => url.clone(),
        Link::Kept(source) => {
            Url::from_text(secret(source)?.reveal()).map_err(|_| PlanError::NoUrl(name.clone()))?
        }
    };
    Ok(Aim { url, is_secret: true })
}
