//! The certificate authorities that a probe trusts.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::ProbeError;

/// A set of trusted certificate authorities, cheap to clone. Clones share what is prepared once for
/// all handshakes.
#[derive(Clone)]
pub struct TrustAnchors(Arc<Anchors>);

struct Anchors {
    store: Arc<RootCertStore>,
    prepared: OnceLock<Prepared>,
}

/// What every handshake with a set needs and none changes.
#[derive(Clone)]
pub(super) struct Prepared {
    /// The cryptography.
    pub(super) provider: Arc<CryptoProvider>,
    /// Checks a chain; none where nobody is trusted.
    pub(super) strict: Option<Arc<WebPkiServerVerifier>>,
}

impl TrustAnchors {
    /// Returns the set that the operating system trusts. It reads files; call it once.
    ///
    /// Certificates that cannot be read are left out. A host without any gives an empty set, and
    /// every chain will be said to be of an unknown issuer for that reason.
    pub fn system() -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::of(store)
    }

    /// Returns a set that trusts nobody.
    pub fn none() -> Self {
        Self::of(RootCertStore::empty())
    }

    /// Adds the certificates of a file, in PEM or DER.
    pub fn with_file(self, path: &Path) -> Result<Self, ProbeError> {
        let bytes = std::fs::read(path)
            .map_err(|source| ProbeError::CaFile { path: path.to_owned(), source })?;
        self.with_certificates(&bytes, &path.display().to_string())
    }

    /// Adds certificates in PEM or DER; `origin` says in an error where they come from.
    pub fn with_certificates(self, bytes: &[u8], origin: &str) -> Result<Self, ProbeError> {
        let mut found: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).collect();
        if found.is_empty() {
            found.push(CertificateDer::from(bytes.to_vec()));
        }
        let mut store = RootCertStore::clone(&self.0.store);
        let (added, _) = store.add_parsable_certificates(found);
        if added == 0 {
            return Err(ProbeError::NoCertificate { origin: origin.to_owned() });
        }
        Ok(Self::of(store))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.store.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.store.is_empty()
    }

    /// Tells whether a certificate is itself one of them.
    pub(super) fn contain(&self, certificate: &CertificateDer<'_>) -> bool {
        let mut alone = RootCertStore::empty();
        alone.add(certificate.clone().into_owned()).is_ok()
            && alone.roots.iter().all(|anchor| self.0.store.roots.contains(anchor))
    }

    /// Returns what a handshake needs, which is made once.
    pub(super) fn prepared(&self) -> Prepared {
        self.0.prepared.get_or_init(|| Prepared::of(&self.0.store)).clone()
    }

    fn of(store: RootCertStore) -> Self {
        Self(Arc::new(Anchors { store: Arc::new(store), prepared: OnceLock::new() }))
    }
}

impl Prepared {
    fn of(store: &Arc<RootCertStore>) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let strict =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(store), Arc::clone(&provider));
        // Building fails only on an empty set of authorities.
        Self { strict: strict.build().ok(), provider }
    }
}

impl fmt::Debug for TrustAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustAnchors").field(&self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_not_a_certificate() {
        let added = TrustAnchors::none().with_certificates(b"garbage", "a test");

        assert!(matches!(added, Err(ProbeError::NoCertificate { .. })));
    }

    #[test]
    fn a_missing_file_is_our_error() {
        let added = TrustAnchors::none().with_file(Path::new("/nonexistent/ca.pem"));

        assert!(matches!(added, Err(ProbeError::CaFile { .. })));
    }
}
