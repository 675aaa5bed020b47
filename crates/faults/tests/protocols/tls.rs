//! Handshakes that do not end well.

use std::io::ErrorKind;

use goodgate_faults::Protocol;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, Error};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{NAME, Origin, SHORT, Said, ask, tls_error};

/// The alert that ends a handshake of either version.
async fn alert(fault: &str, name: &str) -> AlertDescription {
    let origin = Origin::with(fault).await;
    let error = origin.get_over_tls(name).await.unwrap_err();
    match tls_error(&error) {
        Error::AlertReceived(alert) => *alert,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_alert_is_handshake_failure_unless_said_otherwise() {
    assert_eq!(alert("tls_alert", NAME).await, AlertDescription::HandshakeFailure);
    assert_eq!(alert("tls_alert:80", NAME).await, AlertDescription::InternalError);
}

#[tokio::test]
async fn a_close_in_the_handshake_is_an_end_of_stream() {
    let origin = Origin::with("tls_close").await;

    let error = origin.get_over_tls(NAME).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn a_reset_in_the_handshake_is_a_reset() {
    let origin = Origin::with("tls_reset").await;

    let error = origin.get_over_tls(NAME).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_stalled_handshake_says_nothing() {
    let origin = Origin::with("tls_stall").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(&[22, 3, 1, 0, 4, 1, 0, 0, 0]).await.unwrap();

    let heard = timeout(SHORT, Said::on(&mut stream)).await;

    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn a_client_without_sni_is_refused() {
    assert_eq!(alert("tls_sni_required", "127.0.0.1").await, AlertDescription::UnrecognisedName);
    assert_eq!(alert("tls_sni_required:40", "127.0.0.1").await, AlertDescription::HandshakeFailure);
}

#[tokio::test]
async fn a_client_with_sni_is_served() {
    let origin = Origin::with("tls_sni_required").await;

    let answer = origin.get_over_tls(NAME).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_of_tls_1_3_learns_after_its_handshake_that_it_lacks_a_certificate() {
    let origin = Origin::with("tls_client_certificate_required").await;

    let shaken = origin.shake(origin.client(&[&TLS13]), NAME).await.unwrap();
    let error = ask(shaken).await.unwrap_err();

    let expected = Error::AlertReceived(AlertDescription::CertificateRequired);
    assert_eq!(*tls_error(&error), expected);
}

#[tokio::test]
async fn a_client_of_tls_1_2_learns_in_its_handshake_that_it_lacks_a_certificate() {
    let origin = Origin::with("tls_client_certificate_required").await;

    let error = origin.shake(origin.client(&[&TLS12]), NAME).await.unwrap_err();

    let expected = Error::AlertReceived(AlertDescription::HandshakeFailure);
    assert_eq!(*tls_error(&error), expected);
}

#[tokio::test]
async fn http_2_is_on_offer_by_alpn() {
    let origin = Origin::healthy(Protocol::Https).await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

    let stream = origin.shake(client, NAME).await.unwrap();

    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn http_2_is_not_on_offer_beside_a_fault_of_http_1() {
    let origin = Origin::start(Some(Protocol::Https), &["truncated_head"], &[]).await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

    let stream = origin.shake(client, NAME).await.unwrap();

    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[tokio::test]
async fn names_of_certificates_have_to_be_names() {
    let mut options = crate::support::options(Some(Protocol::Https), &[], &[]);
    options.server_names = vec!["b\u{e4}d".to_owned()];

    let refused = goodgate_faults::Server::bind(options).await;

    assert!(refused.is_err());
}

#[tokio::test]
async fn options_of_other_protocols_are_refused() {
    for (protocol, fault) in [(Protocol::Http, "status"), (Protocol::Dns, "dns_nxdomain")] {
        let mut options = crate::support::options(Some(protocol), &[fault], &[]);
        options.server_names = vec!["shop.example".to_owned()];

        let refused = goodgate_faults::Server::bind(options).await;

        let why = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(why.starts_with("--server-name is for https"), "{why}");
    }
}
