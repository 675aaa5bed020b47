//! HTTP/2, seen by a client that speaks it and frame by frame.

use std::sync::Arc;

use bytes::Bytes;
use goodgate_faults::{Entry, Options, Protocol};
use h2::Reason;
use h2::client::SendRequest;
use http::{Method, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{NAME, Origin, PATIENCE, REQUEST, entry, options};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// GET, http, / and the authority x, as the first request of a connection.
const HEADERS: &[u8] = &[0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, b'x'];

/// Opens a connection of HTTP/2; its frames are moved beside the test.
async fn open<S>(stream: S) -> SendRequest<Bytes>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async { connection.await.ok() });
    client
}

async fn connect(origin: &Origin) -> SendRequest<Bytes> {
    open(TcpStream::connect(origin.address).await.unwrap()).await
}

/// Asks on a connection; gives status and body.
async fn ask(client: SendRequest<Bytes>, method: Method) -> Result<(u16, String), h2::Error> {
    timeout(PATIENCE, exchange(client, method)).await.expect("the stream ends")
}

async fn exchange(client: SendRequest<Bytes>, method: Method) -> Result<(u16, String), h2::Error> {
    let mut client = client.ready().await?;
    let request = Request::builder().method(method).uri("http://origin.test/some/path");
    let (response, _) = client.send_request(request.body(()).unwrap(), true)?;
    let (head, mut body) = response.await?.into_parts();
    let mut text = String::new();
    while let Some(data) = body.data().await {
        text += &String::from_utf8_lossy(&data?);
    }
    Ok((head.status.as_u16(), text))
}

/// Sends requests by hand; gives the frames up to the end of the connection, without SETTINGS, as
/// type, stream and payload.
async fn frames_of(origin: &Origin, requests: &[u8]) -> Vec<(u8, u32, Vec<u8>)> {
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(&[PREFACE, SETTINGS, requests].concat()).await.unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = timeout(PATIENCE, next(&mut stream)).await.expect("a frame or an end") {
        if frame.0 != 4 {
            frames.push(frame);
        }
    }
    frames
}

async fn next(stream: &mut TcpStream) -> Option<(u8, u32, Vec<u8>)> {
    let mut header = [0; 9];
    stream.read_exact(&mut header).await.ok()?;
    let [a, b, c, kind, _, id @ ..] = header;
    let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
    stream.read_exact(&mut payload).await.ok()?;
    Some((kind, u32::from_be_bytes(id), payload))
}

#[tokio::test]
async fn a_healthy_origin_answers_in_the_clear() {
    let origin = Origin::healthy(Protocol::H2c).await;

    let (status, body) = ask(connect(&origin).await, Method::GET).await.unwrap();

    assert_eq!(status, 200);
    assert!(body.starts_with("GET /some/path was answered"), "{body}");
}

#[tokio::test]
async fn a_healthy_origin_answers_within_tls() {
    let origin = Origin::healthy(Protocol::Https).await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.alpn_protocols = vec![b"h2".to_vec()];

    let stream = origin.shake(client, NAME).await.unwrap();
    let (status, _) = ask(open(stream).await, Method::GET).await.unwrap();

    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let origin = Origin::healthy(Protocol::H2c).await;

    let answer = ask(connect(&origin).await, Method::HEAD).await.unwrap();

    assert_eq!(answer, (200, String::new()));
}

#[tokio::test]
async fn a_body_larger_than_the_window_is_read_to_its_end() {
    let origin = Origin::healthy(Protocol::H2c).await;
    let mut client = connect(&origin).await.ready().await.unwrap();
    let request = Request::builder().method(Method::POST).uri("http://origin.test/upload");
    let (response, mut body) = client.send_request(request.body(()).unwrap(), false).unwrap();
    body.send_data(Bytes::from(vec![b'x'; 300_000]), true).unwrap();

    let response = timeout(PATIENCE, response).await.expect("an answer").unwrap();

    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_healthy_origin_answers_http_1_as_well() {
    let origin = Origin::healthy(Protocol::H2c).await;

    let said = origin.exchange(REQUEST).await.text();

    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
}

#[tokio::test]
async fn goaway_says_that_the_request_was_not_looked_at() {
    let origin = Origin::with("h2_goaway").await;

    let frames = frames_of(&origin, HEADERS).await;

    // Last stream 0, INTERNAL_ERROR.
    assert_eq!(frames, [(7, 0, vec![0, 0, 0, 0, 0, 0, 0, 2])]);
}

#[tokio::test]
async fn goaway_says_which_requests_were_answered() {
    let goaway = Entry { path: Some("/b".to_owned()), ..entry("h2_goaway") };
    let origin = Origin::running(Options { faults: vec![goaway], ..options(None, &[], &[]) }).await;
    // The same on stream 3, for /b.
    let second = [0, 0, 9, 1, 5, 0, 0, 0, 3, 0x82, 0x86, 0x44, 2, b'/', b'b', 0x41, 1, b'x'];

    let frames = frames_of(&origin, &[HEADERS, &second].concat()).await;

    // Last stream 1, INTERNAL_ERROR.
    assert_eq!(frames.last().unwrap(), &(7, 0, vec![0, 0, 0, 1, 0, 0, 0, 2]));
}

#[tokio::test]
async fn a_client_sees_goaway_from_its_peer() {
    let origin = Origin::with("h2_goaway").await;

    let error = ask(connect(&origin).await, Method::GET).await.unwrap_err();

    assert!(error.is_go_away() && error.is_remote(), "{error}");
    assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
}

#[tokio::test]
async fn a_reset_stream_leaves_the_connection_alone() {
    let origin = Origin::with("h2_reset_stream").await;
    let client = connect(&origin).await;

    let first = ask(client.clone(), Method::GET).await.unwrap_err();
    let second = ask(client, Method::GET).await.unwrap_err();

    for error in [first, second] {
        assert!(error.is_reset() && error.is_remote(), "{error}");
        assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    }
}

#[tokio::test]
async fn a_stream_is_reset_with_the_code_that_was_asked_for() {
    let origin = Origin::with("h2_reset_stream:11").await;

    let error = ask(connect(&origin).await, Method::GET).await.unwrap_err();

    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn a_refused_stream_says_so() {
    let origin = Origin::with("h2_refused_stream").await;

    let error = ask(connect(&origin).await, Method::GET).await.unwrap_err();

    assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
}

#[tokio::test]
async fn faults_of_http_2_strike_within_tls() {
    let origin = Origin::start(Some(Protocol::Https), &["h2_refused_stream"], &[]).await;
    let mut client = origin.client(rustls::ALL_VERSIONS);
    client.alpn_protocols = vec![b"h2".to_vec()];
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let stream = TcpStream::connect(origin.address).await.unwrap();

    let stream = connector.connect(NAME.try_into().unwrap(), stream).await.unwrap();
    let error = ask(open(stream).await, Method::GET).await.unwrap_err();

    assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
}

#[tokio::test]
async fn an_http_1_request_gets_frames_where_only_http_2_is_spoken() {
    let origin = Origin::with("h2_only").await;

    let said = origin.exchange(REQUEST).await;

    // GOAWAY, last stream 0, PROTOCOL_ERROR.
    let goaway = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(said.bytes, [SETTINGS, &goaway].concat());
}

#[tokio::test]
async fn http_2_is_answered_where_only_that_is_spoken() {
    let origin = Origin::with("h2_only").await;

    let (status, _) = ask(connect(&origin).await, Method::GET).await.unwrap();

    assert_eq!(status, 200);
}
