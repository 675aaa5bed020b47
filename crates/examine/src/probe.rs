//! The probes that an examination asks for, and what it gets back.

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_evidence::probe::{
    AppProtocol, AppTry, Ciphers, ConnectAttempt, Endpoint, Exchange, Handshake, Hello, Kept,
    Lookup, TlsVersion,
};

/// Names one probe of an examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProbeId(pub usize);

/// Whom a probe looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hop {
    /// What the URL leads to.
    Gateway,
    /// The server behind it.
    Origin,
}

impl Hop {
    /// Returns the word for output.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Origin => "origin",
        }
    }
}

/// Why a probe is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To learn the addresses.
    Lookup,
    /// To see which addresses accept connections.
    Reach,
    /// To see the failure.
    First,
    /// To see it over HTTP/1.1 where HTTP/2 was chosen.
    Http1,
    /// To see whether other addresses answer alike.
    OtherAddress,
    /// To see whether it fails always.
    Repeat,
    /// To see whether other paths fail.
    OtherPath,
    /// To see whether HEAD fails.
    Head,
    /// To see whether the server waits for a PROXY protocol header.
    ProxyHeader,
    /// To see whether the server speaks TLS instead of plain HTTP, or the reverse.
    OtherScheme,
    /// To see whether the server speaks HTTP/2 only.
    PriorHttp2,
    /// To see whether the handshake needs a server name.
    WithoutSni,
    /// To see whether a cache holds the error.
    CacheBuster,
    /// To see whether other host names fail on the same gateway.
    OtherHost,
    /// To see whether large cookies matter.
    LargeCookies,
    /// To see whether compressed answers differ.
    Compressed,
    /// To see whether used and idle connections differ from new ones.
    Kept,
    /// To see which versions and ciphers of TLS the server would agree to.
    Hello,
    /// To see whether the server speaks FastCGI or uwsgi.
    AppProtocol,
}

impl Purpose {
    /// Returns the word for output.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Reach => "reach",
            Self::First => "first",
            Self::Http1 => "http1",
            Self::OtherAddress => "other_address",
            Self::Repeat => "repeat",
            Self::OtherPath => "other_path",
            Self::Head => "head",
            Self::ProxyHeader => "proxy_header",
            Self::OtherScheme => "other_scheme",
            Self::PriorHttp2 => "prior_http2",
            Self::WithoutSni => "without_sni",
            Self::CacheBuster => "cache_buster",
            Self::OtherHost => "other_host",
            Self::LargeCookies => "large_cookies",
            Self::Compressed => "compressed",
            Self::Kept => "kept",
            Self::Hello => "hello",
            Self::AppProtocol => "app_protocol",
        }
    }
}

/// Whom to ask for addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolver {
    /// The system's resolver.
    System,
    /// One name server.
    Server(SocketAddr),
}

/// How to shake hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsWish {
    /// The name that the certificate must cover.
    pub server_name: String,
    /// Whether to send it.
    pub sni: bool,
    /// What to offer by ALPN.
    pub alpn: Vec<String>,
}

/// The method of a request: one of those that change nothing at the server (RFC 9110 section 9.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
}

impl Method {
    /// Returns the word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }
}

/// One request on a connection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where to.
    pub endpoint: Endpoint,
    /// Whether to use TLS, and how.
    pub tls: Option<TlsWish>,
    /// Whether to speak HTTP/2 where ALPN does not decide.
    pub http2: bool,
    /// The method.
    pub method: Method,
    /// The value of `Host`.
    pub authority: String,
    /// Path and query.
    pub path: String,
    /// Whether to begin with a PROXY protocol header.
    pub proxy_header: bool,
    /// Further fields; one that the probe sends by itself is replaced.
    pub fields: Vec<(String, String)>,
}

/// What a probe does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Looks a name up.
    Lookup {
        /// The name.
        name: String,
        /// Where.
        resolver: Resolver,
    },
    /// Opens a connection and closes it.
    Connect {
        /// Where to.
        endpoint: Endpoint,
    },
    /// Opens a connection, shakes hands and closes it.
    Handshake {
        /// Where to.
        endpoint: Endpoint,
        /// How.
        tls: TlsWish,
    },
    /// Sends one request.
    Ask(Ask),
    /// Sends a request several times on one connection and then leaves the connection alone.
    Kept {
        /// The request.
        ask: Ask,
        /// The pause before each further request.
        pauses: Vec<Duration>,
        /// How long to watch the idle connection afterwards.
        watch: Duration,
    },
    /// Sends a hand-written `ClientHello` and reads the first answer.
    Hello {
        /// Where to.
        endpoint: Endpoint,
        /// The version to offer, and no other.
        version: TlsVersion,
        /// The suites to offer.
        ciphers: Ciphers,
        /// The server name to send.
        sni: Option<String>,
    },
    /// Speaks an application protocol.
    App {
        /// Where to.
        endpoint: Endpoint,
        /// Which one.
        protocol: AppProtocol,
        /// The host that is asked for.
        authority: String,
        /// Path and query.
        path: String,
    },
}

impl What {
    /// Returns where the probe connects to; a lookup connects to nothing that is examined.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::Lookup { .. } => None,
            Self::Connect { endpoint }
            | Self::Handshake { endpoint, .. }
            | Self::Hello { endpoint, .. }
            | Self::App { endpoint, .. } => Some(endpoint),
            Self::Ask(ask) | Self::Kept { ask, .. } => Some(&ask.endpoint),
        }
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the other probes of the batch to end, before this one begins; it begins as soon as they
    /// have ended. Zero: with the others.
    pub begin_after: Duration,
    /// For a connection, or for a name server.
    pub connect: Duration,
    /// For a handshake.
    pub tls: Duration,
    /// For a head.
    pub head: Duration,
    /// For more of a body.
    pub body_gap: Duration,
    /// In all.
    pub total: Duration,
}

/// One probe to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its name.
    pub id: ProbeId,
    /// Whom it looks at.
    pub hop: Hop,
    /// Why it is made.
    pub purpose: Purpose,
    /// Which of several equal ones it is, from 0.
    pub turn: u8,
    /// What it does.
    pub what: What,
    /// How long to wait.
    pub patience: Patience,
}

/// What came of a connection, as far as it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The connection.
    pub connect: ConnectAttempt,
    /// The handshake, if there was one.
    pub handshake: Option<Handshake>,
    /// The exchange, if it came to one.
    pub exchange: Option<Exchange>,
    /// What came of a probe that is more or other than one exchange.
    pub special: Option<Special>,
}

/// What came of a probe that is more or other than one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Special {
    /// Several requests on one connection.
    Kept(Box<Kept>),
    /// A hand-written `ClientHello`.
    Hello(Hello),
    /// An application protocol.
    App(AppTry),
}

impl Asked {
    /// Returns the outcome of a connect and nothing more.
    pub fn connected(connect: ConnectAttempt) -> Self {
        Self { connect, handshake: None, exchange: None, special: None }
    }

    /// Returns the outcome of requests on one connection. The last exchange is the one that shows
    /// how the connection behaves.
    pub fn kept(kept: Kept) -> Self {
        let (connect, handshake) = (kept.connect.clone(), kept.handshake.clone());
        let exchange = kept.exchanges.last().cloned();
        Self { connect, handshake, exchange, special: Some(Special::Kept(Box::new(kept))) }
    }

    /// Returns the outcome of a hand-written `ClientHello`.
    pub fn hello(hello: Hello) -> Self {
        let special = Some(Special::Hello(hello.clone()));
        Self { special, ..Self::connected(hello.connect) }
    }

    /// Returns the outcome of an application protocol.
    pub fn app(tried: AppTry) -> Self {
        let special = Some(Special::App(tried.clone()));
        Self { special, ..Self::connected(tried.connect) }
    }
}

/// What came of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Of a lookup.
    Lookup(Lookup),
    /// Of everything that connects.
    Asked(Box<Asked>),
    /// It could not be carried out, for a reason of our own.
    Unable(String),
}
