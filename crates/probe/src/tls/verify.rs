//! Looks at what the server proves and asks for, writes it down, and lets the handshake go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use goodgate_evidence::probe::{Certificate, CertificateProblem};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::certificate;
use super::trust::{Prepared, TrustAnchors};
use crate::limits::CERTIFICATES_MAX;

/// What was seen during one handshake.
#[derive(Debug, Default)]
pub(super) struct Witness {
    asked: AtomicBool,
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Debug)]
struct Seen {
    chain: Vec<Certificate>,
    trust: Result<(), CertificateProblem>,
}

impl Witness {
    /// Returns the chain and whether it verifies. Without a chain there is nothing to object to.
    pub(super) fn chain(&self) -> (Vec<Certificate>, Result<(), CertificateProblem>) {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        seen.map_or((Vec::new(), Ok(())), |seen| (seen.chain, seen.trust))
    }

    /// Tells whether the server asked for a client certificate.
    pub(super) fn asked_for_certificate(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Returns a verifier that reports to this witness.
    pub(super) fn verifier(
        self: &Arc<Self>,
        anchors: &TrustAnchors,
        prepared: &Prepared,
    ) -> Verifier {
        Verifier {
            strict: prepared.strict.clone(),
            anchors: anchors.clone(),
            algorithms: prepared.provider.signature_verification_algorithms,
            witness: Arc::clone(self),
        }
    }

    fn write_down(&self, seen: Seen) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

impl ResolvesClientCert for Witness {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Checks the chain as usual, and accepts it in any case. The signature over the handshake is
/// still insisted on: without it nothing that was seen is what the server sent.
#[derive(Debug)]
pub(super) struct Verifier {
    strict: Option<Arc<WebPkiServerVerifier>>,
    anchors: TrustAnchors,
    algorithms: WebPkiSupportedAlgorithms,
    witness: Arc<Witness>,
}

impl Verifier {
    fn check(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<(), CertificateProblem> {
        let Some(strict) = &self.strict else {
            let why = "this host trusts no certificate authority at all";
            return Err(CertificateProblem::Other(why.to_owned()));
        };
        match strict.verify_server_cert(leaf, intermediates, name, ocsp, now) {
            Ok(_) => Ok(()),
            Err(error) => match problem(&error, leaf) {
                CertificateProblem::SelfSigned if self.anchors.contain(leaf) => {
                    check_trusted_itself(leaf, name, now)
                }
                problem => Err(problem),
            },
        }
    }
}

/// Checks name and dates of a certificate that is itself trusted. An authority as a leaf is refused
/// by webpki, and accepted by OpenSSL, which most gateways use, where it is among the trusted.
fn check_trusted_itself(
    leaf: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), CertificateProblem> {
    let dates = certificate::read(leaf);
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    if now > dates.not_after.0 {
        return Err(CertificateProblem::Expired);
    }
    if now < dates.not_before.0 {
        return Err(CertificateProblem::NotYetValid);
    }
    let matches =
        ParsedCertificate::try_from(leaf).and_then(|leaf| verify_server_name(&leaf, name));
    matches.map_err(|error| problem(&error, leaf))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(leaf).chain(intermediates).take(CERTIFICATES_MAX);
        let chain = all.map(|der| certificate::read(der)).collect();
        let trust = self.check(leaf, intermediates, name, ocsp, now);
        self.witness.write_down(Seen { chain, trust });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn problem(error: &Error, leaf: &[u8]) -> CertificateProblem {
    let Error::InvalidCertificate(error) = error else {
        return CertificateProblem::Other(error.to_string());
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateProblem::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        CertificateError::Revoked => CertificateProblem::Revoked,
        // A certificate authority as a leaf is refused before anybody asks who issued it.
        _ if certificate::is_own_issuer(leaf) => CertificateProblem::SelfSigned,
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        other => CertificateProblem::Other(other.to_string()),
    }
}
