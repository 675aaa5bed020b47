//! Acting on monitors and incidents, over a real listener: who may, with which form, from where, and what
//! reaches the watch.
#![expect(clippy::expect_used, reason = "a test may end where it cannot go on")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use goodgate_config::Secret;
use goodgate_dashboard::back::{Answer, Ask, Back, Boxed, Missing, Nobody};
use goodgate_dashboard::examiner::NoExaminer;
use goodgate_dashboard::session::hash_of;
use goodgate_dashboard::{Dashboard, Wiring, settings, start};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PASSWORD: &str = "correct horse";

const USERS: &str = "[[dashboard.user]]\nname = \"anna\"\nrole = \"operator\"\npassword = \"env:A\"\n\
                     [[dashboard.user]]\nname = \"vera\"\nrole = \"viewer\"\npassword = \"env:B\"\n";

/// A watch that remembers what it was asked.
#[derive(Default)]
struct Fake(Mutex<Vec<Ask>>);

impl Fake {
    /// Returns what it was told to do, and forgets it.
    fn told(&self) -> Vec<Ask> {
        let all = std::mem::take(&mut *self.0.lock().expect("asked"));
        all.into_iter().filter(|ask| ask.method != "GET").collect()
    }

    /// Returns the targets of everything that it was asked, and forgets them.
    fn targets(&self) -> Vec<String> {
        let all = std::mem::take(&mut *self.0.lock().expect("asked"));
        all.into_iter().map(|ask| ask.target).collect()
    }
}

impl Back for Fake {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        let is_empty = ask.body.as_ref().is_some_and(|body| body["text"] == "");
        let (status, body) = match ask.target.as_str() {
            _ if is_empty => (400, json!({ "error": "`text` is empty: say it in a few words." })),
            "/monitors/shop" => (200, json!({ "monitor": { "id": "shop", "state": "down" } })),
            "/incidents/7" => (200, json!({ "incident": { "id": "7", "state": "open" } })),
            _ if ask.method == "POST" => (200, json!({})),
            _ => (404, json!({ "error": "There is none." })),
        };
        self.0.lock().expect("asked").push(ask);
        Box::pin(async move { Ok(Answer { status, body: body.to_string().into_bytes() }) })
    }
}

/// A dashboard with the users anna, who may act, and vera, who may look.
struct Site {
    fake: Arc<Fake>,
    host: String,
    _running: Dashboard,
}

/// What came back.
struct Got {
    status: u16,
    head: String,
    body: String,
}

impl Got {
    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Somebody who has logged in.
struct Person {
    cookie: String,
    key: String,
}

impl Site {
    fn start() -> Self {
        let mut read = settings::read("a.toml", USERS.as_bytes(), std::path::Path::new("/"));
        read.value.dashboard.listen = "127.0.0.1:0".parse().expect("an address");
        let hash = hash_of(PASSWORD).expect("hashed");
        let fake = Arc::new(Fake::default());
        let wiring = Wiring {
            watch: Arc::clone(&fake) as Arc<dyn Back>,
            gateway: Arc::new(Nobody("there is none")),
            examiner: Arc::new(NoExaminer),
            secret: Box::new(move |_| Ok(Secret::new(&hash))),
        };
        let (running, started) = start(read.value.dashboard, wiring).expect("started");
        assert_eq!(started.without, Vec::<String>::new());
        Self { fake, host: started.address.to_string(), _running: running }
    }

    async fn ask(&self, line: &str, fields: &[(&str, &str)], body: &str) -> Got {
        let mut request = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.host,
            body.len()
        );
        if !fields.iter().any(|(name, _)| *name == "Content-Type") {
            request.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        }
        for (name, value) in fields {
            request.extend([*name, ": ", *value, "\r\n"]);
        }
        request.push_str("\r\n");
        request.push_str(body);
        let exchange = async {
            let mut stream = TcpStream::connect(&self.host).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text =
            timeout(Duration::from_secs(20), exchange).await.expect("in time").expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.get(9..12).and_then(|it| it.parse().ok()).expect("a status");
        Got { status, head: head.to_owned(), body: body.to_owned() }
    }

    async fn log_in(&self, name: &str) -> Person {
        let body = format!("name={name}&password=correct+horse");
        let got = self.ask("POST /login", &[], &body).await;
        let cookie = got.field("set-cookie").and_then(|it| it.split(';').next());
        let cookie = cookie.expect("a cookie").to_owned();
        let page = self.ask("GET /monitors/shop", &[("Cookie", &cookie)], "").await;
        let key =
            page.body.split("name=\"key\" value=\"").nth(1).and_then(|it| it.split('"').next());
        let key = key.expect("a form key").to_owned();
        self.fake.told();
        Person { cookie, key }
    }

    async fn post(&self, person: &Person, path: &str, key: &str, more: &str) -> Got {
        let body = format!("key={key}{more}");
        self.ask(&format!("POST {path}"), &[("Cookie", &person.cookie)], &body).await
    }
}

#[tokio::test]
async fn a_viewer_looks_and_cannot_act() {
    let site = Site::start();
    let vera = site.log_in("vera").await;

    for path in ["/monitors/shop", "/incidents/7"] {
        let page = site.ask(&format!("GET {path}"), &[("Cookie", &vera.cookie)], "").await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains(&format!("action=\"{path}/")), "{path}");
    }
    for path in ["/monitors/shop/pause", "/incidents/7/acknowledge", "/incidents/7/notes"] {
        let got = site.post(&vera, path, &vera.key, "&text=hello").await;
        assert_eq!(got.status, 403, "{path}");
        assert!(got.body.contains("You may look"), "{}", got.body);
    }
    assert_eq!(site.fake.told(), []);
}

#[tokio::test]
async fn an_operator_acts_in_their_own_name() {
    let site = Site::start();
    let anna = site.log_in("anna").await;

    for (path, more, target, body, to) in [
        (
            "/monitors/shop/pause",
            "",
            "/monitors/shop/pause",
            json!({ "by": "anna" }),
            "/monitors/shop?did=pause",
        ),
        (
            "/monitors/api/shop/check",
            "",
            "/monitors/api/shop/check",
            json!({ "by": "anna" }),
            "/monitors/api/shop?did=check",
        ),
        (
            "/incidents/7/acknowledge",
            "&by=eve",
            "/incidents/7/acknowledge",
            json!({ "by": "anna" }),
            "/incidents/7",
        ),
        (
            "/incidents/7/notes",
            "&text=the+disk%0D%0Ais+full",
            "/incidents/7/notes",
            json!({ "by": "anna", "text": "the disk\nis full" }),
            "/incidents/7",
        ),
        (
            "/incidents/7/steps",
            "&text=x",
            "/incidents/7/steps",
            json!({ "by": "anna", "text": "x" }),
            "/incidents/7",
        ),
        (
            "/incidents/7/publish",
            "&text=Orders+wait.",
            "/incidents/7/publish",
            json!({ "by": "anna", "text": "Orders wait." }),
            "/incidents/7",
        ),
        (
            "/incidents/7/retract",
            "",
            "/incidents/7/retract",
            json!({ "by": "anna" }),
            "/incidents/7",
        ),
    ] {
        let got = site.post(&anna, path, &anna.key, more).await;

        assert_eq!((got.status, got.field("location")), (303, Some(to)), "{path}");
        assert_eq!(site.fake.told(), [Ask::post(target, body)], "{path}");
    }
}

#[tokio::test]
async fn words_for_the_public_are_seen_before_they_are_published() {
    let site = Site::start();
    let anna = site.log_in("anna").await;
    let page = site.ask("GET /incidents/7", &[("Cookie", &anna.cookie)], "").await;
    assert!(page.body.contains("action=\"/incidents/7/preview\""), "{}", page.body);
    assert!(page.body.contains("and are looking into it."), "{}", page.body);
    site.fake.told();

    let words = format!("&text=Orders+wait.{}", "x".repeat(3_000));
    let shown = site.post(&anna, "/incidents/7/preview", &anna.key, &words).await;

    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("Orders wait.xxx"), "{}", shown.body);
    assert!(!shown.body.contains(&"x".repeat(2_000)), "no more than is published");
    assert!(shown.body.contains("action=\"/incidents/7/publish\""), "{}", shown.body);
    assert_eq!(site.fake.told(), [], "nothing is told yet");
}

#[tokio::test]
async fn a_form_without_the_key_of_its_session_is_refused() {
    let site = Site::start();
    let (anna, other) = (site.log_in("anna").await, site.log_in("anna").await);
    let acts = ["/monitors/shop/pause", "/incidents/7/acknowledge", "/incidents/7/steps"];

    for path in acts {
        for key in ["", "wrong", &other.key, &format!("{}x", anna.key)] {
            let got = site.post(&anna, path, key, "&text=x").await;
            assert_eq!(got.status, 403, "{path} with {key:?}");
        }
        let cookie = ("Cookie", anna.cookie.as_str());
        let without = site.ask(&format!("POST {path}"), &[cookie], "text=x").await;
        let as_json = ("Content-Type", "application/json");
        let body = json!({ "key": anna.key, "text": "x" }).to_string();
        let json = site.ask(&format!("POST {path}"), &[cookie, as_json], &body).await;
        let nobody = site.ask(&format!("POST {path}"), &[], &format!("key={}", anna.key)).await;
        assert_eq!((without.status, json.status, nobody.status), (403, 415, 401), "{path}");
    }
    assert_eq!(site.fake.told(), []);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let site = Site::start();
    let anna = site.log_in("anna").await;
    let own = format!("http://{}", site.host);
    let body = format!("key={}", anna.key);
    let cookie = ("Cookie", anna.cookie.as_str());

    for field in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        for path in ["/monitors/shop/pause", "/incidents/7/acknowledge"] {
            let got = site.ask(&format!("POST {path}"), &[cookie, field], &body).await;
            assert_eq!(got.status, 403, "{path} {field:?}");
        }
    }
    assert_eq!(site.fake.told(), []);
    let fields = [cookie, ("Origin", &*own), ("Sec-Fetch-Site", "same-origin")];
    let got = site.ask("POST /monitors/shop/pause", &fields, &body).await;
    assert_eq!(got.status, 303);
}

/// Undoes percent-encoding once, as the watch does.
fn decoded(target: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = target.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits: Vec<u8> = bytes.by_ref().take(2).collect();
            let digits = String::from_utf8(digits).expect("digits");
            out.push(u8::from_str_radix(&digits, 16).expect("a byte"));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[tokio::test]
async fn no_id_reaches_another_path_of_the_watch() {
    let site = Site::start();
    let anna = site.log_in("anna").await;
    site.fake.targets();
    let ids = [
        "..",
        "../status",
        "..%2Fstatus",
        "%2e%2e/status",
        "%2E%2E%2Fstatus",
        "%252e%252e%252fstatus",
        "shop/../../backup",
        "shop%2F..%2F..%2Fbackup",
        "shop/./pause",
        "shop//pause",
        "%2Fbackup",
        "a%3Fx=1",
        "a%23b",
        "a%0D%0AX:%20b",
        "7%2Facknowledge",
        "7%2F..%2F8",
        "%2e",
    ];
    let mut asked = Vec::new();
    let cookie = [("Cookie", anna.cookie.as_str())];

    for id in ids {
        for line in [
            format!("GET /monitors/{id}"),
            format!("GET /incidents/{id}"),
            format!("GET /incidents/7/evidence/{id}"),
            format!("GET /incidents/{id}/evidence/1"),
            format!("GET /incidents?before={id}"),
        ] {
            let got = site.ask(&line, &cookie, "").await;
            assert!(matches!(got.status, 200 | 303 | 400 | 404), "{line}: {}", got.status);
        }
        for path in [format!("/monitors/{id}/pause"), format!("/incidents/{id}/acknowledge")] {
            site.post(&anna, &path, &anna.key, "").await;
        }
        asked.extend(site.fake.targets());
    }

    assert!(asked.contains(&"/monitors/%252e%252e%252fstatus".to_owned()), "{asked:?}");
    for target in asked {
        let path = target.strip_prefix("/incidents?limit=51").unwrap_or(&target);
        let is_known = path.is_empty() || path == "/status" || path.starts_with("/monitors/");
        assert!(is_known, "{target}");
        assert!(!path.contains(['?', '#']), "{target}");
        let parts = decoded(path);
        assert!(!parts.split('/').skip(1).any(|it| matches!(it, "." | "..")), "{target}");
    }
}

#[tokio::test]
async fn what_the_watch_refuses_is_said() {
    let site = Site::start();
    let anna = site.log_in("anna").await;

    let refused = site.post(&anna, "/incidents/7/notes", &anna.key, "&text=").await;
    let again = site.ask("GET /incidents/7/notes", &[("Cookie", &anna.cookie)], "").await;
    let unknown = site.post(&anna, "/incidents/7/unheard", &anna.key, "").await;

    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("is empty: say it in a few words"), "{}", refused.body);
    assert_eq!((again.status, again.field("location")), (303, Some("/incidents/7")));
    assert_eq!(unknown.status, 404);
}
