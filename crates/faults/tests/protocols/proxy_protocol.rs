//! The PROXY protocol, expected and sent.

use goodgate_faults::Protocol;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{NAME, Origin, REQUEST, ask};

const V1: &[u8] = b"PROXY TCP4 192.0.2.1 192.0.2.2 51234 80\r\n";
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xc8\x22\0\x50";

#[tokio::test]
async fn a_request_without_the_header_ends_at_once() {
    let origin = Origin::with("proxy_protocol_expected").await;

    let said = origin.exchange(REQUEST).await;

    assert_eq!((said.bytes, said.was_reset), (Vec::new(), true));
}

#[tokio::test]
async fn a_request_with_the_header_is_answered() {
    let origin = Origin::with("proxy_protocol_expected").await;

    for header in [V1, V2] {
        let said = origin.exchange(&[header, REQUEST].concat()).await.text();

        assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    }
}

#[tokio::test]
async fn the_header_stands_in_front_of_tls() {
    let origin = Origin::start(Some(Protocol::Https), &["proxy_protocol_expected"], &[]).await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(V1).await.unwrap();

    let client = origin.client(rustls::ALL_VERSIONS);
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(client));
    let stream = connector.connect(NAME.try_into().unwrap(), stream).await.unwrap();

    let answer = ask(stream).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_header_that_is_sent_stands_in_front_of_the_response() {
    let origin = Origin::with("proxy_protocol_sent").await;

    let said = origin.exchange(REQUEST).await.text();

    let (header, response) = said.split_once("\r\n").unwrap();
    assert!(header.starts_with("PROXY TCP4 "), "{said}");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
}
