//! HTTP/2 on both sides.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::Reason;
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::sync::mpsc;

use super::client::{Client, PATIENCE, is_reset};
use super::h2stand::{answer, connect, field, get, read, request, respond, run, send, server};
use super::origin::{Origin, ok, raw};
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream, connect_unix, workdir};

/// A message of gRPC with its prefix (gRPC over HTTP/2, "Length-Prefixed-Message").
fn message(text: &str) -> Bytes {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(text.len()).expect("a short text").to_be_bytes());
    bytes.extend(text.bytes());
    bytes.into()
}

fn grpc(path: &str) -> Request<()> {
    let mut request = request("POST", path);
    let headers = request.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/grpc"));
    headers.insert("te", HeaderValue::from_static("trailers"));
    request
}

fn status(code: &'static str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(code));
    trailers
}

/// A server of gRPC: one answer, an error without a body, an error after a message, and a
/// conversation.
fn grpc_server() -> SocketAddr {
    server(None, |request, mut respond| async move {
        if request.uri().path() == "/" {
            // No call of gRPC: it is never answered, so that only the gateway can end it.
            return std::future::pending().await;
        }
        assert_eq!(field(request.headers(), "te"), "trailers");
        let begun = Response::builder().header("content-type", "application/grpc");
        let path = request.uri().path().to_owned();
        let mut body = request.into_body();
        match path.as_str() {
            "/echo.Echo/Unary" => {
                let (bytes, _) = read(body).await.expect("a body");
                let mut stream =
                    respond.send_response(begun.body(()).expect("a head"), false).expect("sent");
                stream.send_data(bytes.into(), false).expect("sent");
                stream.send_trailers(status("0")).expect("sent");
            }
            "/echo.Echo/Nothing" => {
                let head = begun.header("grpc-status", "5").header("grpc-message", "not%20found");
                respond.send_response(head.body(()).expect("a head"), true).expect("sent");
            }
            "/echo.Echo/Half" => {
                let mut stream =
                    respond.send_response(begun.body(()).expect("a head"), false).expect("sent");
                stream.send_data(message("half"), false).expect("sent");
                stream.send_trailers(status("13")).expect("sent");
            }
            _ => {
                let mut stream = None;
                while let Some(Ok(piece)) = body.data().await {
                    body.flow_control().release_capacity(piece.len()).expect("released");
                    // The head comes with the first message, as servers of gRPC do it.
                    let stream = stream.get_or_insert_with(|| {
                        let head = Response::builder().header("content-type", "application/grpc");
                        respond.send_response(head.body(()).expect("a head"), false).expect("sent")
                    });
                    stream.send_data(piece, false).expect("sent");
                }
                stream.expect("a message").send_trailers(status("0")).expect("sent");
            }
        }
    })
}

fn grpc_stand() -> Gateway {
    Gateway::to_url(&format!("h2c://{}", grpc_server()))
}

#[test]
fn a_call_of_grpc_ends_with_its_status_in_the_trailers() {
    let gateway = grpc_stand();
    run(async {
        let mut client = connect(gateway.address()).await;
        let (response, mut upload) = send(&mut client, grpc("/echo.Echo/Unary"), false);
        upload.send_data(message("hello"), true).expect("it is sent");

        let answer = answer(response).await.expect("an answer");

        assert_eq!((answer.status(), answer.body.as_slice()), (200, &message("hello")[..]));
        assert_eq!(answer.field("content-type"), "application/grpc");
        assert_eq!(field(&answer.trailers.expect("trailers"), "grpc-status"), "0");
    });
}

#[test]
fn errors_of_grpc_come_through_with_and_without_a_message_before() {
    let gateway = grpc_stand();
    run(async {
        let mut client = connect(gateway.address()).await;
        let (nothing, mut upload) = send(&mut client, grpc("/echo.Echo/Nothing"), false);
        upload.send_data(message("x"), true).expect("it is sent");
        let nothing = answer(nothing).await.expect("an answer");
        let (half, mut upload) = send(&mut client, grpc("/echo.Echo/Half"), false);
        upload.send_data(message("x"), true).expect("it is sent");
        let half = answer(half).await.expect("an answer");

        assert_eq!((nothing.status(), nothing.body.len()), (200, 0));
        assert_eq!(nothing.field("grpc-status"), "5");
        assert_eq!(nothing.field("grpc-message"), "not%20found");
        assert_eq!(half.body, message("half"));
        assert_eq!(field(&half.trailers.expect("trailers"), "grpc-status"), "13");
    });
}

#[test]
fn a_conversation_of_grpc_goes_message_by_message() {
    // Silent for longer than a body may be slow, and a request may take.
    let upstream = format!(
        "{}[upstream.app.timeouts]\nrequest = \"100ms\"\n",
        bare_upstream(&format!("h2c://{}", grpc_server()))
    );
    let limits = "[listen.limits]\nbody_grace = \"100ms\"\n";
    let gateway = Gateway::with(&format!("{LISTEN}{limits}{upstream}{BARE_ROUTE}"));
    run(async {
        let mut client = connect(gateway.address()).await;
        let (response, mut upload) = send(&mut client, grpc("/echo.Echo/Chat"), false);
        // Another body that is silent from now on is cut off: so long was this one silent.
        let mut other = gateway.connect();
        let cut = tokio::task::spawn_blocking(move || {
            other.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").status()
        });
        assert_eq!(cut.await.expect("it ends"), 408);
        upload.send_data(message("first"), false).expect("it is sent");
        let mut body = response.await.expect("a head").into_body();
        for number in 0..10 {
            let got = body.data().await.expect("a message").expect("a message");
            body.flow_control().release_capacity(got.len()).expect("released");
            let wanted = if number == 0 { "first".to_owned() } else { format!("next {number}") };
            assert_eq!(got, message(&wanted));
            let next = format!("next {}", number + 1);
            upload.send_data(message(&next), number == 9).expect("it is sent");
        }
        body.data().await.expect("a message").expect("a message");
        assert!(body.data().await.is_none());
        let trailers = body.trailers().await.expect("trailers").expect("trailers");
        assert_eq!(field(&trailers, "grpc-status"), "0");
    });
}

#[test]
fn many_streams_of_one_connection_reach_an_origin_of_http_1() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    run(async {
        let client = connect(gateway.address()).await;
        let mut waiting = Vec::new();
        for number in 0..50 {
            let mut client = client.clone().ready().await.expect("a connection");
            let (response, mut upload) =
                send(&mut client, request("POST", &format!("/{number}")), false);
            upload.send_data(Bytes::from(format!("body {number}")), true).expect("it is sent");
            waiting.push((number, response));
        }
        for (number, response) in waiting {
            let answer = answer(response).await.expect("an answer");
            assert_eq!(answer.text(), format!("POST /{number} body {number}"));
        }
    });
}

#[test]
fn what_http_2_says_in_its_own_way_is_said_in_that_of_http_1() {
    let origin = Origin::answering(|_| {
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, X-Mine\r\n\
          X-Mine: a\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n\
          2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"
            .to_vec()
    });
    let gateway = Gateway::to(origin.address);
    run(async {
        let mut client = connect(gateway.address()).await;
        let mut asked = request("POST", "/a?b");
        asked.headers_mut().append("cookie", HeaderValue::from_static("a=b"));
        asked.headers_mut().append("cookie", HeaderValue::from_static("c=d"));
        asked.headers_mut().append("te", HeaderValue::from_static("trailers"));
        let (response, _) = send(&mut client, asked, true);

        let answer = answer(response).await.expect("an answer");

        assert_eq!(answer.text(), "ok");
        for gone in ["connection", "x-mine", "keep-alive", "transfer-encoding"] {
            assert_eq!(answer.field(gone), "", "{gone}");
        }
        assert_eq!(answer.head.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(field(&answer.trailers.expect("trailers"), "x-sum"), "1");
    });
    let seen = origin.only();
    assert_eq!(seen.asked(), "POST /a?b");
    assert_eq!((seen.field("host"), seen.field("cookie")), ("a.example", "a=b; c=d"));
    // What has no body says so: servers answer 411 to a POST that says nothing.
    assert_eq!((seen.field("content-length"), seen.all("te").len()), ("0", 0));
}

#[test]
fn an_answer_to_head_and_one_without_content_end_with_their_head() {
    let origin = Origin::answering(|request| match request.asked() {
        "HEAD /" => b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".to_vec(),
        _ => b"HTTP/1.1 204 No\r\n\r\n".to_vec(),
    });
    let gateway = Gateway::to(origin.address);
    run(async {
        let mut client = connect(gateway.address()).await;
        let (head, _) = send(&mut client, request("HEAD", "/"), true);
        let head = answer(head).await.expect("an answer");
        let none = get(&mut client, "/").await;

        assert_eq!((head.status(), head.field("content-length"), head.body.len()), (200, "5", 0));
        assert_eq!((none.status(), none.body.len()), (204, 0));
    });
}

#[test]
fn interim_answers_come_through() {
    let origin = Origin::answering(|_| {
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            .to_vec()
    });
    let gateway = Gateway::to(origin.address);
    run(async {
        let mut client = connect(gateway.address()).await;
        let (mut response, _) = send(&mut client, request("GET", "/"), true);

        let hints = std::future::poll_fn(|cx| response.poll_informational(cx)).await;
        let answer = answer(response).await.expect("an answer");

        let hints = hints.expect("hints").expect("hints");
        assert_eq!((hints.status().as_u16(), field(hints.headers(), "link")), (103, "</a>"));
        assert_eq!(answer.status(), 200);
    });
}

#[test]
fn an_answer_that_breaks_off_is_not_taken_for_whole() {
    let origin = raw(|mut stream| {
        let body = vec![b'x'; 200 << 10];
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n";
        stream.write_all(&[&head[..], &body].concat()).ok();
    });
    let gateway = Gateway::bare(origin);
    run(async {
        let mut client = connect(gateway.address()).await;
        let (response, _) = send(&mut client, request("GET", "/half"), true);

        let error = answer(response).await.expect_err("it is not whole");

        assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    });
    assert_eq!(gateway.logged("/half")["end"], "broken_off");
}

#[test]
fn targets_and_hosts_of_any_form_reach_an_origin_of_http_2() {
    let origin = server(None, |request, reply| async move {
        let told = format!("{} {}", request.method(), request.uri());
        respond(reply, 200, &told);
    });
    let gateway = Gateway::to_url(&format!("h2c://{origin}"));
    let odd: String = (b'!'..=b'~').filter(|it| *it != b'#').map(char::from).collect();
    let mut failed = Vec::new();

    for (method, host, target) in [
        ("GET", "a.example", format!("/{odd}")),
        ("GET", "a.example", format!("/?{odd}")),
        ("GET", "A_b-c.example.:8080", "//a/../b".to_owned()),
        ("GET", "[::1]:80", "/".to_owned()),
        ("OPTIONS", "a.example", "*".to_owned()),
        ("M-SEARCH", "a.example", "/".to_owned()),
    ] {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let answer = gateway.connect().ask(request);
        // A client's request is never a fault of the server.
        if answer.status() >= 500 {
            failed.push(format!("{method} {target} at {host}: {}", answer.status()));
        }
    }
    let without = gateway.connect().ask("GET / HTTP/1.0\r\n\r\n");

    assert!(failed.is_empty(), "{failed:#?}");
    assert!(without.status() < 500, "no host: {}", without.status());
}

#[test]
fn an_origin_of_http_2_that_announces_more_than_it_sends_is_at_fault() {
    let origin = server(None, |_, mut respond| async move {
        let head = Response::builder().header("content-length", "5").body(()).expect("a head");
        respond.send_response(head, true).ok();
    });
    let upstream = bare_upstream(&format!("h2c://{origin}"));
    let gateway = Gateway::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}"));

    let answer = gateway.connect().get("/", "");

    assert_eq!(answer.status(), 502);
}

#[test]
fn an_answer_that_is_reset_without_an_error_is_not_whole() {
    let origin = server(None, |_, mut respond| async move {
        let head = Response::builder().body(()).expect("a head");
        let mut stream = respond.send_response(head, false).expect("sent");
        stream.send_data(Bytes::from_static(b"half"), false).expect("sent");
        // The data goes out before the reset does.
        tokio::task::yield_now().await;
        stream.send_reset(Reason::NO_ERROR);
    });
    let upstream = bare_upstream(&format!("h2c://{origin}"));
    let gateway = Gateway::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}"));

    let answer = gateway.connect().get("/", "");

    assert_eq!(answer.status(), 502);
}

#[test]
fn a_stream_that_an_origin_refuses_goes_again() {
    let (seen, mut refused) = mpsc::unbounded_channel();
    let origin = server(None, move |_, mut reply| {
        let seen = seen.clone();
        async move {
            // The first one is not processed, and says so.
            static FIRST: std::sync::Once = std::sync::Once::new();
            let mut is_first = false;
            FIRST.call_once(|| is_first = true);
            seen.send(is_first).ok();
            if is_first {
                reply.send_reset(Reason::REFUSED_STREAM);
            } else {
                respond(reply, 200, "done");
            }
        }
    });
    let gateway = Gateway::to_url(&format!("h2c://{origin}"));

    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    let answer = gateway.connect().ask(request);

    assert_eq!(answer.text(), "done");
    assert_eq!((refused.try_recv(), refused.try_recv()), (Ok(true), Ok(false)));
}

#[test]
fn large_bodies_go_both_ways_in_little_memory() {
    const BYTES: usize = 64 << 20;
    let origin = server(None, |request, mut respond| async move {
        let mut body = request.into_body();
        let head = Response::builder().body(()).expect("a head");
        let mut stream = respond.send_response(head, false).expect("sent");
        while let Some(Ok(piece)) = body.data().await {
            body.flow_control().release_capacity(piece.len()).expect("released");
            let mut piece = piece;
            while !piece.is_empty() {
                stream.reserve_capacity(piece.len());
                let Some(Ok(room)) = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await
                else {
                    return;
                };
                stream.send_data(piece.split_to(room.min(piece.len())), false).expect("sent");
            }
        }
        stream.send_data(Bytes::new(), true).ok();
    });
    let gateway = Gateway::to_url(&format!("h2c://{origin}"));
    run(async {
        let mut client = connect(gateway.address()).await;
        let (response, mut upload) = send(&mut client, request("PUT", "/"), false);
        let sending = async {
            let mut left = BYTES;
            while left > 0 {
                upload.reserve_capacity(left.min(64 << 10));
                let room = std::future::poll_fn(|cx| upload.poll_capacity(cx)).await;
                let room = room.expect("a window").expect("a window").min(left);
                upload.send_data(vec![b'x'; room].into(), room == left).expect("sent");
                left -= room;
            }
        };
        let receiving = async {
            let mut body = response.await.expect("a head").into_body();
            let mut got = 0;
            while let Some(piece) = body.data().await {
                let piece = piece.expect("a piece");
                body.flow_control().release_capacity(piece.len()).expect("released");
                got += piece.len();
            }
            got
        };
        let ((), got) = tokio::join!(sending, receiving);
        assert_eq!(got, BYTES);
    });
    let peak = gateway.memory("VmHWM");
    assert!(peak < 64 << 10, "{peak} KiB");
}

#[test]
fn hints_of_the_origin_do_not_make_it_less_ok() {
    let origin = Origin::answering(|_| ok("fine"));
    let gateway = Gateway::to(origin.address);
    run(async {
        let mut client = connect(gateway.address()).await;
        let mut expecting = request("POST", "/");
        expecting.headers_mut().insert("expect", HeaderValue::from_static("100-continue"));
        let (mut response, mut upload) = send(&mut client, expecting, false);

        let told = std::future::poll_fn(|cx| response.poll_informational(cx)).await;
        upload.send_data(Bytes::from_static(b"abc"), true).expect("it is sent");
        let answer = answer(response).await.expect("an answer");

        assert_eq!(told.expect("an interim answer").expect("an interim answer").status(), 100);
        assert_eq!(answer.text(), "fine");
    });
    assert_eq!(origin.only().body, b"abc");
}

/// A client frame by frame that never ends its connection, and that may leave unsaid what it has to
/// say.
struct Frames<S> {
    client: Client<S>,
    /// Whether it acknowledges SETTINGS and PING.
    acknowledges: bool,
}

/// A frame.
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:method` in the static table (RFC 7541 appendix A).
const GET: u8 = 0x82;
const POST: u8 = 0x83;

impl Frames<TcpStream> {
    fn connect(gateway: &Gateway, acknowledges: bool) -> Self {
        Self::begin(Client::connect(gateway.address()), acknowledges, b"")
    }
}

impl<S: Read + Write> Frames<S> {
    fn begin(mut client: Client<S>, acknowledges: bool, settings: &[u8]) -> Self {
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut frames = Self { client, acknowledges };
        frames.send(SETTINGS, 0, 0, settings);
        frames
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.client.try_send(frame)
    }

    fn ask(&mut self, stream: u32, method: u8, path: &str, flags: u8) {
        // `:scheme: http`; a name of the table with a value of its own (RFC 7541 section 6.2.2).
        let mut block = vec![method, 0x86];
        for (name, value) in [(1, "a.example"), (4, path)] {
            block.extend([name, u8::try_from(value.len()).expect("a short text")]);
            block.extend(value.bytes());
        }
        assert!(self.send(HEADERS, END_HEADERS | flags, stream, &block), "it is taken");
    }

    /// Reads a frame, and acknowledges it; nothing at the end of the connection.
    fn next(&mut self) -> Option<Frame> {
        let frame = self.read().map_err(|error| {
            let is_end = is_reset(&error) || error.kind() == ErrorKind::InvalidData;
            assert!(is_end, "the connection did not end: {error}");
        });
        let frame = frame.ok()?;
        if self.acknowledges && matches!(frame.kind, SETTINGS | PING) && frame.flags & ACK == 0 {
            let payload = if frame.kind == PING { &frame.payload[..] } else { b"" };
            // It may be the last one.
            self.send(frame.kind, ACK, 0, payload);
        }
        Some(frame)
    }

    fn read(&mut self) -> std::io::Result<Frame> {
        let head = self.client.reader.exact(9)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let payload = self.client.reader.exact(length as usize)?;
        Ok(Frame { kind: head[3], flags: head[4], stream, payload })
    }

    /// Reads to the end of a stream; the connection may not announce its end before.
    fn over(&mut self, stream: u32) {
        loop {
            let frame = self.next().expect("the connection goes on");
            assert_ne!(frame.kind, GOAWAY, "before stream {stream} was over");
            let ends = matches!(frame.kind, DATA | HEADERS) && frame.flags & END_STREAM != 0;
            if frame.stream == stream && (ends || frame.kind == RST_STREAM) {
                return;
            }
        }
    }

    /// Reads to the end of the connection, and returns the last streams that were announced.
    fn ended(&mut self) -> Vec<u32> {
        let mut last = Vec::new();
        while let Some(frame) = self.next() {
            if frame.kind == GOAWAY {
                let bytes = frame.payload[..4].try_into().expect("four bytes");
                last.push(u32::from_be_bytes(bytes));
            }
        }
        last
    }
}

const IDLE: Duration = Duration::from_millis(300);

/// What is announced first: that any stream may still be on its way.
const ANY: u32 = u32::MAX >> 1;

fn idling(limits: &str, origin: SocketAddr) -> Gateway {
    let upstream = bare_upstream(&format!("http://{origin}"));
    let limits = format!("[listen.limits]\nidle_timeout = \"300ms\"\n{limits}");
    Gateway::with(&format!("{LISTEN}{limits}{upstream}{BARE_ROUTE}"))
}

#[test]
fn a_connection_ends_when_it_was_idle_since_its_last_stream() {
    let origin = Origin::telling();
    let gateway = idling("", origin.address);
    let mut frames = Frames::connect(&gateway, true);
    for stream in [1, 3] {
        frames.ask(stream, GET, "/", END_STREAM);
        frames.over(stream);
    }
    let asked = Instant::now();
    frames.ask(5, GET, "/", END_STREAM);
    frames.over(5);

    // The client has heard of the end, so that no stream is on its way any more.
    assert_eq!(frames.ended(), [ANY, 5]);
    assert!(asked.elapsed() >= IDLE);
}

#[test]
fn an_idle_connection_ends_though_its_client_confirms_nothing() {
    let origin = Origin::telling();
    let gateway = idling("", origin.address);
    let mut without = Frames::connect(&gateway, false);
    let mut with = Frames::connect(&gateway, false);
    with.ask(1, GET, "/", END_STREAM);
    with.over(1);

    assert_eq!(with.ended(), [ANY]);
    assert_eq!(without.ended(), [ANY]);
}

#[test]
fn a_stream_may_last_longer_than_a_connection_may_be_idle() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let origin = Origin::answering(move |request| {
        if request.asked() == "GET /long" {
            wait.lock().expect("nobody panics with it").recv_timeout(PATIENCE).expect("its turn");
        }
        ok("done")
    });
    let gateway = idling("", origin.address);
    let mut frames = Frames::connect(&gateway, true);
    frames.ask(1, GET, "/long", END_STREAM);

    // Others that begin later are over.
    for _ in 0..2 {
        assert_eq!(Frames::connect(&gateway, true).ended(), [ANY, 0]);
    }
    frames.ask(3, GET, "/", END_STREAM);
    frames.over(3);
    assert_eq!(Frames::connect(&gateway, true).ended(), [ANY, 0]);
    go.send(()).expect("the origin waits");
    let went = Instant::now();
    frames.over(1);

    assert_eq!(frames.ended(), [ANY, 3]);
    assert!(went.elapsed() >= IDLE);
}

#[test]
fn a_connection_ends_after_a_stream_that_the_gateway_has_reset() {
    let origin = Origin::answering(|request| match request.asked() {
        "GET /large" => ok(&"x".repeat(1 << 20)),
        _ => ok("done"),
    });
    let gateway = idling("send_timeout = \"200ms\"\nbody_grace = \"200ms\"\n", origin.address);
    // One takes no more than its window, the other sends nothing of its body.
    for (method, path, flags) in [(GET, "/large", END_STREAM), (POST, "/slow", 0)] {
        let mut frames = Frames::connect(&gateway, true);
        frames.ask(1, method, path, flags);
        frames.over(1);

        assert_eq!(frames.ended(), [ANY, 1], "{path}");
    }
}

/// The answers of this many streams, each of which fits into the memory of its stream, and all
/// together into no socket.
const STREAMS: u32 = 8;
const BYTES: usize = 200 << 10;

/// Asks for more than the socket takes, and reads nothing until the last answer was begun: what is
/// left of them waits for the client.
fn with_answers_that_wait(send_timeout: &str) -> (Gateway, Frames<UnixStream>) {
    let origin = Origin::answering(|_| ok(&"x".repeat(BYTES)));
    let folder = workdir();
    let path = folder.join("down.sock").display().to_string();
    let upstream = bare_upstream(&format!("http://{}", origin.address));
    let gateway = Gateway::within(
        folder,
        &format!(
            "[[listen]]\naddress = \"unix:{path}\"\n[listen.limits]\nidle_timeout = \"300ms\"\n\
             send_timeout = \"{send_timeout}\"\n{upstream}{BARE_ROUTE}"
        ),
    );
    // SETTINGS_INITIAL_WINDOW_SIZE of a stream, and as much for the connection.
    let settings = [&4_u16.to_be_bytes()[..], &(1_u32 << 30).to_be_bytes()].concat();
    let mut frames = Frames::begin(connect_unix(&path), true, &settings);
    frames.send(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes());
    for number in 0..STREAMS {
        frames.ask(2 * number + 1, GET, "/", END_STREAM);
    }
    gateway.log(STREAMS as usize);
    (gateway, frames)
}

/// Waits as long as a connection may be idle.
fn pause(gateway: &Gateway) {
    let path = gateway.folder.join("down.sock").display().to_string();
    Frames::begin(connect_unix(&path), true, b"").ended();
}

#[test]
fn a_client_that_takes_its_answers_slowly_gets_all_of_them() {
    let (gateway, mut frames) = with_answers_that_wait("2s");
    let began = Instant::now();

    let (mut got, mut until_pause) = (0, 0);
    while let Some(frame) = frames.next() {
        if frame.kind == DATA {
            got += frame.payload.len();
        }
        if got >= until_pause && got < STREAMS as usize * BYTES {
            pause(&gateway);
            until_pause = got + STREAMS as usize * BYTES / 10;
        }
    }

    assert_eq!(got, STREAMS as usize * BYTES);
    assert!(began.elapsed() > Duration::from_secs(2));
}

#[test]
fn a_client_that_takes_nothing_of_its_answers_is_cut_off() {
    let (gateway, mut frames) = with_answers_that_wait("200ms");

    pause(&gateway);
    pause(&gateway);

    let mut got = 0;
    while let Some(frame) = frames.next() {
        if frame.kind == DATA {
            got += frame.payload.len();
        }
    }
    assert!(got < STREAMS as usize * BYTES, "{got} bytes");
}
