//! The desk with a real store, a prober that answers as told, and results as the schedule gives them.

mod changes;
mod restart;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_incident::incident::Matchers;
use goodgate_incident::{
    AlertKind, Component, Finding, IncidentId, MonitorId, Outcome, Result, State, Timestamp,
};
use tokio::sync::{Semaphore, mpsc, watch};

use super::{Begun, Desk, Heard, Input, Means, MonitorView, NewSilence, Origin, Refused, Target};
use crate::check::{Answer, Boxed, Checked, Examined, Prober, Step, Suspicion};
use crate::schedule::{Order, Report};
use crate::settings::{self, Settings};
use crate::store::{ChannelName, Claim, IncidentFile, Keeping, Marker, Sqlite, Store};

/// 2026-11-23T12:00:00Z.
const NOON: i64 = 1_795_435_200_000_000;

static CLOCK: AtomicI64 = AtomicI64::new(NOON);

/// A calendar that goes on by a microsecond each time that it is looked at.
fn calendar() -> Timestamp {
    Timestamp(CLOCK.fetch_add(1, Ordering::SeqCst))
}

/// Finds nothing wrong, or the same thing with everything, where it is let; every check of a burst is
/// silent.
#[derive(Debug)]
struct Told {
    finds: Option<&'static str>,
    examined: AtomicU32,
    /// How many examinations may end.
    gate: Semaphore,
}

impl Told {
    fn new(finds: Option<&'static str>, free: usize) -> Arc<Self> {
        Arc::new(Self { finds, examined: AtomicU32::new(0), gate: Semaphore::new(free) })
    }
}

impl Prober for Told {
    fn carry_out<'a>(&'a self, _: &'a Step, _: Duration) -> Boxed<'a, Answer> {
        // No address answers: what the examination says counts.
        Box::pin(async {
            Answer::Unable(goodgate_incident::Doubt::Resources, "told to".to_owned())
        })
    }

    fn examine<'a>(&'a self, suspicion: &'a Suspicion) -> Boxed<'a, Examined> {
        self.examined.fetch_add(1, Ordering::SeqCst);
        let state = if self.finds.is_some() { State::Down } else { State::Up };
        let finding = Finding {
            state,
            cause: self.finds,
            confidence: 0.9,
            summary: format!("{} refuses connections", suspicion.url),
            stage: Some(Stage::Connect),
            blame: None,
            components: components(),
        };
        Box::pin(async move {
            self.gate.acquire().await.unwrap().forget();
            let is_answered = state == State::Up;
            Examined { finding, status: None, is_answered, verdict: b"{}".to_vec() }
        })
    }
}

fn components() -> BTreeSet<Component> {
    BTreeSet::from([Component::Address("192.0.2.1:80".into())])
}

struct Stand {
    told: Arc<Told>,
    desk: Desk,
    store: Arc<Sqlite>,
    reports: mpsc::Sender<Report>,
    orders: mpsc::Receiver<Order>,
    begun: Begun,
    folder: Folder,
}

/// A folder that goes when the test is over.
struct Folder(PathBuf);

const CONFIGURATION: &str = r#"
[[monitor]]
name = "web"
http = "http://192.0.2.1/"
tags = ["shop"]

[[monitor]]
name = "api"
http = "http://192.0.2.1/api"

[[channel]]
name = "hook"
webhook = { url = "http://127.0.0.1:9/" }
"#;

fn configuration(text: &str) -> Settings {
    let reading = settings::read("t", text.as_bytes(), std::path::Path::new("/"), Timestamp(NOON));
    assert!(reading.is_sound(), "{}", reading.render());
    reading.value
}

impl Stand {
    async fn new(name: &str, finds: Option<&'static str>) -> Self {
        Self::open(Folder::of(name), finds, CONFIGURATION).await
    }

    /// One with another configuration.
    async fn with(name: &str, text: &str) -> Self {
        Self::open(Folder::of(name), Some("connect_refused"), text).await
    }

    /// One whose examinations end when they are let.
    async fn held(name: &str) -> Self {
        let told = Told::new(Some("connect_refused"), 0);
        Self::probed(Folder::of(name), told, CONFIGURATION).await
    }

    async fn open(folder: Folder, finds: Option<&'static str>, text: &str) -> Self {
        Self::probed(folder, Told::new(finds, Semaphore::MAX_PERMITS), text).await
    }

    async fn probed(folder: Folder, told: Arc<Told>, text: &str) -> Self {
        Self::at(calendar, folder, told, text).await
    }

    /// One whose calendar is another one.
    async fn at(calendar: fn() -> Timestamp, folder: Folder, told: Arc<Told>, text: &str) -> Self {
        let store = Arc::new(Sqlite::open(Keeping::in_folder(&folder.0)).unwrap());
        let (desk, inputs) = Desk::new(64);
        let (report, reports) = mpsc::channel(1024);
        let (order, orders) = mpsc::channel(1024);
        let (cut_off, _) = watch::channel(false);
        let means = Means {
            store: Arc::clone(&store) as Arc<dyn Store>,
            prober: Arc::clone(&told) as Arc<dyn Prober>,
            calendar,
            orders: order,
            reports,
            inputs,
            cut_off,
            acknowledged: mpsc::channel(9).0,
            created: watch::channel(Arc::default()).0,
        };
        let none: Arc<super::Fetch> = Arc::new(|_| Err("none".to_owned()));
        let begun = super::start(configuration(text), none, means).await.unwrap();
        Self { told, desk, store, reports: report, orders, begun, folder }
    }

    /// Ends the desk as an ending watch does, and opens it again.
    async fn again(self, finds: Option<&'static str>) -> Self {
        self.again_with(finds, CONFIGURATION).await
    }

    async fn again_with(self, finds: Option<&'static str>, text: &str) -> Self {
        Self::open(self.end().await, finds, text).await
    }

    /// Ends the desk, and opens it again with another calendar.
    async fn again_at(self, calendar: fn() -> Timestamp) -> Self {
        let told = Told::new(Some("connect_refused"), Semaphore::MAX_PERMITS);
        Self::at(calendar, self.end().await, told, CONFIGURATION).await
    }

    async fn end(self) -> Folder {
        let Self { desk, store, reports, orders, begun, folder, .. } = self;
        drop((desk, reports, orders));
        begun.desk.await.unwrap();
        begun.committer.await.unwrap();
        drop(store);
        folder
    }

    async fn check(&self, monitor: &str, outcome: Outcome) {
        let result = Result { at: calendar(), took: Duration::from_millis(1), outcome };
        let mut checked = Checked::of(result);
        checked.evidence = Some(b"{\"what\":\"was seen\"}".to_vec());
        let report = Report {
            monitor: MonitorId(monitor.into()),
            checked,
            late: Duration::ZERO,
            lag: Duration::ZERO,
            clock_jump: None,
            missed: 0,
            dropped: 0,
        };
        self.reports.send(report).await.unwrap();
    }

    async fn fail(&self, monitor: &str) {
        self.check(monitor, bad()).await;
    }

    async fn view(&self, monitor: &str) -> MonitorView {
        let all = self.desk.monitors().await.unwrap();
        all.into_iter().find(|view| &*view.id.0 == monitor).unwrap()
    }

    /// Lets so many examinations end.
    fn release(&self, count: usize) {
        self.told.gate.add_permits(count);
    }

    /// Waits until so many examinations have begun.
    async fn until_examined(&self, count: u32) {
        while self.told.examined.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a monitor is in a state.
    async fn until(&self, monitor: &str, state: State) -> MonitorView {
        loop {
            let view = self.view(monitor).await;
            if view.state == state {
                return view;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a channel is handed alerts, and returns them. The rows can be read a moment before:
    /// what is handed out is told to the couriers when the transaction is done.
    async fn claimed(&self, channel: &str) -> Vec<Claim> {
        let channel = ChannelName(channel.into());
        loop {
            let claims = self.store.claim_alerts(&channel, calendar(), 9).await.unwrap();
            if !claims.is_empty() {
                return claims;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Waits until an incident is kept as wanted.
    async fn kept(&self, id: u64, wanted: impl Fn(&IncidentFile) -> bool) -> IncidentFile {
        loop {
            let file = self.store.incident(IncidentId(id)).await.unwrap();
            if let Some(file) = file.filter(|file| wanted(file)) {
                return file;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Folder {
    /// A folder that is not there yet.
    fn of(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("goodgate-desk-{}-{name}", std::process::id()));
        std::fs::remove_dir_all(&folder).ok();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn source(id: &MonitorId) -> Target {
    Target {
        monitor: id.clone(),
        kind: "traffic",
        about: "route shop".to_owned(),
        interval: Duration::from_secs(5),
        tags: BTreeSet::new(),
        policy: None,
    }
}

fn heard(id: &MonitorId, outcome: Outcome, finding: Option<Finding>) -> Input {
    let result = Result { at: calendar(), took: Duration::ZERO, outcome };
    Input::Heard(Box::new(Heard { monitor: id.clone(), result, finding, evidence: None }))
}

fn finding() -> Finding {
    Finding {
        state: State::Partial,
        cause: Some("connect_refused"),
        confidence: 0.9,
        summary: "12 % of the requests of route shop failed".to_owned(),
        stage: None,
        blame: None,
        components: components(),
    }
}

fn bad() -> Outcome {
    Outcome::Bad { cause: Some("connect_refused"), components: components() }
}

#[tokio::test]
async fn a_failure_becomes_an_incident_with_its_evidence_and_alerts_in_the_store() {
    let stand = Stand::new("incident", Some("connect_refused")).await;

    stand.check("web", Outcome::Good).await;
    stand.fail("web").await;
    let view = stand.until("web", State::Down).await;
    let file = stand.kept(1, |file| file.evidence.len() == 2).await;
    let claims = stand.claimed("hook").await;

    assert_eq!((view.incident, view.origin), (Some(IncidentId(1)), Origin::File));
    assert_eq!(file.incident.cause.as_deref(), Some("connect_refused"));
    assert_eq!(file.incident.summary, "http://192.0.2.1/ refuses connections");
    let kinds: BTreeSet<&str> = file.evidence.iter().map(|one| &*one.kind).collect();
    assert_eq!(kinds, BTreeSet::from(["attempt", "verdict"]));
    let lines: Vec<&str> = file.timeline.iter().map(|line| &*line.kind).collect();
    assert_eq!(lines, ["opened", "joined", "alerted"]);
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].alert.key.to_string(), "goodgate-1-opened-0");
}

#[tokio::test]
async fn what_the_examination_does_not_see_is_dismissed() {
    let stand = Stand::new("dismissed", None).await;

    stand.check("web", Outcome::Good).await;
    stand.fail("web").await;
    stand.until("web", State::Up).await;
    stand.check("web", Outcome::Good).await;
    stand.until("web", State::Up).await;

    assert_eq!(stand.store.last_incident().await.unwrap(), None);
}

#[tokio::test]
async fn a_restart_goes_on_with_the_same_incident_and_tells_its_end() {
    let stand = Stand::new("restart", Some("connect_refused")).await;
    stand.check("web", Outcome::Good).await;
    stand.fail("web").await;
    stand.until("web", State::Down).await;
    stand.desk.acknowledge(IncidentId(1), "ann".to_owned()).await.unwrap();
    let stand = stand.again(Some("connect_refused")).await;

    let view = stand.view("web").await;
    assert_eq!((view.state, view.incident), (State::Down, Some(IncidentId(1))));
    assert_eq!(view.finding.unwrap().cause, Some("connect_refused"));
    for _ in 0..3 {
        stand.check("web", Outcome::Good).await;
    }
    stand.until("web", State::Up).await;
    stand.fail("api").await;
    let other = stand.until("api", State::Down).await;

    let file =
        stand.kept(1, |file| file.timeline.iter().any(|line| &*line.kind == "recovered")).await;
    assert_eq!(file.incident.acknowledged.unwrap().1.as_ref(), "ann");
    // The same cause and the same address: it joins the one that has not settled yet.
    assert_eq!(other.incident, Some(IncidentId(1)));
}

#[tokio::test]
async fn monitors_with_the_same_cause_and_address_are_one_incident_and_one_page() {
    let stand = Stand::new("joined", Some("connect_refused")).await;

    for monitor in ["web", "api"] {
        stand.check(monitor, Outcome::Good).await;
        stand.fail(monitor).await;
        stand.until(monitor, State::Down).await;
    }
    let file = stand.kept(1, |file| file.incident.members.len() == 2).await;

    let opened =
        |delivery: &&crate::store::Delivery| delivery.alert.key.to_string().contains("opened");
    assert_eq!(file.deliveries.iter().filter(opened).count(), 1);
    assert_eq!(stand.store.last_incident().await.unwrap(), Some(IncidentId(1)));
}

#[tokio::test]
async fn what_people_ask_is_kept_before_they_are_answered() {
    let stand = Stand::new("asked", Some("connect_refused")).await;
    stand.fail("web").await;
    stand.until("web", State::Down).await;

    let who = || "ann".to_owned();
    stand.desk.acknowledge(IncidentId(1), who()).await.unwrap();
    stand.desk.note(IncidentId(1), who(), "the disk is full".to_owned()).await.unwrap();
    stand.desk.step(IncidentId(1), who(), "restarted it".to_owned()).await.unwrap();
    let tags = BTreeSet::from(["shop".into()]);
    let (kind, source) = ("deploy".into(), "cli".into());
    let marker = Marker { at: calendar(), kind, text: "v1.2".to_owned(), source, tags };
    stand.desk.mark(marker).await.unwrap();
    let file = stand.store.incident(IncidentId(1)).await.unwrap().unwrap();

    let lines: Vec<(&str, &str)> =
        file.timeline.iter().skip(3).map(|line| (&*line.kind, line.text.as_str())).collect();
    let wanted = [
        ("acknowledged", "ann takes care of it"),
        ("note", "the disk is full"),
        ("step", "restarted it"),
        ("marker", "deploy v1.2"),
    ];
    assert_eq!(lines, wanted);
    let unknown = stand.desk.note(IncidentId(9), who(), "hm".to_owned()).await;
    assert!(matches!(unknown, Err(Refused::Incident(_))), "{unknown:?}");
}

#[tokio::test]
async fn a_silence_keeps_an_incident_quiet_also_after_a_restart() {
    let stand = Stand::new("silence", Some("connect_refused")).await;
    let matchers = Matchers { tags: BTreeSet::from(["shop".into()]), ..Matchers::default() };
    let (from, until) = (calendar(), Timestamp(calendar().0 + 3_600_000_000));
    let silence =
        NewSilence { from, until, matchers, by: "ann".to_owned(), why: "move".to_owned() };
    let id = stand.desk.silence(silence).await.unwrap();
    let stand = stand.again(Some("connect_refused")).await;

    stand.fail("web").await;
    stand.until("web", State::Down).await;
    let quiet = stand.kept(1, |file| !file.timeline.is_empty()).await;
    assert_eq!(quiet.deliveries, []);

    stand.desk.unsilence(id).await.unwrap();
    let told = stand.kept(1, |file| !file.deliveries.is_empty()).await;
    assert_eq!(told.deliveries.len(), 1);
}

#[tokio::test]
async fn a_monitor_of_the_api_is_checked_kept_and_removed_and_reads_no_file_of_this_host() {
    let mut stand = Stand::new("api", None).await;

    let keys = "http = \"http://192.0.2.9/\"\ninterval = \"5s\"\n";
    let id = stand.desk.put_monitor("new".to_owned(), keys.to_owned()).await.unwrap();
    while let Some(order) = stand.orders.recv().await {
        if matches!(&order, Order::Add { plan, .. } if plan.monitor == id) {
            break;
        }
    }
    let mut stand = stand.again(None).await;
    let view = stand.view("api/new").await;

    assert_eq!((view.origin, view.interval), (Origin::Api, Duration::from_secs(5)));
    stand.desk.remove_monitor(id.clone()).await.unwrap();
    assert_eq!(stand.desk.remove_monitor(id.clone()).await, Err(Refused::NoSuchMonitor(id)));
    let web = MonitorId("web".into());
    assert_eq!(stand.desk.remove_monitor(web.clone()).await, Err(Refused::InFile(web)));
    for keys in [
        "",
        "http = 3",
        "http = \"http://a/\"\nsecret_headers = { authorization = \"file:/etc/shadow\" }",
        "beat = \"file:/etc/shadow\"",
        "http = \"https://a/\"\nca = \"/etc/shadow\"",
        "http = \"http://a/\"\norigin = \"unix:/run/docker.sock\"",
        "http = \"http://a/\"\norigin = \"fastcgi:unix:/run/php.sock\"",
        "http = \"http://a/\"\n[[remedy]]\nname = \"x\"\ncauses = []\ncommand = [\"/bin/true\"]",
        "http = \"http://a/\"\npolicy = \"none\"",
        "http = \"http://a/\"\n[[monitor]]\nname = \"b\"\ntcp = \"a:1\"",
    ] {
        let refused = stand.desk.put_monitor("bad".to_owned(), keys.to_owned()).await;
        assert!(matches!(refused, Err(Refused::Invalid(_))), "{keys}: {refused:?}");
    }
    let refused = stand.desk.put_monitor("a/b".to_owned(), "http = \"http://a/\"".to_owned()).await;
    assert!(matches!(refused, Err(Refused::Invalid(_))));
    stand.orders.close();
}

#[tokio::test]
async fn another_configuration_keeps_what_is_known_of_the_monitors_that_stay() {
    let stand = Stand::new("follow", Some("connect_refused")).await;
    stand.fail("web").await;
    stand.until("web", State::Down).await;

    let text = CONFIGURATION.replace("name = \"api\"", "name = \"other\"");
    let unfit = stand.desk.follow(configuration(&text)).await.unwrap();
    let all = stand.desk.monitors().await.unwrap();

    let names: Vec<(&str, State)> = all.iter().map(|view| (&*view.id.0, view.state)).collect();
    assert_eq!(names, [("other", State::Unknown), ("web", State::Down)]);
    assert_eq!(unfit, Vec::<String>::new());
}

#[tokio::test]
async fn a_source_is_believed_at_once_and_found_again_after_a_restart() {
    let id = MonitorId("gateway/shop".into());
    let target = source(&id);
    let stand = Stand::new("source", None).await;

    stand.desk.tell(Input::Appeared(target.clone())).await;
    stand.desk.tell(heard(&id, Outcome::Good, None)).await;
    stand.desk.tell(heard(&id, bad(), Some(finding()))).await;
    let view = stand.until("gateway/shop", State::Partial).await;
    assert_eq!((view.kind, view.incident), ("traffic", Some(IncidentId(1))));

    let stand = stand.again(None).await;
    stand.desk.tell(Input::Appeared(target)).await;
    let view = stand.view("gateway/shop").await;
    assert_eq!((view.state, view.incident), (State::Partial, Some(IncidentId(1))));
}

#[tokio::test]
async fn a_remedy_of_the_cause_runs_once_and_a_check_tells_whether_it_helped() {
    let folder = std::env::temp_dir().join(format!("goodgate-desk-{}-remedy", std::process::id()));
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).unwrap();
    let ran = folder.join("ran");
    let text = format!(
        "{CONFIGURATION}\n[[remedy]]\nname = \"again\"\ncauses = [\"connect_refused\"]\n\
         command = [\"/bin/sh\", \"-c\", \"echo $GOODGATE_MONITOR >> {}\"]\ndry_run = false\n\
         verify_after = \"0s\"\n",
        ran.display()
    );
    let mut stand = Stand::open(Folder(folder), Some("connect_refused"), &text).await;

    stand.fail("web").await;
    stand.until("web", State::Down).await;
    stand.fail("web").await;
    while let Some(order) = stand.orders.recv().await {
        if matches!(&order, Order::CheckNow(monitor) if &*monitor.0 == "web") {
            break;
        }
    }
    stand.check("web", Outcome::Good).await;
    let steps = |file: &IncidentFile| {
        let own = file.timeline.iter().filter(|line| line.by.as_deref() == Some("remedy again"));
        own.map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let file = stand.kept(1, |file| steps(file).len() >= 3).await;

    assert_eq!(std::fs::read_to_string(&ran).unwrap(), "web\n");
    let steps = steps(&file);
    assert!(steps.iter().any(|text| text.contains("exit code 0")), "{steps:?}");
}
