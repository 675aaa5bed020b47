//! What an origin without a fault does.

use super::support::{End, Origin, ask, field, options, read_answer, read_head};
use goodgate_faults::Protocol;
use tokio::io::AsyncWriteExt as _;

#[tokio::test]
async fn a_healthy_origin_answers_any_path_and_names_it() {
    let origin = Origin::failing(&[]).await;

    let answer = ask(&mut origin.connect().await, b"GET /a/b?c=d HTTP/1.1\r\n\r\n").await;

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(field(&answer, "server"), Some("goodgate-faults"));
    assert!(field(&answer, "content-type").is_some_and(|value| value.starts_with("text/plain")));
    assert!(answer.ends_with("GET /a/b was answered by goodgate faults\n"), "{answer}");
}

#[tokio::test]
async fn a_connection_is_kept() {
    let origin = Origin::failing(&[]).await;
    let mut stream = origin.connect().await;

    for path in ["/1", "/2", "/3"] {
        let request = format!("GET {path} HTTP/1.1\r\n\r\n");
        assert!(ask(&mut stream, request.as_bytes()).await.contains(path));
    }
}

#[tokio::test]
async fn requests_in_one_write_are_answered_in_turn() {
    let origin = Origin::failing(&[]).await;
    let mut stream = origin.connect().await;

    stream.write_all(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n").await.unwrap();

    assert!(read_answer(&mut stream).await.contains("GET /1 "));
    assert!(read_answer(&mut stream).await.contains("GET /2 "));
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let origin = Origin::failing(&[]).await;
    let mut stream = origin.connect().await;

    stream.write_all(b"HEAD /x HTTP/1.1\r\n\r\nGET /y HTTP/1.1\r\n\r\n").await.unwrap();

    let head = read_head(&mut stream).await;
    assert!(field(&head, "content-length").is_some_and(|length| length != "0"), "{head}");
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn bodies_are_read_before_the_next_request() {
    let origin = Origin::failing(&[]).await;
    let mut stream = origin.connect().await;

    let with_length = b"POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /";
    assert!(ask(&mut stream, with_length).await.contains("POST /1 "));
    let in_chunks =
        b"POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\nA: b\r\n\r\n";
    assert!(ask(&mut stream, in_chunks).await.contains("POST /2 "));
    assert!(ask(&mut stream, b"GET /3 HTTP/1.1\r\n\r\n").await.contains("GET /3 "));
}

#[tokio::test]
async fn a_peer_that_waits_for_it_is_told_to_continue() {
    let origin = Origin::failing(&[]).await;
    let mut stream = origin.connect().await;

    let head = b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.unwrap();

    assert_eq!(read_head(&mut stream).await, "HTTP/1.1 100 Continue\r\n\r\n");
    assert!(ask(&mut stream, b"ok").await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_connection_ends_when_the_peer_wants_it() {
    let origin = Origin::failing(&[]).await;

    for request in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"] {
        let seen = origin.tell(request.as_bytes()).await;
        assert_eq!(seen.end, End::Fin, "{request}");
        assert_eq!(field(&seen.text(), "connection"), Some("close"), "{request}");
    }
}

#[tokio::test]
async fn http_1_0_is_told_that_the_connection_is_kept() {
    let origin = Origin::failing(&[]).await;
    let request = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let mut stream = origin.connect().await;

    let answer = ask(&mut stream, request).await;

    assert_eq!(field(&answer, "connection"), Some("keep-alive"));
    assert!(ask(&mut stream, request).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let origin = Origin::failing(&[]).await;

    for (request, status) in [
        ("GET /\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n".into(), "400"),
        (format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(70_000)), "431"),
    ] {
        let seen = origin.tell(request.as_bytes()).await;
        assert!(seen.text().starts_with(&format!("HTTP/1.1 {status} ")), "{}", seen.text());
        assert_eq!(seen.end, End::Fin);
    }
}

#[tokio::test]
async fn the_end_lets_a_running_answer_finish_and_closes_idle_connections() {
    let origin = Origin::failing(&["slow_head:200ms"]).await;
    let (mut busy, mut idle) = (origin.connect().await, origin.connect().await);
    ask(&mut idle, b"GET / HTTP/1.1\r\n\r\n").await;
    busy.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    // Both are known to the origin when a later connection was answered.
    ask(&mut origin.connect().await, b"GET / HTTP/1.1\r\n\r\n").await;

    let (answer, end, ()) = tokio::join!(
        super::support::Seen::of(&mut busy),
        super::support::Seen::of(&mut idle),
        origin.end()
    );

    assert!(answer.text().starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
    assert_eq!((end.bytes, end.end), (Vec::new(), End::Fin));
}

#[tokio::test]
async fn an_origin_without_a_fault_speaks_http() {
    let server = goodgate_faults::Server::bind(options(&[])).await.unwrap();

    assert_eq!(server.protocol(), Protocol::Http);
}
