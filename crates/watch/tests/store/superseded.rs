//! What a digest stands for is not sent any more.

use std::sync::Arc;

use goodgate_incident::{AlertKey, AlertKind, IncidentId};
use goodgate_watch::store::{AlertState, Change, Kept, Sqlite, Store, limits};

use crate::full::{filled, make_room};
use crate::support::{
    Folder, NOON, after, alert, channel, claimed, incident, key, opening, wait_until,
};

const FIRST: AlertKey = AlertKey { incident: IncidentId(1), kind: AlertKind::Opened, number: 0 };

/// The change of a digest that stands for alerts, to one channel.
fn digest(superseded: Vec<AlertKey>) -> Arc<Change> {
    let digest = alert(key(9, AlertKind::Digest, 0), "mail");
    let (incidents, alerts) = (vec![incident(9)], vec![digest]);
    Arc::new(Change { incidents, alerts, superseded, ..Change::default() })
}

fn states(store: &Sqlite) -> Vec<(String, AlertState)> {
    let file = store.incident(FIRST.incident).wait().unwrap().unwrap();
    let states = file.deliveries.iter();
    states.map(|delivery| (delivery.alert.channel.to_string(), delivery.state)).collect()
}

#[test]
fn what_is_superseded_is_handed_out_on_no_channel_also_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    let mut changed = store.alerts_changed();
    changed.mark_unchanged();

    store.commit_transition(digest(vec![FIRST])).wait().unwrap();

    let digest = key(9, AlertKind::Digest, 0);
    assert!(changed.has_changed().unwrap(), "workers see what is left");
    assert_eq!(store.health().alerts_pending, 1);
    assert_eq!(
        (claimed(&store, "mail", NOON), claimed(&store, "sms", NOON)),
        (vec![digest], vec![])
    );
    drop(store);
    let store = folder.open();
    assert_eq!(
        (claimed(&store, "mail", NOON), claimed(&store, "sms", NOON)),
        (vec![digest], vec![])
    );
    let superseded = |name: &str| (name.to_owned(), AlertState::Superseded);
    assert_eq!(states(&store), [superseded("mail"), superseded("sms")]);
    assert_eq!(store.dead_letters(10).wait(), Ok(vec![]));
}

#[test]
fn what_was_delivered_or_given_up_before_stays_so() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    store.accepted(FIRST, &channel("mail"), after(1)).wait().unwrap();
    store.dead(FIRST, &channel("sms"), "no credit").wait().unwrap();

    store.commit_transition(digest(vec![FIRST])).wait().unwrap();

    let expected =
        [("mail".to_owned(), AlertState::Accepted), ("sms".to_owned(), AlertState::Dead)];
    assert_eq!(states(&store), expected);
}

#[test]
fn a_late_answer_for_what_was_in_hand_does_no_harm() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    assert_eq!(
        (claimed(&store, "mail", NOON), claimed(&store, "sms", NOON)),
        (vec![FIRST], vec![FIRST])
    );
    store.commit_transition(digest(vec![FIRST])).wait().unwrap();

    store.put_off(FIRST, &channel("mail"), after(1), "421 busy").wait().unwrap();
    store.dead(FIRST, &channel("mail"), "550 no").wait().unwrap();
    store.hand_over(FIRST, &channel("mail"), &channel("pager"), NOON, "550 no").wait().unwrap();
    store.accepted(FIRST, &channel("sms"), after(2)).wait().unwrap();

    assert_eq!(claimed(&store, "pager", after(9)), []);
    assert_eq!(claimed(&store, "mail", after(9)), [key(9, AlertKind::Digest, 0)]);
    let expected =
        [("mail".to_owned(), AlertState::Superseded), ("sms".to_owned(), AlertState::Accepted)];
    assert_eq!(states(&store), expected, "what was sent was sent");
}

#[test]
fn the_next_alert_of_an_incident_does_not_wait_for_a_superseded_one() {
    let folder = Folder::new();
    let store = folder.open();
    let resolved = key(1, AlertKind::Resolved, 0);
    store.commit_transition(opening(1)).wait().unwrap();
    let alerts = vec![alert(resolved, "mail")];
    store.commit_transition(Arc::new(Change { alerts, ..Change::default() })).wait().unwrap();
    assert_eq!(claimed(&store, "mail", NOON), [FIRST]);

    let superseded = vec![FIRST];
    store.commit_transition(Arc::new(Change { superseded, ..Change::default() })).wait().unwrap();

    assert_eq!(claimed(&store, "mail", NOON), [resolved]);
}

#[test]
fn superseding_goes_on_in_memory_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    let digest = digest(vec![FIRST]);

    assert_eq!(store.commit_transition(Arc::clone(&digest)).wait(), Ok(Kept::InMemory));
    store.hand_over(FIRST, &channel("sms"), &channel("pager"), NOON, "550 no").wait().unwrap();

    let told = digest.alerts[0].key;
    for name in ["sms", "pager"] {
        assert_eq!(claimed(&store, name, NOON), [], "{name}");
    }
    assert_eq!(claimed(&store, "mail", NOON), [told]);
    make_room(&folder);
    wait_until("there is room", || store.health().waiting == 0);
    assert!(states(&store).iter().all(|(_, state)| *state == AlertState::Superseded));
    drop(store);
    assert_eq!(claimed(&folder.open(), "mail", NOON), [told]);
}

#[test]
fn what_is_on_the_disk_only_is_superseded_as_well_while_the_disk_is_full() {
    let folder = Folder::new();
    let store = filled(&folder);
    drop(store);
    let more = limits::PENDING as i64 + 10;
    let sql = "WITH RECURSIVE n(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM n WHERE n < 100 + ?) \
               INSERT INTO alert (incident, kind, nth, channel, decided_at, due_at, details) \
               SELECT n, 'opened', 0, 'late', 0, 0, '{}' FROM n";
    folder.database().execute(sql, [more]).unwrap();
    let store = filled(&folder);
    let last = 100 + more as u64;
    assert_eq!(store.health().alerts_pending, limits::PENDING);

    let gone = (100..6_100).chain([last]);
    let superseded = gone.map(|id| key(id, AlertKind::Opened, 0)).collect();
    let kept = store.commit_transition(Arc::new(Change { superseded, ..Change::default() })).wait();

    assert_eq!(kept, Ok(Kept::InMemory));
    // The two of the first incident, and what is neither among the first nor the last.
    let left = 2 + more as usize - 6_000;
    wait_until("the rest is loaded", || store.health().alerts_pending == left);
    let handed_out = store.claim_alerts(&channel("late"), NOON, left).wait().unwrap();
    let handed_out: Vec<_> = handed_out.iter().map(|claim| claim.alert.key.incident.0).collect();
    assert_eq!(handed_out, (6_100..last).collect::<Vec<_>>());
}
