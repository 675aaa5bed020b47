//! HTTP/1.1 exchanges that fail in one way each.

use std::time::Duration;

use goodgate_evidence::probe::{Foreign, Http};
use goodgate_probe::{Method, Timeouts};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{
    TIMEOUTS, answering, answering_and_resetting, answering_and_silent, exchange, get, observe,
    origin, read_request, until_closed,
};

#[tokio::test]
async fn a_whole_response_is_complete() {
    let address = answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno").await;

    let exchange = exchange(address).await;

    let head = exchange.head.unwrap();
    assert_eq!(
        (exchange.outcome, head.status, head.reason.as_str(), exchange.body),
        (Http::Complete, 502, "Bad Gateway", b"no".to_vec())
    );
}

#[tokio::test]
async fn a_close_without_a_byte_is_named() {
    let address = answering("").await;

    let exchange = exchange(address).await;

    assert_eq!((exchange.outcome, exchange.first_byte), (Http::ClosedBeforeHead, None));
}

#[tokio::test]
async fn a_reset_without_a_byte_is_named() {
    let address = answering_and_resetting(b"").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::ResetBeforeHead);
}

#[tokio::test]
async fn a_reset_at_once_is_a_reset_before_or_while_sending() {
    let address = origin(async |stream: TcpStream| stream.set_zero_linger().unwrap()).await;

    let exchange = exchange(address).await;

    assert!(
        matches!(exchange.outcome, Http::ResetBeforeHead | Http::FailedWhileSending),
        "{:?}",
        exchange.outcome
    );
}

#[tokio::test]
async fn as_much_of_a_body_is_kept_as_was_asked_for() {
    let body = vec![b'x'; 300 << 10];
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let address = answering([head.as_bytes(), &body].concat()).await;
    let mut probe = get(address);
    probe.call.body_kept = 256 << 10;

    let exchange = observe(&probe).await.exchange.unwrap();

    assert_eq!(exchange.outcome, Http::Complete);
    assert_eq!((exchange.body.len(), exchange.body_bytes), (256 << 10, 300 << 10));
}

#[tokio::test]
async fn a_body_is_sent_behind_its_head() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        tell.send(read_request(&mut stream).await).ok();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    })
    .await;
    let mut probe = get(address);
    probe.call.method = Method::Post;
    probe.call.body = Some(b"{}".as_slice().into());

    let exchange = observe(&probe).await.exchange.unwrap();

    let request = String::from_utf8(told.await.unwrap()).unwrap();
    assert_eq!((exchange.outcome, exchange.method.as_str()), (Http::Complete, "POST"));
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("Content-Length: 2\r\n\r\n{}"), "{request}");
}

#[tokio::test]
async fn silence_is_a_head_that_did_not_come_in_time() {
    let address = answering_and_silent(b"").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::HeadTimedOut);
}

#[tokio::test]
async fn a_head_that_stalls_did_not_come_in_time() {
    let address = answering_and_silent(b"HTTP/1.1 200 OK\r\nX-Half").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::HeadTimedOut);
}

#[tokio::test]
async fn half_a_head_is_truncated() {
    let address = answering("HTTP/1.1 200 OK\r\nX-Half").await;

    let exchange = exchange(address).await;

    assert_eq!(
        (exchange.outcome, exchange.head.map(|head| head.status)),
        (Http::HeadTruncated, Some(200))
    );
}

#[tokio::test]
async fn a_huge_head_is_given_up() {
    let huge = format!("HTTP/1.1 200 OK\r\nSet-Cookie: {}\r\n\r\n", "c".repeat(300 * 1024));
    let address = answering(huge).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::HeadTooLarge);
}

#[tokio::test]
async fn a_body_that_ends_early_is_truncated() {
    let address = answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::BodyTruncated { missing: Some(5) });
}

#[tokio::test]
async fn a_body_that_is_reset_is_truncated() {
    let address =
        answering_and_resetting(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::BodyTruncated { missing: Some(5) });
}

#[tokio::test]
async fn a_body_that_stops_is_stalled() {
    let address = answering_and_silent(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").await;

    let exchange = exchange(address).await;

    assert_eq!((exchange.outcome, exchange.body_bytes), (Http::BodyStalled, 4));
}

#[tokio::test]
async fn an_endless_body_is_bounded_in_time() {
    let address = origin(async |mut stream: TcpStream| {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while stream.write_all(b".").await.is_ok() {
            tick.tick().await;
        }
    })
    .await;
    let mut probe = get(address);
    probe.timeouts = Timeouts { total: Duration::from_millis(300), ..TIMEOUTS };

    let exchange = observe(&probe).await.exchange.unwrap();

    assert_eq!(exchange.outcome, Http::Bounded);
}

#[tokio::test]
async fn a_large_body_is_bounded_in_size() {
    let mut response = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n".to_vec();
    response.resize(9_000_000, b'x');
    let address = answering(response).await;

    let exchange = exchange(address).await;

    assert_eq!((exchange.outcome, exchange.body.len()), (Http::Bounded, 16 * 1024));
}

#[tokio::test]
async fn a_broken_chunk_is_named() {
    let address = answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n").await;

    let exchange = exchange(address).await;

    assert!(matches!(exchange.outcome, Http::ChunkingInvalid(_)), "{:?}", exchange.outcome);
}

#[tokio::test]
async fn an_ssh_banner_is_recognised() {
    let address = origin(async |mut stream: TcpStream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;

    let exchange = exchange(address).await;

    assert_eq!(
        (exchange.outcome, exchange.raw),
        (Http::NotHttp(Foreign::Ssh), b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec())
    );
}

#[tokio::test]
async fn a_tls_alert_is_recognised() {
    let address = answering(b"\x15\x03\x01\x00\x02\x02\x16").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::NotHttp(Foreign::Tls));
}

#[tokio::test]
async fn interim_responses_alone_are_not_an_answer() {
    let ended = exchange(answering(b"HTTP/1.1 100 Continue\r\n\r\n").await).await;
    let silent = exchange(answering_and_silent(b"HTTP/1.1 100 Continue\r\n\r\n").await).await;

    assert_eq!((ended.outcome, ended.interim), (Http::InformationalOnly, vec![100]));
    assert_eq!((silent.outcome, silent.interim), (Http::HeadTimedOut, vec![100]));
}

#[tokio::test]
async fn bytes_after_the_end_are_counted() {
    let address = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::ExtraBytes(3));
}

#[tokio::test]
async fn a_connection_that_stays_open_does_not_hold_up() {
    let address = answering_and_silent(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await;
    let mut probe = get(address);
    probe.call.method = Method::Get;
    probe.call.keep_alive = true;

    let exchange = observe(&probe).await.exchange.unwrap();

    assert_eq!(exchange.outcome, Http::Complete);
}

#[tokio::test]
async fn a_response_to_head_has_no_body() {
    let address = answering("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n").await;
    let mut probe = get(address);
    probe.call.method = Method::Head;

    let exchange = observe(&probe).await.exchange.unwrap();

    assert_eq!(exchange.outcome, Http::Complete);
}
