//! The real origin behind the faults: where it is, and how it is reached.

use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::StartError;
use crate::limits;
use crate::listen::Address;
use crate::wire::{BoxedWire, UnixWire, Wire};

/// Where the real origin is: `http://HOST[:PORT]`, `https://HOST[:PORT]` or `unix:PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Tcp { host: String, port: u16, is_tls: bool },
    Unix(PathBuf),
}

/// A text is no target.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{given:?} is no origin to pass on to: {problem}; write http://HOST:PORT, https://HOST:PORT or unix:PATH"
)]
pub struct TargetError {
    given: String,
    problem: &'static str,
}

impl Target {
    /// Reads a target. A path is refused: requests are passed on with their own.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        Self::read(text).map_err(|problem| TargetError { given: text.to_owned(), problem })
    }

    /// Returns the one of our own addresses to which it leads, if it does.
    pub(crate) async fn leads_to<'a>(&self, addresses: &'a [Address]) -> Option<&'a Address> {
        let mut addresses = addresses.iter();
        let (host, port) = match &self.kind {
            Kind::Unix(path) => return addresses.find(|own| is_same_socket(own, path)),
            Kind::Tcp { host, port, .. } => (host.as_str(), *port),
        };
        // A name is looked up only where its port is ours.
        if !addresses.clone().any(|own| matches!(own, Address::Tcp(own) if own.port() == port)) {
            return None;
        }
        // A name that cannot be looked up leads nowhere; the first request tells.
        let found =
            timeout(limits::CONNECT_WAIT_MAX, lookup_host((host, port))).await.ok()?.ok()?;
        let peers: Vec<SocketAddr> = found.collect();
        addresses.find(|own| peers.iter().any(|peer| own.takes(*peer)))
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        if let Some(path) = text.strip_prefix("unix:") {
            return match path {
                "" => Err("it has no path"),
                path if path.len() > limits::SOCKET_PATH_BYTES_MAX => {
                    Err("its path is longer than that of any socket")
                }
                path => Ok(Self { kind: Kind::Unix(path.into()) }),
            };
        }
        let (scheme, rest) = text.split_once("://").ok_or("it has no scheme")?;
        let is_tls = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err("its scheme is neither http nor https"),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) {
            return Err("it has more than a host and a port");
        }
        let (host, port) = host_and_port(authority, if is_tls { 443 } else { 80 })?;
        Ok(Self { kind: Kind::Tcp { host, port, is_tls } })
    }
}

/// Whether a path is the socket of ours, under whatever name.
fn is_same_socket(own: &Address, path: &Path) -> bool {
    let Address::Unix(own) = own else { return false };
    let file = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    file(own).is_some_and(|own| file(path) == Some(own))
}

fn host_and_port(authority: &str, default: u16) -> Result<(String, u16), &'static str> {
    // An IPv6 address stands in brackets, because of its colons.
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or("its bracket is not closed")?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| "its address is no IPv6 address")?;
            (host, port.strip_prefix(':').or(port.is_empty().then_some("")))
        }
        None => authority.split_once(':').map_or((authority, Some("")), |(a, b)| (a, Some(b))),
    };
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("its host is empty or has spaces");
    }
    let port = match port.ok_or("its port is no number")? {
        "" => default,
        port => port.parse().ok().filter(|port| *port > 0).ok_or("its port is no number")?,
    };
    Ok((host.to_owned(), port))
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Unix(path) => write!(formatter, "unix:{}", path.display()),
            Kind::Tcp { host, port, is_tls } => {
                let scheme = if *is_tls { "https" } else { "http" };
                let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
                write!(formatter, "{scheme}://{open}{host}{close}:{port}")
            }
        }
    }
}

/// The real origin, ready to be connected to.
pub(crate) struct Upstream {
    target: Target,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Upstream {
    /// Prepares what is needed to connect. `roots` are trusted besides those of the system.
    pub(crate) fn new(target: Target, roots: &[Vec<u8>]) -> Result<Self, StartError> {
        let tls = match &target.kind {
            Kind::Tcp { host, is_tls: true, .. } => Some((connector(roots)?, name(host)?)),
            _ => None,
        };
        Ok(Self { target, tls })
    }

    /// Returns where it is, for messages.
    pub(crate) const fn target(&self) -> &Target {
        &self.target
    }

    /// Connects, with TLS where the target asks for it.
    pub(crate) async fn connect(&self) -> io::Result<BoxedWire> {
        timeout(limits::CONNECT_WAIT_MAX, self.connect_unbounded()).await?
    }

    async fn connect_unbounded(&self) -> io::Result<BoxedWire> {
        let (host, port) = match &self.target.kind {
            Kind::Unix(path) => {
                let stream = UnixStream::connect(path).await?;
                return Ok(Box::new(UnixWire::new(stream)));
            }
            Kind::Tcp { host, port, .. } => (host.as_str(), *port),
        };
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some((connector, name)) => {
                Ok(Box::new(connector.connect(name.clone(), Box::new(stream) as BoxedWire).await?))
            }
        }
    }
}

impl Wire for TlsStream<BoxedWire> {
    fn reset_on_drop(&self) -> io::Result<()> {
        self.get_ref().0.reset_on_drop()
    }
}

/// Trusts the authorities of the system (or of `SSL_CERT_FILE`) and the given ones.
fn connector(roots: &[Vec<u8>]) -> Result<TlsConnector, StartError> {
    let failed = |problem: String| StartError::Setting { what: "--to".to_owned(), problem };
    let mut store = RootCertStore::empty();
    // Certificates that cannot be read are left out; one that is missed shows in the handshake.
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store.add_parsable_certificates(roots.iter().map(|root| root.clone().into()));
    if store.is_empty() {
        let problem = "no certificate authority is trusted; set SSL_CERT_FILE to a file in PEM";
        return Err(failed(problem.to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

fn name(host: &str) -> Result<ServerName<'static>, StartError> {
    ServerName::try_from(host.to_owned()).map_err(|_| StartError::Setting {
        what: "--to".to_owned(),
        problem: format!("{host:?} is no name that a certificate can have; write the host name"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_back() {
        for (text, shown) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://origin.test/", "http://origin.test:80"),
            ("https://[::1]", "https://[::1]:443"),
            ("unix:/run/app.sock", "unix:/run/app.sock"),
        ] {
            assert_eq!(Target::parse(text).expect("a target").to_string(), shown);
        }
    }

    #[test]
    fn what_cannot_be_passed_on_to_is_refused() {
        for text in [
            "127.0.0.1:80",
            "ftp://x",
            "http://",
            "http://x:0",
            "http://x:99999",
            "http://x/path",
            "http://u@x",
            "http://[::1",
            "http://[x]:1",
            "http://[::1]x",
            "unix:",
        ] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
        let path = "a".repeat(limits::SOCKET_PATH_BYTES_MAX);
        assert!(Target::parse(&format!("unix:{path}")).is_ok());
        assert!(Target::parse(&format!("unix:{path}a")).is_err());
    }
}
