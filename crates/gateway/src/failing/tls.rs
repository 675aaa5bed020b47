//! TLS handshakes with the upstream that fail.

use std::io;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

use super::{failure, of_socket, said};

/// Names what a handshake ended with.
pub(crate) fn tls(error: &io::Error) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let (kind, cause, blame) = match inner {
        Some(Error::AlertReceived(alert)) => {
            (ProxyError::TlsAlertReceived, of_alert(*alert), Blame::Origin)
        }
        Some(Error::InvalidCertificate(problem)) => {
            (ProxyError::TlsCertificateError, of_certificate(problem), Blame::Origin)
        }
        Some(Error::InvalidMessage(_)) => {
            (ProxyError::TlsProtocolError, "tls_to_plaintext_port", Blame::Gateway)
        }
        Some(Error::PeerIncompatible(why)) => {
            (ProxyError::TlsProtocolError, of_incompatible(why), Blame::Origin)
        }
        _ => (ProxyError::TlsProtocolError, "tls_handshake_aborted", Blame::Origin),
    };
    let proof = match inner {
        Some(Error::AlertReceived(alert)) => Said::Alert(u8::from(*alert)),
        Some(Error::InvalidCertificate(_)) => Said::Wrong("certificate"),
        Some(Error::InvalidMessage(_)) => Said::Wrong("tls_record"),
        Some(Error::PeerIncompatible(_)) => Said::Wrong("tls_parameters"),
        Some(_) => Said::Wrong("tls_message"),
        None => of_socket(error),
    };
    said(failure(kind, cause, Stage::Tls, blame, Progress::NothingSent), proof)
}

/// The handshake took longer than the time for it.
pub(crate) fn tls_timed_out() -> Failure {
    let failed = failure(
        ProxyError::ConnectionTimeout,
        "tls_handshake_timeout",
        Stage::Tls,
        Blame::Origin,
        Progress::NothingSent,
    );
    said(failed, Said::Late("timeouts.tls"))
}

/// Alerts of RFC 8446 section 6.2 by what mostly stands behind them.
fn of_alert(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::ProtocolVersion => "tls_version_mismatch",
        AlertDescription::UnrecognisedName => "tls_sni_missing",
        AlertDescription::CertificateRequired
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA => "tls_client_cert_required",
        AlertDescription::InsufficientSecurity => "tls_no_shared_cipher",
        _ => "tls_handshake_aborted",
    }
}

fn of_certificate(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => "tls_cert_expired",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "tls_cert_name_mismatch"
        }
        _ => "tls_cert_untrusted",
    }
}

fn of_incompatible(why: &PeerIncompatible) -> &'static str {
    match why {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => "tls_version_mismatch",
        _ => "tls_no_shared_cipher",
    }
}
