//! What is too old or too much goes, and what may not go stays.

use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{AlertKind, IncidentId, Timestamp};
use goodgate_watch::store::{
    Change, Grain, IncidentRow, Keeping, Kept, Span, Sqlite, Store, limits,
};

use crate::support::{
    DAY, Folder, NOON, after, alert, channel, evidence, incident, key, monitor, opening, result,
};

const ALWAYS: Span = Span { from: Timestamp(0), until: Timestamp(i64::MAX) };

fn later(days: i64) -> Timestamp {
    Timestamp(NOON.0 + days * DAY)
}

fn tidy(store: &Sqlite, now: Timestamp) {
    while store.tidy(now).wait().unwrap() {}
}

fn commit(store: &Sqlite, change: Change) {
    assert_eq!(store.commit_transition(Arc::new(change)).wait(), Ok(Kept::OnDisk));
}

fn resolved(id: u64, seconds: i64) -> IncidentRow {
    IncidentRow { resolved_at: Some(after(seconds)), ..incident(id) }
}

#[test]
fn results_go_before_the_roll_ups_of_their_hours() {
    let folder = Folder::new();
    let store = folder.open();
    store.append_results(vec![result("shop", NOON), result("shop", later(10))]);
    drop(store);
    let store = folder.open();
    let shop = monitor("shop");

    tidy(&store, later(20));

    let kept = store.results(&shop, ALWAYS, 10).wait().unwrap();
    assert_eq!(kept, [result("shop", later(10))]);
    let span = Span { from: NOON, until: later(11) };
    assert_eq!(store.roll_ups(&shop, Grain::Hour, span).wait().unwrap().len(), 2);
    let minutes = Span { from: later(10), until: later(11) };
    assert_eq!(store.roll_ups(&shop, Grain::Minute, minutes).wait().unwrap(), []);
    tidy(&store, later(500));
    assert_eq!(store.roll_ups(&shop, Grain::Hour, span).wait().unwrap(), []);
    assert_eq!(store.roll_ups(&shop, Grain::Day, span).wait().unwrap().len(), 2);
}

#[test]
fn a_resolved_incident_goes_whole_when_everybody_was_told() {
    let folder = Folder::new();
    let store = folder.open();
    for id in [1, 2, 3] {
        store.commit_transition(opening(id)).wait().unwrap();
    }
    commit(
        &store,
        Change { incidents: vec![resolved(1, 60), resolved(2, 60)], ..Change::default() },
    );
    for to in ["mail", "sms"] {
        store.accepted(key(1, AlertKind::Opened, 0), &channel(to), after(1)).wait().unwrap();
        store.accepted(key(3, AlertKind::Opened, 0), &channel(to), after(1)).wait().unwrap();
    }

    tidy(&store, later(500));

    let left: Vec<u64> =
        store.incidents(None, 10).wait().unwrap().iter().map(|incident| incident.id.0).collect();
    assert_eq!(left, [3, 2], "2 has alerts to deliver, 3 is open");
    drop(store);
    let database = folder.database();
    for table in ["timeline", "alert", "evidence"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE incident = 1");
        let count: i64 = database.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn a_message_of_no_incident_goes_by_its_age_when_it_was_delivered() {
    let folder = Folder::new();
    let store = folder.open();
    let (told, untold) = (key(0, AlertKind::Digest, 0), key(0, AlertKind::Digest, 1));
    commit(
        &store,
        Change { alerts: vec![alert(told, "mail"), alert(untold, "mail")], ..Change::default() },
    );
    store.accepted(told, &channel("mail"), after(1)).wait().unwrap();

    tidy(&store, later(500));
    drop(store);

    let database = folder.database();
    let mut left = database.prepare("SELECT nth FROM alert").unwrap();
    let left: Vec<u32> =
        left.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(left, [1], "the one that nobody was told of");
}

#[test]
fn evidence_of_resolved_incidents_goes_before_that_of_open_ones() {
    const PIECE: usize = 200 << 10;
    let folder = Folder::new();
    let store =
        Sqlite::open(Keeping { evidence_bytes: 3 * PIECE as u64, ..folder.keeping() }).unwrap();
    // The open one is the oldest.
    commit(
        &store,
        Change {
            incidents: vec![incident(1), resolved(2, 9), resolved(3, 9)],
            evidence: vec![
                evidence(Some(1), 1, PIECE),
                evidence(Some(2), 2, PIECE),
                evidence(Some(3), 3, PIECE),
            ],
            ..Change::default()
        },
    );

    commit(&store, Change { evidence: vec![evidence(Some(1), 4, PIECE)], ..Change::default() });

    let pieces = |id| store.incident(IncidentId(id)).wait().unwrap().unwrap().evidence.len();
    assert_eq!([pieces(1), pieces(2), pieces(3)], [2, 0, 1]);
    for second in 5..7 {
        let evidence = vec![evidence(Some(1), second, PIECE)];
        commit(&store, Change { evidence, ..Change::default() });
    }
    assert_eq!([pieces(1), pieces(2), pieces(3)], [3, 0, 0], "then the oldest of the open one");
}

#[test]
fn the_file_stays_within_its_bytes_and_the_latest_results_stay() {
    let folder = Folder::new();
    let keeping = Keeping { bytes: limits::BYTES_MIN, results: Duration::MAX, ..folder.keeping() };
    for round in 0..5 {
        let store = Sqlite::open(keeping.clone()).unwrap();
        let seconds = round * 30_000..(round + 1) * 30_000;
        let appended =
            store.append_results(seconds.map(|second| result("shop", after(second))).collect());
        assert_eq!(appended.dropped, 0);
    }

    let store = Sqlite::open(keeping).unwrap();
    let last = Span { from: after(149_000), until: after(150_000) };
    assert_eq!(store.results(&monitor("shop"), last, 10_000).wait().unwrap().len(), 1_000);
    let first = Span { from: NOON, until: after(1_000) };
    assert_eq!(store.results(&monitor("shop"), first, 10).wait().unwrap(), []);
    assert!(std::fs::metadata(folder.file()).unwrap().len() <= limits::BYTES_MIN);
    assert_eq!(store.commit_transition(opening(1)).wait(), Ok(Kept::OnDisk));
}
