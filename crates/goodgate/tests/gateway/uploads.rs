//! Bodies of requests: expectations, early answers, clients and endpoints that take their time.

use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use super::client::Client;
use super::message::{Asked, Reader};
use super::origin::{Origin, ok, raw};
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream};

const EXPECTING: &str =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";

/// An origin that answers a head before it reads any body, and then reads the body.
fn heading(answer: &'static [u8]) -> SocketAddr {
    raw(move |stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        while let Ok(Some(head)) = reader.head() {
            writing.write_all(answer).ok();
            if head.start.starts_with("POST") {
                reader.rest().ok();
            }
        }
    })
}

#[test]
fn a_client_that_expects_to_continue_is_told_by_the_origin() {
    let origin = raw(|stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        let head = reader.head().expect("a head").expect("a head");
        assert_eq!(head.field("expect"), "100-continue");
        writing.write_all(b"HTTP/1.1 100 Continue\r\nX-Told: yes\r\n\r\n").expect("it is taken");
        let body = reader.exact(3).expect("the body");
        writing.write_all(&ok(&String::from_utf8_lossy(&body))).expect("it is taken");
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();

    let told = client.send(EXPECTING).answer();
    let answer = client.send("abc").answer();

    assert_eq!((told.status(), told.field("x-told")), (100, "yes"));
    assert_eq!((answer.status(), answer.text()), (200, "abc"));
}

#[test]
fn a_client_that_expects_to_continue_is_told_by_the_gateway_where_the_origin_is_silent() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    let mut client = gateway.connect();

    let told = client.send(EXPECTING).answer();
    let answer = client.send("abc").answer();

    assert_eq!(told.status(), 100);
    assert_eq!((answer.status(), answer.text()), (200, "POST / abc"));
    assert_eq!(client.get("/next", "").text(), "GET /next ");
}

#[test]
fn a_final_answer_in_place_of_continue_ends_the_connection() {
    for answer in [
        &b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"[..],
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
    ] {
        let gateway = Gateway::to(heading(answer));
        let mut client = gateway.connect();

        let answered = client.send(EXPECTING).answer();

        assert_eq!(answered.field("connection"), "close", "{answered:?}");
        assert!(answer.starts_with(answered.start.as_bytes()));
        client.ended();
    }
}

#[test]
fn early_hints_come_before_the_answer_and_only_to_those_who_know_them() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n\
                  HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let gateway = Gateway::to(heading(hints));

    let mut client = gateway.connect();
    let hinted = client.get("/", "");
    let answer = client.answer();
    let old = gateway.connect().ask("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

    assert_eq!((hinted.status(), hinted.field("link")), (103, "</a.css>; rel=preload"));
    assert_eq!((answer.status(), answer.text()), (200, "ok"));
    assert_eq!((old.status(), old.text()), (200, "ok"));
}

#[test]
fn interim_answers_without_end_are_an_error() {
    let origin =
        raw(|mut stream| while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").is_ok() {});
    let gateway = Gateway::bare(origin);
    let mut client = gateway.connect();

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut answer = client.answer();
    let mut interim = 0;
    while answer.status() == 102 {
        interim += 1;
        answer = client.answer();
    }

    assert_eq!((interim, answer.status()), (16, 502));
    assert_eq!(gateway.logged("/")["cause"], "invalid_response_head");
}

/// A body that has not been sent before somebody answers, however busy the host is.
const ENDLESS: usize = 1 << 40;

/// Sends a body that nobody reads to its end, and returns the answer.
fn uploaded(gateway: &Gateway, length: usize) -> (super::message::Message, bool) {
    let mut client = gateway.connect();
    client.send(format!("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"));
    let mut writing = client.reader.from.try_clone().expect("a socket");
    let sending = thread::spawn(move || {
        let piece = vec![b'x'; 64 << 10];
        let mut sent = 0;
        while sent < length && writing.write_all(&piece).is_ok() {
            sent += piece.len();
        }
        sent >= length
    });
    let answer = client.answer();
    client.reader.from.shutdown(Shutdown::Both).ok();
    (answer, sending.join().expect("it ends"))
}

#[test]
fn an_answer_that_comes_while_the_upload_runs_arrives() {
    const TOO_LARGE: &[u8] = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge";
    // One origin closes at once, which breaks what is still on its way; one reads on.
    let closing = raw(|stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        reader.head().ok();
        writing.write_all(TOO_LARGE).ok();
    });
    let deaf = raw(|stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        reader.head().ok();
        writing.write_all(TOO_LARGE).ok();
        // It keeps the connection and reads nothing until the gateway leaves.
        while is_there(&writing) {}
    });
    for origin in [heading(TOO_LARGE), closing, deaf] {
        let gateway = Gateway::bare(origin);

        let (answer, _) = uploaded(&gateway, ENDLESS);

        assert_eq!((answer.status(), answer.text()), (413, "large"));
        assert_eq!(answer.field("connection"), "close");
        let logged = gateway.logged("/up");
        assert_eq!((&logged["status"], &logged["cause"]), (&413.into(), &().into()));
    }
}

/// Tells whether the other side is still there.
fn is_there(stream: &TcpStream) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut fds = [PollFd::new(stream, PollFlags::RDHUP)];
    let wait = rustix::event::Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    poll(&mut fds, Some(&wait)).is_ok()
        && !fds[0].revents().intersects(PollFlags::RDHUP | PollFlags::HUP)
}

#[test]
fn a_body_above_the_limit_of_its_route_is_refused() {
    let origin = Origin::telling();
    let upstream = bare_upstream(&format!("http://{}", origin.address));
    let gateway = Gateway::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}body_size = \"4B\"\n"));

    let fits = gateway.connect().ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd");
    assert_eq!(fits.text(), "POST / abcd");
    assert_eq!(origin.take().len(), 1);
    let announced =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    let chunked =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n";

    for request in [announced, chunked] {
        let mut client = gateway.connect();

        let answer = client.ask(request);

        assert_eq!(answer.status(), 413);
        assert_eq!(answer.field("connection"), "close");
        client.ended();
    }
    assert!(origin.take().iter().all(|it| it.fault.is_some()), "nothing whole reached the origin");
}

#[test]
fn a_body_that_comes_too_slowly_is_the_fault_of_its_client() {
    let origin = Origin::telling();
    let upstream = format!(
        "{}[upstream.app.timeouts]\nrequest = \"100ms\"\nresponse_head = \"100ms\"\n",
        bare_upstream(&format!("http://{}", origin.address))
    );
    let limits = "[listen.limits]\nbody_rate = \"1KiB\"\nbody_grace = \"1s\"\n";
    let gateway = Gateway::with(&format!("{LISTEN}{limits}{upstream}{BARE_ROUTE}"));
    let requests = [
        "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc",
        "POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
    ];
    let mut clients: Vec<_> = requests
        .iter()
        .map(|request| {
            let mut client = gateway.connect();
            client.send(request);
            client
        })
        .collect();

    for client in &mut clients {
        let answer = client.answer();

        assert_eq!((answer.status(), answer.field("connection")), (408, "close"));
        client.ended();
    }
    let logged = gateway.logged("/slow");
    assert_eq!((&logged["end"], &logged["status"]), (&"refused".into(), &408.into()));
    assert_eq!(gateway.connect().get("/next", "").status(), 200);
}

#[test]
fn an_endpoint_that_takes_no_more_of_a_body_is_at_fault() {
    let (done, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let origin = raw(move |stream| {
        let mut reader = Reader::new(stream);
        reader.head().ok();
        // It reads nothing more until the test is over.
        wait.lock().expect("nobody panics with it").recv().ok();
    });
    let upstream = format!(
        "{}[upstream.app.timeouts]\nrequest = \"200ms\"\n",
        bare_upstream(&format!("http://{origin}"))
    );
    let gateway = Gateway::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}"));

    let (answer, _) = uploaded(&gateway, ENDLESS);

    assert_eq!(answer.status(), 504);
    assert_eq!(gateway.logged("/up")["error"], "connection_write_timeout");
    drop(done);
}

#[test]
fn trailers_come_through_in_both_directions() {
    let origin = Origin::answering(|request| {
        let sum = request.trailers.iter().find(|(name, _)| name == "X-Sum");
        let sum = sum.map(|(_, value)| value.as_str()).unwrap_or_default();
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Back\r\n\r\n\
             2\r\nok\r\n0\r\nX-Back: {sum}\r\n\r\n"
        )
        .into_bytes()
    });
    let gateway = Gateway::to(origin.address);
    let request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\
                   TE: trailers\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 294\r\n\r\n";

    let answer = gateway.connect().ask(request);

    assert_eq!(answer.text(), "ok");
    assert_eq!(answer.trailers, [("X-Back".to_owned(), "294".to_owned())]);
    let seen = origin.only();
    assert_eq!((seen.body.as_slice(), seen.field("trailer")), (&b"abc"[..], "X-Sum"));
}

#[test]
fn a_client_that_leaves_during_its_upload_harms_nobody() {
    let origin = Origin::telling();
    let gateway = Gateway::bare(origin.address);
    let mut client = gateway.connect();

    client.send("POST /left HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    drop(client);

    let logged = gateway.logged("/left");
    assert_eq!((&logged["status"], &logged["end"]), (&499.into(), &"client_gone".into()));
    assert_eq!(gateway.connect().get("/next", "").text(), "GET /next ");
}

#[test]
fn answers_without_a_body_keep_what_they_say_of_one() {
    let origin = Origin::answering(|request| {
        let answer = match request.asked() {
            "HEAD /long" => "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n",
            "HEAD /chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HEAD /open" => "HTTP/1.1 200 OK\r\n\r\n",
            "GET /304" => "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"a\"\r\n\r\n",
            "GET /204" => "HTTP/1.1 204 No Content\r\n\r\n",
            "GET /205" => "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
            other => panic!("{other}"),
        };
        answer.as_bytes().to_vec()
    });
    let gateway = Gateway::to(origin.address);
    let mut client = gateway.connect();
    let mut ask = |request: &str| {
        client.send(format!("{request} HTTP/1.1\r\nHost: a\r\n\r\n"));
        let asked = if request.starts_with("HEAD") { Asked::Head } else { Asked::Body };
        let answer = client.reader.response(asked).expect("an answer").expect("an answer");
        let length = answer.all("content-length").join(",");
        (answer.status(), length, answer.all("transfer-encoding").join(","))
    };
    let none = String::new;

    // One connection carries all of them: none leaves a byte behind.
    assert_eq!(ask("HEAD /long"), (200, "12345".to_owned(), none()));
    assert_eq!(ask("GET /304"), (304, "77".to_owned(), none()));
    assert_eq!(ask("GET /204"), (204, none(), none()));
    assert_eq!(ask("GET /205"), (205, "0".to_owned(), none()));
    assert_eq!(ask("HEAD /chunked").0, 200);
    assert_eq!(ask("HEAD /open").0, 200);
    assert_eq!(ask("HEAD /long"), (200, "12345".to_owned(), none()));
}

#[test]
fn clients_of_http_1_0_get_what_they_understand() {
    let origin = Origin::answering(|request| match request.asked() {
        "GET /chunked" => {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n".to_vec()
        }
        _ => ok("ok"),
    });
    let gateway = Gateway::to(origin.address);

    let mut client: Client<TcpStream> = gateway.connect();
    let kept = client.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!((kept.text(), kept.field("connection")), ("ok", "keep-alive"));
    let last = client.ask("GET /b HTTP/1.0\r\n\r\n");
    assert_eq!((last.text(), last.field("connection")), ("ok", "close"));
    client.ended();
    let mut client = gateway.connect();
    let open = client.ask("GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!((open.text(), open.field("connection")), ("ok", "close"));
    assert_eq!(open.all("transfer-encoding"), Vec::<&str>::new());

    // What is sent on is HTTP/1.1, which has to say whom it asks.
    for seen in origin.take() {
        assert_eq!(seen.request.field("host"), origin.address.to_string());
        assert_eq!(seen.request.all("x-forwarded-host"), Vec::<&str>::new());
        assert_eq!(seen.request.field("forwarded"), "for=127.0.0.1;proto=http");
    }
}
