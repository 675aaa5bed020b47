//! What is committed is there, once, whole, and in order.

use std::sync::Arc;

use goodgate_incident::{AlertKind, IncidentId, State};
use goodgate_watch::store::{
    AlertState, Change, Delivery, Kept, Marker, MonitorRow, Note, Proof, ProofKind, SilenceId,
    SilenceRow, Span, Store, StoreError, limits,
};

use crate::support::{
    DAY, Folder, NOON, after, alert, channel, claimed, entry, evidence, incident, key, monitor,
    opening, transition,
};

const YEAR: Span = Span { from: after_const(-365), until: after_const(365) };

const fn after_const(days: i64) -> goodgate_incident::Timestamp {
    goodgate_incident::Timestamp(NOON.0 + days * DAY)
}

#[test]
fn a_change_is_found_again_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    assert_eq!(store.commit_transition(opening(7)).wait(), Ok(Kept::OnDisk));
    drop(store);

    let store = folder.open();

    let file = store.incident(IncidentId(7)).wait().unwrap().unwrap();
    assert_eq!(file.incident, incident(7));
    assert_eq!(file.timeline, [entry(7, 0, "shop is down")]);
    assert_eq!(file.deliveries.len(), 2);
    assert_eq!(file.evidence[0].bytes, 100);
    let kept = store.evidence(file.evidence[0].number).wait().unwrap().unwrap();
    assert_eq!(kept, evidence(Some(7), 0, 100));
    assert_eq!(store.open_incidents().wait().unwrap(), [incident(7)]);
    assert_eq!(store.memory("digest").wait(), Ok(Some("[7]".to_owned())));
    let transitions = store.transitions(&monitor("shop"), YEAR, 10).wait().unwrap();
    assert_eq!((transitions[0].from, transitions[0].to), (State::Suspect, State::Down));
    assert_eq!(transitions[0].cause.as_deref(), Some("connect_refused"));
    assert_eq!(claimed(&store, "mail", NOON), [key(7, AlertKind::Opened, 0)]);
}

#[test]
fn committing_a_change_twice_is_committing_it_once() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    store.accepted(key(1, AlertKind::Opened, 0), &channel("sms"), NOON).wait().unwrap();
    let before = store.incident(IncidentId(1)).wait().unwrap();

    store.commit_transition(opening(1)).wait().unwrap();

    assert_eq!(store.incident(IncidentId(1)).wait().unwrap(), before);
    assert_eq!(store.health().alerts_pending, 1);
    assert_eq!(claimed(&store, "sms", NOON), []);
}

#[test]
fn an_accepted_alert_is_not_handed_out_again_and_proves_its_channel() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();

    store.accepted(key(1, AlertKind::Opened, 0), &channel("mail"), after(2)).wait().unwrap();
    drop(store);

    let store = folder.open();
    assert_eq!(claimed(&store, "mail", after(9)), []);
    assert_eq!(claimed(&store, "sms", after(9)), [key(1, AlertKind::Opened, 0)]);
    let deliveries = store.incident(IncidentId(1)).wait().unwrap().unwrap().deliveries;
    let mail =
        deliveries.iter().find(|delivery| delivery.alert.channel == channel("mail")).unwrap();
    assert_eq!((mail.state, mail.accepted_at), (AlertState::Accepted, Some(after(2))));
    let proven =
        Proof { channel: channel("mail"), kind: ProofKind::Message, at: after(2), failure: None };
    assert_eq!(store.proofs().wait(), Ok(vec![proven]));
}

#[test]
fn what_was_put_off_is_due_later_also_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    let first = key(1, AlertKind::Opened, 0);
    store.commit_transition(opening(1)).wait().unwrap();
    assert_eq!(claimed(&store, "mail", NOON), [first]);

    store.put_off(first, &channel("mail"), after(30), "421 too busy").wait().unwrap();
    drop(store);

    let store = folder.open();
    assert_eq!(claimed(&store, "mail", after(29)), []);
    assert_eq!(store.next_due(&channel("mail")).wait(), Ok(Some(after(30))));
    let claims = store.claim_alerts(&channel("mail"), after(30), 1).wait().unwrap();
    assert_eq!(claims[0].attempts, 1);
    let file = store.incident(IncidentId(1)).wait().unwrap().unwrap();
    assert_eq!(file.deliveries[0].why.as_deref(), Some("421 too busy"));
}

#[test]
fn a_resolution_waits_for_the_opening_also_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    let (opened, resolved) = (key(1, AlertKind::Opened, 0), key(1, AlertKind::Resolved, 0));
    store.commit_transition(opening(1)).wait().unwrap();
    let alerts = vec![alert(resolved, "mail")];
    store.commit_transition(Arc::new(Change { alerts, ..Change::default() })).wait().unwrap();
    store.put_off(opened, &channel("mail"), after(60), "no route").wait().unwrap();
    drop(store);

    let store = folder.open();

    assert_eq!(claimed(&store, "mail", after(1)), [], "nobody knows yet that it was open");
    assert_eq!(claimed(&store, "mail", after(60)), [opened]);
    store.accepted(opened, &channel("mail"), after(61)).wait().unwrap();
    assert_eq!(claimed(&store, "mail", after(61)), [resolved]);
}

#[test]
fn a_dead_letter_is_shown_and_its_fallback_gets_the_alert() {
    let folder = Folder::new();
    let store = folder.open();
    let first = key(1, AlertKind::Opened, 0);
    store.commit_transition(opening(1)).wait().unwrap();

    store.hand_over(first, &channel("mail"), &channel("pager"), after(5), "550 no").wait().unwrap();
    store.dead(first, &channel("sms"), "no credit").wait().unwrap();
    assert_eq!(claimed(&store, "pager", after(5)), [first]);
    drop(store);

    let store = folder.open();
    let dead: Vec<_> = store.dead_letters(10).wait().unwrap();
    let dead: Vec<_> =
        dead.iter().map(|letter| (&*letter.alert.channel.0, letter.why.as_deref())).collect();
    assert_eq!(dead, [("sms", Some("no credit")), ("mail", Some("550 no"))]);
    assert_eq!(claimed(&store, "pager", after(5)), [first]);
    assert_eq!(claimed(&store, "mail", after(5)), []);
}

#[test]
fn a_fallback_that_has_sent_the_alert_does_not_send_it_again() {
    let folder = Folder::new();
    let store = folder.open();
    let first = key(1, AlertKind::Opened, 0);
    store.commit_transition(opening(1)).wait().unwrap();
    store.accepted(first, &channel("sms"), NOON).wait().unwrap();

    store.hand_over(first, &channel("mail"), &channel("sms"), NOON, "550 no").wait().unwrap();

    assert_eq!(claimed(&store, "sms", after(5)), []);
    assert_eq!(claimed(&store, "mail", after(5)), []);
}

#[test]
fn an_alert_that_is_handed_over_to_its_own_channel_is_not_lost() {
    let folder = Folder::new();
    let store = folder.open();
    let first = key(1, AlertKind::Opened, 0);
    store.commit_transition(opening(1)).wait().unwrap();

    store.hand_over(first, &channel("mail"), &channel("mail"), after(1), "550 no").wait().unwrap();
    drop(store);

    assert_eq!(claimed(&folder.open(), "mail", after(1)), [first]);
}

#[test]
fn the_first_acknowledgement_counts_and_is_not_taken_back() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();

    assert_eq!(store.acknowledge(IncidentId(1), "ada", after(3)).wait(), Ok(true));
    assert_eq!(store.acknowledge(IncidentId(1), "bob", after(4)).wait(), Ok(false));
    assert_eq!(store.acknowledge(IncidentId(2), "bob", after(4)).wait(), Ok(false));
    store.commit_transition(opening(1)).wait().unwrap();

    let file = store.incident(IncidentId(1)).wait().unwrap().unwrap();
    assert_eq!(file.incident.acknowledged, Some((after(3), "ada".into())));
    assert_eq!(file.timeline.iter().filter(|line| &*line.kind == "acknowledged").count(), 1);
}

#[test]
fn a_note_needs_an_incident() {
    let folder = Folder::new();
    let store = folder.open();
    store.commit_transition(opening(1)).wait().unwrap();
    let note = |text: String| Note { at: after(9), by: "ada".into(), kind: "step".into(), text };

    let long = "y".repeat(limits::TEXT + 1);
    assert_eq!(store.note(IncidentId(1), note(long)).wait(), Ok(true));
    assert_eq!(store.note(IncidentId(2), note("gone".to_owned())).wait(), Ok(false));

    let line = store.incident(IncidentId(1)).wait().unwrap().unwrap().timeline.pop().unwrap();
    assert_eq!((line.by.as_deref(), &*line.kind), (Some("ada"), "step"));
    assert!(line.text.len() <= limits::TEXT && line.text.ends_with('…'), "cut and marked");
}

#[test]
fn numbers_of_incidents_are_remembered_beyond_the_incidents() {
    let folder = Folder::new();
    let store = folder.open();
    assert_eq!(store.last_incident().wait(), Ok(None));
    store.commit_transition(opening(41)).wait().unwrap();
    drop(store);
    folder.database().execute_batch("DELETE FROM incident; DELETE FROM meta").unwrap();

    let store = folder.open();

    assert_eq!(store.last_incident().wait(), Ok(Some(IncidentId(41))));
}

#[test]
fn the_last_state_is_that_of_the_last_transition() {
    let folder = Folder::new();
    let store = folder.open();
    let commit = |seconds, state| {
        let transitions = vec![transition("shop", after(seconds), state)];
        let change = Change { transitions, ..Change::default() };
        store.commit_transition(Arc::new(change)).wait().unwrap();
    };

    commit(5, State::Down);
    commit(3, State::Suspect);

    let last = store.last_states().wait().unwrap();
    assert_eq!((last[0].state, last[0].since), (State::Down, Some(after(5))));
}

#[test]
fn monitors_of_the_api_come_and_go() {
    let folder = Folder::new();
    let store = folder.open();
    let row = |name: &str, text: &str| MonitorRow {
        id: monitor(name),
        definition: text.to_owned(),
        at: NOON,
    };

    store.put_monitor(row("api/b", "1")).wait().unwrap();
    store.put_monitor(row("api/a", "1")).wait().unwrap();
    store.put_monitor(row("api/a", "2")).wait().unwrap();
    let refused = store.put_monitor(row("a", "1")).wait();

    assert_eq!(refused, Err(StoreError::Misnamed { id: "a".to_owned() }));
    assert_eq!(store.monitors().wait(), Ok(vec![row("api/a", "2"), row("api/b", "1")]));
    assert_eq!(store.remove_monitor(&monitor("api/a")).wait(), Ok(true));
    assert_eq!(store.remove_monitor(&monitor("api/a")).wait(), Ok(false));
}

#[test]
fn monitors_of_the_api_have_a_bound_and_can_still_be_changed() {
    let folder = Folder::new();
    drop(folder.open());
    let sql = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) \
               INSERT INTO api_monitor SELECT 'api/' || n, '', 0 FROM n";
    folder.database().execute(sql, [limits::API_MONITORS as i64]).unwrap();
    let store = folder.open();
    let row = |name: &str| MonitorRow { id: monitor(name), definition: "{}".into(), at: NOON };

    let refused = store.put_monitor(row("api/more")).wait();

    assert!(matches!(refused, Err(StoreError::TooMany { .. })), "{refused:?}");
    assert_eq!(store.put_monitor(row("api/7")).wait(), Ok(Kept::OnDisk));
}

#[test]
fn what_the_database_refuses_holds_up_nothing_beside_it() {
    let folder = Folder::new();
    let store = folder.open();
    folder.database().execute("DROP TABLE memory", []).unwrap();
    let remembering =
        Arc::new(Change { memory: vec![("a".into(), "b".into())], ..Change::default() });

    let pairs: Vec<_> = (1..=50)
        .map(|id| {
            let mut sound = (*opening(id)).clone();
            sound.memory.clear();
            let refused = store.commit_transition(Arc::clone(&remembering));
            (refused, store.commit_transition(Arc::new(sound)))
        })
        .collect();

    for (refused, sound) in pairs {
        assert!(matches!(refused.wait(), Err(StoreError::Database { .. })));
        assert_eq!(sound.wait(), Ok(Kept::OnDisk));
    }
    assert_eq!(claimed(&store, "mail", NOON).len(), 50);
}

#[test]
fn workers_are_told_of_new_alerts_and_of_those_that_come_next() {
    let folder = Folder::new();
    let store = folder.open();
    let mut changed = store.alerts_changed();
    changed.mark_unchanged();

    store.commit_transition(opening(1)).wait().unwrap();
    assert!(changed.has_changed().unwrap(), "an alert was committed");
    changed.mark_unchanged();
    store.accepted(key(1, AlertKind::Opened, 0), &channel("mail"), NOON).wait().unwrap();

    assert!(changed.has_changed().unwrap(), "the next of the incident may come");
}

#[test]
fn alerts_beyond_the_room_in_memory_are_all_delivered_in_order() {
    let folder = Folder::new();
    let store = folder.open();
    let count = limits::PENDING as u64 + 2_000;
    for first in (1..=count).step_by(1_000) {
        let alerts = (first..first + 1_000).map(|id| alert(key(id, AlertKind::Opened, 0), "mail"));
        let change = Change { alerts: alerts.collect(), ..Change::default() };
        store.commit_transition(Arc::new(change)).wait().unwrap();
    }
    assert_eq!(store.health().alerts_pending, limits::PENDING);

    let mut delivered = Vec::new();
    while delivered.len() < count as usize {
        let mut last = None;
        for key in claimed(&store, "mail", NOON) {
            delivered.push(key.incident.0);
            last = Some(store.accepted(key, &channel("mail"), NOON));
        }
        // None where the next ones are being loaded.
        last.map(|kept| kept.wait().unwrap());
    }

    assert_eq!(delivered, (1..=count).collect::<Vec<_>>());
    assert_eq!(store.health().alerts_pending, 0);
}

#[test]
fn a_silence_ends_when_somebody_ends_it() {
    let folder = Folder::new();
    let store = folder.open();
    let silence = SilenceRow {
        from: after(10),
        until: after(100),
        matches: r#"{"tag":"shop"}"#.to_owned(),
        by: "ada".into(),
        why: "move of the database".to_owned(),
    };

    let id = store.put_silence(silence.clone()).wait().unwrap();

    assert_eq!(id, SilenceId(1));
    assert_eq!(store.silences(NOON).wait(), Ok(vec![(id, silence.clone())]));
    assert_eq!(store.end_silence(id, after(50)).wait(), Ok(true));
    assert_eq!(store.end_silence(id, after(50)).wait(), Ok(false));
    assert_eq!(store.silences(after(50)).wait(), Ok(vec![]));
    assert_eq!(store.put_silence(silence).wait(), Ok(SilenceId(2)));
}

#[test]
fn markers_are_found_by_time() {
    let folder = Folder::new();
    let store = folder.open();
    let marker = |seconds| Marker {
        at: after(seconds),
        kind: "deploy".into(),
        text: "v1.2".to_owned(),
        source: "cli".into(),
        tags: ["shop".into()].into(),
    };

    store.marker(marker(20)).wait().unwrap();
    store.marker(marker(10)).wait().unwrap();

    let span = Span { from: after(10), until: after(20) };
    assert_eq!(store.markers(span, 10).wait(), Ok(vec![marker(10)]));
}

#[test]
fn a_part_that_is_too_large_leaves_nothing_behind() {
    let folder = Folder::new();
    let store = folder.open();
    let mut change = (*opening(1)).clone();
    change.incidents[0].memory = "x".repeat(limits::MEMORY + 1);

    let refused = store.commit_transition(Arc::new(change)).wait();

    assert!(matches!(refused, Err(StoreError::TooLarge { what: "the memory of an incident", .. })));
    assert_eq!(store.incident(IncidentId(1)).wait(), Ok(None));
    assert_eq!(claimed(&store, "mail", NOON), []);
}

#[test]
fn evidence_that_is_too_large_does_not_hold_up_an_alert() {
    let folder = Folder::new();
    let store = folder.open();
    let mut change = (*opening(1)).clone();
    change.evidence.push(evidence(Some(1), 1, limits::EVIDENCE + 1));

    store.commit_transition(Arc::new(change)).wait().unwrap();

    assert_eq!(claimed(&store, "mail", NOON).len(), 1);
    assert_eq!(store.health().evidence_dropped, 1);
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_can_be_awaited() {
    let folder = Folder::new();
    let store = folder.open();

    assert_eq!(store.commit_transition(opening(1)).await, Ok(Kept::OnDisk));
    assert_eq!(store.open_incidents().await.unwrap().len(), 1);
}

#[test]
fn alerts_that_reached_nobody_are_listed_of_all_incidents_the_latest_first() {
    let folder = Folder::new();
    let store = folder.open();
    for id in 1..=150 {
        store.commit_transition(opening(id)).wait().unwrap();
    }
    for id in 1..=150 {
        let key = key(id, AlertKind::Opened, 0);
        store.accepted(key, &channel("mail"), after(1)).wait().unwrap();
        if id % 3 == 0 {
            store.dead(key, &channel("sms"), "no route").wait().unwrap();
        }
    }
    store.put_off(key(1, AlertKind::Opened, 0), &channel("sms"), after(60), "busy").wait().unwrap();

    let found = store.undelivered(1_000).wait().unwrap();

    let ids = |all: &[Delivery]| all.iter().map(|one| one.alert.key.incident.0).collect::<Vec<_>>();
    let is_dead = |id: &u64| id.is_multiple_of(3);
    assert_eq!(ids(&found.pending), (1..=150).rev().filter(|id| !is_dead(id)).collect::<Vec<_>>());
    assert_eq!(ids(&found.dead), (1..=150).rev().filter(is_dead).collect::<Vec<_>>());
    assert!(found.pending.iter().all(|one| one.state == AlertState::Pending));
    assert!(found.dead.iter().all(|one| one.why.as_deref() == Some("no route")));
    assert_eq!(found.pending[99].why.as_deref(), Some("busy"));
    let few = store.undelivered(2).wait().unwrap();
    assert_eq!((ids(&few.pending), ids(&few.dead)), (vec![149, 148], vec![150, 147]));
    assert_eq!((few.pending_total, few.dead_total), (100, 50));
}
