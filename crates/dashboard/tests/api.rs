//! The API for programs over a real listener, with a watch and a gateway that note what they are asked.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use goodgate_config::{Secret, SecretSource};
use goodgate_dashboard::back::{Answer, Ask, Back, Boxed, Missing, Nobody};
use goodgate_dashboard::examiner::NoExaminer;
use goodgate_dashboard::{Dashboard, Wiring, settings, start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const READS: &str = "token-that-reads";
const TELLS: &str = "token-that-tells";
const WRITES: &str = "token-that-writes";

const SETTINGS: &str = "
[dashboard]
listen = \"127.0.0.1:0\"
[[dashboard.user]]
name = \"anna\"
password = \"env:ANNA\"
[[dashboard.token]]
name = \"reads\"
token = \"env:READS\"
[[dashboard.token]]
name = \"tells\"
token = \"env:TELLS\"
scopes = [\"events\"]
[[dashboard.token]]
name = \"writes\"
token = \"env:WRITES\"
scopes = [\"read\", \"act\", \"write\"]
";

/// Somebody who answers everything alike and notes it.
#[derive(Default)]
struct Noting(Mutex<Vec<Ask>>);

impl Back for Noting {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        let body = json!({"schema": "goodgate.test/1", "target": ask.target}).to_string();
        self.0.lock().unwrap().push(ask);
        Box::pin(async move { Ok(Answer { status: 200, body: body.into_bytes() }) })
    }
}

struct Stand {
    address: SocketAddr,
    watch: Arc<Noting>,
    _dashboard: Dashboard,
}

impl Stand {
    fn start(text: &str) -> Self {
        let reading = settings::read("goodgate.toml", text.as_bytes(), Path::new("/"));
        assert_eq!(reading.render(), "");
        let watch = Arc::new(Noting::default());
        let wiring = Wiring {
            watch: Arc::clone(&watch) as Arc<dyn Back>,
            gateway: Arc::new(Nobody("The file has no gateway.")),
            examiner: Arc::new(NoExaminer),
            secret: Box::new(secret),
        };
        let (dashboard, started) = start(reading.value.dashboard, wiring).expect("started");
        Self { address: started.address, watch, _dashboard: dashboard }
    }

    /// Sends a request as it is written, with `Host` and the end of the head added.
    async fn send(&self, request: &str, body: &str) -> (u16, Value) {
        let (line, fields) = request.split_once('\n').unwrap_or((request, ""));
        let fields = fields.lines().fold(String::new(), |all, field| all + field + "\r\n");
        let whole = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{fields}\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        stream.write_all(whole.as_bytes()).await.ok();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        (status, serde_json::from_str(body).unwrap_or_else(|_| Value::from(body)))
    }

    async fn asked(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
        let bearer = format!("{method} {path}\nAuthorization: Bearer {token}");
        self.send(&bearer, body).await
    }

    fn noted(&self) -> Vec<Ask> {
        std::mem::take(&mut *self.watch.0.lock().unwrap())
    }
}

fn secret(source: &SecretSource) -> Result<Secret, String> {
    let SecretSource::Environment(name) = source else { return Err("no file".to_owned()) };
    Ok(Secret::new(match name.as_str() {
        "READS" => READS,
        "TELLS" => TELLS,
        "WRITES" => WRITES,
        _ => return Err("it is not set".to_owned()),
    }))
}

#[tokio::test]
async fn a_program_gets_what_its_token_allows_and_no_more() {
    let stand = Stand::start(SETTINGS);

    assert_eq!(stand.asked("GET", "/api/v1/status", READS, "").await.0, 200);
    assert_eq!(stand.asked("GET", "/api/v1/status", TELLS, "").await.0, 403);
    assert_eq!(stand.asked("POST", "/api/v1/incidents/7/acknowledge", READS, "").await.0, 403);
    assert_eq!(stand.asked("PUT", "/api/v1/monitors/db", READS, "{}").await.0, 403);
    assert_eq!(stand.asked("GET", "/api/v1/status", "another-token-altogether", "").await.0, 401);
    assert_eq!(stand.send("GET /api/v1/status", "").await.0, 401);
    assert_eq!(stand.noted(), [Ask::get("/status")]);

    let event = json!({"kind": "deploy", "text": "v1.2"}).to_string();
    assert_eq!(stand.asked("POST", "/api/v1/events", TELLS, &event).await.0, 200);
    assert_eq!(stand.asked("POST", "/api/v1/monitors/api/till/pause", WRITES, "").await.0, 200);
    let told = json!({"kind": "deploy", "text": "v1.2", "by": "tells"});
    assert_eq!(
        stand.noted(),
        [
            Ask::post("/events", told),
            Ask { method: "POST", target: "/monitors/api/till/pause".to_owned(), body: None },
        ]
    );
}

#[tokio::test]
async fn a_stranger_does_not_learn_what_there_is() {
    let stand = Stand::start(SETTINGS);

    for path in ["/api/v1/status", "/api/v1/nothing", "/api/v1/incidents/999999", "/api/v1/"] {
        assert_eq!(stand.send(&format!("GET {path}"), "").await.0, 401, "{path}");
    }
    assert!(stand.noted().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_and_not_passed_on() {
    let stand = Stand::start(SETTINGS);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(65 << 10));

    for (method, path, body, status) in [
        ("GET", "/api/v1/nothing", "", 404),
        ("DELETE", "/api/v1/status", "", 405),
        ("GET", "/api/v1/monitors/%2e%2e/status", "", 404),
        ("GET", "/api/v1/incidents?limit=x", "", 400),
        ("GET", "/api/v1/incidents?other=1", "", 400),
        ("PUT", "/api/v1/monitors/db", "[1]", 400),
        ("PUT", "/api/v1/monitors/db", large.as_str(), 413),
        ("GET", "/api/v1/gateway/routes", "", 404),
    ] {
        let (found, body) = stand.asked(method, path, WRITES, body).await;
        assert_eq!(found, status, "{method} {path}: {body}");
        assert_eq!(body["schema"], "goodgate.api_error/1", "{method} {path}");
        assert!(
            body["error"].as_str().is_some_and(|error| error.ends_with('.') || error.contains(':'))
        );
    }
    assert!(stand.noted().is_empty());
}

#[tokio::test]
async fn wrong_tokens_are_bounded_and_right_ones_wait_with_them() {
    let stand = Stand::start(SETTINGS);

    let mut statuses = Vec::new();
    for turn in 0..12 {
        let token = format!("wrong-token-number-{turn}");
        statuses.push(stand.asked("GET", "/api/v1/status", &token, "").await.0);
    }

    assert_eq!(statuses.first(), Some(&401));
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert!(stand.noted().is_empty());
}

#[tokio::test]
async fn metrics_are_for_tokens_and_without_users_for_this_host() {
    let closed = Stand::start(SETTINGS);
    let open = Stand::start("[dashboard]\nlisten = \"127.0.0.1:0\"\n");

    assert_eq!(closed.send("GET /metrics", "").await.0, 401);
    let (status, text) = closed.asked("GET", "/metrics", READS, "").await;
    assert_eq!(status, 200);
    assert!(text.as_str().is_some_and(|text| text.contains("goodgate_incidents_open 0")));
    assert_eq!(open.send("GET /metrics", "").await.0, 200);
    assert_eq!(open.send("GET /metrics\nX-Forwarded-For: 192.0.2.7", "").await.0, 401);
}

#[tokio::test]
async fn the_document_is_there_for_everybody_and_names_every_path() {
    let stand = Stand::start(SETTINGS);

    let (status, document) = stand.send("GET /api/openapi.json", "").await;

    assert_eq!((status, &document["openapi"]), (200, &Value::from("3.1.0")));
    assert!(
        document["paths"].as_object().is_some_and(|paths| paths.contains_key("/api/v1/status"))
    );
}

#[tokio::test]
async fn texts_are_explained_for_who_reads_and_urls_checked_for_who_acts() {
    let stand = Stand::start(SETTINGS);
    let url = r#"{"url": "https://shop.example/"}"#;

    let explained = stand.asked("POST", "/api/v1/explain", READS, r#"{"text": "502"}"#).await;
    let by_reader = stand.asked("POST", "/api/v1/check", READS, url).await;
    let by_actor = stand.asked("POST", "/api/v1/check", WRITES, url).await;
    let by_nobody = stand.send("POST /api/v1/explain", r#"{"text": "502"}"#).await;

    assert_eq!(explained, (200, json!({"schema": "goodgate.explain/1"})));
    assert_eq!((by_reader.0, by_nobody.0), (403, 401));
    // Nobody examines here; that it was asked for shows in the words.
    assert_eq!(by_actor.0, 502);
    assert!(
        by_actor.1["error"].as_str().is_some_and(|it| it.contains("nobody here")),
        "{by_actor:?}"
    );
    assert!(stand.noted().iter().all(|ask| ask.method == "GET"), "the watch is told nothing");
}

#[tokio::test]
async fn a_body_of_another_form_is_refused_with_the_reason() {
    let stand = Stand::start(SETTINGS);

    for (path, body) in [
        ("check", r#"{"uri": "https://a.example/"}"#),
        ("check", "{}"),
        ("check", r#"{"url": 7}"#),
        ("check", r#"{"url": "https://a.example/", "method": "DELETE"}"#),
        ("check", r#"{"url": "https://a.example/", "expected": 99}"#),
        ("check", r#"{"url": "https://a.example/", "expected": "200"}"#),
        ("explain", r#"{"text": ""}"#),
        ("explain", r#"{"text": ["502"]}"#),
    ] {
        let (status, answer) = stand.asked("POST", &format!("/api/v1/{path}"), WRITES, body).await;
        assert_eq!((status, &answer["schema"]), (422, &json!("goodgate.api_error/1")), "{body}");
    }
    let long = format!(r#"{{"text": "{}"}}"#, "x".repeat(257 << 10));
    assert_eq!(stand.asked("POST", "/api/v1/explain", READS, &long).await.0, 422);
}

#[tokio::test]
async fn checks_can_be_off_for_everybody() {
    let stand = Stand::start(&SETTINGS.replace("[dashboard]\n", "[dashboard]\ncheck = \"off\"\n"));

    let url = r#"{"url": "https://shop.example/"}"#;
    let (status, answer) = stand.asked("POST", "/api/v1/check", WRITES, url).await;

    assert_eq!(status, 403, "{answer}");
}
