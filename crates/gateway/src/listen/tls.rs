//! TLS of listeners and towards upstreams: certificates, keys, trust.

use std::fs;
use std::path::PathBuf;
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
    keys: Arc<Keys>,
    offers: (TlsVersion, bool),
    /// What is wrong with certificates that are left out.
    pub(crate) problems: Vec<String>,
    /// The time for a handshake.
    pub(crate) handshake_timeout: Duration,
}

/// Certificates with the names that they are for.
type Keys = Vec<(Vec<String>, Arc<CertifiedKey>)>;

impl TlsListener {
    /// Reads the certificates; fails only if none can be used. Where nothing else changed, sessions
    /// of clients go on from `before`, whose certificates stay until [`begin`](Self::begin).
    pub(crate) fn new(settings: &Tls, http2: bool, before: Option<&Self>) -> Result<Self, String> {
        let (keys, problems) = read(&settings.certificates)?;
        let keys = Arc::new(keys);
        let offers = (settings.min_version, http2);
        let (config, chooser) = match before.filter(|before| before.offers == offers) {
            Some(before) => (Arc::clone(&before.config), Arc::clone(&before.chooser)),
            None => configure(Arc::clone(&keys), offers)?,
        };
        let handshake_timeout = settings.handshake_timeout;
        Ok(Self { config, chooser, keys, offers, problems, handshake_timeout })
    }

    /// Puts the certificates in place.
    pub(super) fn begin(&self) {
        self.chooser.keys.store(Arc::clone(&self.keys));
    }

    /// Returns what accepts a handshake.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Tells whether other certificates were read than by `before`.
    pub(crate) fn has_other_certificates(&self, before: &Self) -> bool {
        let mut pairs = self.keys.iter().zip(before.keys.iter());
        self.keys.len() != before.keys.len() || pairs.any(|((_, a), (_, b))| a.cert != b.cert)
    }
}

fn configure(
    keys: Arc<Keys>,
    (min_version, http2): (TlsVersion, bool),
) -> Result<(Arc<ServerConfig>, Arc<Chooser>), String> {
    let chooser = Arc::new(Chooser { keys: ArcSwap::new(keys) });
    let versions: &[&SupportedProtocolVersion] = match min_version {
        TlsVersion::V1_2 => &[&rustls::version::TLS12, &rustls::version::TLS13],
        TlsVersion::V1_3 => &[&rustls::version::TLS13],
    };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&chooser) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = alpn(http2);
    Ok((Arc::new(config), chooser))
}

fn alpn(http2: bool) -> Vec<Vec<u8>> {
    let mut protocols = vec![b"http/1.1".to_vec()];
    if http2 {
        protocols.insert(0, b"h2".to_vec());
    }
    protocols
}

/// Reads the certificates, and says what is wrong with those that cannot be used.
fn read(files: &[Certificate]) -> Result<(Keys, Vec<String>), String> {
    let (mut keys, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        match certified(file) {
            Ok(key) => keys.push(key),
            Err(problem) => problems.push(problem),
        }
    }
    if keys.is_empty() {
        return Err(problems.pop().unwrap_or_else(|| "no certificate is named".to_owned()));
    }
    Ok((keys, problems))
}

/// Chooses a certificate by the name that the client asks for; the first one serves the rest.
#[derive(Debug)]
struct Chooser {
    keys: ArcSwap<Keys>,
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
