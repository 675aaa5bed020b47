//! Faults of the response head.

use tokio::io::AsyncWriteExt as _;

use super::support::{
    End, GET, Origin, Seen, field, is_silent, on_unix, options, read_answer, read_head, tell_unix,
};

async fn seen(fault: &str) -> Seen {
    Origin::failing(&[fault]).await.tell(GET).await
}

#[tokio::test]
async fn truncated_head_ends_within_a_line() {
    let seen = seen("truncated_head").await;

    assert!(seen.text().starts_with("HTTP/1.1 200 OK\r\n"), "{seen:?}");
    assert!(!seen.text().contains("\r\n\r\n") && !seen.text().ends_with("\r\n"), "{seen:?}");
    assert_eq!(seen.end, End::Fin);
}

#[tokio::test]
async fn reset_in_head_delivers_the_half_before_the_reset() {
    let seen = seen("reset_in_head").await;

    assert!(seen.text().starts_with("HTTP/1.1 200 OK\r\n"), "{seen:?}");
    assert!(!seen.text().contains("\r\n\r\n"), "{seen:?}");
    assert_eq!(seen.end, End::Reset);
}

#[tokio::test]
async fn reset_in_head_is_a_reset_on_a_unix_socket_as_well() {
    let (_origin, path) = on_unix(&["reset_in_head"]).await;

    let seen = tell_unix(&path, GET).await;

    assert!(seen.text().starts_with("HTTP/1.1 200 OK\r\n"), "{seen:?}");
    assert_eq!(seen.end, End::Reset);
}

#[tokio::test]
async fn stall_in_head_stops_and_stays() {
    let mut options = options(&["stall_in_head"]);
    options.faults[0].path = Some("/held".to_owned());
    let origin = Origin::start(options).await;
    let mut held = origin.connect().await;
    held.write_all(b"GET /held HTTP/1.1\r\n\r\n").await.unwrap();

    for _ in 0..20 {
        super::support::ask(&mut origin.connect().await, GET).await;
    }
    let mut first = [0; 256];
    let count = tokio::io::AsyncReadExt::read(&mut held, &mut first).await.unwrap();

    assert!(first[..count].starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(is_silent(&held));
}

#[tokio::test]
async fn an_ssh_server_speaks_before_it_is_asked() {
    let origin = Origin::failing(&["no_status_line:ssh"]).await;
    let mut stream = origin.connect().await;
    let mut banner = [0; 8];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut banner).await.unwrap();

    stream.write_all(GET).await.unwrap();

    assert_eq!(&banner, b"SSH-2.0-");
    let seen = Seen::of(&mut stream).await;
    assert!(seen.text().ends_with("Invalid SSH identification string.\r\n"), "{seen:?}");
    assert_eq!(seen.end, End::Fin);
}

#[tokio::test]
async fn other_protocols_show_their_first_bytes() {
    for (fault, begin) in [
        ("no_status_line:garbage", &b"\x00\x9f"[..]),
        ("no_status_line:http2", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07"),
        ("no_status_line:tls", b"\x15\x03\x01\x00\x02\x02"),
    ] {
        let seen = seen(fault).await;
        assert!(seen.bytes.starts_with(begin), "{fault}: {seen:?}");
        assert_eq!(seen.end, End::Fin, "{fault}");
    }
}

#[tokio::test]
async fn the_frames_of_http2_are_whole() {
    let seen = seen("no_status_line:http2").await;

    // SETTINGS: 9 bytes of header. GOAWAY: 9 and 8.
    assert_eq!(seen.bytes.len(), 9 + 9 + 8);
}

#[tokio::test]
async fn invalid_status_line_has_no_number() {
    assert!(seen("invalid_status_line").await.text().starts_with("HTTP/1.1 OK\r\n"));
}

#[tokio::test]
async fn each_invalid_header_is_sent_as_it_is() {
    for (fault, line) in [
        ("invalid_header", "\r\nX-Broken : yes\r\n"),
        ("invalid_header:nul", "\r\nX-Broken: ye\0s\r\n"),
        ("invalid_header:no_colon", "\r\nX-Broken yes\r\n"),
    ] {
        let text = seen(fault).await.text();
        assert!(text.contains(line), "{fault}: {text:?}");
    }
}

#[tokio::test]
async fn header_too_large_has_the_size_that_was_asked_for() {
    let origin = Origin::failing(&["header_too_large:100k"]).await;
    let mut stream = origin.connect().await;

    for _ in 0..2 {
        stream.write_all(GET).await.unwrap();
        let answer = read_answer(&mut stream).await;
        let value = field(&answer, "set-cookie").unwrap();
        assert_eq!(value.len(), "session=".len() + 100 * 1024);
    }
}

#[tokio::test]
async fn each_conflicting_framing_is_sent_as_it_is() {
    for (fault, fields, body) in [
        (
            "conflicting_framing",
            &["Content-Length: 3", "Transfer-Encoding: chunked"][..],
            "3\r\nok\n",
        ),
        ("conflicting_framing:dup_cl", &["Content-Length: 3", "Content-Length: 30"], "ok\n"),
        ("conflicting_framing:bad_cl", &["Content-Length: three"], "ok\n"),
        ("conflicting_framing:unknown_te", &["Transfer-Encoding: rot13"], "bx\n"),
    ] {
        let seen = seen(fault).await;
        for field in fields {
            assert!(seen.text().contains(&format!("\r\n{field}\r\n")), "{fault}: {seen:?}");
        }
        assert!(seen.body().starts_with(body.as_bytes()), "{fault}: {seen:?}");
    }
}

#[tokio::test]
async fn informational_flood_ends_with_a_good_answer() {
    let origin = Origin::failing(&["informational_flood:300"]).await;
    let mut stream = origin.connect().await;
    stream.write_all(GET).await.unwrap();

    for _ in 0..300 {
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 103 Early Hints\r\n"));
    }

    assert!(read_answer(&mut stream).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn informational_only_has_no_final_answer() {
    let seen = seen("informational_only").await;

    assert_eq!((seen.text().as_str(), seen.end), ("HTTP/1.1 100 Continue\r\n\r\n", End::Fin));
}

#[tokio::test]
async fn unexpected_upgrade_switches_without_being_asked() {
    let seen = seen("unexpected_upgrade").await;

    assert!(seen.text().starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{seen:?}");
    assert_eq!((field(&seen.text(), "upgrade"), seen.end), (Some("websocket"), End::Fin));
}
