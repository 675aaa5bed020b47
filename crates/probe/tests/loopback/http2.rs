//! HTTP/2 exchanges with prior knowledge; the origins send their frames as bytes.

use std::net::SocketAddr;

use goodgate_evidence::probe::{Exchange, Foreign, Http, HttpVersion};
use goodgate_probe::Speak;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{answering, get, observe, origin, until_closed};

const SETTINGS: &[u8] = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00";
/// `:status 200` is entry 8 of the static table (RFC 7541 appendix A).
const HEAD: &[u8] = b"\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88";
const DATA_AND_END: &[u8] = b"\x00\x00\x02\x00\x01\x00\x00\x00\x01hi";
const DATA: &[u8] = b"\x00\x00\x02\x00\x00\x00\x00\x00\x01hi";
const RESET_REFUSED: &[u8] = b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x07";
const GOAWAY_CALM: &[u8] = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0b";

/// Starts an origin that waits for the preface and sends `frames`.
async fn sending(frames: &[&[u8]], then_close: bool) -> SocketAddr {
    let frames = frames.concat();
    origin(async move |mut stream: TcpStream| {
        let mut preface = [0_u8; 24];
        stream.read_exact(&mut preface).await.unwrap();
        // The request follows the preface and the settings.
        let mut buffer = [0_u8; 4096];
        while !has_headers(&buffer) {
            let count = stream.read(&mut buffer[24..]).await.unwrap();
            buffer.copy_within(24..24 + count, 0);
        }
        stream.write_all(&frames).await.unwrap();
        if then_close {
            return;
        }
        until_closed(&mut stream).await;
    })
    .await
}

/// Tells whether there is the header of a HEADERS frame for stream 1.
fn has_headers(bytes: &[u8]) -> bool {
    bytes
        .windows(9)
        .any(|window| matches!(window, [0, _, _, 1, flags, 0, 0, 0, 1] if flags & 4 != 0))
}

async fn exchange(address: SocketAddr) -> Exchange {
    let mut probe = get(address);
    probe.speak = Speak::Http2;
    observe(&probe).await.exchange.unwrap()
}

#[tokio::test]
async fn a_whole_response_is_complete() {
    let address = sending(&[SETTINGS, HEAD, DATA_AND_END], false).await;

    let exchange = exchange(address).await;

    assert_eq!(
        (exchange.outcome, exchange.version, exchange.head.unwrap().status, exchange.body),
        (Http::Complete, HttpVersion::Http2, 200, b"hi".to_vec())
    );
}

#[tokio::test]
async fn a_stream_reset_has_its_code() {
    let address = sending(&[SETTINGS, RESET_REFUSED], false).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::StreamReset("REFUSED_STREAM".to_owned()));
}

#[tokio::test]
async fn a_goaway_has_its_code() {
    let address = sending(&[SETTINGS, GOAWAY_CALM], true).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::Goaway("ENHANCE_YOUR_CALM".to_owned()));
}

#[tokio::test]
async fn silence_after_the_settings_is_a_head_that_did_not_come_in_time() {
    let address = sending(&[SETTINGS], false).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::HeadTimedOut);
}

#[tokio::test]
async fn a_body_that_stops_is_stalled() {
    let address = sending(&[SETTINGS, HEAD, DATA], false).await;

    let exchange = exchange(address).await;

    assert_eq!((exchange.outcome, exchange.body_bytes), (Http::BodyStalled, 2));
}

#[tokio::test]
async fn a_body_that_ends_early_is_truncated() {
    let address = sending(&[SETTINGS, HEAD, DATA], true).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::BodyTruncated { missing: None });
}

#[tokio::test]
async fn a_close_without_a_byte_is_named() {
    let address = sending(&[], true).await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::ClosedBeforeHead);
}

#[tokio::test]
async fn a_server_of_http_1_is_recognised() {
    let address = answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::Http2Failed("the server answers in HTTP/1".to_owned()));
}

#[tokio::test]
async fn an_ssh_banner_is_recognised() {
    let address = answering("SSH-2.0-OpenSSH_9.2p1\r\n").await;

    let exchange = exchange(address).await;

    assert_eq!(exchange.outcome, Http::NotHttp(Foreign::Ssh));
}
