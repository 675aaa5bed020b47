//! Our own failures. What the other side does wrong is an outcome, never an error.

use std::error::Error as StdError;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use goodgate_evidence::probe::Endpoint;

/// Why a probe could not be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The source address cannot be used on this host.
    #[error("bind source address {address} for {endpoint}")]
    SourceAddress {
        /// The source address.
        address: IpAddr,
        /// Where the probe was going to connect.
        endpoint: Endpoint,
        /// What the operating system says.
        source: io::Error,
    },
    /// The source address has another family than the endpoint.
    #[error("source address {address} and {endpoint} are of different families")]
    SourceFamily {
        /// The source address.
        address: IpAddr,
        /// Where the probe was going to connect.
        endpoint: Endpoint,
    },
    /// No socket could be made, for instance because no file descriptor is free.
    #[error("open a socket for {peer}")]
    Socket {
        /// Where the probe was going to connect.
        peer: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file with extra certificate authorities cannot be read.
    #[error("read certificate authorities from {}: {source}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is no usable certificate in what was given as certificate authorities.
    #[error("find a certificate in {origin}")]
    NoCertificate {
        /// Where the bytes come from.
        origin: String,
    },
    /// The URL of the proxy is not one that the probe can use.
    #[error("use proxy {proxy}: {reason}")]
    ProxyUrl {
        /// The URL without credentials.
        proxy: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The proxy itself cannot be reached, so nothing is known about the endpoint behind it.
    #[error("connect to proxy {proxy}")]
    ProxyUnreachable {
        /// The address of the proxy.
        proxy: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A unix socket cannot be reached through a proxy.
    #[error("reach {endpoint} through a proxy")]
    ProxyToUnix {
        /// Where the probe was going to connect.
        endpoint: Endpoint,
    },
    /// The policy of the route does not allow to dial this address. The words are the same for every
    /// address, and name none: whoever asked must not learn what is there.
    #[error("this address is not dialled for whoever asks")]
    NotPermitted,
    /// The name is not one that can be put into a certificate check or a DNS question.
    #[error("use `{name}` as a host name")]
    Name {
        /// The name.
        name: String,
    },
    /// A protocol name for ALPN is empty or longer than 255 bytes.
    #[error("offer `{name}` by ALPN")]
    Alpn {
        /// The protocol name.
        name: String,
    },
    /// A part of the request would break its framing.
    #[error("send `{value}` as {part}")]
    Request {
        /// Which part.
        part: &'static str,
        /// What it is, shortened.
        value: String,
    },
    /// The TLS library cannot be set up.
    #[error("set up TLS for {name}")]
    TlsSetup {
        /// The server name.
        name: String,
        /// What the library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The operating system has no random bytes for a hand-written `ClientHello`.
    #[error("get random bytes for a TLS hello")]
    Random,
    /// Every thread for lookups waits for other names, and the time is over.
    #[error("look up {name}: other lookups keep every thread busy")]
    LookupsBusy {
        /// The name.
        name: String,
    },
    /// No thread for a lookup could be started.
    #[error("start a thread to look up {name}")]
    LookupThread {
        /// The name.
        name: String,
        /// What the operating system says.
        source: io::Error,
    },
}
