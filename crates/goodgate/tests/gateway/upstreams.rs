//! What becomes of requests while endpoints fail: which are sent again, which wait, and whose answer
//! the client gets in the end.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use goodgate_lab::port;
use goodgate_lab::wait::{DEADLINE, wait_until};

use super::certificates::Authority;
use super::client::Client;
use super::message::Message;
use super::origin::{Origin, ok};
use super::support::{Gateway, LISTEN, workdir};

const POST: &str = "POST /p HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi";

/// A gateway in front of some endpoints, with these lines for the route and for the upstream.
fn gateway(urls: &[String], route: &str, upstream: &str) -> Gateway {
    let urls: Vec<String> = urls.iter().map(|url| format!("\"http://{url}\"")).collect();
    Gateway::with(&format!(
        "{LISTEN}[upstream.app]\nendpoints = [{}]\n{upstream}\n[[route]]\nupstream = \"app\"\n{route}\n",
        urls.join(", ")
    ))
}

fn of(origins: &[&Origin], route: &str, upstream: &str) -> Gateway {
    let urls: Vec<String> = origins.iter().map(|origin| origin.address.to_string()).collect();
    gateway(&urls, route, upstream)
}

/// Lets a connection be idle for a while.
pub(crate) fn idle_for(time: Duration) {
    let since = Instant::now();
    let passed = || Ok((since.elapsed() > time).then_some(()));
    wait_until("an idle connection", DEADLINE, passed).expect("time passes");
}

fn broken(_: &Message) -> Vec<u8> {
    Vec::new()
}

#[test]
fn the_upstreams_own_answer_comes_when_nobody_has_a_better_one() {
    let busy = Origin::answering(|_| {
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy"
            .to_vec()
    });
    let broken = Origin::answering(broken);
    let gateway = of(&[&busy, &broken], "", "ejection = \"off\"\nbreaker = \"off\"");

    for _ in 0..5 {
        let answer = gateway.connect().get("/", "");

        assert_eq!((answer.status(), answer.text()), (503, "busy"));
        assert_eq!(answer.field("Retry-After"), "7");
    }
}

#[test]
fn another_endpoints_answer_replaces_503_but_not_500() {
    for (status, wanted) in [(502, 200), (503, 200), (504, 200), (500, 500)] {
        let bad = Origin::answering(move |_| {
            format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").into_bytes()
        });
        let good = Origin::telling();
        let gateway = of(&[&bad, &good], "", "ejection = \"off\"\nbalance = \"round_robin\"");

        let statuses = [1, 2].map(|_| gateway.connect().get("/", "").status());

        assert!(statuses.contains(&200) && statuses.contains(&wanted), "{status}: {statuses:?}");
    }
}

#[test]
fn the_log_says_which_rule_kept_another_endpoint_from_being_asked() {
    let busy = || Origin::answering(|_| b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n".to_vec());
    let (one, other) = (busy(), busy());
    let poor = "retry_budget = { share = \"0%\", per_second = 0 }";
    for (origins, upstream, request, reason) in [
        (&[&one][..], "", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "no_other_endpoint"),
        (&[&one, &other], poor, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "budget"),
        (&[&one, &other], "", POST, "method"),
        (&[&one, &other], "", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "no_other_endpoint"),
    ] {
        let gateway = of(origins, "", upstream);

        assert_eq!(gateway.connect().ask(request).status(), 503);

        let line = &gateway.log(1)[0];
        assert_eq!(line["not_retried"], reason, "{line}");
    }
}

#[test]
fn a_post_is_never_sent_twice_once_it_may_have_run() {
    let broken = Origin::answering(broken);
    let gateway = of(&[&broken], "", "");

    assert_eq!(gateway.connect().ask(POST).status(), 502);

    assert_eq!(broken.take().len(), 1);
}

#[test]
fn a_get_is_sent_again_as_often_as_the_route_says() {
    let broken = Origin::answering(broken);
    for (route, times) in [
        ("", 3),
        ("retry.retries = 4", 5),
        ("retry.retries = 0", 1),
        ("retry = \"off\"", 1),
        ("retry.methods = [\"HEAD\"]", 1),
    ] {
        let gateway = of(&[&broken], route, "");

        assert_eq!(gateway.connect().get("/", "").status(), 502);

        assert_eq!(broken.take().len(), times, "{route}");
    }
}

#[test]
fn what_an_endpoint_would_say_again_is_asked_of_another_one_only() {
    let large = || {
        Origin::answering(|_| {
            let field = "a".repeat(100 << 10);
            format!("HTTP/1.1 200 OK\r\nx: {field}\r\nContent-Length: 0\r\n\r\n").into_bytes()
        })
    };
    let twice = || {
        Origin::answering(|_| {
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_vec()
        })
    };
    let (large, other, twice, good) = (large(), large(), twice(), Origin::telling());
    let round = "ejection = \"off\"\nbalance = \"round_robin\"\nlimits.header_size = \"16KiB\"";
    for (origins, cause) in [
        (&[&large][..], "response_header_too_large"),
        (&[&twice], "invalid_framing"),
        (&[&large, &other], "response_header_too_large"),
    ] {
        let gateway = of(origins, "retry.retries = 4", round);

        assert_eq!(gateway.connect().get("/x", "").status(), 502);

        let line = gateway.logged("/x");
        assert_eq!(
            (&line["cause"], &line["not_retried"]),
            (&cause.into(), &"no_other_endpoint".into())
        );
        assert!(origins.iter().all(|origin| origin.take().len() == 1), "each is asked once");
    }
    let gateway = of(&[&large, &good], "", round);
    assert_eq!([1, 2].map(|_| gateway.connect().get("/x", "").status()), [200, 200]);
}

#[test]
fn pauses_before_retries_are_as_long_as_the_route_says() {
    let broken = Origin::answering(broken);
    let slow = "retry = { retries = 10, backoff = \"10s\", max_backoff = \"10s\" }";
    let gateway = of(&[&broken], slow, "");

    let mut client = gateway.connect();
    client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");

    // Ten pauses of five seconds each in the mean: after half a second hardly one is over.
    idle_for(Duration::from_millis(500));
    assert!(broken.take().len() < 5);
}

#[test]
fn a_delete_is_repeated_where_the_route_says_so() {
    let broken = Origin::answering(broken);
    for (route, times) in [("", 1), ("retry.methods = [\"DELETE\"]", 3)] {
        let gateway = of(&[&broken], route, "");
        let request = "DELETE /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n";

        assert_eq!(gateway.connect().ask(request).status(), 502);

        assert_eq!(broken.take().len(), times, "{route}");
    }
}

#[test]
fn requests_wait_for_an_endpoint_that_starts() {
    let address = port::reserve().expect("a port");
    let gateway = gateway(&[address.to_string()], "", "");
    let (mut get, mut post) = (gateway.connect(), gateway.connect());
    get.send("GET /g HTTP/1.1\r\nHost: a.example\r\n\r\n");
    post.send(POST);
    idle_for(Duration::from_millis(300));

    let listener = TcpListener::bind(address).expect("the port is free");
    let origin = Origin::on(listener, |request| ok(request.asked()));

    assert_eq!(get.answer().text(), "GET /g");
    assert_eq!(post.answer().text(), "POST /p");
    assert_eq!(origin.take().len(), 2, "each arrives once");
}

#[test]
fn each_route_holds_as_many_requests_as_it_says() {
    let address = port::reserve().expect("a port");
    let gateway = Gateway::with(&format!(
        "{LISTEN}[upstream.app]\nendpoints = [\"http://{address}\"]\n\
         [[route]]\npath = \"/a\"\nupstream = \"app\"\nhold.requests = 1\n\
         [[route]]\npath = \"/b\"\nupstream = \"app\"\nhold = {{ requests = 1, time = \"1m\" }}\n"
    ));
    let ask = |path: &str| {
        let mut client = gateway.connect();
        client.send(format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n"));
        client
    };
    let first = [ask("/a/1"), ask("/b/1")];
    idle_for(Duration::from_millis(300));

    assert_eq!(ask("/a/2").answer().status(), 503);
    assert_eq!(ask("/b/2").answer().status(), 503);

    let listener = TcpListener::bind(address).expect("the port is free");
    let _origin = Origin::on(listener, |request| ok(request.asked()));
    let answers = first.map(|mut client| client.answer().text().to_owned());
    assert_eq!(answers, ["GET /a/1", "GET /b/1"]);
}

#[test]
fn a_post_that_no_endpoint_took_waits_although_there_are_two() {
    let addresses = [1, 2].map(|_| port::reserve().expect("a port"));
    let gateway = gateway(&addresses.map(|address| address.to_string()), "", "");
    let mut post = gateway.connect();
    post.send(POST);
    idle_for(Duration::from_millis(300));

    let listener = TcpListener::bind(addresses[1]).expect("the port is free");
    let _origin = Origin::on(listener, |_| ok("there"));

    assert_eq!(post.answer().text(), "there");
}

#[test]
fn a_connection_that_the_endpoint_has_closed_costs_no_retry() {
    // The end of the connection crosses the second request on it.
    let origin = Origin::answering({
        let requests = AtomicU32::new(0);
        move |_| match requests.fetch_add(1, Ordering::SeqCst) {
            1 => Vec::new(),
            _ => ok("well"),
        }
    });
    let gateway = of(&[&origin], "", "retry_budget = { share = \"0%\", per_second = 0 }");
    let mut client = gateway.connect();
    assert_eq!(client.get("/", "").status(), 200);
    idle_for(Duration::from_millis(20));

    assert_eq!(client.get("/", "").text(), "well");
    assert_eq!(origin.take().len(), 3);
}

#[test]
fn a_post_goes_over_no_connection_that_was_idle_for_long() {
    let origin = Origin::telling();
    let gateway = of(&[&origin], "", "");
    let mut client = gateway.connect();
    client.get("/", "");
    idle_for(Duration::from_millis(150));

    assert_eq!(client.ask(POST).status(), 200);

    let connections: Vec<usize> = origin.take().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [1, 2]);
}

#[test]
fn an_endpoint_comes_back_without_checks_and_without_waiting_requests() {
    let address = port::reserve().expect("a port");
    let good = Origin::telling();
    let urls = [address.to_string(), good.address.to_string()];
    let gateway = gateway(&urls, "", "balance = \"round_robin\"\nslow_start = \"off\"");
    for _ in 0..4 {
        assert_eq!(gateway.connect().get("/", "").status(), 200);
    }
    let listener = TcpListener::bind(address).expect("the port is free");
    let back = Origin::on(listener, |_| ok("back"));

    let used = wait_until("traffic at the endpoint that is back", DEADLINE, || {
        assert_eq!(gateway.connect().get("/", "").status(), 200);
        Ok((!back.take().is_empty()).then_some(()))
    });
    used.expect("it is used again");
}

#[test]
fn an_endpoint_gets_no_more_connections_than_allowed() {
    let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let origin = Origin::answering({
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        move |_| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
            ok("well")
        }
    });
    let gateway = of(&[&origin], "", "limits.connections = 2");
    let address = gateway.address();

    let clients: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                let mut client = Client::connect(address);
                (0..25).all(|_| client.get("/", "").status() == 200)
            })
        })
        .collect();

    assert!(clients.into_iter().all(|client| client.join().expect("a client")));
    assert!(most.load(Ordering::SeqCst) <= 2);
    let connections = origin.take().iter().map(|seen| seen.connection).max();
    assert!(connections <= Some(10), "{connections:?}: those that wait take what is there");
}

#[test]
fn who_finds_no_connection_in_time_is_told_that_the_server_is_busy() {
    let stuck = super::origin::raw(|stream| {
        let mut reader = super::message::Reader::new(stream);
        // It reads to the end and answers nothing.
        while reader.request().is_ok_and(|request| request.is_some()) {}
    });
    let limits = "limits = { connections = 1, queue_time = \"50ms\" }";
    let gateway = gateway(&[stuck.to_string()], "retry = \"off\"", limits);
    let mut first = gateway.connect();
    first.send("GET /first HTTP/1.1\r\nHost: a.example\r\n\r\n");

    let answers = wait_until("an answer of the gateway", DEADLINE, || {
        let mut second = gateway.connect();
        second.send("GET /second HTTP/1.1\r\nHost: a.example\r\n\r\n");
        let answer = second.answer();
        Ok((answer.status() == 503).then_some(answer))
    });

    let answer = answers.expect("it is refused");
    let line = gateway.logged("/second");
    assert_eq!(line["cause"], "upstream_concurrency_limit", "{line}");
    assert!(!answer.field("Retry-After").is_empty());
}

/// A server that fails the check until told otherwise.
fn checked(is_well: &Arc<AtomicU32>) -> Origin {
    let is_well = Arc::clone(is_well);
    Origin::answering(move |request| match request.asked() {
        "GET /up" if is_well.load(Ordering::SeqCst) == 0 => {
            b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_vec()
        }
        _ => ok("well"),
    })
}

#[test]
fn an_endpoint_that_fails_its_checks_gets_nothing_until_they_pass() {
    let is_well = Arc::new(AtomicU32::new(0));
    let (ill, good) = (checked(&is_well), Origin::telling());
    let health = "health = { path = \"/up\", interval = \"100ms\", timeout = \"100ms\" }";
    let gateway = of(&[&ill, &good], "", &format!("balance = \"round_robin\"\n{health}"));
    let used = |origin: &Origin| origin.take().iter().any(|seen| seen.request.asked() == "GET /");

    let left_out = wait_until("an endpoint that is left out", DEADLINE, || {
        let asked = [(); 6].map(|()| gateway.connect().get("/", "").status());
        assert_eq!(asked, [200; 6]);
        Ok((!used(&ill)).then_some(()))
    });
    left_out.expect("it is left out");
    is_well.store(1, Ordering::SeqCst);

    let comes_back = wait_until("an endpoint that is back", DEADLINE, || {
        gateway.connect().get("/", "");
        Ok(used(&ill).then_some(()))
    });
    comes_back.expect("it is used again");
}

#[test]
fn checks_speak_http_2_where_the_endpoint_does() {
    let authority = Authority::new();
    let only_http2 = authority.server(&authority.issue(&["127.0.0.1"]), &["h2"], false);
    for (scheme, tls) in [("h2c", None), ("https", Some(only_http2))] {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let address = super::h2stand::server(tls, move |request, respond| {
            let is_check = request.uri().path() == "/up";
            count.fetch_add(u32::from(is_check), Ordering::SeqCst);
            super::h2stand::respond(respond, 200, "well");
            std::future::ready(())
        });
        let folder = workdir();
        authority.write(&folder);
        let gateway = Gateway::within(
            folder,
            &format!(
                "{LISTEN}[upstream.app]\nendpoints = [\"{scheme}://{address}\"]\n\
                 tls.ca = \"ca.pem\"\n\
                 health = {{ path = \"/up\", interval = \"100ms\", timeout = \"100ms\", fall = 1 }}\n\
                 [[route]]\nupstream = \"app\"\nhold = \"off\"\n"
            ),
        );

        let several = || Ok((asked.load(Ordering::SeqCst) > 3).then_some(()));
        wait_until("checks", DEADLINE, several).expect("they go on");

        assert_eq!(gateway.connect().get("/", "").text(), "well");
    }
}
