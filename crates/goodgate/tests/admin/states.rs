//! Health, upstreams, routes and what is under way.

use serde_json::Value;

use super::support::{Gateway, Origin, SILENCE, nobody, until};

fn endpoint<'a>(json: &'a Value, address: &str) -> &'a Value {
    let endpoints = json["upstreams"][0]["endpoints"].as_array().expect("endpoints");
    endpoints.iter().find(|it| it["address"] == address).expect("the endpoint")
}

#[test]
fn an_index_lists_what_there_is() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);

    let index = gateway.get("/").body;

    for path in ["/health", "/upstreams", "/routes", "/failures/ID", "/metrics", "/reload"] {
        assert!(index.contains(path), "{path}: {index}");
    }
    let nothing = gateway.admin("GET", "/nothing", "");
    assert_eq!((nothing.status, &nothing.json()["schema"]), (404, &"goodgate.error/1".into()));
    let wrong = gateway.admin("POST", "/health", "Authorization: Bearer correct-horse\r\n");
    assert_eq!((wrong.status, wrong.field("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn an_endpoint_that_refuses_is_down_and_says_why() {
    let gone = nobody();
    let gateway = Gateway::to(gone);
    assert_eq!(gateway.json("/health", "goodgate.health/1")["status"], "ok");

    assert_eq!(gateway.ask("/").status, 502);

    let json = gateway.json("/upstreams", "goodgate.upstreams/1");
    let endpoint = endpoint(&json, &gone.to_string());
    assert_eq!((&endpoint["usable"], &endpoint["standing"]), (&false.into(), &"down".into()));
    let why = endpoint["why"].as_str().expect("a sentence");
    assert!(why.contains("breaker") && why.contains("connect_refused"), "{why}");
    assert_eq!(endpoint["last_failure"]["said"], "errno:ECONNREFUSED");
    assert_eq!(json["upstreams"][0]["usable_endpoints"], 0);
    assert!(endpoint.get("latency_ms").is_none(), "nothing was measured");

    let lines = gateway.get("/upstreams?format=text").body;
    assert!(lines.starts_with("app: 0 of 1 endpoints usable"), "{lines}");
    assert!(lines.contains(&format!("\n  {gone}  down  -  0 in flight  Its breaker")), "{lines}");
    assert_eq!(gateway.admin("GET", "/upstreams?fromat=text", "").status, 400);

    let health = gateway.admin("GET", "/health", "");
    assert_eq!((health.status, &health.json()["status"]), (503, &"failing".into()));
    let reason = health.json()["reasons"][0].as_str().expect("a reason").to_owned();
    assert!(reason.contains("app"), "{reason}");
}

#[test]
fn one_upstream_of_two_is_a_degraded_gateway() {
    let (origin, gone) = (Origin::fine(), nobody());
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n[upstream.old]\nendpoints = [\"http://{gone}\"]\n\
         [[route]]\nupstream = \"app\"\n[[route]]\nupstream = \"old\"\npath = \"/old\"\n\
         hold = \"off\"\n",
        origin.address
    ));

    gateway.ask("/old");

    let health = gateway.json("/health", "goodgate.health/1");
    assert_eq!(health["status"], "degraded");
    assert!(health["reasons"][0].as_str().expect("a reason").contains("old"));
}

#[test]
fn a_failing_check_is_told_with_its_status() {
    let origin = Origin::new(|_| "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n\
         health = {{ path = \"/up\", interval = \"100ms\", timeout = \"100ms\", fall = 1 }}\n\
         [[route]]\nupstream = \"app\"\n",
        origin.address
    ));

    let why = until("the check fails", || {
        let json = gateway.json("/upstreams", "goodgate.upstreams/1");
        let endpoint = endpoint(&json, &origin.address.to_string()).clone();
        (endpoint["usable"] == false).then(|| endpoint["why"].as_str().map(str::to_owned))
    });

    let why = why.expect("a sentence");
    assert!(why.contains("/up was answered 404"), "{why}");
}

#[test]
fn kept_connections_and_latency_are_shown() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);

    assert_eq!(gateway.ask("/").status, 200);

    until("the connection is kept", || {
        let json = gateway.json("/upstreams/app", "goodgate.upstream/1");
        let endpoint = &json["upstream"]["endpoints"][0];
        (endpoint["connections_kept"] == 1 && endpoint["latency_ms"].is_number()).then_some(())
    });
    assert_eq!(gateway.admin("GET", "/upstreams/nope", "").status, 404);
}

#[test]
fn routes_and_names_are_shown() {
    let gateway = Gateway::with(
        "[upstream.app]\nendpoints = [\"http://app.example.org:80\"]\nresolve = { servers = [\"127.0.0.1:1\"] }\n\
         [[route]]\nupstream = \"app\"\nname = \"main\"\nhost = [\"a.example\"]\nhold = \"off\"\n",
    );

    let routes = gateway.json("/routes", "goodgate.routes/1");
    let upstreams = until("the look-up fails", || {
        let json = gateway.json("/upstreams", "goodgate.upstreams/1");
        json["upstreams"][0]["names"][0]["last_error"].is_object().then_some(json)
    });

    let route = &routes["routes"][0];
    assert_eq!((&route["route"], &route["hosts"][0]), (&"main".into(), &"a.example".into()));
    assert_eq!((&route["enabled"], &route["hold"]), (&true.into(), &"off".into()));
    let name = &upstreams["upstreams"][0]["names"][0];
    assert_eq!((&name["name"], &name["answered"]), (&"app.example.org".into(), &0.into()));
    let health = gateway.admin("GET", "/health", "");
    assert_eq!(health.status, 503);
    assert!(health.body.contains("no endpoint yet: app.example.org could not"), "{}", health.body);
    let lines = gateway.get("/upstreams?format=text").body;
    assert!(lines.contains("\n  app.example.org  could not be looked up"), "{lines}");
    let answer = super::support::ask(gateway.address, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    let record = gateway.record(&answer);
    assert_eq!(record["names"][0]["name"], "app.example.org");
    assert!(record["names"][0]["wrong"].is_string() && record["attempts"] == serde_json::json!([]));
}

#[test]
fn requests_under_way_are_counted() {
    // It takes requests and never answers.
    let origin = Origin::new(|_| SILENCE);
    let gateway = Gateway::to(origin.address);
    let address = gateway.address;
    let client = std::net::TcpStream::connect(address).expect("it listens");
    std::io::Write::write_all(&mut &client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("sent");

    until("it is under way", || {
        let json = gateway.json("/requests", "goodgate.requests/1");
        (json["in_flight"] == 1 && json["upstreams"][0]["in_flight"] == 1).then_some(())
    });

    drop(client);
    until("it is over", || {
        (gateway.json("/requests", "goodgate.requests/1")["in_flight"] == 0).then_some(())
    });
}
