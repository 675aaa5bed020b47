//! HTTP/2 on both sides.

use bytes::Bytes;
use h2::Reason;
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::sync::mpsc;

use super::h2stand::{answer, connect, field, get, read, request, respond, run, send, server};
use super::origin::{Origin, ok, raw};
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream};

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
fn grpc_server() -> std::net::SocketAddr {
    server(None, |request, mut respond| async move {
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
        std::io::Write::write_all(&mut stream, &[&head[..], &body].concat()).ok();
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
