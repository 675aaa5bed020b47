//! Alerts as they could be, for `goodgate alert test`, for trying templates, and for tests.

use std::collections::BTreeSet;

use goodgate_evidence::{Blame, Stage};
use goodgate_incident::incident::Why;
use goodgate_incident::{AlertKey, AlertKind, Finding, IncidentId, State, Timestamp};

use super::{Alert, Change, Links, Missed};

/// When the samples happen: 2026-11-23 03:02:17 UTC.
const SINCE: Timestamp = Timestamp(1_795_402_937_000_000);

const fn after(secs: i64) -> Timestamp {
    Timestamp(SINCE.0 + secs * 1_000_000)
}

/// Returns an alert in which everything is filled in.
pub fn full() -> Alert {
    Alert {
        key: AlertKey { incident: IncidentId(7), kind: AlertKind::Opened, number: 0 },
        watch: "watch-1".to_owned(),
        why: Why::Began,
        at: after(3),
        since: SINCE,
        until: None,
        state: State::Down,
        monitors: vec!["shop".to_owned(), "shop-api".to_owned()],
        monitors_total: 2,
        radius: "2 down".to_owned(),
        components: vec!["endpoint 10.0.0.7:8080".to_owned()],
        acknowledged: None,
        finding: Some(Finding {
            state: State::Down,
            cause: Some("connect_refused"),
            confidence: 0.97,
            summary:
                "Nothing listens on 10.0.0.7:8080: nginx could not connect to the application."
                    .to_owned(),
            stage: Some(Stage::Connect),
            blame: Some(Blame::Origin),
            components: BTreeSet::new(),
        }),
        doubt: None,
        changes: vec![Change { at: after(-120), what: "deploy v1.2".to_owned() }],
        cut_off: None,
        unmeasured: (0, 0),
        missed: Vec::new(),
        missed_more: 0,
        report: None,
        links: Links {
            incident: Some("https://watch.example.org/incident/7".to_owned()),
            report: None,
            acknowledge: Some(
                "https://watch.example.org/incident/7/acknowledge?expires=1&signature=00"
                    .to_owned(),
            ),
        },
    }
}

/// Returns an alert of a first failure of which nothing else is known.
pub fn bare() -> Alert {
    Alert {
        key: AlertKey { incident: IncidentId(8), kind: AlertKind::Opened, number: 0 },
        state: State::Suspect,
        monitors: vec!["shop".to_owned()],
        monitors_total: 1,
        radius: String::new(),
        components: Vec::new(),
        finding: None,
        changes: Vec::new(),
        links: Links::default(),
        ..full()
    }
}

/// Returns the digest after the watch was cut off for nineteen minutes.
pub fn digest() -> Alert {
    Alert {
        key: AlertKey { incident: IncidentId(9), kind: AlertKind::Digest, number: 0 },
        at: after(19 * 60),
        until: Some(after(19 * 60)),
        why: Why::CutOff,
        state: State::Up,
        monitors: Vec::new(),
        monitors_total: 0,
        radius: String::new(),
        components: Vec::new(),
        finding: None,
        changes: Vec::new(),
        unmeasured: (40, 2),
        cut_off: Some((SINCE, after(19 * 60))),
        missed: vec![Missed {
            incident: IncidentId(7),
            summary: "Nothing listens on 10.0.0.7:8080".to_owned(),
            since: after(60),
            until: Some(after(600)),
        }],
        links: Links::default(),
        ..full()
    }
}

/// Returns the message that proves a channel: nothing has happened. `number` counts the proofs, so that
/// each is a message of its own.
pub fn proof(watch: &str, at: Timestamp, number: u32) -> Alert {
    Alert {
        key: AlertKey { incident: IncidentId(0), kind: AlertKind::Proof, number },
        watch: watch.to_owned(),
        at,
        since: at,
        state: State::Up,
        monitors: Vec::new(),
        monitors_total: 0,
        radius: String::new(),
        components: Vec::new(),
        finding: None,
        changes: Vec::new(),
        links: Links::default(),
        ..full()
    }
}
