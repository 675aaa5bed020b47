//! Passing on to a real origin.

use std::io;
use std::path::PathBuf;

use goodgate_faults::{Address, Entry, Options, Protocol, Server, Share, Spec, StartError, Target};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::support::{
    End, GET, Origin, Seen, ask, field, on_unix, options, read_answer, read_head, socket_path,
};

fn to(address: std::net::SocketAddr) -> Target {
    Target::parse(&format!("http://{address}")).unwrap()
}

/// Starts an origin that fails, and one without a fault that passes on to it.
async fn behind(faults: &[&str]) -> (Origin, Origin) {
    let real = Origin::failing(faults).await;
    let front = Origin::start(Options { to: Some(to(real.tcp())), ..options(&[]) }).await;
    (front, real)
}

/// A real origin that is written by hand, and one that passes on to it.
async fn by_hand() -> (Origin, TcpListener) {
    let real = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = Some(to(real.local_addr().unwrap()));
    (Origin::start(Options { to, ..options(&[]) }).await, real)
}

#[tokio::test]
async fn requests_and_answers_are_passed_on_byte_by_byte() {
    let (front, real) = by_hand().await;
    let request =
        b"POST /a?b HTTP/1.1\r\nhOsT: x\r\nX-Odd:   spaces  \r\nContent-Length: 3\r\n\r\nabc";
    let answer =
        b"HTTP/1.1 200 Fine indeed\r\nx-odd:y\r\nX-ODD: z\r\ntransfer-encoding: chunked\r\n\r\n\
                   3;ext=1\r\nabc\r\n0\r\nTrailer: t\r\n\r\n";
    let serve = async {
        let (mut up, _) = real.accept().await.unwrap();
        let mut got = vec![0; request.len()];
        up.read_exact(&mut got).await.unwrap();
        up.write_all(answer).await.unwrap();
        (got, up)
    };
    let mut stream = front.connect().await;
    stream.write_all(request).await.unwrap();

    let (got, _up) = serve.await;
    let mut seen = vec![0; answer.len()];
    stream.read_exact(&mut seen).await.unwrap();

    assert_eq!(got, request);
    assert_eq!(seen, answer);
}

#[tokio::test]
async fn a_kept_connection_has_one_other_half() {
    let (front, real) = by_hand().await;
    let serve = async {
        let (mut up, _) = real.accept().await.unwrap();
        for _ in 0..3 {
            read_head(&mut up).await;
            up.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        }
        up
    };
    let asking = async {
        let mut stream = front.connect().await;
        for _ in 0..3 {
            assert!(ask(&mut stream, GET).await.ends_with("ok"));
        }
        stream
    };

    let (up, mut stream) = tokio::join!(serve, asking);
    drop(up);

    // Its end is passed on.
    assert_eq!(Seen::of(&mut stream).await, Seen { bytes: Vec::new(), end: End::Fin });
}

#[tokio::test]
async fn bodies_flow_before_they_are_complete() {
    let (front, real) = by_hand().await;
    let mut stream = front.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc").await.unwrap();
    let (mut up, _) = real.accept().await.unwrap();
    read_head(&mut up).await;
    let mut piece = [0; 3];
    up.read_exact(&mut piece).await.unwrap();
    assert_eq!(&piece, b"abc");

    // The answer begins before the request is complete, and both go on side by side.
    up.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nxyz").await.unwrap();
    read_head(&mut stream).await;
    stream.read_exact(&mut piece).await.unwrap();
    assert_eq!(&piece, b"xyz");
    stream.write_all(b"def").await.unwrap();
    up.read_exact(&mut piece).await.unwrap();
    assert_eq!(&piece, b"def");
    up.write_all(b"uvw").await.unwrap();
    stream.read_exact(&mut piece).await.unwrap();

    assert_eq!(&piece, b"uvw");
}

#[tokio::test]
async fn large_bodies_come_through_whole() {
    let (front, real) = by_hand().await;
    let body: Vec<u8> = (0..5_000_000_u32).map(|number| number as u8).collect();
    let echo = async {
        let (mut up, _) = real.accept().await.unwrap();
        let head = read_head(&mut up).await;
        let mut got = vec![0; field(&head, "content-length").unwrap().parse().unwrap()];
        up.read_exact(&mut got).await.unwrap();
        up.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        up.write_all(&got).await.unwrap();
    };
    let asking = async {
        let mut stream = front.connect().await;
        let head = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        Seen::of(&mut stream).await
    };

    let ((), seen) = tokio::join!(echo, asking);

    assert!(seen.body() == body, "{} bytes", seen.body().len());
}

#[tokio::test]
async fn interim_answers_and_head_are_passed_on() {
    let (front, real) = by_hand().await;
    let mut stream = front.connect().await;
    stream.write_all(b"HEAD / HTTP/1.1\r\n\r\n").await.unwrap();
    let (mut up, _) = real.accept().await.unwrap();
    read_head(&mut up).await;

    up.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        .await
        .unwrap();

    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 103 "));
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 "));
    // The connection is at the next request.
    stream.write_all(GET).await.unwrap();
    assert!(read_head(&mut up).await.starts_with("GET / "));
}

#[tokio::test]
async fn an_upgraded_connection_is_a_tunnel() {
    let (front, real) = by_hand().await;
    let mut stream = front.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n").await.unwrap();
    let (mut up, _) = real.accept().await.unwrap();
    read_head(&mut up).await;
    up.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\nfirst").await.unwrap();
    read_head(&mut stream).await;
    let mut bytes = [0; 5];
    stream.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"first");

    stream.write_all(b"hello").await.unwrap();
    up.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"hello");
    drop(up);

    stream.shutdown().await.unwrap();
    assert_eq!(Seen::of(&mut stream).await.bytes, b"");
}

#[tokio::test]
async fn failures_of_the_real_origin_are_passed_on_as_they_are() {
    for fault in [
        "reset_after_request",
        "close_after_request",
        "truncated_head",
        "reset_in_head",
        "truncated_body",
        "truncated_body:chunked",
        "reset_in_body",
        "bad_chunking",
        "no_status_line:garbage",
        "no_status_line:tls",
        "invalid_header:nul",
        "conflicting_framing",
        "conflicting_framing:unknown_te",
        "informational_only",
        "informational_flood:20",
        "close_after_requests:1",
        "accept_reset",
    ] {
        let (front, real) = behind(&[fault]).await;

        let request = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
        let (direct, passed) = (real.tell(request).await, front.tell(request).await);

        let without_date = |seen: &Seen| {
            let text = seen.text();
            text.split("\r\n").filter(|line| !line.starts_with("Date: ")).collect::<String>()
        };
        assert_eq!(without_date(&passed), without_date(&direct), "{fault}");
        assert_eq!(passed.end, direct.end, "{fault}");
    }
}

#[tokio::test]
async fn only_the_struck_requests_are_kept_from_the_real_origin() {
    let real = Origin::failing(&[]).await;
    let entry = Entry {
        share: Share::parse("50%").unwrap(),
        ..Entry::always(Spec::parse("status:503").unwrap())
    };
    let front = Options { to: Some(to(real.tcp())), faults: vec![entry], ..options(&[]) };
    let front = Origin::start(front).await;
    let mut stream = front.connect().await;

    let mut counts = (0, 0);
    for _ in 0..100 {
        let answer = ask(&mut stream, GET).await;
        match &answer[9..12] {
            "200" => counts.0 += 1,
            "503" => counts.1 += 1,
            other => panic!("{other}"),
        }
    }

    assert_eq!(counts.0 + counts.1, 100);
    assert!(counts.0 > 20 && counts.1 > 20, "{counts:?}");
}

#[tokio::test]
async fn faults_that_only_wait_pass_the_real_answer_on() {
    let (front_fault, real_status) = ("slow_head:50ms", "status:404");
    let real = Origin::failing(&[real_status]).await;
    let front =
        Origin::start(Options { to: Some(to(real.tcp())), ..options(&[front_fault]) }).await;

    let upload = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok";
    let answer = ask(&mut front.connect().await, upload).await;

    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
}

#[tokio::test]
async fn a_real_origin_that_cannot_be_reached_is_a_502_that_says_why() {
    let (front, real) = behind(&["refuse"]).await;

    let seen = front.tell(GET).await;

    assert!(seen.text().starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{seen:?}");
    let place = format!("connect to http://{}", real.tcp());
    assert!(seen.text().contains(&place), "{seen:?}");
}

#[tokio::test]
async fn a_real_origin_on_a_unix_socket_is_reached() {
    let (_real, path) = on_unix(&["status:404"]).await;
    let to = Some(Target::parse(&format!("unix:{}", path.display())).unwrap());
    let front = Origin::start(Options { to, ..options(&[]) }).await;

    assert!(ask(&mut front.connect().await, GET).await.starts_with("HTTP/1.1 404 "));
}

#[tokio::test]
async fn a_real_origin_with_tls_is_reached_and_verified() {
    let ca_file: PathBuf = socket_path().with_extension("pem");
    let tls = Options {
        protocol: Some(Protocol::Https),
        ca_out: Some(ca_file.clone()),
        ..options(&["status:404"])
    };
    let real = Origin::start(tls).await;
    let root = CertificateDer::from_pem_file(&ca_file).unwrap().to_vec();
    std::fs::remove_file(&ca_file).unwrap();
    let to = Some(Target::parse(&format!("https://localhost:{}", real.tcp().port())).unwrap());
    let trusting = Options { to: to.clone(), to_roots: vec![root], ..options(&[]) };

    let trusting = Origin::start(trusting).await;
    let other = Origin::start(Options { to, ..options(&[]) }).await;

    assert!(ask(&mut trusting.connect().await, GET).await.starts_with("HTTP/1.1 404 "));
    let refused = other.tell(GET).await.text();
    assert!(refused.starts_with("HTTP/1.1 502 "), "{refused}");
    assert!(refused.contains("certificate"), "{refused}");
}

#[tokio::test]
async fn what_is_no_http_1_cannot_be_passed_on() {
    let to = Some(Target::parse("http://127.0.0.1:9").unwrap());
    let options = Options { to, protocol: Some(Protocol::H2c), ..options(&[]) };

    let error = Server::bind(options).await.err().unwrap();

    assert!(matches!(error, StartError::NoRelay { .. }), "{error}");
}

#[tokio::test]
async fn a_gateway_that_leaves_takes_the_real_connection_with_it() {
    let (front, real) = by_hand().await;
    let mut stream = front.connect().await;
    stream.write_all(GET).await.unwrap();
    let (mut up, _) = real.accept().await.unwrap();
    read_head(&mut up).await;

    drop(stream);

    let mut byte = [0; 1];
    let left = up.read(&mut byte).await;
    assert!(
        matches!(left, Ok(0)) || left.is_err_and(|e| e.kind() == io::ErrorKind::ConnectionReset)
    );
}

#[tokio::test]
async fn a_struck_request_does_not_need_the_real_origin() {
    let front = Options {
        listen: vec![Address::parse("127.0.0.1:0").unwrap()],
        to: Some(Target::parse("http://127.0.0.1:1").unwrap()),
        ..options(&["status:503"])
    };
    let front = Origin::start(front).await;

    let mut stream = TcpStream::connect(front.tcp()).await.unwrap();
    stream.write_all(GET).await.unwrap();
    assert!(read_answer(&mut stream).await.starts_with("HTTP/1.1 503 "));
}
