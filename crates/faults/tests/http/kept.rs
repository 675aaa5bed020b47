//! Faults of kept connections.

use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::support::{End, GET, Origin, Seen, ask, is_silent, on_unix};

#[tokio::test]
async fn close_idle_ends_a_connection_after_its_answer() {
    for (fault, end) in [("close_idle:50ms", End::Fin), ("close_idle:50ms:rst", End::Reset)] {
        let origin = Origin::failing(&[fault]).await;
        let mut stream = origin.connect().await;
        ask(&mut stream, GET).await;

        assert_eq!(Seen::of(&mut stream).await, Seen { bytes: Vec::new(), end }, "{fault}");
    }
}

#[tokio::test]
async fn close_idle_by_reset_is_one_on_a_unix_socket_as_well() {
    let (_origin, path) = on_unix(&["close_idle:50ms:rst"]).await;
    let mut stream = UnixStream::connect(&path).await.unwrap();
    ask(&mut stream, GET).await;

    assert_eq!(Seen::of(&mut stream).await, Seen { bytes: Vec::new(), end: End::Reset });
}

#[tokio::test]
async fn close_idle_leaves_a_connection_without_a_request_alone() {
    let origin = Origin::failing(&["close_idle:50ms"]).await;
    let mut fresh = origin.connect().await;
    let mut used = origin.connect().await;
    ask(&mut used, GET).await;
    Seen::of(&mut used).await;

    assert!(ask(&mut fresh, GET).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_late_end_comes_with_the_next_request_and_answers_nothing() {
    for (fault, end) in
        [("close_idle:1ms:late_fin", End::Fin), ("close_idle:1ms:late_rst", End::Reset)]
    {
        let origin = Origin::failing(&[fault]).await;
        let mut stream = origin.connect().await;
        ask(&mut stream, GET).await;
        // Other connections take the time in which this one is idle for long enough.
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < 50 {
            ask(&mut origin.connect().await, GET).await;
        }

        assert!(is_silent(&stream), "{fault}: it stays as long as nothing comes");
        stream.write_all(GET).await.unwrap();
        assert_eq!(Seen::of(&mut stream).await, Seen { bytes: Vec::new(), end }, "{fault}");
    }
}

#[tokio::test]
async fn close_after_requests_ends_without_saying_so() {
    let origin = Origin::failing(&["close_after_requests:2"]).await;
    let mut stream = origin.connect().await;

    let (first, second) = (ask(&mut stream, GET).await, ask(&mut stream, GET).await);

    assert_eq!(super::support::field(&first, "connection"), None);
    assert_eq!(super::support::field(&second, "connection"), None);
    assert_eq!(Seen::of(&mut stream).await, Seen { bytes: Vec::new(), end: End::Fin });
}
