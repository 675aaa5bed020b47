//! TLS handshakes with the upstream that fail.

use std::io;

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

use super::{failure, of_socket, said};

/// Names what a handshake ended with. `is_named` tells whether a server name was sent (SNI).
pub(crate) fn tls(error: &io::Error, is_named: bool) -> Failure {
    let inner = inner(error);
    let (kind, cause) = match inner {
        Some(Error::AlertReceived(alert)) => {
            (ProxyError::TlsAlertReceived, of_alert(*alert, is_named))
        }
        Some(Error::InvalidCertificate(problem)) => {
            (ProxyError::TlsCertificateError, of_certificate(problem))
        }
        Some(Error::InvalidMessage(_)) => (ProxyError::TlsProtocolError, "tls_to_plaintext_port"),
        Some(Error::PeerIncompatible(why)) => (ProxyError::TlsProtocolError, of_incompatible(why)),
        Some(Error::NoApplicationProtocol) => {
            (ProxyError::TlsProtocolError, "http_version_mismatch")
        }
        _ => (ProxyError::TlsProtocolError, "tls_handshake_aborted"),
    };
    let proof = match inner {
        Some(Error::AlertReceived(alert)) => Said::Alert(u8::from(*alert)),
        Some(Error::InvalidCertificate(_)) => Said::Wrong("certificate"),
        Some(Error::InvalidMessage(_)) => Said::Wrong("tls_record"),
        Some(Error::PeerIncompatible(_)) => Said::Wrong("tls_parameters"),
        Some(_) => Said::Wrong("tls_message"),
        None => of_socket(error),
    };
    said(failure(kind, cause, Stage::Tls, whose(cause), Progress::NothingSent), proof)
}

/// Names the end of a connection by an alert after its handshake: in TLS 1.3 a server says only
/// then that it wants another certificate (RFC 8446 section 4.4.2.4). None for other errors.
pub(super) fn late(error: &io::Error, progress: Progress) -> Option<Failure> {
    alert_in(error).map(|alert| of_late_alert(alert, progress))
}

/// The same for an alert by its number.
pub(super) fn of_late_alert(alert: u8, progress: Progress) -> Failure {
    let cause = of_alert(AlertDescription::from(alert), true);
    let failed = failure(ProxyError::TlsAlertReceived, cause, Stage::Tls, whose(cause), progress);
    said(failed, Said::Alert(alert))
}

/// Returns the number of the alert with which the upstream ended a connection.
pub(crate) fn alert_in(error: &io::Error) -> Option<u8> {
    match inner(error) {
        Some(Error::AlertReceived(alert)) => Some(u8::from(*alert)),
        _ => None,
    }
}

fn inner(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>())
}

/// Whose part of the chain has to change.
fn whose(cause: &str) -> Blame {
    match cause {
        "tls_to_plaintext_port"
        | "tls_client_cert_required"
        | "tls_sni_missing"
        | "tls_cert_name_mismatch"
        | "http_version_mismatch" => Blame::Gateway,
        _ => Blame::Origin,
    }
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
fn of_alert(alert: AlertDescription, is_named: bool) -> &'static str {
    match alert {
        // What a server says that chooses its certificate by the name, to those who send none.
        AlertDescription::HandshakeFailure if !is_named => "tls_sni_missing",
        AlertDescription::NoApplicationProtocol => "http_version_mismatch",
        AlertDescription::ProtocolVersion => "tls_version_mismatch",
        AlertDescription::UnrecognisedName => "tls_sni_missing",
        AlertDescription::CertificateRequired
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA => "tls_client_cert_required",
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "tls_no_shared_cipher"
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: Error, is_named: bool) -> &'static str {
        tls(&io::Error::other(error), is_named).cause
    }

    #[test]
    fn alerts_have_their_causes() {
        let of = |alert: u8| of(Error::AlertReceived(AlertDescription::from(alert)), true);

        assert_eq!(of(40), "tls_no_shared_cipher");
        assert_eq!(of(70), "tls_version_mismatch");
        assert_eq!(of(80), "tls_handshake_aborted");
        assert_eq!(of(112), "tls_sni_missing");
        assert_eq!(of(116), "tls_client_cert_required");
        assert_eq!(of(120), "http_version_mismatch");
    }

    #[test]
    fn without_a_name_a_refusal_is_most_likely_about_it() {
        let alert = Error::AlertReceived(AlertDescription::HandshakeFailure);

        assert_eq!(of(alert, false), "tls_sni_missing");
    }

    #[test]
    fn a_certificate_is_named_by_what_is_wrong_with_it() {
        let of = |problem| of(Error::InvalidCertificate(problem), true);

        assert_eq!(of(CertificateError::Expired), "tls_cert_expired");
        assert_eq!(of(CertificateError::NotValidForName), "tls_cert_name_mismatch");
        assert_eq!(of(CertificateError::UnknownIssuer), "tls_cert_untrusted");
    }
}
