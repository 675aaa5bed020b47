//! A full disk: results are dropped, changes wait in memory, alerts go on.

use std::sync::Arc;

use goodgate_incident::{AlertKind, IncidentId};
use goodgate_watch::store::{
    AlertState, Change, Fullness, Keeping, Kept, MonitorRow, Span, Sqlite, Store, StoreError,
    limits,
};

use crate::support::{
    Folder, NOON, after, alert, channel, claimed, entry, key, monitor, opening, result, wait_until,
};

/// Opens a store of the smallest size and fills it, up to the first change that finds no room.
pub(crate) fn filled(folder: &Folder) -> Sqlite {
    let keeping = Keeping { bytes: limits::BYTES_MIN, ..folder.keeping() };
    let store = Sqlite::open(keeping).unwrap();
    store.commit_transition(opening(1)).wait().unwrap();
    for round in 0_i64.. {
        let line = |second| entry(1, round * 20 + second, &"z".repeat(limits::TEXT));
        let timeline = (0..20).map(line).collect();
        let filling = Arc::new(Change { timeline, ..Change::default() });
        if store.commit_transition(filling).wait().unwrap() == Kept::InMemory {
            return store;
        }
        assert!(round < 100, "4 MiB are full at last");
    }
    unreachable!("the loop ends");
}

/// Removes what has filled the store.
pub(crate) fn make_room(folder: &Folder) {
    let database = folder.database();
    database.busy_timeout(std::time::Duration::from_mins(1)).unwrap();
    database.execute("DELETE FROM timeline WHERE length(text) > 1000", []).unwrap();
}

#[test]
fn alerts_go_on_from_memory_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    let second = key(2, AlertKind::Opened, 0);

    assert_eq!(store.commit_transition(opening(2)).wait(), Ok(Kept::InMemory));

    let health = store.health();
    assert_eq!(health.fullness, Fullness::Full);
    assert!(health.trouble.unwrap().contains("full"), "what the database said");
    assert!(health.waiting >= 2);
    assert_eq!(claimed(&store, "mail", NOON), [key(1, AlertKind::Opened, 0), second]);
    assert_eq!(store.accepted(second, &channel("mail"), after(1)).wait(), Ok(Kept::InMemory));
    assert_eq!(store.last_incident().wait(), Ok(Some(IncidentId(2))));
}

#[test]
fn results_are_dropped_visibly_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);

    store.append_results(vec![result("shop", NOON); 3]);

    wait_until("the results are counted as dropped", || store.health().results_dropped == 3);
}

#[test]
fn what_people_ask_for_is_refused_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    let row = MonitorRow { id: monitor("api/a"), definition: String::new(), at: NOON };

    let refused = store.put_monitor(row).wait();

    assert!(matches!(refused, Err(StoreError::Full { .. })), "{refused:?}");
    assert_eq!(store.acknowledge(IncidentId(1), "ada", after(1)).wait(), Ok(true));
    assert_eq!(store.acknowledge(IncidentId(1), "bob", after(2)).wait(), Ok(false));
}

#[test]
fn the_same_alert_is_not_sent_twice_because_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    let (first, second) = (key(1, AlertKind::Opened, 0), key(2, AlertKind::Opened, 0));
    for known in [first, second] {
        store.commit_transition(opening(known.incident.0)).wait().unwrap();
        store.accepted(known, &channel("mail"), after(1)).wait().unwrap();
    }

    for known in [first, second] {
        store.commit_transition(opening(known.incident.0)).wait().unwrap();
    }

    assert_eq!(claimed(&store, "mail", after(2)), []);
}

#[test]
fn a_fallback_gets_its_alert_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    let first = key(1, AlertKind::Opened, 0);

    let kept = store.hand_over(first, &channel("mail"), &channel("pager"), NOON, "550 no").wait();

    assert_eq!(kept, Ok(Kept::InMemory));
    assert_eq!(claimed(&store, "pager", NOON), [first]);
    make_room(&folder);
    wait_until("there is room", || store.health().fullness == Fullness::Room);
    drop(store);
    let store = folder.open();
    assert_eq!(claimed(&store, "pager", NOON), [first]);
    assert_eq!(claimed(&store, "mail", NOON), []);
}

#[test]
fn what_waits_is_written_in_order_when_there_is_room_again() {
    let folder = Folder::new();
    let store = filled(&folder);
    let second = key(2, AlertKind::Opened, 0);
    store.commit_transition(opening(2)).wait().unwrap();
    store.accepted(second, &channel("mail"), after(1)).wait().unwrap();
    store.acknowledge(IncidentId(2), "ada", after(3)).wait().unwrap();

    make_room(&folder);

    wait_until("there is room", || store.health().fullness == Fullness::Room);
    assert_eq!((store.health().waiting, store.health().trouble), (0, None));
    assert_eq!(store.commit_transition(opening(3)).wait(), Ok(Kept::OnDisk));
    drop(store);
    let store = folder.open();
    let file = store.incident(IncidentId(2)).wait().unwrap().unwrap();
    assert_eq!(file.incident.acknowledged, Some((after(3), "ada".into())));
    assert_eq!(file.deliveries[0].state, AlertState::Accepted);
    assert_eq!(file.deliveries.len(), 2);
    let opened = |id| key(id, AlertKind::Opened, 0);
    assert_eq!(claimed(&store, "mail", after(9)), [opened(1), opened(3)]);
    assert_eq!(claimed(&store, "sms", after(9)), [opened(1), opened(2), opened(3)]);
}

#[test]
fn old_results_make_room_for_changes() {
    let folder = Folder::new();
    let keeping = Keeping { bytes: limits::BYTES_MIN, ..folder.keeping() };
    for round in 0..3 {
        let store = Sqlite::open(keeping.clone()).unwrap();
        let seconds = round * 30_000..(round + 1) * 30_000;
        store.append_results(seconds.map(|second| result("shop", after(second))).collect());
    }
    let store = filled(&folder);

    wait_until("there is room", || store.health().fullness == Fullness::Room);

    assert_eq!(store.commit_transition(opening(2)).wait(), Ok(Kept::OnDisk));
    let (shop, limit) = (monitor("shop"), 10_000);
    let first = Span { from: NOON, until: after(100) };
    assert_eq!(store.results(&shop, first, limit).wait().unwrap(), [], "the oldest are gone");
    let last = Span { from: after(89_900), until: after(90_000) };
    assert_eq!(store.results(&shop, last, limit).wait().unwrap().len(), 100);
}

#[test]
fn what_can_never_be_written_is_counted_and_holds_up_nothing() {
    let folder = Folder::new();
    let store = filled(&folder);
    let memory = vec![("a".into(), "b".into())];
    store.commit_transition(Arc::new(Change { memory, ..Change::default() })).wait().unwrap();
    let alerts = vec![alert(key(2, AlertKind::Opened, 0), "mail")];
    store.commit_transition(Arc::new(Change { alerts, ..Change::default() })).wait().unwrap();

    folder.database().execute("DROP TABLE memory", []).unwrap();
    make_room(&folder);

    wait_until("there is room", || store.health().fullness == Fullness::Room);
    assert_eq!(store.health().changes_lost, 1);
    drop(store);
    let sql = "SELECT count(*) FROM alert WHERE incident = 2";
    let written: i64 = folder.database().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(written, 1);
}

#[test]
fn memory_has_a_bound_as_well_and_says_so() {
    let folder = Folder::new();
    let store = filled(&folder);
    let timeline = vec![entry(1, 0, &"z".repeat(limits::TEXT))];
    let change = Arc::new(Change { timeline, ..Change::default() });

    let mut last = Ok(Kept::InMemory);
    for _ in 0..=limits::WRITES_WAITING {
        last = store.commit_transition(Arc::clone(&change)).wait();
    }

    assert!(
        matches!(last, Err(StoreError::Full { waiting: limits::WRITES_WAITING, .. })),
        "{last:?}"
    );
}

#[test]
fn a_number_is_not_given_again_after_a_crash_on_a_full_disk() {
    let folder = Folder::new();
    let store = filled(&folder);
    store.commit_transition(opening(9)).wait().unwrap();

    // The store is not closed, as in a crash; another one could not take its lock, so its file is read.
    let digits = std::fs::read_to_string(folder.path().join("watch.lock")).unwrap();

    assert_eq!(digits.trim().parse(), Ok(9));
    drop(store);
    let reopened = folder.open();
    assert_eq!(reopened.last_incident().wait(), Ok(Some(IncidentId(9))));
    assert!(reopened.incident(IncidentId(9)).wait().unwrap().is_none(), "there was no room for it");
}
