//! Plain HTTP and TLS on each other's ports.

use rustls::{Error, InvalidMessage};

use crate::support::{NAME, Origin, REQUEST, Said, tls_error};

#[tokio::test]
async fn a_plain_port_answers_a_tls_hello_with_400() {
    let origin = Origin::with("plain_on_tls_port").await;

    let error = origin.get_over_tls(NAME).await.unwrap_err();
    let said = origin.exchange(&[22, 3, 1, 0, 4, 1, 0, 0, 0]).await;

    assert_eq!(*tls_error(&error), Error::InvalidMessage(InvalidMessage::InvalidContentType));
    assert!(said.text().starts_with("HTTP/1.1 400 Bad Request\r\n"), "{}", said.text());
}

#[tokio::test]
async fn a_plain_port_serves_plain_http() {
    let origin = Origin::with("plain_on_tls_port").await;

    let said = origin.exchange(REQUEST).await;

    assert!(said.text().starts_with("HTTP/1.1 200 OK\r\n"), "{}", said.text());
}

#[tokio::test]
async fn a_tls_port_answers_plain_http_with_an_alert() {
    let origin = Origin::with("tls_on_plain_port").await;

    let said = origin.exchange(REQUEST).await;

    assert_eq!(said, Said { bytes: vec![21, 3, 1, 0, 2, 2, 70], was_reset: false });
}

#[tokio::test]
async fn a_tls_port_may_close_without_a_word() {
    let origin = Origin::with("tls_on_plain_port:close").await;

    let said = origin.exchange(REQUEST).await;

    assert_eq!(said, Said { bytes: Vec::new(), was_reset: false });
}

#[tokio::test]
async fn a_tls_port_may_answer_with_the_page_of_nginx() {
    let origin = Origin::with("tls_on_plain_port:nginx400").await;

    let said = origin.exchange(REQUEST).await.text();

    assert!(said.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{said}");
    assert!(said.contains("The plain HTTP request was sent to HTTPS port"), "{said}");
}

#[tokio::test]
async fn a_tls_port_serves_tls() {
    let origin = Origin::with("tls_on_plain_port").await;

    let answer = origin.get_over_tls(NAME).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}
