//! The TLS handshake of a client that looks at everything and insists on nothing.
//!
//! The chain of the server is checked as a browser would, but the handshake goes on whatever the
//! check says: a probe wants to see the response behind a bad certificate too. No secret is ever
//! sent over such a connection.

mod alert;
mod certificate;
mod trust;
mod verify;

use std::io::{self, ErrorKind};
use std::sync::Arc;

use goodgate_evidence::probe::{Handshake, Tls};
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, Error};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

pub use self::alert::alert_name;
pub use self::trust::TrustAnchors;
use self::verify::Witness;
use crate::clock;
use crate::error::ProbeError;
use crate::foreign::is_tls_record;
use crate::stream::{BoxedStream, Record, Tap};

/// How to shake hands.
#[derive(Clone, Debug)]
pub struct TlsOptions {
    /// The name that the certificate must cover; an address counts too.
    pub server_name: String,
    /// Whether to send the name (SNI). An address is never sent (RFC 6066 section 3).
    pub sni: bool,
    /// The protocols to offer by ALPN, best first; empty offers none.
    pub alpn: Vec<String>,
    /// The certificate authorities to trust.
    pub trust: TrustAnchors,
}

/// Shakes hands over `stream` before `deadline`. The stream comes back encrypted if both sides
/// finished.
pub async fn handshake(
    stream: BoxedStream,
    options: &TlsOptions,
    deadline: Instant,
) -> Result<(Handshake, Option<BoxedStream>), ProbeError> {
    let name = server_name(&options.server_name)?;
    let sni = (options.sni && matches!(name, ServerName::DnsName(_)))
        .then(|| options.server_name.clone());
    let witness = Arc::new(Witness::default());
    let connector = TlsConnector::from(Arc::new(config(options, &witness)?));
    let (stream, record) = Tap::new(stream);
    let at = clock::now();
    let begun = Instant::now();
    let shaken = timeout_at(deadline, connector.connect(name, stream)).await;
    let took = begun.elapsed();
    let (outcome, stream) = match shaken {
        Err(_) => (not_tls(&record).unwrap_or(Tls::TimedOut), None),
        Ok(Err(error)) => (failure(&error, &record), None),
        Ok(Ok(stream)) => (Tls::Established, Some(stream)),
    };
    let agreed = Agreed::of(stream.as_ref().map(|stream| stream.get_ref().1));
    let (chain, trust) = witness.chain();
    let handshake = Handshake {
        at,
        took,
        sni,
        offered: options.alpn.clone(),
        version: agreed.version,
        cipher: agreed.cipher,
        alpn: agreed.alpn,
        chain,
        client_certificate_asked: witness.asked_for_certificate(),
        trust,
        outcome,
    };
    Ok((handshake, stream.map(|stream| Box::new(stream) as BoxedStream)))
}

/// Says in words what our TLS found wrong after the handshake, if `error` comes from there. An
/// alert is named with its number: TLS 1.3 tells only then that it wants a client certificate.
pub(crate) fn late_failure(error: &io::Error) -> Option<String> {
    Some(match rustls_error(error)? {
        Error::AlertReceived(alert) => {
            let number = u8::from(*alert);
            format!("TLS alert {number} {}", alert_name(number))
        }
        other => format!("TLS: {other}"),
    })
}

/// Returns the name to send as SNI; an address is not sent (RFC 6066 section 3), nor is the dot at
/// the end of a name.
pub(crate) fn sni(name: &str) -> Result<Option<String>, ProbeError> {
    Ok(match server_name(name)? {
        ServerName::DnsName(name) => Some(name.as_ref().trim_end_matches('.').to_owned()),
        _ => None,
    })
}

fn server_name(name: &str) -> Result<ServerName<'static>, ProbeError> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| ProbeError::Name { name: name.to_owned() })
}

fn config(options: &TlsOptions, witness: &Arc<Witness>) -> Result<ClientConfig, ProbeError> {
    let setup = |source: Error| ProbeError::TlsSetup {
        name: options.server_name.clone(),
        source: Box::new(source),
    };
    let prepared = options.trust.prepared();
    let verifier = witness.verifier(&options.trust, &prepared);
    let mut config = ClientConfig::builder_with_provider(prepared.provider)
        .with_safe_default_protocol_versions()
        .map_err(setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::clone(witness) as _);
    config.enable_sni = options.sni;
    // Every probe is to see a whole handshake.
    config.resumption = Resumption::disabled();
    for name in &options.alpn {
        if name.is_empty() || name.len() > usize::from(u8::MAX) {
            return Err(ProbeError::Alpn { name: name.clone() });
        }
        config.alpn_protocols.push(name.as_bytes().to_vec());
    }
    Ok(config)
}

/// What both sides agreed on.
#[derive(Default)]
struct Agreed {
    version: Option<String>,
    cipher: Option<String>,
    alpn: Option<String>,
}

impl Agreed {
    fn of(session: Option<&ClientConnection>) -> Self {
        let Some(session) = session else { return Self::default() };
        let version = session.protocol_version().map(|version| format!("{version:?}"));
        let cipher = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
        Self {
            version: version.map(|version| version.replace('_', ".")),
            // The registry of IANA does not name the version.
            cipher: cipher.map(|cipher| cipher.replacen("TLS13_", "TLS_", 1)),
            alpn: session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
        }
    }
}

fn failure(error: &io::Error, record: &Record) -> Tls {
    if let Some(not_tls) = not_tls(record) {
        return not_tls;
    }
    if let Some(error) = rustls_error(error) {
        return protocol_failure(error);
    }
    match error.kind() {
        // A broken pipe means that the close had come before our own bytes could go.
        ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => Tls::Closed,
        ErrorKind::TimedOut => Tls::TimedOut,
        _ => Tls::Reset,
    }
}

fn protocol_failure(error: &Error) -> Tls {
    match error {
        Error::AlertReceived(alert) => {
            let number = u8::from(*alert);
            Tls::Alert { number, name: alert_name(number) }
        }
        Error::PeerIncompatible(_) | Error::NoApplicationProtocol => {
            Tls::Incompatible(error.to_string())
        }
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            Tls::Invalid(error.to_string())
        }
        // The handshake only fails on a certificate whose key or form our TLS does not know.
        Error::InvalidCertificate(_) => Tls::Incompatible(error.to_string()),
        _ => Tls::Invalid(error.to_string()),
    }
}

/// The first bytes, unless they look like TLS or none came.
fn not_tls(record: &Record) -> Option<Tls> {
    let first_bytes = record.first_bytes();
    let agrees = match first_bytes.as_slice() {
        [] | [0x15 | 0x16] => true,
        bytes => is_tls_record(bytes),
    };
    (!agrees).then_some(Tls::NotTls { first_bytes })
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref::<Error>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_alerts_are_named() {
        let alert = Error::AlertReceived(rustls::AlertDescription::CertificateRequired);
        let error = io::Error::new(ErrorKind::InvalidData, alert);

        let words = late_failure(&error);

        assert_eq!(words.as_deref(), Some("TLS alert 116 certificate_required"));
    }

    #[test]
    fn other_errors_are_not_of_tls() {
        let error = io::Error::from(ErrorKind::ConnectionReset);

        let words = late_failure(&error);

        assert_eq!(words, None);
    }
}
