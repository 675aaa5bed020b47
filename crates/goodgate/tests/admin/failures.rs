//! The story of a failed request, as JSON, in words and in the access log.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::support::{Answer, Gateway, OK, Origin, ask, nobody, raw, until};

fn explain(input: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    let command = command.args(["explain", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1), "a problem is found");
    String::from_utf8(output.stdout).expect("text")
}

fn explained(input: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    let command = command.args(["explain", "--format", "json", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn logged(gateway: &Gateway, answer: &Answer) -> String {
    let id = answer.field("x-request-id").expect("an id").to_owned();
    let path = gateway.folder.join("access.log");
    until("a line of the access log", || {
        let text = std::fs::read_to_string(&path).ok()?;
        let mut whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.find(|line| line.contains(&id)).map(str::to_owned)
    })
}

fn post(gateway: &Gateway, fields: &str) -> Answer {
    let request = format!(
        "POST /buy?card=4111 HTTP/1.1\r\nHost: a.example\r\n{fields}Content-Length: 0\r\n\r\n"
    );
    ask(gateway.address, &request)
}

#[test]
fn a_refused_connection_is_told_with_its_proof() {
    let gone = nobody();
    let gateway = Gateway::to(gone);

    let answer = gateway.ask("/a?password=hunter2");

    assert_eq!(answer.status, 502);
    let record = gateway.record(&answer);
    for (field, expected) in [
        ("end", "failed"),
        ("made_by", "gateway"),
        ("cause", "connect_refused"),
        ("error", "connection_refused"),
        ("stage", "connect"),
        ("blame", "origin"),
        ("route", "main"),
        ("upstream", "app"),
        ("held_until", "its_time_was_over"),
    ] {
        assert_eq!(record[field], expected, "{field}: {record:#}");
    }
    assert_eq!(record["request"]["path"], "/a?password=…");
    assert_eq!(record["seen_by_client"], true);
    let attempt = &record["attempts"][0];
    assert_eq!(attempt["endpoint"], gone.to_string());
    assert_eq!(attempt["said"], "errno:ECONNREFUSED");
    assert_eq!(attempt["connection"], "none");
    assert_eq!((&attempt["bytes_sent"], &attempt["bytes_received"]), (&0.into(), &0.into()));
    assert_eq!((&attempt["endpoint_stood"], &attempt["breaker"]), (&"up".into(), &"closed".into()));
    assert_eq!(attempt["progress"], "nothing_sent");
    assert_eq!(record["endpoints"][0]["last_failure"]["cause"], "connect_refused");
    let mechanism = &record["verdict"]["mechanism"];
    assert_eq!(mechanism["id"], "connect_refused");
    assert!(mechanism["confidence"].as_f64().expect("a number") >= 0.8);
    assert_eq!(record["verdict"]["written_by"]["product"], "goodgate");
    assert!(!record["verdict"]["fixes"].as_array().expect("fixes").is_empty());
    assert!(!record.to_string().contains("hunter2"));
}

#[test]
fn a_kept_connection_that_was_closed_is_told_with_its_age() {
    // The second request on each connection is met by a close.
    let origin = Origin::new(|number| if number == 0 { OK } else { "" });
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n\
         retry = \"off\"\nhold = \"off\"\n",
        origin.address
    ));
    let failed = until("a kept connection is used", || {
        let answer = gateway.ask("/");
        (answer.status != 200).then_some(answer)
    });

    let record = gateway.record(&failed);

    let attempt = &record["attempts"][0];
    assert_eq!((&attempt["connection"], &attempt["requests_before"]), (&"kept".into(), &1.into()));
    assert!(attempt["connection_age_ms"].is_number() && attempt["idle_ms"].is_number());
    assert!(attempt["bytes_sent"].as_u64().expect("bytes") > 0);
    assert_eq!((&attempt["said"], &attempt["ended_by"]), (&"fin".into(), &"upstream".into()));
    assert_eq!(record["not_retried"]["reason"], "attempts");
}

#[test]
fn a_failure_that_was_made_good_is_recorded_too() {
    let (gone, origin) = (nobody(), Origin::fine());
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{gone}\", \"http://{}\"]\nbalance = \"round_robin\"\n\
         [[route]]\nupstream = \"app\"\n",
        origin.address
    ));
    let listed = until("one request meets the endpoint that is gone", || {
        assert_eq!(gateway.ask("/").status, 200);
        let list = gateway.json("/failures", "goodgate.failures/1");
        Some(list["failures"][0].clone()).filter(Value::is_object)
    });

    let id = listed["id"].as_str().expect("an id");
    let record = gateway.json(&format!("/failures/{id}"), "goodgate.failure/1");

    assert_eq!((&listed["end"], &listed["seen_by_client"]), (&"saved".into(), &false.into()));
    assert_eq!((&record["status"], &record["made_by"]), (&200.into(), &"upstream".into()));
    let attempts = record["attempts"].as_array().expect("attempts");
    assert_eq!(
        (&attempts[0]["cause"], &attempts[1]["status"]),
        (&"connect_refused".into(), &200.into())
    );
    assert_eq!(record["verdict"]["state"], "partial");
    assert!(record.get("counterfactual").is_none());
}

#[test]
fn an_upstreams_own_502_is_not_the_gateways() {
    let origin = Origin::new(|_| "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    let gateway = Gateway::to(origin.address);

    let answer = gateway.ask("/");

    assert_eq!(answer.status, 502);
    let record = gateway.record(&answer);
    assert_eq!((&record["end"], &record["made_by"]), (&"answered".into(), &"upstream".into()));
    assert!(record.get("cause").is_none());
    assert_eq!(record["verdict"]["causes"][0]["id"], "app_generated_error");
}

#[test]
fn a_post_that_may_have_run_says_why_it_was_not_repeated() {
    let origin = Origin::new(|_| "");
    let gateway = Gateway::to(origin.address);

    let answer = post(&gateway, "Idempotency-Key: k1\r\nCookie: secret=1\r\n");

    assert_eq!(answer.status, 502);
    let record = gateway.record(&answer);
    assert_eq!(record["cause"], "closed_before_response");
    assert_eq!(record["not_retried"]["reason"], "method");
    assert_eq!(record["attempts"][0]["progress"], "request_sent");
    assert_eq!(record["request"]["idempotency_key"], true);
    let setting = &record["counterfactual"]["settings"][0];
    assert_eq!(setting["key"], "retry.idempotency_key");
    let text = record.to_string();
    assert!(!text.contains("secret") && !text.contains("4111"), "{text}");
}

#[test]
fn what_the_other_side_said_is_told() {
    // A TLS alert in place of a handshake; SETTINGS and GOAWAY in place of an answer.
    let alert = raw(b"\x15\x03\x03\x00\x02\x02\x46");
    let goaway = raw(b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0b");
    let banner = raw(b"SSH-2.0-OpenSSH_9.2\r\n");
    let cases = [
        (format!("https://{alert}"), "alert:protocol_version", "tls_version_mismatch", "tls"),
        (format!("h2c://{goaway}"), "goaway:ENHANCE_YOUR_CALM", "http2_stream_failure", ""),
        (format!("http://{banner}"), "wrong:not_http", "not_http", "response_head"),
    ];

    for (url, said, cause, stage) in cases {
        let gateway = Gateway::with(&format!(
            "[upstream.app]\nendpoints = [\"{url}\"]\n[[route]]\nupstream = \"app\"\n\
             retry = \"off\"\nhold = \"off\"\n"
        ));

        let record = gateway.record(&gateway.ask("/"));

        let attempt = &record["attempts"][0];
        assert_eq!((&attempt["said"], &attempt["cause"]), (&said.into(), &cause.into()), "{url}");
        assert!(stage.is_empty() || attempt["stage"] == stage, "{attempt:#}");
        assert!(attempt["proof"].is_string() && attempt["ended_by"].is_string(), "{attempt:#}");
        assert_eq!(record["verdict"]["causes"][0]["id"], cause, "{url}");
    }
}

#[test]
fn the_answer_of_a_name_server_is_told_with_its_age() {
    let gone = nobody();
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://localhost:{}\"]\nresolve = {{ family = \"ipv4\" }}\n\
         [[route]]\nupstream = \"app\"\nretry = \"off\"\nhold = \"off\"\n",
        gone.port()
    ));
    until("the name is looked up", || {
        let json = gateway.json("/upstreams", "goodgate.upstreams/1");
        json["upstreams"][0]["endpoints"][0].is_object().then_some(())
    });

    let record = gateway.record(&gateway.ask("/"));

    let dns = &record["attempts"][0]["dns"];
    assert_eq!(dns["name"], "localhost");
    let addresses = dns["addresses"].as_array().expect("addresses");
    assert!(addresses.contains(&"127.0.0.1".into()), "{dns:#}");
    assert!(dns["answer_ms_ago"].is_number() && dns["ttl_ms"].is_number());
    assert_eq!(record["attempts"][0]["endpoint"], format!("localhost/{gone}"));
}

#[test]
fn failures_are_listed_newest_first_and_filtered() {
    let (gone, broken) = (nobody(), Origin::new(|_| "garbage\r\n\r\n"));
    let gateway = Gateway::with(&format!(
        "[upstream.one]\nendpoints = [\"http://{gone}\"]\n[upstream.two]\nendpoints = [\"http://{}\"]\n\
         [[route]]\nupstream = \"one\"\nhold = \"off\"\n[[route]]\nupstream = \"two\"\npath = \"/two\"\n\
         hold = \"off\"\n",
        broken.address
    ));
    for path in ["/first", "/two", "/last"] {
        assert!(gateway.ask(path).status >= 502);
    }

    let all = until("all are recorded", || {
        let all = gateway.json("/failures", "goodgate.failures/1");
        (all["recorded"] == 3).then_some(all)
    });
    let paths = |json: &Value| -> Vec<String> {
        let list = json["failures"].as_array().expect("a list");
        list.iter().map(|it| it["path"].as_str().expect("a path").to_owned()).collect()
    };
    assert_eq!(paths(&all), ["/last", "/two", "/first"]);
    assert_eq!(all["matching"], 3);
    let filtered =
        |query: &str| paths(&gateway.json(&format!("/failures?{query}"), "goodgate.failures/1"));
    assert_eq!(filtered("upstream=two"), ["/two"]);
    assert_eq!(filtered("cause=not_http"), ["/two"]);
    assert_eq!(filtered("limit=1"), ["/last"]);
    assert_eq!(filtered("upstream=three"), Vec::<String>::new());
    let unknown = gateway.admin("GET", "/failures?couse=x", "");
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("cause, limit"), "{}", unknown.body);
    let lines = gateway.get("/failures?format=text").body;
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.lines().next().is_some_and(|line| line.contains("/last")), "{lines}");
    assert_eq!(gateway.admin("GET", "/failures/nope", "").status, 404);
}

#[test]
fn explain_tells_a_record_in_plain_words() {
    let gone = nobody();
    let gateway = Gateway::to(gone);
    let answer = gateway.ask("/");
    let record = gateway.recorded(&answer).body;

    let told = explain(&record);

    for words in [
        "What happened",
        &format!("Attempt 1, {gone}"),
        "ECONNREFUSED (111): connection refused",
        "It was held for",
        "What would have avoided it",
        "(connect_refused)",
        "What to do",
        "written by: goodgate",
    ] {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    let verdict = explained(&record)["verdict"].clone();
    let own: Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(verdict["mechanism"]["id"], own["verdict"]["mechanism"]["id"]);
    let list = gateway.get("/failures").body;
    assert_eq!(explained(&list)["verdict"]["mechanism"]["id"], "connect_refused");
}

#[test]
fn explain_reads_a_line_of_the_access_log() {
    let gone = nobody();
    let gateway = Gateway::to(gone);
    let answer = gateway.ask("/");
    let line = logged(&gateway, &answer);

    let json = explained(&line);

    assert_eq!(json["verdict"]["mechanism"]["id"], "connect_refused");
    let first = &json["evidence"][0];
    assert_eq!(
        (&first["kind"], &first["product"]),
        (&"connect_refused".into(), &"goodgate".into())
    );
    assert!(explain(&line).contains(&format!("ss -ltnp 'sport = :{}'", gone.port())));
}
