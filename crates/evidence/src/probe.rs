//! The typed outcome of one probe.
//!
//! *Their* failure is a value here (`Connect::Refused`); *our* failure (no permission, no memory)
//! is an error of the probe and never reaches these types.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::Timestamp;

/// Where a probe connects to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// An address and port.
    Tcp(SocketAddr),
    /// The path of a unix stream socket.
    Unix(PathBuf),
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// One lookup of a name at one resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The name that was asked for.
    pub name: String,
    /// `system` or the address of the name server.
    pub resolver: String,
    /// When the lookup began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: LookupOutcome,
}

/// What came of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupOutcome {
    /// The name has addresses.
    Addresses {
        /// Both families, in the order of the answer.
        addresses: Vec<IpAddr>,
        /// The smallest time to live in seconds, where the resolver tells it.
        ttl: Option<u32>,
    },
    /// The name does not exist (NXDOMAIN, `EAI_NONAME`).
    NoSuchName,
    /// The name exists and has no address.
    NoAddress,
    /// SERVFAIL, or another response code that is not success, by its mnemonic.
    ServerFailure(String),
    /// REFUSED.
    Refused,
    /// No answer in time.
    TimedOut,
    /// `EAI_AGAIN`: a resolver failed or was silent.
    Temporary,
    /// The name server cannot be reached, in the words of the operating system.
    Unreachable(String),
    /// The answer makes no sense.
    Malformed(String),
}

/// One attempt to open a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectAttempt {
    /// Where to.
    pub endpoint: Endpoint,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Connect,
}

/// What came of opening a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connect {
    /// The connection is open.
    Connected,
    /// ECONNREFUSED.
    Refused,
    /// No answer in time, or ETIMEDOUT.
    TimedOut,
    /// EHOSTUNREACH.
    NoRoute,
    /// ENETUNREACH.
    NetworkUnreachable,
    /// EACCES or EPERM.
    Denied,
    /// EADDRNOTAVAIL: no free local port, or the source address is not ours.
    NoFreePort,
    /// The unix socket does not exist.
    SocketMissing,
    /// The unix socket may not be opened.
    SocketDenied,
    /// The queue of the unix socket is full (EAGAIN).
    QueueFull,
    /// ECONNRESET during the connect.
    Reset,
    /// The proxy that the probe was told to use refused to connect, with its status line.
    ProxyRefused(String),
    /// Another error, in the words of the operating system.
    Other(String),
}

/// One TLS handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The server name that was sent; none when SNI was left out.
    pub sni: Option<String>,
    /// The names of protocols that were offered by ALPN.
    pub offered: Vec<String>,
    /// The protocol version, as `TLSv1.3`, once agreed.
    pub version: Option<String>,
    /// The cipher suite, once agreed.
    pub cipher: Option<String>,
    /// The protocol that the server chose by ALPN.
    pub alpn: Option<String>,
    /// The chain that the server sent, leaf first.
    pub chain: Vec<Certificate>,
    /// Whether the server asked for a client certificate.
    pub client_certificate_asked: bool,
    /// Why the chain did not verify; the handshake goes on all the same.
    pub trust: Result<(), CertificateProblem>,
    /// What came of the handshake.
    pub outcome: Tls,
}

/// What came of a TLS handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Both sides finished.
    Established,
    /// The server sent a fatal alert (RFC 8446 section 6).
    Alert {
        /// The number of the alert.
        number: u8,
        /// Its name, as `handshake_failure`.
        name: String,
    },
    /// Nothing more came in time.
    TimedOut,
    /// The server closed the connection.
    Closed,
    /// The server reset the connection.
    Reset,
    /// The first bytes that came are not TLS.
    NotTls {
        /// What came, at most 64 bytes.
        first_bytes: Vec<u8>,
    },
    /// The server chose or demands what our TLS does not have.
    Incompatible(String),
    /// The server broke the protocol.
    Invalid(String),
}

/// Why a certificate chain did not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateProblem {
    /// `notAfter` lies before the time of the probe.
    Expired,
    /// `notBefore` lies after the time of the probe.
    NotYetValid,
    /// The leaf does not cover the name.
    WrongName,
    /// The leaf is its own issuer.
    SelfSigned,
    /// No path to a trusted authority; an intermediate may be missing.
    UnknownIssuer,
    /// Revoked by a list that was at hand.
    Revoked,
    /// Another reason, in words.
    Other(String),
}

/// What a certificate of the chain says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The subject in RFC 4514 form.
    pub subject: String,
    /// The issuer in RFC 4514 form.
    pub issuer: String,
    /// The DNS names and addresses that it covers.
    pub names: Vec<String>,
    /// When it begins to be valid.
    pub not_before: Timestamp,
    /// When it ends to be valid.
    pub not_after: Timestamp,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// SHA-256 of the encoded certificate, in hexadecimal.
    pub sha256: String,
}

/// The version of HTTP that an exchange used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

impl std::fmt::Display for HttpVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        })
    }
}

/// One request and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When the request was sent.
    pub at: Timestamp,
    /// The version that was spoken.
    pub version: HttpVersion,
    /// The method, as `GET`.
    pub method: String,
    /// The target as sent.
    pub target: String,
    /// The `Host` or `:authority` as sent.
    pub authority: String,
    /// How long it took to send the request; over HTTP/2 with the preface of the connection.
    pub sending: Duration,
    /// From the end of the request to the first byte.
    pub first_byte: Option<Duration>,
    /// From the end of the request to the end of the exchange.
    pub took: Duration,
    /// The head of the response, as far as it could be read.
    pub head: Option<ResponseHead>,
    /// Interim responses (1xx) that came before, by status.
    pub interim: Vec<u16>,
    /// How many bytes of the body came.
    pub body_bytes: u64,
    /// The first bytes of the body, decoded from chunks, bounded by the probe's limits.
    pub body: Vec<u8>,
    /// The first bytes as they came, for what is not HTTP.
    pub raw: Vec<u8>,
    /// What came of it.
    pub outcome: Http,
    /// Departures from the standard that a lenient reader would pass over, in words.
    pub departures: Vec<String>,
}

impl Exchange {
    /// Returns the version as the server wrote it, as `HTTP/1.0`; without a response, the one that
    /// we spoke.
    pub fn protocol(&self) -> String {
        match self.head.as_ref().and_then(|head| head.minor) {
            Some(minor) => format!("HTTP/1.{minor}"),
            None => self.version.to_string(),
        }
    }
}

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// The minor version of HTTP/1 as the status line says it; HTTP/2 has none.
    pub minor: Option<u8>,
    /// The status code.
    pub status: u16,
    /// The reason phrase; HTTP/2 has none.
    pub reason: String,
    /// The fields in order, as they came.
    pub fields: Vec<(String, String)>,
    /// The size of the head in bytes; for HTTP/2 the sum of names and values.
    pub bytes: u64,
}

impl ResponseHead {
    /// Returns the first value of a field, by its name without case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let is_it = |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
        self.fields.iter().find(is_it).map(|(_, value)| value.as_str())
    }
}

/// What came of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Http {
    /// A complete response.
    Complete,
    /// A response that was read up to the probe's bound and no further.
    Bounded,
    /// The connection was closed before any byte came.
    ClosedBeforeHead,
    /// The connection was reset before any byte came.
    ResetBeforeHead,
    /// The connection was reset or closed while the request was being sent.
    FailedWhileSending,
    /// The head did not come in time.
    HeadTimedOut,
    /// The connection ended in the middle of the head.
    HeadTruncated,
    /// The head is larger than the probe reads.
    HeadTooLarge,
    /// The first bytes are not a status line.
    NotHttp(Foreign),
    /// The status line is malformed; why, in words.
    StatusLineInvalid(String),
    /// A header field is malformed; why, in words.
    HeaderInvalid(String),
    /// `Content-Length` and `Transfer-Encoding` contradict; how, in words.
    FramingConflict(String),
    /// Only interim responses came.
    InformationalOnly,
    /// More interim responses came than the probe reads.
    InformationalFlood,
    /// `101` came and no upgrade was asked for.
    UnexpectedUpgrade,
    /// The body ended early.
    BodyTruncated {
        /// How many bytes are missing, where the length was declared.
        missing: Option<u64>,
    },
    /// The body stopped coming.
    BodyStalled,
    /// The chunked coding is broken; how, in words.
    ChunkingInvalid(String),
    /// More bytes came after the end of the response.
    ExtraBytes(u64),
    /// The HTTP/2 stream was reset, with its error code.
    StreamReset(String),
    /// GOAWAY came, with its error code.
    Goaway(String),
    /// The HTTP/2 connection failed otherwise.
    Http2Failed(String),
}

/// What bytes that are not HTTP look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A TLS record.
    Tls,
    /// HTTP/2 frames.
    Http2,
    /// An SSH banner.
    Ssh,
    /// An SMTP or FTP greeting.
    Greeting220,
    /// A Redis error reply.
    Redis,
    /// A `MySQL` greeting.
    Mysql,
    /// A FastCGI record.
    Fastcgi,
    /// Text of no known protocol.
    Text,
    /// Bytes of no known protocol.
    Bytes,
}

impl Foreign {
    /// Returns what the bytes look like, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Tls => "a TLS record",
            Self::Http2 => "HTTP/2 frames",
            Self::Ssh => "an SSH banner",
            Self::Greeting220 => "an SMTP or FTP greeting",
            Self::Redis => "a Redis reply",
            Self::Mysql => "a MySQL greeting",
            Self::Fastcgi => "a FastCGI record",
            Self::Text => "text without a status line",
            Self::Bytes => "bytes of no known protocol",
        }
    }
}

/// Several requests on one connection, and how long the server keeps it afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The connection.
    pub connect: ConnectAttempt,
    /// The handshake, if there was one.
    pub handshake: Option<Handshake>,
    /// The exchanges in order; the last one is the one that failed, if any did.
    pub exchanges: Vec<Exchange>,
    /// The pause before each exchange; the first is zero.
    pub pauses: Vec<Duration>,
    /// What became of the connection after the last exchange.
    pub idle: Idle,
}

/// What became of a connection that was left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idle {
    /// It did not come to that: there was no connection, an exchange failed, or the time was over.
    NotReached,
    /// The server said that it closes the connection, or marked the end of a body by the close. One
    /// that closes at once without having said so is `Closed` after next to no time.
    NotKept,
    /// The server closed it, after this time without a request.
    Closed(Duration),
    /// The server reset it, after this time without a request.
    Reset(Duration),
    /// It was still open after this time.
    Open(Duration),
}

/// A TLS protocol version as it stands in a `ClientHello` or `ServerHello`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// SSL 3.0, RFC 6101.
    Ssl3,
    /// TLS 1.0, RFC 2246.
    Tls10,
    /// TLS 1.1, RFC 4346.
    Tls11,
    /// TLS 1.2, RFC 5246.
    Tls12,
    /// TLS 1.3, RFC 8446.
    Tls13,
}

impl TlsVersion {
    /// Returns the number of the version on the wire.
    pub const fn wire(self) -> u16 {
        match self {
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// Returns the name in the usual spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// Which cipher suites a hand-written `ClientHello` offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ciphers {
    /// What current software offers: AEAD with forward secrecy; before TLS 1.2, which brought
    /// AEAD, AES with forward secrecy.
    Modern,
    /// Everything that was ever usual, also CBC, static RSA, 3DES and RC4.
    Everything,
}

/// One hand-written `ClientHello` and the first thing that came back.
///
/// It tells what a server would agree to without being able to finish the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The connection.
    pub connect: ConnectAttempt,
    /// The version that was offered. Before TLS 1.3 a server may choose a lower one.
    pub version: TlsVersion,
    /// The suites that were offered.
    pub ciphers: Ciphers,
    /// The server name that was sent.
    pub sni: Option<String>,
    /// From the end of the hello to the first bytes of the answer.
    pub took: Duration,
    /// What came back; none when there was no connection.
    pub answer: Option<HelloAnswer>,
}

/// What came back to a `ClientHello`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelloAnswer {
    /// A `ServerHello` (or a `HelloRetryRequest`): the server agrees.
    Agreed {
        /// The version that the server chose.
        version: TlsVersion,
        /// The number of the cipher suite that the server chose.
        cipher: u16,
    },
    /// A fatal alert (RFC 8446 section 6).
    Alert {
        /// The number of the alert.
        number: u8,
        /// Its name, as `protocol_version`.
        name: String,
    },
    /// The server closed the connection.
    Closed,
    /// The server reset the connection.
    Reset,
    /// Nothing came in time.
    TimedOut,
    /// The first bytes that came are not TLS.
    NotTls {
        /// What came, at most 64 bytes.
        first_bytes: Vec<u8>,
    },
    /// The server broke the protocol, in words.
    Invalid(String),
}

/// A protocol between a gateway and an application server that is not HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppProtocol {
    /// FastCGI 1.0: php-fpm and others.
    Fastcgi,
    /// The uwsgi protocol.
    Uwsgi,
}

impl AppProtocol {
    /// Returns the usual spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fastcgi => "FastCGI",
            Self::Uwsgi => "uwsgi",
        }
    }
}

/// One try to speak an application protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppTry {
    /// The connection.
    pub connect: ConnectAttempt,
    /// What was spoken.
    pub protocol: AppProtocol,
    /// From the end of the request to the first bytes of the answer.
    pub took: Duration,
    /// What came back; none when there was no connection.
    pub answer: Option<AppAnswer>,
}

/// What came back to an application protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppAnswer {
    /// The server speaks it: a record or response that only such a server sends.
    Speaks {
        /// The status of the response, where one came.
        status: Option<u16>,
        /// What the server wrote to its error stream, or why it refuses, bounded.
        errors: String,
    },
    /// The server closed the connection.
    Closed,
    /// The server reset the connection.
    Reset,
    /// Nothing came in time.
    TimedOut,
    /// Another protocol's bytes came.
    Foreign {
        /// What they look like; HTTP is told by `is_http`.
        looks: Foreign,
        /// Whether the bytes begin like an HTTP/1 response.
        is_http: bool,
        /// What came, at most 64 bytes.
        first_bytes: Vec<u8>,
    },
}
