//! Where requests go, and over what.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// HTTP/1.1 in the clear.
    Plain,
    /// HTTP/1.1 in TLS 1.3.
    Tls,
    /// HTTP/2 in the clear, with prior knowledge.
    Http2,
}

/// One request that is sent again and again.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The path.
    pub(crate) path: String,
    /// The host.
    pub(crate) host: String,
    /// The client's name.
    pub(crate) agent: String,
    /// The connection is closed after the answer.
    pub(crate) is_last: bool,
    /// The scheme is https.
    pub(crate) is_tls: bool,
}

impl Request {
    /// Returns the request for a body of `bytes`.
    pub(crate) fn of(bytes: usize, is_last: bool, is_tls: bool) -> Self {
        Self {
            path: format!("/{bytes}"),
            host: "bench.test".to_owned(),
            agent: "goodgate-bench/1".to_owned(),
            is_last,
            is_tls,
        }
    }

    #[cfg(test)]
    pub(crate) fn example() -> Self {
        Self::of(3, false, false)
    }
}

/// A proxy as the load generator sees it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// What it speaks there.
    pub(crate) transport: Transport,
    /// Whom to trust.
    pub(crate) tls: Arc<ClientConfig>,
}

/// Makes a TLS client that trusts one authority, offers one suite and one group, so that every
/// proxy does the same work, and resumes nothing.
pub(crate) fn tls_client(authority: &Path) -> anyhow::Result<Arc<ClientConfig>> {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites = vec![rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256];
    provider.kx_groups = vec![rustls::crypto::ring::kx_group::X25519];
    let certificate = CertificateDer::from_pem_file(authority)
        .with_context(|| authority.display().to_string())?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate)?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
