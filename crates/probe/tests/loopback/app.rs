//! Application protocols that are not HTTP, spoken to servers that know them and to others.

use std::net::SocketAddr;

use goodgate_evidence::probe::{AppAnswer, AppProtocol, AppTry, Connect, Endpoint, Foreign};
use goodgate_probe::{AppRequest, Timeouts, app};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{SHORT, TIMEOUTS, origin, until_closed};

const VALUES_RESULT: &[u8] =
    b"\x01\x0a\x00\x00\x00\x12\x06\x00\x0f\x01FCGI_MPXS_CONNS0\0\0\0\0\0\0";
const NOT_FOUND: &[u8] = b"\x01\x07\x00\x01\x00\x04\x00\x00oops\
    \x01\x06\x00\x01\x00\x19\x00\x00Status: 404 Not Found\r\n\r\n\
    \x01\x03\x00\x01\x00\x08\x00\x00\0\0\0\0\0\0\0\0";
const BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

/// The types of the records of a question and of a request.
const GET_VALUES: u8 = 9;
const BEGIN_REQUEST: u8 = 1;

async fn try_out(protocol: AppProtocol, address: SocketAddr) -> AppTry {
    let wanted = AppRequest {
        endpoint: Endpoint::Tcp(address),
        protocol,
        authority: "origin.example".to_owned(),
        path: "/".to_owned(),
        timeouts: TIMEOUTS,
    };
    app(&wanted).await.unwrap()
}

async fn answer(protocol: AppProtocol, address: SocketAddr) -> Option<AppAnswer> {
    try_out(protocol, address).await.answer
}

/// Starts a server of FastCGI that answers the question for its limits with `values`, and a request
/// with `response`; where one is empty it closes without a word.
async fn fastcgi(values: &'static [u8], response: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let bytes = match first_type(&mut stream).await {
                GET_VALUES => values,
                BEGIN_REQUEST => response,
                other => panic!("a record of type {other}"),
            };
            stream.write_all(bytes).await.unwrap();
            if !bytes.is_empty() {
                until_closed(&mut stream).await;
            }
        }
    });
    address
}

/// Reads the header of a record and what came with it; returns the type.
async fn first_type(stream: &mut TcpStream) -> u8 {
    let mut header = [0_u8; 8];
    stream.read_exact(&mut header).await.unwrap();
    assert_eq!(header[0], 1, "the version");
    let mut rest = [0_u8; 4096];
    assert!(stream.read(&mut rest).await.unwrap() > 0);
    header[1]
}

/// Starts a server that reads a packet of uwsgi, sends `bytes` and closes.
async fn uwsgi(bytes: &'static [u8]) -> SocketAddr {
    origin(async move |mut stream: TcpStream| {
        let mut header = [0_u8; 4];
        stream.read_exact(&mut header).await.unwrap();
        let mut body = vec![0_u8; u16::from_le_bytes([header[1], header[2]]).into()];
        stream.read_exact(&mut body).await.unwrap();
        stream.write_all(bytes).await.unwrap();
    })
    .await
}

#[tokio::test]
async fn a_server_that_tells_its_limits_speaks_fastcgi() {
    let answer = answer(AppProtocol::Fastcgi, fastcgi(VALUES_RESULT, b"").await).await;

    assert_eq!(answer, Some(AppAnswer::Speaks { status: None, errors: String::new() }));
}

#[tokio::test]
async fn a_server_that_does_not_know_the_question_gets_a_request() {
    let answer = answer(AppProtocol::Fastcgi, fastcgi(b"", NOT_FOUND).await).await;

    assert_eq!(answer, Some(AppAnswer::Speaks { status: Some(404), errors: "oops".to_owned() }));
}

#[tokio::test]
async fn a_server_that_closes_on_both_is_closed() {
    let answer = answer(AppProtocol::Fastcgi, fastcgi(b"", b"").await).await;

    assert_eq!(answer, Some(AppAnswer::Closed));
}

#[tokio::test]
async fn a_server_of_http_does_not_speak_fastcgi() {
    let answer = answer(AppProtocol::Fastcgi, fastcgi(BAD_REQUEST, b"").await).await;

    let first_bytes = BAD_REQUEST.to_vec();
    let foreign = AppAnswer::Foreign { looks: Foreign::Text, is_http: true, first_bytes };
    assert_eq!(answer, Some(foreign));
}

#[tokio::test]
async fn a_second_connection_that_fails_leaves_the_first_outcome() {
    let address = origin(async |mut stream: TcpStream| {
        first_type(&mut stream).await;
    })
    .await;

    let tried = try_out(AppProtocol::Fastcgi, address).await;

    assert_eq!(
        (tried.connect.outcome, tried.answer),
        (Connect::Connected, Some(AppAnswer::Closed))
    );
}

#[tokio::test]
async fn the_end_of_the_time_is_no_failure_of_a_second_connection() {
    let address = origin(async |mut stream: TcpStream| until_closed(&mut stream).await).await;
    let wanted = AppRequest {
        endpoint: Endpoint::Tcp(address),
        protocol: AppProtocol::Fastcgi,
        authority: "origin.example".to_owned(),
        path: "/".to_owned(),
        timeouts: Timeouts { total: SHORT, ..TIMEOUTS },
    };

    let tried = app(&wanted).await.unwrap();

    assert_eq!(
        (tried.connect.outcome, tried.answer),
        (Connect::Connected, Some(AppAnswer::TimedOut))
    );
}

#[tokio::test]
async fn a_server_that_repeats_our_version_speaks_uwsgi() {
    let answer =
        answer(AppProtocol::Uwsgi, uwsgi(b"HTTP/1.9 400 Bad Request\r\n\r\nno").await).await;

    assert_eq!(answer, Some(AppAnswer::Speaks { status: Some(400), errors: String::new() }));
}

#[tokio::test]
async fn a_server_of_http_does_not_speak_uwsgi() {
    let answer = answer(AppProtocol::Uwsgi, uwsgi(BAD_REQUEST).await).await;

    let first_bytes = BAD_REQUEST.to_vec();
    let foreign = AppAnswer::Foreign { looks: Foreign::Text, is_http: true, first_bytes };
    assert_eq!(answer, Some(foreign));
}

#[tokio::test]
async fn a_response_is_not_cut_off_while_it_comes() {
    let (sender, written) = tokio::sync::oneshot::channel();
    let address = origin(async move |mut stream: TcpStream| {
        let mut packet = [0_u8; 4096];
        assert!(stream.read(&mut packet).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.9 200 OK\r\n\r\n").await.unwrap();
        tokio::task::yield_now().await;
        sender.send(stream.write_all(&[b'x'; 1000]).await.is_ok()).unwrap();
    })
    .await;

    let answer = answer(AppProtocol::Uwsgi, address).await;

    assert_eq!(answer, Some(AppAnswer::Speaks { status: Some(200), errors: String::new() }));
    assert!(written.await.unwrap());
}

#[tokio::test]
async fn an_endless_response_is_bounded() {
    let address = origin(async |mut stream: TcpStream| {
        stream.write_all(b"HTTP/1.9 200 OK\r\n\r\n").await.unwrap();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;

    let answer = answer(AppProtocol::Uwsgi, address).await;

    assert_eq!(answer, Some(AppAnswer::Speaks { status: Some(200), errors: String::new() }));
}

#[tokio::test]
async fn an_ssh_server_is_recognised() {
    let address = origin(async |mut stream: TcpStream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;

    let answer = answer(AppProtocol::Uwsgi, address).await;

    assert!(
        matches!(answer, Some(AppAnswer::Foreign { looks: Foreign::Ssh, is_http: false, .. })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn silence_is_named() {
    let address = origin(async |mut stream: TcpStream| until_closed(&mut stream).await).await;

    let answer = answer(AppProtocol::Uwsgi, address).await;

    assert_eq!(answer, Some(AppAnswer::TimedOut));
}

#[tokio::test]
async fn without_a_listener_there_is_no_answer() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let tried = try_out(AppProtocol::Fastcgi, address).await;

    assert_eq!((tried.connect.outcome, tried.answer), (Connect::Refused, None));
}
