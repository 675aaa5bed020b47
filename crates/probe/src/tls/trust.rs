//! The certificate authorities that a probe trusts.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::ProbeError;

/// A set of trusted certificate authorities, cheap to clone.
#[derive(Clone)]
pub struct TrustAnchors(Arc<RootCertStore>);

impl TrustAnchors {
    /// Returns the set that the operating system trusts. It reads files; call it once.
    ///
    /// Certificates that cannot be read are left out. A host without any gives an empty set, and
    /// every chain will be said to be of an unknown issuer for that reason.
    pub fn system() -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self(Arc::new(store))
    }

    /// Returns a set that trusts nobody.
    pub fn none() -> Self {
        Self(Arc::new(RootCertStore::empty()))
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
        let mut store = Arc::unwrap_or_clone(self.0);
        let (added, _) = store.add_parsable_certificates(found);
        if added == 0 {
            return Err(ProbeError::NoCertificate { origin: origin.to_owned() });
        }
        Ok(Self(Arc::new(store)))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether a certificate is itself one of them.
    pub(super) fn contain(&self, certificate: &CertificateDer<'_>) -> bool {
        let mut alone = RootCertStore::empty();
        alone.add(certificate.clone().into_owned()).is_ok()
            && alone.roots.iter().all(|anchor| self.0.roots.contains(anchor))
    }

    pub(super) fn store(&self) -> Arc<RootCertStore> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for TrustAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TrustAnchors").field(&self.0.len()).finish()
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
