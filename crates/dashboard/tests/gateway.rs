//! The pages of the gateway over HTTP: who may do what, and where what a form holds can lead.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use goodgate_config::{Secret, SecretSource};
use goodgate_dashboard::back::{Answer, Ask, Back, Boxed, Missing, Nobody};
use goodgate_dashboard::examiner::NoExaminer;
use goodgate_dashboard::session::hash_of;
use goodgate_dashboard::{Dashboard, Wiring, settings, start};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Somebody who answers everything alike, and remembers what was asked.
struct Fake {
    status: u16,
    body: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Fake {
    fn new(status: u16, body: &'static str) -> Arc<Self> {
        Arc::new(Self { status, body, asked: Mutex::default() })
    }

    /// Returns what was told, without what was only asked.
    fn told(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("not poisoned");
        asked.iter().filter(|it| it.starts_with("POST")).cloned().collect()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

impl Back for Fake {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        assert_eq!(ask.body, None, "the admin listener takes no bodies");
        let line = format!("{} {}", ask.method, ask.target);
        self.asked.lock().expect("not poisoned").push(line);
        let answer = Answer { status: self.status, body: self.body.as_bytes().to_vec() };
        Box::pin(async move { Ok(answer) })
    }
}

/// A dashboard with an operator and a viewer, and how its pages are reached.
struct Site {
    address: SocketAddr,
    _dashboard: Dashboard,
}

fn site(watch: Arc<dyn Back>, gateway: Arc<dyn Back>) -> Site {
    let text = "[dashboard]\nlisten = \"127.0.0.1:0\"\n\
                [[dashboard.user]]\nname = \"anna\"\nrole = \"operator\"\npassword = \"env:A\"\n\
                [[dashboard.user]]\nname = \"bob\"\npassword = \"env:A\"\n";
    let read = settings::read("a.toml", text.as_bytes(), Path::new("/"));
    let hash = hash_of("secret").expect("hashed");
    let secret = Box::new(move |_: &SecretSource| Ok(Secret::new(&hash)));
    let examiner = Arc::new(NoExaminer);
    let wiring = Wiring { watch, gateway, examiner, secret };
    let (dashboard, started) = start(read.value.dashboard, wiring).expect("started");
    Site { address: started.address, _dashboard: dashboard }
}

impl Site {
    async fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let request = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("answered");
        String::from_utf8(answer).expect("text")
    }

    /// Logs in, and returns the cookie and the key of its forms.
    async fn log_in(&self, name: &str) -> (String, String) {
        let body = format!("name={name}&password=secret");
        let answer = self.send("POST /login HTTP/1.1", &body).await;
        let line = answer.lines().find_map(|it| it.strip_prefix("set-cookie: ")).expect("a cookie");
        let cookie = line.split(';').next().expect("a cookie").to_owned();
        let page = self.get("/causes", &cookie).await;
        let key = between(&page, "name=\"key\" value=\"", "\"").to_owned();
        (cookie, key)
    }

    async fn get(&self, path: &str, cookie: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nCookie: {cookie}"), "").await
    }

    async fn post(&self, path: &str, cookie: &str, form: &str) -> String {
        self.send(&format!("POST {path} HTTP/1.1\r\nCookie: {cookie}"), form).await
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect("the beginning");
    rest.split_once(after).expect("the end").0
}

fn status(answer: &str) -> &str {
    answer.get(9..12).expect("a status")
}

/// Every form that these pages have, without its key.
const FORMS: [(&str, &str); 4] = [
    ("/gateway/drain", "upstream=app&endpoint=127.0.0.1%3A3000"),
    ("/gateway/undrain", "upstream=app&endpoint=127.0.0.1%3A3000"),
    ("/gateway/reload", ""),
    ("/settings/channels/test", "channel=mail"),
];

#[tokio::test]
async fn a_viewer_changes_nothing() {
    let back = Fake::new(200, "{}");
    let site = site(back.clone(), back.clone());
    let (cookie, key) = site.log_in("bob").await;

    for (path, form) in FORMS {
        let answer = site.post(path, &cookie, &format!("key={key}&{form}")).await;
        assert_eq!(status(&answer), "403", "{path}");
        assert!(answer.contains("You may look, but not change anything."), "{answer}");
    }

    assert_eq!(back.told(), Vec::<String>::new());
}

#[tokio::test]
async fn a_form_without_the_key_of_the_session_is_refused() {
    let back = Fake::new(200, "{}");
    let site = site(back.clone(), back.clone());
    let (cookie, _) = site.log_in("anna").await;
    let (_, of_another) = site.log_in("anna").await;

    for (path, form) in FORMS {
        for key in ["", "key=&", "key=wrong&", &format!("key={of_another}&")] {
            let answer = site.post(path, &cookie, &format!("{key}{form}")).await;
            assert_eq!(status(&answer), "403", "{path} with {key:?}");
        }
        let stranger = site.post(path, "", form).await;
        assert_eq!(status(&stranger), "401", "{path}");
    }

    assert_eq!(back.told(), Vec::<String>::new());
}

#[tokio::test]
async fn an_operator_drains_reloads_and_tests() {
    let back = Fake::new(200, "{\"accepted\": true}");
    let site = site(back.clone(), back.clone());
    let (cookie, key) = site.log_in("anna").await;

    for (path, form) in FORMS {
        let answer = site.post(path, &cookie, &format!("key={key}&{form}")).await;
        assert_eq!(status(&answer), "303", "{path}: {answer}");
    }

    assert_eq!(
        back.told(),
        [
            "POST /upstreams/app/endpoints/127.0.0.1%3A3000/drain",
            "POST /upstreams/app/endpoints/127.0.0.1%3A3000/undrain",
            "POST /reload",
            "POST /channels/mail/test",
        ]
    );
}

#[tokio::test]
async fn what_a_form_holds_leads_to_no_other_path() {
    let back = Fake::new(200, "{\"accepted\": true}");
    let site = site(back.clone(), back.clone());
    let (cookie, key) = site.log_in("anna").await;

    let drain = "upstream=..%2F..%2Freload%3F&endpoint=%252e%252e%2F%23";
    site.post("/gateway/drain", &cookie, &format!("key={key}&{drain}")).await;
    let test = "channel=..%2F..%2Fbackup%0D%0AX%3A+y";
    site.post("/settings/channels/test", &cookie, &format!("key={key}&{test}")).await;
    for part in ["..", ".", ""] {
        let drain = format!("key={key}&upstream={part}&endpoint=a");
        let answer = site.post("/gateway/drain", &cookie, &drain).await;
        assert_eq!(status(&answer), "400", "{part:?}");
        let test = format!("key={key}&channel={part}");
        let answer = site.post("/settings/channels/test", &cookie, &test).await;
        assert_eq!(status(&answer), "400", "{part:?}");
    }

    assert_eq!(
        back.told(),
        [
            "POST /upstreams/..%2F..%2Freload%3F/endpoints/%252e%252e%2F%23/drain",
            "POST /channels/..%2F..%2Fbackup%0D%0AX%3A%20y/test",
        ]
    );
}

#[tokio::test]
async fn the_id_of_a_failure_leads_to_no_other_path() {
    let back = Fake::new(200, "{}");
    let site = site(back.clone(), back.clone());
    let (cookie, _) = site.log_in("bob").await;
    let before = back.asked().len();

    for id in ["..%2Freload", "%252e%252e%2fmetrics", "a%3Fb%23c", "%2e%2e", ".%2e"] {
        site.get(&format!("/failures/{id}"), &cookie).await;
        site.get(&format!("/causes/{id}"), &cookie).await;
    }
    site.get("/failures?upstream=a%26limit%3D1&cause=..%2F..%2Freload", &cookie).await;

    assert_eq!(
        back.asked()[before..],
        [
            "GET /failures/..%2Freload",
            "GET /failures/%252e%252e%2Fmetrics",
            "GET /failures/a%3Fb%23c",
            "GET /failures?limit=1000&upstream=a%26limit%3D1&cause=..%2F..%2Freload",
        ]
    );
}

#[tokio::test]
async fn without_a_gateway_the_pages_say_so_and_what_to_do() {
    let nobody = || Arc::new(Nobody("goodgate.toml has no gateway."));
    let site = site(nobody(), nobody());
    let (cookie, _) = site.log_in("bob").await;

    for path in ["/gateway", "/failures", "/failures/8fba"] {
        let answer = site.get(path, &cookie).await;
        assert_eq!(status(&answer), "404", "{path}");
        assert!(answer.contains("goodgate.toml has no gateway."), "{answer}");
        assert!(answer.contains("A gateway begins with [[listen]]"), "{answer}");
    }
    let settings = site.get("/settings", &cookie).await;
    assert_eq!(status(&settings), "200");
    assert!(settings.contains("<th scope=\"row\">anna</th><td>operator: looks and acts</td>"));
    assert!(!settings.contains("argon2"));
}

#[tokio::test]
async fn what_the_gateway_refuses_is_said_in_its_words() {
    let words = "{\"error\": \"configuration\", \"detail\": \"a.toml has errors\\nline 3: <b>\"}";
    let back = Fake::new(422, words);
    let site = site(back.clone(), back);
    let (cookie, key) = site.log_in("anna").await;

    let answer = site.post("/gateway/reload", &cookie, &format!("key={key}")).await;

    assert_eq!(status(&answer), "422");
    assert!(answer.contains("What was in force is in force still."), "{answer}");
    assert!(answer.contains("<pre>a.toml has errors\nline 3: &#60;b&#62;</pre>"), "{answer}");
}
