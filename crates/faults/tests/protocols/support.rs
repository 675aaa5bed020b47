//! Origins that run beside a test, and clients for them.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use goodgate_faults::{Address, Entry, Options, Protocol, Record, Server, Spec};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The name in the good certificate.
pub(crate) const NAME: &str = "origin.test";

/// Longer than anything takes that is not meant to stall.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Long enough to tell silence from an answer.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// A request whose answer ends with the connection.
pub(crate) const REQUEST: &[u8] =
    b"GET /some/path HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n";

/// An origin; it ends when this is dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    ca: Option<PathBuf>,
    _end: oneshot::Sender<()>,
}

impl Origin {
    /// An origin with one fault, on the protocol that the fault needs.
    pub(crate) async fn with(fault: &str) -> Self {
        Self::start(None, &[fault], &[]).await
    }

    /// An origin without a fault.
    pub(crate) async fn healthy(protocol: Protocol) -> Self {
        Self::start(Some(protocol), &[], &[]).await
    }

    /// An origin with faults and records of DNS.
    pub(crate) async fn start(
        protocol: Option<Protocol>,
        faults: &[&str],
        records: &[&str],
    ) -> Self {
        Self::running(options(protocol, faults, records)).await
    }

    /// An origin that does what the options say.
    pub(crate) async fn running(options: Options) -> Self {
        let ca = options.ca_out.clone();
        let server = Server::bind(options).await.unwrap();
        let Address::Tcp(address) = server.addresses()[0] else { panic!("no TCP") };
        let (end, ended) = oneshot::channel();
        tokio::spawn(server.run(async { drop(ended.await) }));
        Self { address, ca, _end: end }
    }

    /// The certificate of the origin's authority.
    pub(crate) fn authority(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.ca.as_ref().unwrap()).unwrap()
    }

    /// A client that trusts the authority and speaks these versions of TLS.
    pub(crate) fn client(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority()).unwrap();
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    /// Shakes hands as `client` for `name`.
    pub(crate) async fn shake(
        &self,
        client: ClientConfig,
        name: &str,
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let stream = TcpStream::connect(self.address).await?;
        let shaking = TlsConnector::from(Arc::new(client)).connect(name, stream);
        timeout(PATIENCE, shaking).await.expect("the handshake ends")
    }

    /// Shakes hands in any version and asks; gives the answer as text.
    pub(crate) async fn get_over_tls(&self, name: &str) -> io::Result<String> {
        let client = self.client(rustls::ALL_VERSIONS);
        ask(self.shake(client, name).await?).await
    }

    /// Sends bytes on a new connection, and reads to its end.
    pub(crate) async fn exchange(&self, bytes: &[u8]) -> Said {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        Said::on(&mut stream).await
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Some(ca) = &self.ca {
            std::fs::remove_file(ca).ok();
        }
    }
}

/// A fault that strikes always.
pub(crate) fn entry(fault: &str) -> Entry {
    Entry::always(Spec::parse(fault).unwrap())
}

/// What an origin is to do; the authority is written to a file where TLS is spoken.
pub(crate) fn options(protocol: Option<Protocol>, faults: &[&str], records: &[&str]) -> Options {
    let is_https =
        protocol == Some(Protocol::Https) || faults.iter().any(|fault| fault.contains("tls_"));
    Options {
        protocol,
        faults: faults.iter().map(|fault| entry(fault)).collect(),
        seed: 1,
        allow_non_loopback: false,
        server_names: if is_https { vec!["shop.example".to_owned()] } else { Vec::new() },
        ca_out: is_https.then(ca_path),
        records: records.iter().map(|record| Record::parse(record).unwrap()).collect(),
        ..Options::at(Address::parse("127.0.0.1:0").unwrap())
    }
}

/// What the other side said until its connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) bytes: Vec<u8>,
    pub(crate) was_reset: bool,
}

impl Said {
    /// Reads to the end of a connection.
    pub(crate) async fn on<S: AsyncRead + Unpin>(stream: &mut S) -> Self {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        let read = read.expect("the connection ends");
        let was_reset = match read {
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => true,
            Err(error) => panic!("{error}"),
        };
        Self { bytes, was_reset }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Asks over HTTP/1.1; gives the answer as text.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<String> {
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection ends")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// What rustls says is wrong.
pub(crate) fn tls_error(error: &io::Error) -> &rustls::Error {
    let inner = error.get_ref().unwrap_or_else(|| panic!("no error of TLS: {error}"));
    inner.downcast_ref().unwrap_or_else(|| panic!("no error of TLS: {error}"))
}

fn ca_path() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("faults-ca-{}-{number}.pem", std::process::id()))
}
