//! Folders that go away, and rows to keep.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use goodgate_incident::{
    AlertKey, AlertKind, Component, Finding, IncidentId, MonitorId, State, Timestamp, Transition,
};
use goodgate_watch::store::{
    Alert, Change, ChannelName, Entry, Evidence, IncidentRow, Keeping, Measured, Phases, Seen,
    Sqlite, Store,
};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A moment in 2026 that begins a day.
pub(crate) const NOON: Timestamp = Timestamp(20_600 * DAY);

/// A folder for one test.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-store-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        drop(fs::remove_dir_all(&path));
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("watch.db")
    }

    pub(crate) fn keeping(&self) -> Keeping {
        Keeping::in_folder(&self.0)
    }

    pub(crate) fn open(&self) -> Sqlite {
        Sqlite::open(self.keeping()).unwrap()
    }

    /// Opens the file past the store, as a tool of people does.
    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Waits until something is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        std::thread::yield_now();
    }
}

pub(crate) fn after(seconds: i64) -> Timestamp {
    Timestamp(NOON.0 + seconds * SECOND)
}

pub(crate) fn monitor(name: &str) -> MonitorId {
    MonitorId(name.into())
}

pub(crate) fn channel(name: &str) -> ChannelName {
    ChannelName(name.into())
}

pub(crate) fn key(incident: u64, kind: AlertKind, number: u32) -> AlertKey {
    AlertKey { incident: IncidentId(incident), kind, number }
}

pub(crate) fn alert(key: AlertKey, to: &str) -> Alert {
    Alert {
        key,
        channel: channel(to),
        decided_at: NOON,
        due_at: NOON,
        details: r#"{"cause":"connect_refused"}"#.into(),
    }
}

pub(crate) fn incident(id: u64) -> IncidentRow {
    IncidentRow {
        id: IncidentId(id),
        kind: "failure".into(),
        opened_at: NOON,
        acknowledged: None,
        resolved_at: None,
        cause: Some("connect_refused".into()),
        confidence: 0.9,
        summary: "10.0.0.7:8080 refuses connections".to_owned(),
        stage: Some(goodgate_evidence::Stage::Connect),
        blame: Some(goodgate_evidence::Blame::Origin),
        components: BTreeSet::from([
            Component::Endpoint("10.0.0.7:8080".into()),
            Component::Gateway("nginx".into()),
        ]),
        members: BTreeSet::from([monitor("shop"), monitor("api/till")]),
        memory: r#"{"paged":1}"#.to_owned(),
    }
}

pub(crate) fn transition(name: &str, at: Timestamp, to: State) -> Transition {
    let finding = (to == State::Down).then(|| Finding {
        state: State::Down,
        cause: Some("connect_refused"),
        confidence: 0.9,
        summary: "refused".to_owned(),
        stage: None,
        blame: None,
        components: BTreeSet::new(),
    });
    Transition { monitor: monitor(name), at, from: State::Suspect, to, doubt: None, finding }
}

pub(crate) fn entry(id: u64, seconds: i64, text: &str) -> Entry {
    Entry {
        incident: IncidentId(id),
        at: after(seconds),
        kind: "opened".into(),
        monitor: Some(monitor("shop")),
        by: None,
        text: text.to_owned(),
    }
}

pub(crate) fn evidence(id: Option<u64>, seconds: i64, bytes: usize) -> Evidence {
    Evidence {
        incident: id.map(IncidentId),
        monitor: monitor("shop"),
        at: after(seconds),
        kind: "attempt".into(),
        body: vec![b'x'; bytes],
    }
}

/// The change that opens an incident and tells two channels.
pub(crate) fn opening(id: u64) -> Arc<Change> {
    Arc::new(Change {
        transitions: vec![transition("shop", after(id as i64), State::Down)],
        incidents: vec![incident(id)],
        timeline: vec![entry(id, 0, "shop is down")],
        evidence: vec![evidence(Some(id), 0, 100)],
        alerts: vec![
            alert(key(id, AlertKind::Opened, 0), "mail"),
            alert(key(id, AlertKind::Opened, 0), "sms"),
        ],
        superseded: Vec::new(),
        memory: vec![("digest".into(), format!("[{id}]"))],
    })
}

pub(crate) fn result(name: &str, at: Timestamp) -> Measured {
    Measured {
        monitor: monitor(name),
        at,
        took: Duration::from_micros(73_412),
        state: State::Up,
        seen: Seen::Good,
        status: Some(200),
        phases: Phases {
            resolve: Some(Duration::from_micros(1_204)),
            connect: Some(Duration::from_micros(11_950)),
            tls: Some(Duration::from_micros(24_031)),
            head: Some(Duration::from_micros(35_007)),
            body: Some(Duration::from_micros(1_220)),
        },
    }
}

/// Claims everything that a channel has, as keys.
pub(crate) fn claimed(store: &Sqlite, from: &str, at: Timestamp) -> Vec<AlertKey> {
    let claims = store.claim_alerts(&channel(from), at, 100).wait().unwrap();
    claims.into_iter().map(|claim| claim.alert.key).collect()
}
