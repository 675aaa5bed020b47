//! `[[monitor]]`: what is checked on a schedule.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use goodgate_config::units::{hours, mins, ms, secs};
use goodgate_config::{SecretSource, section, words};

use super::values::{Address, DnsName, HeaderName, HeaderValue, HostPort, Link, Origin, Slug, Url};
use super::{Expect, Maintenance, Slo};

section! {
    /// Something that is checked on a schedule. Exactly one of `http`, `tcp`, `tls`, `dns`,
    /// `heartbeat`, `beat` and `status_page` says what.
    pub struct Monitor {
        /// What it is called, in messages, URLs and metrics.
        pub name: Slug;
        /// Asks for a URL.
        pub http: Option<Url> = None;
        /// Opens a connection to `HOST:PORT`.
        pub tcp: Option<HostPort> = None;
        /// Shakes hands with `HOST:PORT` and looks at the certificate.
        pub tls: Option<HostPort> = None;
        /// Looks a name up.
        pub dns: Option<DnsName> = None;
        /// Waits to be called by a job, this often at least.
        pub heartbeat: Option<Duration> = None, in secs(1)..=hours(31 * 24);
        /// Calls a URL of somebody who notices when we do not: a dead-man switch.
        pub beat: Option<Link> = None;
        /// Reads the status page of a third party, as evidence: a Statuspage URL
        /// (`https://HOST/api/v2/summary.json`) or a feed in RSS or Atom.
        pub status_page: Option<Url> = None;
        /// Whether it is checked; otherwise it is `paused`.
        pub enabled: bool = true;
        /// The time from the beginning of one check to the next, a fixed moment of its own in each:
        /// with 30 s a failure is noticed within half a minute, at next to no cost for either side.
        pub interval: Duration = secs(30), in secs(1)..=hours(24);
        /// The time for one check, redirects included. Unless it is written, it is never longer than
        /// the interval.
        pub timeout: Duration = secs(10), in ms(100)..=mins(5);
        /// How late a heartbeat may be.
        pub grace: Duration = secs(60), in secs(0)..=hours(24);
        /// The secret that a heartbeat has to bring: `env:NAME` or `file:PATH`. Without it a job has to
        /// call from this host.
        pub token: Option<SecretSource> = None;
        /// The method of the request. What changes something there is only sent if it stands here.
        pub method: Method = Method::Get;
        /// Header fields of the request; one that is sent anyway is replaced.
        pub headers: BTreeMap<HeaderName, HeaderValue> = BTreeMap::new();
        /// Header fields of the request whose values are secrets: `env:NAME` or `file:PATH`. They go
        /// to the host of the URL and to no other.
        pub secret_headers: BTreeMap<HeaderName, SecretSource> = BTreeMap::new();
        /// The body of the request.
        pub body: Option<String> = None;
        /// The version of HTTP.
        pub protocol: Protocol = Protocol::Auto;
        /// The redirects that are followed. Without any a redirect is the answer.
        pub follow: u32 = 5, in 0..=10;
        /// Other hosts that redirects may lead to; the host of the URL is always one.
        pub follow_hosts: Vec<DnsName> = Vec::new();
        /// The name that is sent in the handshake and that the certificate has to bear; without it the
        /// host.
        pub server_name: Option<DnsName> = None;
        /// Whether the certificate is verified.
        pub verify: bool = true;
        /// The authorities to trust besides those of the system, in PEM.
        pub ca: Option<PathBuf> = None;
        /// The name servers that are asked; without any those of `[watch]`.
        pub name_servers: Vec<SocketAddr> = Vec::new();
        /// Which addresses of a name are used. Each check takes the next one.
        pub family: Family = Family::Any;
        /// The address of this host from which connections are opened.
        pub source: Option<Address> = None;
        /// The server behind the gateway, without a path: it is asked itself when the monitor fails, for
        /// the path of the URL. Of `HOST:PORT` alone it is found out whether it speaks TLS.
        pub origin: Option<Origin> = None;
        /// The third party that the monitor is about, such as `cloudflare`.
        pub provider: Option<Slug> = None;
        /// How a status page is written.
        pub feed: Feed = Feed::Auto;
        /// The parts of a status page that count, by their names; without any all of them.
        pub components: Vec<String> = Vec::new();
        /// What makes an answer a good one.
        pub expect: Expect = Expect::default();
        /// When failures are expected.
        pub maintenance: Vec<Maintenance> = Vec::new();
        /// Monitors without which this one cannot work: while one of them is down nobody is told of
        /// this one. It is checked all the same.
        pub depends_on: Vec<Slug> = Vec::new();
        /// Words by which monitors are grouped.
        pub tags: Vec<Slug> = Vec::new();
        /// What share of the time has to be good.
        pub slo: Option<Slo> = None;
        /// How much an incident matters: of what is a `notice` those of the first steps of the policy are
        /// told once, and nobody is reminded or called after them.
        pub severity: Severity = Severity::Page;
        /// The policy by which people are told.
        pub policy: Option<Slug> = None;
    }
}

words! {
    /// The method of a request.
    pub enum Method {
        /// GET.
        Get = "GET",
        /// HEAD.
        Head = "HEAD",
        /// OPTIONS.
        Options = "OPTIONS",
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
        /// PATCH.
        Patch = "PATCH",
        /// DELETE.
        Delete = "DELETE",
    }
}

impl Method {
    /// Whether it has no effect at the server (RFC 9110 section 9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

words! {
    /// The version of HTTP that a check speaks.
    pub enum Protocol {
        /// HTTP/2 where the server agrees to it by ALPN, else HTTP/1.1.
        Auto = "auto",
        /// HTTP/1.1 only.
        Http1 = "http1",
        /// HTTP/2 only.
        Http2 = "http2",
    }
}

words! {
    /// Which addresses of a name are used.
    pub enum Family {
        /// Both, one after the other.
        Any = "any",
        /// IPv4 only.
        Ipv4 = "ipv4",
        /// IPv6 only.
        Ipv6 = "ipv6",
    }
}

words! {
    /// How a status page is written.
    pub enum Feed {
        /// JSON or XML, by its first character.
        Auto = "auto",
        /// Statuspage: `status.json` or `summary.json`.
        Statuspage = "statuspage",
        /// RSS 2.0 or Atom, newest entry first.
        Rss = "rss",
    }
}

words! {
    /// How much an incident matters.
    pub enum Severity {
        /// Somebody is woken.
        Page = "page",
        /// Somebody should know.
        Notice = "notice",
    }
}

/// What a monitor does, with the address that its key holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind<'a> {
    /// Asks for a URL.
    Http(&'a Url),
    /// Opens a connection.
    Tcp(&'a HostPort),
    /// Shakes hands.
    Tls(&'a HostPort),
    /// Looks a name up.
    Dns(&'a DnsName),
    /// Waits to be called.
    Heartbeat(Duration),
    /// Calls.
    Beat(&'a Link),
    /// Reads a status page.
    StatusPage(&'a Url),
}

/// The key that says what a monitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindKey {
    /// `http`
    Http,
    /// `tcp`
    Tcp,
    /// `tls`
    Tls,
    /// `dns`
    Dns,
    /// `heartbeat`
    Heartbeat,
    /// `beat`
    Beat,
    /// `status_page`
    StatusPage,
}

impl KindKey {
    /// Returns the name of the key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Dns => "dns",
            Self::Heartbeat => "heartbeat",
            Self::Beat => "beat",
            Self::StatusPage => "status_page",
        }
    }
}

impl Kind<'_> {
    /// Returns the key of it.
    pub const fn key(&self) -> KindKey {
        match self {
            Self::Http(_) => KindKey::Http,
            Self::Tcp(_) => KindKey::Tcp,
            Self::Tls(_) => KindKey::Tls,
            Self::Dns(_) => KindKey::Dns,
            Self::Heartbeat(_) => KindKey::Heartbeat,
            Self::Beat(_) => KindKey::Beat,
            Self::StatusPage(_) => KindKey::StatusPage,
        }
    }
}

impl Monitor {
    /// Returns what its keys say that it does: one thing in a checked configuration.
    pub fn kinds(&self) -> Vec<Kind<'_>> {
        let all = [
            self.http.as_ref().map(Kind::Http),
            self.tcp.as_ref().map(Kind::Tcp),
            self.tls.as_ref().map(Kind::Tls),
            self.dns.as_ref().map(Kind::Dns),
            self.heartbeat.map(Kind::Heartbeat),
            self.beat.as_ref().map(Kind::Beat),
            self.status_page.as_ref().map(Kind::StatusPage),
        ];
        all.into_iter().flatten().collect()
    }

    /// Returns the time for one check: never longer than the interval, so that checks do not pile up.
    pub fn time_limit(&self) -> Duration {
        self.timeout.min(self.interval)
    }

    /// Returns what it does, if that is one thing.
    pub fn kind(&self) -> Option<Kind<'_>> {
        match self.kinds().as_slice() {
            [kind] => Some(*kind),
            _ => None,
        }
    }
}
