//! A server that has missed TLS 1.2, as version probes see it.

use rustls::{AlertDescription, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{NAME, Origin, Said, tls_error};

/// A hello of a client from before TLS 1.3: its highest version, and suites with RSA key exchange.
fn hello(version: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, 4, 0xc0, 0x13, 0, 0x2f, 1, 0]);
    let mut hello = vec![22, 3, 1, 0, body.len() as u8 + 4, 1, 0, 0, body.len() as u8];
    hello.extend(body);
    hello
}

/// Reads one record; gives its type, its version and what it carries.
async fn record(stream: &mut TcpStream) -> (u8, u16, Vec<u8>) {
    let kind = stream.read_u8().await.unwrap();
    let version = stream.read_u16().await.unwrap();
    let length = stream.read_u16().await.unwrap();
    let mut content = vec![0; usize::from(length)];
    stream.read_exact(&mut content).await.unwrap();
    (kind, version, content)
}

#[tokio::test]
async fn a_client_of_today_is_refused_by_protocol_version() {
    let origin = Origin::with("tls_old_protocol").await;

    let error = origin.get_over_tls(NAME).await.unwrap_err();

    let expected = Error::AlertReceived(AlertDescription::ProtocolVersion);
    assert_eq!(*tls_error(&error), expected);
}

#[tokio::test]
async fn an_old_client_sees_the_version_that_is_spoken() {
    for (fault, version) in [
        ("tls_old_protocol", 0x0301),
        ("tls_old_protocol:1.1", 0x0302),
        ("tls_old_protocol:ssl3", 0x0300),
    ] {
        let origin = Origin::with(fault).await;
        let mut stream = TcpStream::connect(origin.address).await.unwrap();
        stream.write_all(&hello(version)).await.unwrap();

        let (kind, under, content) = record(&mut stream).await;

        assert_eq!((kind, under, content[0]), (22, version, 2), "{fault}");
        assert_eq!(content[4..6], version.to_be_bytes(), "{fault}");
    }
}

#[tokio::test]
async fn an_older_client_still_is_refused_by_protocol_version() {
    let origin = Origin::with("tls_old_protocol:1.1").await;

    let said = origin.exchange(&hello(0x0301)).await;

    assert_eq!(said, Said { bytes: vec![21, 3, 1, 0, 2, 2, 70], was_reset: false });
}

#[tokio::test]
async fn the_certificate_is_issued_by_the_authority() {
    let origin = Origin::with("tls_old_protocol").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(&hello(0x0301)).await.unwrap();

    let (_, _, content) = record(&mut stream).await;

    // Behind the hello: type, length, length of the list, length of the certificate.
    let hello_length = 4 + usize::from(content[3]);
    let certificate = &content[hello_length + 10..];
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).unwrap();
    let authority = origin.authority();
    let (_, authority) = x509_parser::parse_x509_certificate(&authority).unwrap();
    assert_eq!(certificate.issuer(), authority.subject());
}

#[tokio::test]
async fn a_client_that_goes_on_is_refused() {
    let origin = Origin::with("tls_old_protocol").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(&hello(0x0301)).await.unwrap();
    record(&mut stream).await;
    stream.write_all(&[22, 3, 1, 0, 1, 16]).await.unwrap();

    let said = Said::on(&mut stream).await;

    assert_eq!(said, Said { bytes: vec![21, 3, 1, 0, 2, 2, 70], was_reset: false });
}
