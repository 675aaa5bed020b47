//! Faults between the request and the answer.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::support::{
    End, GET, Origin, Seen, ask, is_silent, on_unix, options, read_answer, read_head, tell_unix,
};

/// A request whose body never comes.
const UPLOAD: &[u8] = b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n";

const NOTHING: fn(End) -> Seen = |end| Seen { bytes: Vec::new(), end };

#[tokio::test]
async fn reset_in_request_does_not_wait_for_the_body() {
    let origin = Origin::failing(&["reset_in_request"]).await;

    assert_eq!(origin.tell(UPLOAD).await, NOTHING(End::Reset));
    assert_eq!(origin.tell(GET).await, NOTHING(End::Reset));
}

#[tokio::test]
async fn reset_after_request_waits_for_the_body() {
    let origin = Origin::failing(&["reset_after_request"]).await;
    let mut stream = origin.connect().await;
    stream.write_all(UPLOAD).await.unwrap();
    // The origin has seen the head when it has served a later connection.
    assert_eq!(origin.tell(GET).await, NOTHING(End::Reset));
    assert!(is_silent(&stream));

    stream.write_all(&[b'x'; 1000]).await.unwrap();

    assert_eq!(Seen::of(&mut stream).await, NOTHING(End::Reset));
}

#[tokio::test]
async fn close_after_request_sends_nothing_but_a_fin() {
    let origin = Origin::failing(&["close_after_request"]).await;

    assert_eq!(origin.tell(GET).await, NOTHING(End::Fin));
}

#[tokio::test]
async fn a_unix_socket_shows_resets_and_ends_apart() {
    for (fault, end) in [
        ("reset_in_request", End::Reset),
        ("reset_after_request", End::Reset),
        ("close_after_request", End::Fin),
    ] {
        let (_origin, path) = on_unix(&[fault]).await;

        assert_eq!(tell_unix(&path, GET).await, NOTHING(end), "{fault}");
    }
}

#[tokio::test]
async fn never_answer_leaves_the_connection_open_and_silent() {
    let mut options = options(&["never_answer"]);
    options.faults[0].path = Some("/held".to_owned());
    let origin = Origin::start(options).await;
    let mut held = origin.connect().await;
    held.write_all(b"GET /held HTTP/1.1\r\n\r\n").await.unwrap();

    // Further bytes are taken as well, and others are served meanwhile.
    for _ in 0..20 {
        ask(&mut origin.connect().await, GET).await;
    }
    held.write_all(GET).await.unwrap();

    assert!(is_silent(&held));
    let (seen, ()) = tokio::join!(Seen::of(&mut held), origin.end());
    assert_eq!(seen.bytes, b"");
}

#[tokio::test]
async fn early_answer_comes_before_the_body_and_does_not_read_it() {
    let origin = Origin::failing(&["early_answer:401"]).await;
    let mut stream = origin.connect().await;
    let head = b"POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n";
    stream.write_all(head).await.unwrap();

    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    let piece = vec![b'x'; 64 * 1024];
    let refused = loop {
        if let Err(error) = stream.write_all(&piece).await {
            break error.kind();
        }
    };
    assert!(
        [std::io::ErrorKind::ConnectionReset, std::io::ErrorKind::BrokenPipe].contains(&refused),
        "{refused}"
    );
}

#[tokio::test]
async fn early_answer_strikes_uploads_only() {
    let origin = Origin::failing(&["early_answer"]).await;

    let answer = ask(&mut origin.connect().await, GET).await;

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn slow_head_answers_well_and_late() {
    let origin = Origin::failing(&["slow_head:150ms"]).await;
    let begun = Instant::now();

    let answer = ask(&mut origin.connect().await, GET).await;

    assert!(begun.elapsed() >= Duration::from_millis(150));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn growing_latency_grows_with_each_request() {
    let origin = Origin::failing(&["growing_latency:40ms"]).await;
    let mut stream = origin.connect().await;

    for count in 1..=3_u32 {
        let begun = Instant::now();
        ask(&mut stream, GET).await;
        assert!(begun.elapsed() >= Duration::from_millis(40) * count, "request {count}");
    }
}

#[tokio::test]
async fn status_answers_with_its_code_and_keeps_the_connection() {
    let origin = Origin::failing(&["status:504"]).await;
    let mut stream = origin.connect().await;

    for _ in 0..2 {
        let answer = ask(&mut stream, GET).await;
        assert!(answer.starts_with("HTTP/1.1 504 Gateway Timeout\r\n"), "{answer}");
        assert!(answer.ends_with("504 Gateway Timeout from the application\n"), "{answer}");
    }
}

#[tokio::test]
async fn a_fault_waits_for_the_whole_of_a_request_in_pieces() {
    let origin = Origin::failing(&["status"]).await;
    let mut stream = origin.connect().await;

    for byte in b"GET / HTTP/1.1\r\nHost: x\r\n\r" {
        stream.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
        assert!(is_silent(&stream));
    }
    stream.write_all(b"\n").await.unwrap();

    assert!(read_answer(&mut stream).await.starts_with("HTTP/1.1 503 "));
    let mut byte = [0; 1];
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read(&mut byte).await.unwrap(), 0);
}
