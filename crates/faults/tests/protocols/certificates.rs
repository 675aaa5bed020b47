//! Who the origin says it is.

use goodgate_faults::Protocol;
use rustls::CertificateError::{
    ExpiredContext, NotValidForNameContext, NotValidYetContext, UnknownIssuer,
};
use rustls::{CertificateError, Error};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::support::{NAME, Origin, tls_error};

/// Why a client that trusts the authority refuses the certificate.
async fn refusal(fault: &str) -> CertificateError {
    let origin = Origin::with(fault).await;
    let error = origin.get_over_tls(NAME).await.unwrap_err();
    match tls_error(&error) {
        Error::InvalidCertificate(why) => why.clone(),
        other => panic!("{other}"),
    }
}

/// The certificates that the origin shows, as a client sees them that checks nothing.
async fn shown(fault: &str) -> Vec<Vec<u8>> {
    let origin = Origin::with(fault).await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.dangerous().set_certificate_verifier(std::sync::Arc::new(trusting::Everyone));
    let stream = origin.shake(client, NAME).await.unwrap();
    let chain = stream.get_ref().1.peer_certificates().unwrap();
    chain.iter().map(|certificate| certificate.to_vec()).collect()
}

fn issuer_and_subject(certificate: &[u8]) -> (String, String) {
    let (_, certificate) = X509Certificate::from_der(certificate).unwrap();
    (certificate.issuer().to_string(), certificate.subject().to_string())
}

#[tokio::test]
async fn a_healthy_origin_is_trusted_under_each_of_its_names() {
    let origin = Origin::healthy(Protocol::Https).await;

    for name in ["origin.test", "a.origin.test", "localhost", "127.0.0.1", "::1", "shop.example"] {
        let answer = origin.get_over_tls(name).await.unwrap();

        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{name}: {answer}");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_that() {
    assert!(matches!(refusal("tls_expired").await, ExpiredContext { .. }));
}

#[tokio::test]
async fn a_certificate_of_the_future_is_that() {
    assert!(matches!(refusal("tls_not_yet_valid").await, NotValidYetContext { .. }));
}

#[tokio::test]
async fn a_certificate_for_another_host_is_that() {
    assert!(matches!(refusal("tls_wrong_name").await, NotValidForNameContext { .. }));
}

#[tokio::test]
async fn nobody_has_signed_a_self_signed_certificate() {
    let refusal = refusal("tls_self_signed").await;
    let chain = shown("tls_self_signed").await;

    let (issuer, subject) = issuer_and_subject(&chain[0]);
    assert_eq!((refusal, issuer), (UnknownIssuer, subject));
}

#[tokio::test]
async fn an_incomplete_chain_lacks_the_one_who_signed() {
    let refusal = refusal("tls_incomplete_chain").await;
    let chain = shown("tls_incomplete_chain").await;

    let (issuer, _) = issuer_and_subject(&chain[0]);
    assert_eq!((refusal, chain.len()), (UnknownIssuer, 1));
    assert_eq!(issuer, "CN=goodgate faults, intermediate");
}

#[tokio::test]
async fn a_flawed_certificate_still_serves_whoever_takes_it() {
    let origin = Origin::with("tls_expired").await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.dangerous().set_certificate_verifier(std::sync::Arc::new(trusting::Everyone));

    let stream = origin.shake(client, NAME).await.unwrap();
    let answer = crate::support::ask(stream).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

/// A client that checks nothing.
mod trusting {
    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{DigitallySignedStruct, Error, SignatureScheme};

    #[derive(Debug)]
    pub(super) struct Everyone;

    impl ServerCertVerifier for Everyone {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PSS_SHA256]
        }
    }
}
