//! Faults of the response body.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::support::{
    End, GET, Origin, Seen, ask, field, is_silent, on_unix, options, read_answer, read_head,
    tell_unix,
};

async fn seen(fault: &str) -> Seen {
    Origin::failing(&[fault]).await.tell(GET).await
}

/// The length that the head announces.
fn announced(seen: &Seen) -> usize {
    field(&seen.text(), "content-length").expect("a length").parse().unwrap()
}

#[tokio::test]
async fn truncated_body_is_shorter_than_its_length() {
    let seen = seen("truncated_body").await;

    assert_eq!(seen.body().len() * 2, announced(&seen));
    assert_eq!(seen.end, End::Fin);
}

#[tokio::test]
async fn truncated_body_in_chunks_lacks_the_last_one() {
    let seen = seen("truncated_body:chunked").await;
    let body = String::from_utf8(seen.body().to_vec()).unwrap();
    let (size, rest) = body.split_once("\r\n").unwrap();

    assert_eq!(usize::from_str_radix(size, 16).unwrap() + 2, rest.len());
    assert!(rest.ends_with("\r\n"));
    assert_eq!(seen.end, End::Fin);
}

#[tokio::test]
async fn reset_in_body_delivers_half_of_it_before_the_reset() {
    let seen = seen("reset_in_body").await;

    assert_eq!(seen.body().len() * 2, announced(&seen));
    assert_eq!(seen.end, End::Reset);
}

#[tokio::test]
async fn reset_in_body_is_a_reset_on_a_unix_socket_as_well() {
    let (_origin, path) = on_unix(&["reset_in_body"]).await;

    let seen = tell_unix(&path, GET).await;

    assert_eq!((seen.body().len() * 2, seen.end), (announced(&seen), End::Reset));
}

#[tokio::test]
async fn stall_in_body_stops_at_half_and_stays() {
    let mut options = options(&["stall_in_body"]);
    options.faults[0].path = Some("/held".to_owned());
    let origin = Origin::start(options).await;
    let mut held = origin.connect().await;
    held.write_all(b"GET /held HTTP/1.1\r\n\r\n").await.unwrap();

    let announced = read_head(&mut held).await;
    let length: usize = field(&announced, "content-length").unwrap().parse().unwrap();
    let mut half = vec![0; length / 2];
    held.read_exact(&mut half).await.unwrap();
    for _ in 0..20 {
        ask(&mut origin.connect().await, GET).await;
    }

    assert!(is_silent(&held));
}

#[tokio::test]
async fn slow_body_is_complete_and_comes_in_pieces() {
    let origin = Origin::failing(&["slow_body:300ms"]).await;
    let mut stream = origin.connect().await;
    stream.write_all(GET).await.unwrap();

    let head = read_head(&mut stream).await;
    assert!(is_silent(&stream), "the head is there before the body");
    let length: usize = field(&head, "content-length").unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();

    assert!(is_silent(&stream), "the connection is kept");
}

#[tokio::test]
async fn extra_bytes_follow_the_length() {
    let origin = Origin::failing(&["extra_bytes"]).await;
    let mut stream = origin.connect().await;
    stream.write_all(GET).await.unwrap();

    assert!(read_answer(&mut stream).await.ends_with("\r\n\r\nok\n"));
    let mut more = [0; 8];
    stream.read_exact(&mut more).await.unwrap();

    assert_eq!(&more, b"and more");
}

#[tokio::test]
async fn bad_chunking_has_a_size_that_is_no_number() {
    let seen = seen("bad_chunking").await;

    assert!(seen.text().contains("\r\nTransfer-Encoding: chunked\r\n"), "{seen:?}");
    assert!(seen.body().starts_with(b"xyz\r\n"), "{seen:?}");
}

#[tokio::test]
async fn wrong_content_coding_is_plain_text_with_the_right_length() {
    let origin = Origin::failing(&["wrong_content_coding"]).await;
    let mut stream = origin.connect().await;

    for _ in 0..2 {
        let answer = ask(&mut stream, GET).await;
        assert_eq!(field(&answer, "content-encoding"), Some("gzip"));
        assert!(answer.ends_with("\r\n\r\nthis is no gzip, sure\n"), "{answer}");
    }
}

#[tokio::test]
async fn faults_of_the_body_leave_head_requests_alone() {
    for fault in ["truncated_body", "reset_in_body", "stall_in_body", "bad_chunking"] {
        let origin = Origin::failing(&[fault]).await;
        let mut stream = origin.connect().await;

        stream.write_all(b"HEAD / HTTP/1.1\r\n\r\n").await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n").await.unwrap();
        read_head(&mut stream).await;

        assert_eq!(Seen::of(&mut stream).await.bytes, b"", "{fault}");
    }
}
