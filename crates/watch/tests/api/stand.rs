//! A served API with a real store, a desk that does the least that a desk does, and things to ask about.

#![allow(dead_code, reason = "the tests of the commands use another part of it")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use goodgate_config::{Secret, SecretSource};
use goodgate_incident::incident::Refusal;
use goodgate_incident::{
    AlertKey, AlertKind, Component, Doubt, Finding, IncidentId, MonitorId, State, Timestamp,
    Transition,
};
use goodgate_watch::api::{self, Doors, Serving, Tester};
use goodgate_watch::check::Boxed;
use goodgate_watch::desk::{
    Ask, Certificate, Desk, Glance, Input, MonitorView, Origin, Refused, survey,
};
use goodgate_watch::message::link::{Action, Grant, Signer};
use goodgate_watch::settings;
use goodgate_watch::store::{
    Alert, Change, ChannelName, Entry, Evidence, IncidentRow, Keeping, Measured, MonitorRow, Note,
    Phases, Proof, ProofKind, Seen, SilenceRow, Sqlite, Store,
};
use tokio::sync::{mpsc, watch};

/// The token of `[watch]`, and that for changes.
pub(crate) const TOKEN: &str = "correct-horse";
pub(crate) const EVENT_TOKEN: &str = "battery-staple";

/// The token of the monitor `nightly`.
pub(crate) const JOB_TOKEN: &str = "tick";

const SECRET: &[u8] = b"thirty-two bytes that are secret";

/// What the file says: `SAYS` with `[watch]` as a test wants it.
const SAYS: &str = r#"
[[monitor]]
name = "shop"
http = "https://shop.example/"
tags = ["eu"]
slo = { objective = "99.9%" }

[[monitor]]
name = "nightly"
heartbeat = "24h"
token = "file:job-token"

[[monitor]]
name = "hourly"
heartbeat = "1h"

[[monitor]]
name = "edge"
tcp = "edge.example:443"

[[channel]]
name = "mail"
slack = { url = "env:NOT_READ_HERE" }
fallback = "sms"

[[channel]]
name = "sms"
slack = { url = "env:NOT_READ_HERE" }

[[silence]]
reason = "the night of the backup"
monitors = ["edge"]
from = "02:00"
until = "03:00"
"#;

/// A folder for one test.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-api-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::remove_dir_all(&path).ok();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A watch that can be asked.
pub(crate) struct Stand {
    pub(crate) folder: Folder,
    pub(crate) socket: PathBuf,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) store: Arc<Sqlite>,
    /// What the desk was told, in words.
    pub(crate) told: Arc<Mutex<Vec<String>>>,
    pub(crate) views: Arc<Mutex<Vec<MonitorView>>>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The sentence of an error.
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("no error: {self:?}")).to_owned()
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of the watch under test")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    Timestamp(since.as_micros() as i64)
}

pub(crate) fn ago(seconds: i64) -> Timestamp {
    Timestamp(now().0 - seconds * 1_000_000)
}

pub(crate) fn id(name: &str) -> MonitorId {
    MonitorId(name.into())
}

impl Stand {
    /// With TCP and a token.
    pub(crate) fn new() -> Self {
        Self::with(
            "[watch]\nlisten = \"127.0.0.1:0\"\ntoken = \"file:token\"\n\
             event_token = \"file:event-token\"\nurl = \"https://watch.example\"\n",
        )
    }

    /// With TCP and without any token.
    pub(crate) fn without_token() -> Self {
        Self::with("[watch]\nlisten = \"127.0.0.1:0\"\nurl = \"https://watch.example\"\n")
    }

    pub(crate) fn with(watch: &str) -> Self {
        Self::of(watch, prepare)
    }

    /// With a store that `prepare` fills.
    pub(crate) fn of(watch: &str, prepare: fn(&Sqlite)) -> Self {
        let folder = Folder::new();
        let store = Arc::new(Sqlite::open(Keeping::in_folder(folder.path())).expect("a store"));
        prepare(&store);
        for (file, token) in
            [("token", TOKEN), ("event-token", EVENT_TOKEN), ("job-token", JOB_TOKEN)]
        {
            fs::write(folder.path().join(file), token).expect("a file");
        }
        let text = format!("{watch}{SAYS}");
        let reading = settings::read("goodgate.toml", text.as_bytes(), folder.path(), now());
        let errors = reading.render();
        assert!(!errors.contains("error"), "{errors}");
        let settings = Arc::new(reading.value);
        let doors = Doors::open(folder.path(), settings.watch.listen).expect("doors");
        let (socket, address) = (doors.path().to_owned(), doors.address());
        let (desk, asked) = Desk::new(64);
        let (stop, stopped) = watch::channel(false);
        let told = Arc::new(Mutex::new(Vec::new()));
        let views = Arc::new(Mutex::new(views()));
        let serving = Serving {
            doors,
            desk,
            store: Arc::clone(&store) as Arc<dyn Store>,
            tester: Arc::new(Tries),
            settings: watch::channel(settings).1,
            secret: Arc::new(secret),
            signer: Signer::new(SECRET),
            name: "watch-1".to_owned(),
            since: ago(7_200),
            calendar: now,
            stop: stopped,
        };
        let small = SmallDesk {
            store: Arc::clone(&store),
            told: Arc::clone(&told),
            views: Arc::clone(&views),
        };
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let desk = tokio::spawn(small.run(asked));
                api::serve(serving).await;
                desk.await.expect("the desk ends with the API");
            });
        });
        Self { folder, socket, address, store, told, views, stop, thread: Some(thread) }
    }

    /// Ends it, and waits until it has.
    pub(crate) fn end(&mut self) {
        self.stop.send(true).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the API ends without a panic");
        }
    }

    /// Closes the store of a watch that has ended: another one takes its place here.
    pub(crate) fn close(&mut self) {
        let elsewhere = Keeping::in_folder(self.folder.path().join("elsewhere"));
        self.store = Arc::new(Sqlite::open(elsewhere).expect("a store"));
    }

    /// Asks over the unix socket.
    pub(crate) fn ask(&self, method: &str, target: &str, body: &str) -> Answer {
        let mut stream = UnixStream::connect(&self.socket).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        exchange(&mut stream, &request(method, target, "localhost", "", body))
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "")
    }

    pub(crate) fn post(&self, target: &str, body: &str) -> Answer {
        self.ask("POST", target, body)
    }

    /// Asks over TCP, with fields as they are.
    pub(crate) fn over_tcp(&self, method: &str, target: &str, fields: &str, body: &str) -> Answer {
        self.raw(&request(method, target, "localhost", fields, body))
    }

    /// Sends bytes over TCP.
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        exchange(&mut stream, request)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address.expect("TCP")).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        stream
    }

    /// A link of a message, without what stands before the path.
    pub(crate) fn link(incident: u64, expires: Timestamp) -> String {
        let grant = Grant { incident: IncidentId(incident), action: Action::Acknowledge, expires };
        Signer::new(SECRET).link("", grant)
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().expect("a lock").clone()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.stop.send(true).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

pub(crate) fn request(method: &str, target: &str, host: &str, fields: &str, body: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\
         {fields}\r\n{body}",
        body.len()
    )
}

pub(crate) fn exchange(stream: &mut (impl Read + Write), request: &str) -> Answer {
    stream.write_all(request.as_bytes()).expect("a request");
    answer(stream)
}

pub(crate) fn answer(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {text}"));
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status: {head}"));
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

fn secret(source: &SecretSource) -> Result<Secret, String> {
    match source {
        SecretSource::File(path) => {
            fs::read_to_string(path).map(|text| Secret::new(&text)).map_err(|it| it.to_string())
        }
        SecretSource::Environment(name) => Err(format!("{name} is not set")),
    }
}

/// Tries channels: mail works, nothing else does.
struct Tries;

impl Tester for Tries {
    fn test<'a>(&'a self, channel: &'a str) -> Boxed<'a, Result<String, String>> {
        Box::pin(async move {
            match channel {
                "mail" => Ok("250 2.0.0 queued as 4F1".to_owned()),
                _ => {
                    Err("send to hooks.example: the provider answers 403 invalid_token".to_owned())
                }
            }
        })
    }
}

/// A desk without engines: it keeps what it is told in the store.
struct SmallDesk {
    store: Arc<Sqlite>,
    told: Arc<Mutex<Vec<String>>>,
    views: Arc<Mutex<Vec<MonitorView>>>,
}

impl SmallDesk {
    async fn run(self, mut asked: mpsc::Receiver<Input>) {
        while let Some(input) = asked.recv().await {
            let Input::Asked(ask) = input else { continue };
            self.answer(ask).await;
        }
    }

    fn log(&self, line: String) {
        self.told.lock().expect("a lock").push(line);
    }

    fn find(&self, id: &MonitorId) -> Result<MonitorView, Refused> {
        let views = self.views.lock().expect("a lock");
        let found = views.iter().find(|view| view.id == *id).cloned();
        found.ok_or_else(|| Refused::NoSuchMonitor(id.clone()))
    }

    async fn is_open(&self, id: IncidentId) -> Result<(), Refused> {
        match self.store.incident(id).await? {
            None => Err(Refusal::NoSuchIncident.into()),
            Some(file) if file.incident.resolved_at.is_some() => Err(Refusal::Over.into()),
            Some(_) => Ok(()),
        }
    }

    async fn note(
        &self,
        id: IncidentId,
        kind: &str,
        by: &str,
        text: String,
    ) -> Result<(), Refused> {
        let note = Note { at: now(), by: by.into(), kind: kind.into(), text };
        if self.store.note(id, note).await? { Ok(()) } else { Err(Refusal::NoSuchIncident.into()) }
    }

    async fn acknowledge(&self, id: IncidentId, by: &str) -> Result<(), Refused> {
        self.is_open(id).await?;
        self.store.acknowledge(id, by, now()).await?;
        Ok(())
    }

    fn pause(&self, id: &MonitorId, is_on: bool) -> Result<(), Refused> {
        self.find(id)?;
        let state = if is_on { State::Paused } else { State::Unknown };
        for view in self.views.lock().expect("a lock").iter_mut().filter(|view| view.id == *id) {
            view.state = state;
        }
        self.log(format!("pause {id} {is_on}"));
        Ok(())
    }

    async fn put(&self, name: &str, keys: &str) -> Result<MonitorId, Refused> {
        let text = format!("[[monitor]]\nname = \"{name}\"\n{keys}");
        let reading = settings::read("monitor", text.as_bytes(), Path::new("/"), now());
        let problems = reading.render();
        if problems.contains("error") {
            return Err(Refused::Invalid(problems));
        }
        let id = id(&format!("api/{name}"));
        let row = MonitorRow { id: id.clone(), definition: text, at: now() };
        self.store.put_monitor(row).await?;
        let mut views = self.views.lock().expect("a lock");
        views.retain(|view| view.id != id);
        views.push(view(&id.0, Origin::Api, "tcp", State::Unknown, 0));
        Ok(id)
    }

    async fn remove(&self, id: &MonitorId) -> Result<(), Refused> {
        if !self.store.remove_monitor(id).await? {
            return Err(Refused::NoSuchMonitor(id.clone()));
        }
        self.views.lock().expect("a lock").retain(|view| view.id != *id);
        Ok(())
    }

    fn beat(&self, id: &MonitorId) -> Result<(), Refused> {
        if self.find(id)?.kind != "heartbeat" {
            return Err(Refused::NoHeartbeat(id.clone()));
        }
        self.log(format!("beat {id}"));
        Ok(())
    }

    /// All monitors, in the order of their ids.
    fn sorted(&self) -> Vec<MonitorView> {
        let mut all = self.views.lock().expect("a lock").clone();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    async fn answer(&self, ask: Ask) {
        // Whoever asked may have gone.
        match ask {
            Ask::Acknowledge(id, by, answer) => {
                drop(answer.send(self.acknowledge(id, &by).await));
            }
            Ask::Note(id, by, text, answer) => {
                drop(answer.send(self.note(id, "note", &by, text).await));
            }
            Ask::Resolve(_, _, answer) => {
                let failing = Refusal::StillFails(id("shop"));
                drop(answer.send(Err(Refused::Incident(failing))));
            }
            Ask::Publish(id, by, text, answer) => {
                drop(answer.send(self.note(id, "published", &by, text).await));
            }
            Ask::Retract(id, by, answer) => {
                drop(answer.send(self.note(id, "retracted", &by, "taken back".to_owned()).await));
            }
            Ask::Step(id, by, text, answer) => {
                drop(answer.send(self.note(id, "step", &by, text).await));
            }
            Ask::Mark(marker, answer) => {
                let kept = self.store.marker(marker).await.map(|_| ()).map_err(Refused::from);
                drop(answer.send(kept));
            }
            // Whoever leads the watch asks that, and nobody over the API.
            Ask::Follow(_, answer) => drop(answer.send(Err(Refused::Ending))),
            Ask::Silence(silence, answer) => {
                let row = SilenceRow {
                    from: silence.from,
                    until: silence.until,
                    matches: serde_json::to_string(&silence.matchers).expect("JSON"),
                    by: silence.by.into(),
                    why: silence.why,
                };
                drop(answer.send(self.store.put_silence(row).await.map_err(Refused::from)));
            }
            Ask::Unsilence(id, answer) => {
                let ended = self.store.end_silence(id, now()).await.map_err(Refused::from);
                let ended =
                    ended.and_then(
                        |ended| if ended { Ok(()) } else { Err(Refusal::NoSuchSilence.into()) },
                    );
                drop(answer.send(ended));
            }
            Ask::Pause(id, is_on, answer) => drop(answer.send(self.pause(&id, is_on))),
            Ask::CheckNow(id, answer) => {
                let found = self.find(&id).map(|_| self.log(format!("check {id}")));
                drop(answer.send(found));
            }
            Ask::Beat(id, _, answer) => drop(answer.send(self.beat(&id))),
            Ask::PutMonitor(name, keys, answer) => {
                drop(answer.send(self.put(&name, &keys).await));
            }
            Ask::RemoveMonitor(id, answer) => drop(answer.send(self.remove(&id).await)),
            Ask::Monitors(answer) => {
                drop(answer.send(Ok(self.sorted())));
            }
            Ask::Monitor(id, answer) => drop(answer.send(Ok(self.find(&id).ok()))),
            Ask::Survey(wanted, answer) => {
                let all = self.sorted();
                let view = |id: &MonitorId| all.iter().find(|view| view.id == *id).cloned();
                drop(answer.send(Ok(survey(all.iter().map(glance), &wanted, view))));
            }
        }
    }
}

fn glance(view: &MonitorView) -> Glance<'_> {
    Glance {
        id: &view.id,
        target: &view.target,
        tags: &view.tags,
        state: view.state,
        since: view.since,
        doubt: view.doubt,
        cause: view.finding.as_ref().and_then(|finding| finding.cause),
        status: view.last.as_ref().and_then(|last| last.status),
    }
}

pub(crate) fn view(
    name: &str,
    origin: Origin,
    kind: &'static str,
    state: State,
    since: i64,
) -> MonitorView {
    MonitorView {
        id: id(name),
        origin,
        kind,
        target: format!("{kind}://{name}.example"),
        interval: Duration::from_secs(30),
        tags: BTreeSet::new(),
        state,
        since: ago(since),
        doubt: None,
        finding: None,
        last: None,
        certificate: None,
        incident: None,
    }
}

pub(crate) fn finding() -> Finding {
    Finding {
        state: State::Down,
        cause: Some("connect_refused"),
        confidence: 0.97,
        summary: "nginx answers 502: 10.0.0.7:8080 refuses connections".to_owned(),
        stage: Some(goodgate_evidence::Stage::Connect),
        blame: Some(goodgate_evidence::Blame::Origin),
        components: BTreeSet::from([Component::Endpoint("10.0.0.7:8080".into())]),
    }
}

fn views() -> Vec<MonitorView> {
    let shop = MonitorView {
        finding: Some(finding()),
        incident: Some(IncidentId(3)),
        tags: BTreeSet::from(["eu".into()]),
        last: Some(measured("shop", 4, State::Down)),
        certificate: Some(Certificate { sha256: "ab12".into(), not_after: ago(-30 * 86_400) }),
        ..view("shop", Origin::File, "http", State::Down, 240)
    };
    let edge = MonitorView {
        doubt: Some(Doubt::Network),
        ..view("edge", Origin::File, "tcp", State::Unknown, 60)
    };
    vec![
        shop,
        edge,
        view("nightly", Origin::File, "heartbeat", State::Up, 86_400),
        view("hourly", Origin::File, "heartbeat", State::Up, 86_400),
        view("api/till", Origin::Api, "tcp", State::Suspect, 2),
        view("gateway/shop", Origin::Source, "traffic", State::Up, 86_400),
    ]
}

pub(crate) fn measured(name: &str, seconds: i64, state: State) -> Measured {
    let is_bad = state == State::Down;
    let connect = Some(Duration::from_micros(900));
    Measured {
        monitor: id(name),
        at: ago(seconds),
        took: Duration::from_micros(12_345),
        state,
        seen: if is_bad { Seen::Bad(Some("connect_refused".into())) } else { Seen::Good },
        status: Some(if is_bad { 502 } else { 200 }),
        phases: Phases { connect, ..Phases::default() },
    }
}

pub(crate) fn row(number: u64, opened: i64) -> IncidentRow {
    IncidentRow {
        id: IncidentId(number),
        kind: "failure".into(),
        opened_at: ago(opened),
        acknowledged: None,
        resolved_at: None,
        cause: Some("connect_refused".into()),
        confidence: 0.97,
        summary: "nginx answers 502: 10.0.0.7:8080 refuses connections".to_owned(),
        stage: Some(goodgate_evidence::Stage::Connect),
        blame: Some(goodgate_evidence::Blame::Origin),
        components: BTreeSet::from([Component::Endpoint("10.0.0.7:8080".into())]),
        members: BTreeSet::from([id("shop")]),
        memory: String::new(),
    }
}

fn entry(incident: u64, seconds: i64, kind: &str, by: Option<&str>, text: &str) -> Entry {
    Entry {
        incident: IncidentId(incident),
        at: ago(seconds),
        kind: kind.into(),
        monitor: by.is_none().then(|| id("shop")),
        by: by.map(Into::into),
        text: text.to_owned(),
    }
}

pub(crate) fn alert(incident: u64, kind: AlertKind, channel: &str, seconds: i64) -> Alert {
    Alert {
        key: AlertKey { incident: IncidentId(incident), kind, number: 0 },
        channel: ChannelName(channel.into()),
        decided_at: ago(seconds),
        due_at: ago(seconds),
        details: "{}".into(),
    }
}

fn evidence(incident: u64, body: &[u8]) -> Evidence {
    Evidence {
        incident: Some(IncidentId(incident)),
        monitor: id("shop"),
        at: ago(239),
        kind: "attempt".into(),
        body: body.to_vec(),
    }
}

/// Incident 1 is over, 2 is acknowledged, 3 is open; of 3 mail was accepted and SMS waits, of 1 an SMS was
/// given up.
fn prepare(store: &Sqlite) {
    let down = |at, from, to| Transition {
        monitor: id("shop"),
        at: ago(at),
        from,
        to,
        doubt: None,
        finding: (to == State::Down).then(finding),
    };
    let first = Change {
        incidents: vec![IncidentRow { resolved_at: Some(ago(80_000)), ..row(1, 86_000) }],
        timeline: vec![entry(1, 86_000, "opened", None, "shop is down")],
        evidence: vec![evidence(1, b"no JSON \xff")],
        alerts: vec![alert(1, AlertKind::Opened, "sms", 86_000)],
        ..Change::default()
    };
    let acknowledged = Some((ago(3_000), Arc::from("bob")));
    let second = Change {
        incidents: vec![IncidentRow {
            acknowledged,
            members: BTreeSet::from([id("edge")]),
            ..row(2, 3_600)
        }],
        ..Change::default()
    };
    let third = Change {
        transitions: vec![
            down(86_000, State::Up, State::Down),
            down(80_000, State::Down, State::Up),
            down(241, State::Up, State::Suspect),
            down(240, State::Suspect, State::Down),
        ],
        incidents: vec![row(3, 240)],
        timeline: vec![
            entry(3, 240, "opened", None, "shop is down"),
            entry(3, 239, "verdict", None, "nginx answers 502: 10.0.0.7:8080 refuses connections"),
            entry(3, 200, "note", Some("ann"), "looking \u{1b}[31mat it"),
        ],
        evidence: vec![evidence(3, br#"{"status":502,"body":"<b>\u202e"}"#)],
        alerts: vec![
            alert(3, AlertKind::Opened, "mail", 240),
            alert(3, AlertKind::Opened, "sms", 240),
        ],
        ..Change::default()
    };
    for change in [first, second, third] {
        store.commit_transition(Arc::new(change)).wait().expect("a commit");
    }
    let mail = ChannelName("mail".into());
    let sms = ChannelName("sms".into());
    let key =
        |incident| AlertKey { incident: IncidentId(incident), kind: AlertKind::Opened, number: 0 };
    store.accepted(key(3), &mail, ago(238)).wait().expect("accepted");
    store.dead(key(1), &sms, "the provider answers 403").wait().expect("dead");
    store.put_off(key(3), &sms, Timestamp(now().0 + 60_000_000), "no route").wait().expect("later");
    let failure = Some("the provider answers 403".to_owned());
    let proof = Proof { channel: sms, kind: ProofKind::LogIn, at: ago(600), failure };
    store.prove(proof).wait().expect("a proof");
    let results = (1..=20).rev().map(|index| {
        let state = if index > 8 { State::Up } else { State::Down };
        measured("shop", index * 30, state)
    });
    store.append_results(results.collect());
}
