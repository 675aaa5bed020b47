//! The TLS servers that rustls can be: with one identity, and with a demand for a client
//! certificate.

use std::io;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{Error, ProtocolVersion, RootCertStore, ServerConfig, ServerConnection};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::authority::Identity;
use super::record;

/// The alert of OpenSSL to a client of TLS 1.2 without a certificate.
const HANDSHAKE_FAILURE: u8 = 40;

/// TLS 1.2, as it stands in its records.
const TLS12: u16 = 0x0303;

/// Bytes per read: one record.
const READ_BUFFER: usize = 16 * 1024;

/// The versions of HTTP on offer by ALPN (RFC 7301).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alpn {
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2, or else HTTP/1.1.
    Both,
}

impl Alpn {
    fn protocols(self) -> Vec<Vec<u8>> {
        let names: &[&[u8]] = match self {
            Self::Http1 => &[b"http/1.1"],
            Self::Both => &[b"h2", b"http/1.1"],
        };
        names.iter().map(|name| name.to_vec()).collect()
    }
}

/// A server with `identity`.
pub(crate) fn config(identity: Identity) -> Result<ServerConfig, Error> {
    ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
}

/// A server with `identity` that takes no client without a certificate of `authority`.
pub(crate) fn demanding(
    identity: Identity,
    authority: &CertificateDer<'static>,
) -> Result<ServerConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(identity.chain, identity.key)
}

/// The server `config`, with `alpn` on offer.
pub(crate) fn offering(config: &ServerConfig, alpn: Alpn) -> Arc<ServerConfig> {
    let mut config = config.clone();
    config.alpn_protocols = alpn.protocols();
    Arc::new(config)
}

/// Shakes hands with a client as a [`demanding`] server does, up to the refusal.
///
/// A client of TLS 1.3 has finished its side when the alert `certificate_required` reaches it. A
/// client of TLS 1.2 gets `handshake_failure`, as from OpenSSL, where rustls would use the alert
/// that came with TLS 1.3. Gives `true` for a client with a certificate of ours, which is none
/// since nobody has the authority's key.
pub(crate) async fn refuse_without_certificate<S: AsyncRead + AsyncWrite + Unpin>(
    config: Arc<ServerConfig>,
    stream: &mut S,
) -> io::Result<bool> {
    let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut buffer = vec![0_u8; READ_BUFFER];
    while tls.is_handshaking() {
        let count = stream.read(&mut buffer).await?;
        let mut came = buffer.get(..count).unwrap_or_default();
        if came.is_empty() {
            return Ok(false);
        }
        let taken = take(&mut tls, &mut came)?;
        match taken {
            Err(Error::NoCertificatesPresented) if is_tls12(&tls) => {
                stream.write_all(&record::fatal_alert(TLS12, HANDSHAKE_FAILURE)).await?;
                return Ok(false);
            }
            taken => {
                flush(&mut tls, stream).await?;
                if taken.is_err() {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// Hands what came to the handshake. The inner error is the client's.
fn take(tls: &mut ServerConnection, came: &mut &[u8]) -> io::Result<Result<(), Error>> {
    while !came.is_empty() {
        tls.read_tls(came)?;
        if let Err(error) = tls.process_new_packets() {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

async fn flush<S: AsyncWrite + Unpin>(
    tls: &mut ServerConnection,
    stream: &mut S,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut bytes)?;
    }
    stream.write_all(&bytes).await
}

fn is_tls12(tls: &ServerConnection) -> bool {
    tls.protocol_version() == Some(ProtocolVersion::TLSv1_2)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
