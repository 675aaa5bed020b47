//! Files of every version that there ever was are opened, and say what they said.
//!
//! Each version has a text of SQL that makes a file of it, as it was written then. It is never changed.

use goodgate_incident::{AlertKind, IncidentId, State, Timestamp};
use goodgate_watch::store::{AlertState, Grain, ProofKind, Seen, Span, Store};

use crate::support::{Folder, after, channel, claimed, incident, key, monitor};

const VERSIONS: &[&str] = &[include_str!("v1.sql")];

const ALWAYS: Span = Span { from: Timestamp(0), until: Timestamp(i64::MAX) };

fn of_version(sql: &str) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    folder.database().execute_batch(sql).unwrap();
    folder
}

fn schema(folder: &Folder) -> Vec<(String, Option<String>)> {
    let database = folder.database();
    let mut rows = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn every_version_is_here() {
    let folder = Folder::new();
    drop(folder.open());

    let present: i64 =
        folder.database().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();

    assert_eq!(VERSIONS.len() as i64, present);
}

#[test]
fn a_file_of_every_version_becomes_like_a_new_one() {
    let new = Folder::new();
    drop(new.open());

    for sql in VERSIONS {
        let folder = of_version(sql);
        drop(folder.open());

        assert_eq!(schema(&folder), schema(&new));
    }
}

#[test]
fn a_file_of_every_version_says_what_it_said() {
    for sql in VERSIONS {
        let folder = of_version(sql);
        let store = folder.open();

        let file = store.incident(IncidentId(7)).wait().unwrap().unwrap();
        assert_eq!(file.incident, incident(7));
        assert_eq!(file.timeline.len(), 1);
        assert_eq!(file.deliveries[1].state, AlertState::Accepted);
        let piece = store.evidence(file.evidence[0].number).wait().unwrap().unwrap();
        assert_eq!(piece.body, b"HTTP/1.1 502 Bad Gateway");
        assert_eq!(claimed(&store, "mail", after(60)), [key(7, AlertKind::Opened, 0)]);
        assert_eq!(store.last_incident().wait(), Ok(Some(IncidentId(7))));
        let proofs = store.proofs().wait().unwrap();
        assert_eq!((&proofs[0].channel, proofs[0].kind), (&channel("sms"), ProofKind::Message));
        let shop = monitor("shop");
        let results = store.results(&shop, ALWAYS, 10).wait().unwrap();
        assert_eq!(results[0], crate::support::result("shop", after(1)));
        assert_eq!(results[1].seen, Seen::Bad(Some("connect_refused".into())));
        let today = Span { from: after(0), until: after(3600) };
        let hours = store.roll_ups(&shop, Grain::Hour, today).wait().unwrap();
        assert_eq!((hours[0].count(), hours[0].bad, hours[0].latencies.count()), (2, 1, 1));
        let last = store.last_states().wait().unwrap();
        assert_eq!((last[0].state, last[0].since), (State::Down, Some(after(7))));
        assert_eq!(store.transitions(&shop, ALWAYS, 10).wait().unwrap()[0].to, State::Down);
        assert_eq!(store.monitors().wait().unwrap()[0].id, monitor("api/till"));
        assert_eq!(store.silences(after(0)).wait().unwrap()[0].1.why, "a move");
        assert_eq!(&*store.markers(ALWAYS, 10).wait().unwrap()[0].kind, "deploy");
        assert_eq!(store.memory("digest").wait(), Ok(Some("[7]".to_owned())));
    }
}
