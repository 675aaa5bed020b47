//! Examinations of real servers on loopback, beside those of the command.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use clap::Parser as _;
use goodgate_config::Text as _;
use goodgate_faults::{Address, Entry, Options, Protocol, Server, Spec};
use goodgate_incident::{Component, Outcome, State, Timestamp};
use goodgate_watch::check::{Examined, Plan, Prober as _, Suspicion, TlsWish, check, judge};
use goodgate_watch::settings::values::{Origin as Bypass, Url};
use goodgate_watch::settings::{Method, read};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::WatchProber;
use crate::{cli, diagnose};

/// The time of an examination here: longer than failures on loopback take.
const TIME: Duration = Duration::from_secs(3);

/// What a monitor is promised beside its own timeout.
const PROMISED: Duration = Duration::from_secs(3);

const REQUESTS: u32 = 20;

/// An origin of `goodgate faults`; it ends when this is dropped.
struct Origin {
    address: SocketAddr,
    ca: PathBuf,
    _end: oneshot::Sender<()>,
}

impl Origin {
    async fn start(protocol: Protocol, faults: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let ca = std::env::temp_dir().join(format!("goodgate-{}-{count}.pem", std::process::id()));
        let mut options = Options::at(Address::parse("127.0.0.1:0").unwrap());
        options.protocol = Some(protocol);
        options.faults =
            faults.iter().map(|fault| Entry::always(Spec::parse(fault).unwrap())).collect();
        options.ca_out = (protocol == Protocol::Https).then(|| ca.clone());
        let server = Server::bind(options).await.unwrap();
        let Address::Tcp(address) = server.addresses()[0] else { panic!("no TCP") };
        let (end, ended) = oneshot::channel();
        tokio::spawn(server.run(async { drop(ended.await) }));
        Self { address, ca, _end: end }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        std::fs::remove_file(&self.ca).ok();
    }
}

/// Starts a server that answers every request with these bytes and keeps the connection.
async fn saying(answer: String) -> SocketAddr {
    saying_in_turn(vec![answer]).await
}

/// Starts a server that gives each connection the next of these answers, over and over.
async fn saying_in_turn(answers: Vec<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for answer in answers.into_iter().cycle() {
            let Ok((mut stream, _)) = listener.accept().await else { break };
            tokio::spawn(async move {
                let mut request = vec![0; 64 << 10];
                while stream.read(&mut request).await.is_ok_and(|count| count > 0) {
                    stream.write_all(answer.as_bytes()).await.ok();
                }
            });
        }
    });
    address
}

async fn dead_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn bad_gateway(fields: &str) -> String {
    let page = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway\
                </h1></center><hr><center>nginx/1.24.0</center></body></html>";
    format!(
        "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.24.0\r\nContent-Type: text/html\r\n{fields}\
         Content-Length: {}\r\n\r\n{page}",
        page.len()
    )
}

fn suspicion(url: &str, origin: Option<SocketAddr>, ca: Option<&Path>) -> Suspicion {
    let origin = origin.map(|origin| Bypass::from_text(&format!("http://{origin}")).unwrap());
    Suspicion {
        url: Url::from_text(url).unwrap(),
        method: Method::Get,
        origin,
        tls: TlsWish { server_name: None, verify: true, ca: ca.map(Path::to_owned) },
        headers: Arc::default(),
        name_servers: Arc::default(),
        source: None,
        requests: REQUESTS,
        time: TIME,
        at: now(),
    }
}

async fn examined(suspicion: &Suspicion) -> Examined {
    WatchProber::new().examine(suspicion).await
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// The mechanism that the command names, with the same means.
async fn diagnosed(url: String, ca: Option<PathBuf>) -> Option<String> {
    let (requests, time) = (REQUESTS.to_string(), TIME.as_secs().to_string());
    let mut words = vec!["goodgate", "diagnose", &url, "--max-requests", &requests];
    words.extend(["--max-time", &time]);
    let ca = ca.map(|ca| ca.display().to_string());
    words.extend(ca.iter().flat_map(|ca| ["--ca-file", ca]));
    let cli::Command::Diagnose(arguments) = cli::Cli::try_parse_from(words).unwrap().command else {
        panic!("it is that command")
    };
    // The command has a runtime of its own.
    let document = tokio::task::spawn_blocking(move || diagnose::document_of(&arguments));
    let document = document.await.unwrap();
    document.pointer("/verdict/mechanism/id").and_then(Value::as_str).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cause_is_the_mechanism_that_the_command_names() {
    let cases = [
        (Protocol::Http, "refuse", Some("connect_refused")),
        (Protocol::Http, "reset_after_request", Some("reset_before_response")),
        (Protocol::Http, "close_after_request", Some("closed_before_response")),
        (Protocol::Http, "slow_head:20s", Some("response_timeout")),
        (Protocol::Http, "truncated_body", Some("body_truncated")),
        (Protocol::Http, "invalid_status_line", Some("invalid_response_head")),
        (Protocol::Http, "bad_chunking", Some("invalid_chunking")),
        // What is behind a bare status is a guess.
        (Protocol::Http, "status:502", None),
        (Protocol::Http, "status:503", None),
        (Protocol::Https, "tls_expired", Some("tls_cert_expired")),
        (Protocol::Https, "tls_wrong_name", Some("tls_cert_name_mismatch")),
        (Protocol::Https, "plain_on_tls_port", Some("tls_to_plaintext_port")),
    ];
    let mut running = JoinSet::new();
    for (protocol, fault, expected) in cases {
        running.spawn(async move {
            let origin = Origin::start(protocol, &[fault]).await;
            let secure = protocol == Protocol::Https;
            let scheme = if secure { "https" } else { "http" };
            let url = format!("{scheme}://{}/", origin.address);
            let ca = secure.then(|| origin.ca.clone());

            let found = examined(&suspicion(&url, None, ca.as_deref())).await.finding;
            let named = diagnosed(url, ca).await;

            (fault, expected, found, named)
        });
    }

    for (fault, expected, found, named) in running.join_all().await {
        assert_eq!(found.cause, expected, "{fault}: {}", found.summary);
        assert_eq!(found.state, State::Down, "{fault}: {}", found.summary);
        if expected.is_some() {
            assert_eq!(named.as_deref(), expected, "{fault}: {}", found.summary);
            assert!(found.stage.is_some() && found.blame.is_some(), "{fault}: {found:?}");
            assert!(found.confidence >= 0.5, "{fault}: {found:?}");
        }
    }
}

#[tokio::test]
async fn an_immediate_failure_is_found_out_within_what_was_promised() {
    let refused = format!("http://{}/", dead_port().await);
    let answered = format!("http://{}/", saying(bad_gateway("")).await);
    let prober = WatchProber::new();

    for url in [refused, answered] {
        let begun = Instant::now();
        let examined = prober.examine(&suspicion(&url, None, None)).await;

        let took = begun.elapsed();
        println!("{took:?}: {}", examined.finding.summary);
        assert_eq!(examined.finding.state, State::Down);
        assert!(took < PROMISED, "{url}: {took:?}");
    }
}

#[tokio::test]
async fn the_origin_behind_a_gateway_is_asked_and_named() {
    let origin = dead_port().await;
    let gateway = saying(bad_gateway("")).await;

    let found = examined(&suspicion(&format!("http://{gateway}/x"), Some(origin), None)).await;

    let finding = found.finding;
    assert_eq!(finding.cause, Some("connect_refused"), "{finding:?}");
    assert!(finding.summary.contains(&format!("the origin {origin}")), "{}", finding.summary);
    let parts = [
        Component::Address(gateway.to_string().into()),
        Component::Endpoint(origin.to_string().into()),
        Component::Gateway("nginx/1.24.0 at 127.0.0.1".into()),
    ];
    assert_eq!(finding.components, BTreeSet::from(parts));
}

#[tokio::test]
async fn a_dead_origin_behind_a_gateway_that_answers_is_told_as_that() {
    let origin = dead_port().await;
    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone".to_owned();
    let url = format!("http://{}/x", saying(missing).await);

    let found = examined(&suspicion(&url, Some(origin), None)).await;
    let dead = examined(&suspicion(&format!("http://{origin}/"), None, None)).await;

    let finding = found.finding;
    assert_eq!((finding.state, finding.cause), (State::Partial, Some("connect_refused")));
    assert!(finding.summary.contains(", while the gateway answers; "), "{}", finding.summary);
    assert!(found.is_answered && !dead.is_answered);
}

#[tokio::test]
async fn a_check_and_an_examination_name_the_same_parts() {
    let proxy =
        "Proxy-Status: \"edge-1\"; error=connection_refused; next-hop=\"10.0.0.7:8080\"\r\n";
    let expired = Origin::start(Protocol::Https, &["tls_expired"]).await;
    let ca = expired.ca.display();
    for (url, keys) in [
        (format!("http://{}/", dead_port().await), String::new()),
        (format!("http://{}/", saying(bad_gateway(proxy)).await), String::new()),
        (format!("https://{}/", expired.address), format!("ca = \"{ca}\"")),
    ] {
        let text = format!("[[monitor]]\nname = \"a\"\nhttp = \"{url}\"\n{keys}\n");
        let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), now());
        let (monitor, watch) = (&reading.value.monitor[0], &reading.value.watch);
        let plan = Plan::of(monitor, watch, |_| Err(std::fmt::Error)).unwrap();
        let prober = WatchProber::new();

        let checked = judge(&plan, &check(&prober, &plan, 0, now(), Duration::ZERO).await);
        let suspicion = plan.suspicion(monitor, watch, now()).unwrap();
        let found = prober.examine(&suspicion).await.finding;

        let Outcome::Bad { cause, components } = checked.result.outcome else { panic!("{url}") };
        // An examination sees more, such as an answer in the other version of HTTP.
        assert!(found.components.is_superset(&components), "{:?} {components:?}", found.components);
        assert_eq!(found.cause, cause, "{}", found.summary);
    }
}

#[tokio::test]
async fn a_target_that_answers_well_is_up_and_accuses_nobody() {
    let origin = Origin::start(Protocol::Http, &[]).await;

    let found = examined(&suspicion(&format!("http://{}/", origin.address), None, None)).await;

    let finding = found.finding;
    assert_eq!((finding.state, finding.cause, finding.blame), (State::Up, None, None));
    assert_eq!(finding.components, BTreeSet::new());
}

#[tokio::test]
async fn a_failure_now_and_then_is_partial() {
    let well = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell".to_owned();
    let address = saying_in_turn(vec![bad_gateway(""), well]).await;

    let finding = examined(&suspicion(&format!("http://{address}/"), None, None)).await.finding;

    assert_eq!(finding.state, State::Partial, "{}", finding.summary);
}

#[tokio::test]
async fn the_sentence_and_the_verdict_keep_secrets_and_one_line() {
    let gateway = saying(bad_gateway("Set-Cookie: session=geheim\r\n")).await;
    let url = format!("http://{gateway}/x?token=geheim");

    let found = examined(&suspicion(&url, None, None)).await;

    let document: Value = serde_json::from_slice(&found.verdict).unwrap();
    assert_eq!(document["schema"], "goodgate.diagnose/1");
    assert!(document["verdict"]["state"].is_string());
    assert!(found.verdict.len() <= diagnose::burst::JSON_MAX);
    let verdict = String::from_utf8(found.verdict).unwrap();
    assert!(!verdict.contains("geheim"), "{verdict}");
    let summary = found.finding.summary;
    assert!(!summary.contains("geheim") && !summary.contains('\n'), "{summary}");
    assert!(summary.contains("502"), "{summary}");
}

#[tokio::test]
async fn what_we_cannot_do_is_unknown() {
    let address = dead_port().await;
    let nowhere = Path::new("/nowhere/ca.pem");

    let found = examined(&suspicion(&format!("https://{address}/"), None, Some(nowhere))).await;

    assert_eq!(found.finding.state, State::Unknown);
    assert!(found.finding.summary.contains("/nowhere/ca.pem"), "{}", found.finding.summary);
    assert!(serde_json::from_slice::<Value>(&found.verdict).unwrap()["verdict"].is_null());
}

#[tokio::test]
async fn the_sentence_begins_with_where_it_broke_and_goes_on_with_the_cause() {
    let address = dead_port().await;

    let found = examined(&suspicion(&format!("http://{address}/"), None, None)).await.finding;

    let begins = format!("{address}: connection refused; nothing listens on ");
    assert!(found.summary.starts_with(&begins), "{}", found.summary);
    assert!(found.summary.ends_with(" % sure)"), "{}", found.summary);
    let title: String = found.summary.chars().take(120).collect();
    assert!(title.contains("(connect_refused"), "{title}");
}

#[tokio::test]
async fn a_guess_is_no_cause_and_is_told_as_one() {
    let address = saying(bad_gateway("")).await;

    let found = examined(&suspicion(&format!("http://{address}/"), None, None)).await.finding;

    assert_eq!((found.state, found.cause, found.blame), (State::Down, None, None));
    assert!(found.confidence.abs() < f64::EPSILON, "{found:?}");
    assert!(found.summary.contains("why is not visible from here"), "{}", found.summary);
}

#[tokio::test]
async fn a_certificate_that_nobody_minds_is_no_fault() {
    let origin = Origin::start(Protocol::Https, &["tls_expired"]).await;
    let minded = suspicion(&format!("https://{}/", origin.address), None, Some(&origin.ca));
    let passed =
        Suspicion { tls: TlsWish { verify: false, ..minded.tls.clone() }, ..minded.clone() };

    let (minded, passed) = (examined(&minded).await.finding, examined(&passed).await.finding);

    assert_eq!((minded.state, minded.cause), (State::Down, Some("tls_cert_expired")));
    assert_eq!((passed.state, passed.cause), (State::Up, None), "{}", passed.summary);
}

#[tokio::test]
async fn a_name_that_is_wished_is_that_of_the_certificate() {
    let origin = Origin::start(Protocol::Https, &["tls_wrong_name"]).await;
    let own = suspicion(&format!("https://{}/", origin.address), None, Some(&origin.ca));
    let other = Some(Box::from("elsewhere.invalid"));
    let named = Suspicion { tls: TlsWish { server_name: other, ..own.tls.clone() }, ..own };

    let found = examined(&named).await.finding;

    assert_eq!(found.cause, Some("tls_cert_name_mismatch"), "{}", found.summary);
}

/// Starts a server that answers well where a request bears these words, and else with 502.
async fn wanting(words: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 64 << 10];
                let count = stream.read(&mut request).await.unwrap_or_default();
                let asked = String::from_utf8_lossy(&request[..count]).to_ascii_lowercase();
                let well = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell".to_owned();
                let answer = if asked.contains(words) { well } else { bad_gateway("") };
                stream.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    address
}

#[tokio::test]
async fn an_examination_asks_with_the_method_and_the_fields_of_the_monitor() {
    for (words, keys) in [
        ("x-shop: blue", "headers = { x-shop = \"blue\" }"),
        ("host: shop.example\r", "headers = { host = \"shop.example\" }"),
        ("head / http/1.1\r", "method = \"HEAD\""),
        ("options / http/1.1\r", "method = \"OPTIONS\""),
    ] {
        let address = wanting(words).await;
        for (keys, expected) in [(keys, State::Up), ("", State::Down)] {
            let text = format!("[[monitor]]\nname = \"a\"\nhttp = \"http://{address}/\"\n{keys}\n");
            let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), now());
            let (monitor, watch) = (&reading.value.monitor[0], &reading.value.watch);
            let plan = Plan::of(monitor, watch, |_| Err(std::fmt::Error)).unwrap();
            let suspicion = plan.suspicion(monitor, watch, now()).unwrap();

            let found = examined(&suspicion).await.finding;

            assert_eq!(found.state, expected, "{keys}: {}", found.summary);
        }
    }
}

#[tokio::test]
async fn an_examination_asks_the_name_servers_of_the_monitor() {
    let origin = Origin::start(Protocol::Http, &[]).await;
    // Nobody answers there: the system's resolver would know this name.
    let server = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://localhost:{}/", origin.address.port());
    let by_system = suspicion(&url, None, None);
    let by_own = Suspicion { name_servers: [server].into(), ..by_system.clone() };

    let (by_system, by_own) = (examined(&by_system).await.finding, examined(&by_own).await.finding);

    assert_eq!(by_system.state, State::Up, "{}", by_system.summary);
    assert_eq!(by_own.state, State::Down, "{}", by_own.summary);
    assert!(by_own.cause.is_some_and(|cause| cause.starts_with("dns_")), "{by_own:?}");
}

#[tokio::test]
async fn what_may_change_something_is_examined_with_get_and_says_so() {
    let (heard, address) = hearing(bad_gateway("")).await;
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let of_get = suspicion(&format!("http://{address}/orders"), None, None);

        let found = examined(&Suspicion { method, ..of_get }).await;

        let word = method.word();
        assert_eq!((found.finding.state, found.status), (State::Down, Some(502)), "{found:?}");
        let note = format!("; examined with GET, as {word} is not sent again");
        assert!(found.finding.summary.ends_with(&note), "{}", found.finding.summary);
        let document: Value = serde_json::from_slice(&found.verdict).unwrap();
        let notices = document["notices"].as_array().unwrap();
        let notice = notices.iter().find(|notice| notice["id"] == "examined_with_get");
        let text = notice.and_then(|notice| notice["text"].as_str()).unwrap_or_default();
        assert!(text.contains(&format!("the check sends {word}")), "{document:#}");
    }
    let methods = heard.lock().unwrap().clone();
    assert!(methods.iter().all(|one| one == "GET" || one == "HEAD"), "{methods:?}");
}

/// Starts a server that gives each request the same answer, and keeps the methods that it was asked with.
async fn hearing(answer: String) -> (Arc<std::sync::Mutex<Vec<String>>>, SocketAddr) {
    let heard: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let keeping = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (keeping, answer) = (Arc::clone(&keeping), answer.clone());
            tokio::spawn(async move {
                let mut request = vec![0; 64 << 10];
                let count = stream.read(&mut request).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..count]).into_owned();
                keeping.lock().unwrap().extend(request.split(' ').next().map(str::to_owned));
                stream.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    (heard, address)
}
