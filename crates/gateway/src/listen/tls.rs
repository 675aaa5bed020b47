//! TLS of listeners and towards upstreams: certificates, keys, trust.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};
use tokio_rustls::TlsAcceptor;

use crate::settings::{Certificate, Tls, TlsVersion, UpstreamTls};

/// The TLS of one listener. Its certificates are swapped whole when their files change.
#[derive(Debug)]
pub(crate) struct TlsListener {
    config: Arc<ServerConfig>,
    chooser: Arc<Chooser>,
    files: Vec<Certificate>,
    /// The time for a handshake.
    pub(crate) handshake_timeout: Duration,
}

impl TlsListener {
    /// Reads the certificates; fails only if none can be used.
    pub(crate) fn new(settings: &Tls, http2: bool) -> Result<Self, String> {
        let chooser = Arc::new(Chooser::read(&settings.certificates)?);
        let versions: &[&SupportedProtocolVersion] = match settings.min_version {
            TlsVersion::V1_2 => &[&rustls::version::TLS12, &rustls::version::TLS13],
            TlsVersion::V1_3 => &[&rustls::version::TLS13],
        };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(versions)
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&chooser) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = alpn(http2);
        Ok(Self {
            config: Arc::new(config),
            chooser,
            files: settings.certificates.clone(),
            handshake_timeout: settings.handshake_timeout,
        })
    }

    /// Returns what accepts a handshake.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reads the certificates again. Those of before stay where that fails.
    pub(crate) fn reload(&self) -> Result<(), String> {
        let fresh = Chooser::read(&self.files)?;
        self.chooser.keys.store(fresh.keys.load_full());
        Ok(())
    }

    /// Returns the files of the certificates and keys.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().flat_map(|it| [it.certificate.as_path(), it.key.as_path()])
    }
}

fn alpn(http2: bool) -> Vec<Vec<u8>> {
    let mut protocols = vec![b"http/1.1".to_vec()];
    if http2 {
        protocols.insert(0, b"h2".to_vec());
    }
    protocols
}

/// Chooses a certificate by the name that the client asks for; the first one serves the rest.
#[derive(Debug)]
struct Chooser {
    keys: ArcSwap<Vec<(Vec<String>, Arc<CertifiedKey>)>>,
}

impl Chooser {
    fn read(files: &[Certificate]) -> Result<Self, String> {
        let mut keys = Vec::new();
        let mut last = String::from("no certificate is named");
        for file in files {
            match certified(file) {
                Ok(key) => keys.push(key),
                Err(error) => last = error,
            }
        }
        if keys.is_empty() {
            return Err(last);
        }
        Ok(Self { keys: ArcSwap::from_pointee(keys) })
    }
}

impl ResolvesServerCert for Chooser {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let keys = self.keys.load();
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let of_name = name.and_then(|name| {
            keys.iter().find(|(names, _)| names.iter().any(|it| covers(it, &name)))
        });
        of_name.or_else(|| keys.first()).map(|(_, key)| Arc::clone(key))
    }
}

/// Tells whether the name of a certificate covers a host (RFC 6125 section 6.4.3).
fn covers(name: &str, host: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest == parent),
        None => name == host,
    }
}

fn certified(file: &Certificate) -> Result<(Vec<String>, Arc<CertifiedKey>), String> {
    let chain = certificates(&file.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&file.key)
        .map_err(|error| format!("read the key {}: {error}", file.key.display()))?;
    let key = CertifiedKey::from_der(chain, key, &provider())
        .map_err(|error| format!("use the key {}: {error}", file.key.display()))?;
    let names = key.end_entity_cert().map(names_of).unwrap_or_default();
    Ok((names, Arc::new(key)))
}

/// Returns the DNS names of a certificate, in lower case.
fn names_of(certificate: &CertificateDer<'_>) -> Vec<String> {
    use x509_parser::extensions::GeneralName;
    let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate) else {
        return Vec::new();
    };
    let Ok(Some(alternative)) = parsed.subject_alternative_name() else { return Vec::new() };
    let names = alternative.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = fs::read(path).map_err(|error| format!("read {}: {error}", path.display()))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) => Err(format!("{} holds no certificate in PEM", path.display())),
        Err(error) => Err(format!("read {}: {error}", path.display())),
    }
}

/// Returns how an upstream is spoken to with TLS.
pub(crate) fn client_config(
    settings: &UpstreamTls,
    alpn: Vec<Vec<u8>>,
) -> Result<Arc<ClientConfig>, String> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = if settings.verify {
        builder.with_root_certificates(roots(settings.ca.as_ref())?)
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Anything(provider())))
    };
    let mut config = match (&settings.certificate, &settings.key) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| format!("read the key {}: {error}", key.display()))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| error.to_string())?
        }
        _ => builder.with_no_client_auth(),
    };
    config.alpn_protocols = alpn;
    Ok(Arc::new(config))
}

fn roots(ca: Option<&PathBuf>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            for certificate in certificates(path)? {
                let shown = path.display();
                roots.add(certificate).map_err(|error| format!("trust {shown}: {error}"))?;
            }
        }
        None => {
            // Those that cannot be read are left out, as in every client.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Takes every certificate, because the configuration says `verify = false`.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
