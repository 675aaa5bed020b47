//! Killed at any moment, the store has lost nothing that it has answered for.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use goodgate_incident::{AlertKey, AlertKind, IncidentId, State};
use goodgate_watch::store::{AlertState, Change, Keeping, Kept, Sqlite, Store};

use crate::support::{
    Folder, NOON, after, alert, channel, entry, evidence, incident, key, result, transition,
};

/// How often the child is killed, unless [`MORE`] says otherwise.
const KILLS: u64 = 20;

/// Says how often the child is killed in a soak.
const MORE: &str = "GOODGATE_SOAK_KILLS";

/// Tells the child where its store is.
const FOLDER: &str = "GOODGATE_STORE_CRASH_FOLDER";

#[test]
fn nothing_that_was_answered_for_is_lost_by_a_kill() {
    let folder = Folder::new();
    let mut committed = BTreeSet::new();
    let mut accepted = BTreeSet::new();

    let kills = env::var(MORE).map_or(KILLS, |kills| kills.parse().unwrap());
    for round in 0..kills {
        let mut child = start(&folder);
        // Pseudo-random, so that a failure comes again: between 1 and 60 lines.
        let lines = 1 + round.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 60;
        let (new, done) = read_and_kill(&mut child, lines);
        assert!(new.len() as u64 + done.len() as u64 >= lines, "the child ended early");
        assert!(committed.is_disjoint(&new), "a number was given twice");
        committed.extend(new);
        accepted.extend(done);
    }

    let database = folder.database();
    let alerts = |sql| -> BTreeMap<u64, u64> {
        let mut rows = database.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        rows.unwrap().map(|row| row.map(|(id, count)| (id as u64, count as u64)).unwrap()).collect()
    };
    let by_incident = alerts("SELECT incident, count(*) FROM alert GROUP BY incident");
    let timelines = alerts("SELECT incident, count(*) FROM timeline GROUP BY incident");
    let proofs = alerts("SELECT incident, count(*) FROM evidence GROUP BY incident");
    for id in &committed {
        assert_eq!(by_incident.get(id), Some(&1), "the alert of incident {id}");
    }
    assert_eq!(by_incident, timelines, "a change is whole, also one that was not answered for");
    assert_eq!(by_incident, proofs);
    drop(database);
    let store = folder.open();
    let mut handed_out = BTreeSet::new();
    loop {
        let claims = store.claim_alerts(&channel("mail"), NOON, 100).wait().unwrap();
        if claims.is_empty() {
            break;
        }
        for claim in claims {
            assert!(handed_out.insert(claim.alert.key.incident.0), "handed out twice");
        }
    }
    assert!(handed_out.is_disjoint(&accepted), "what was accepted is not sent again");
    for id in committed.difference(&accepted) {
        let file = store.incident(IncidentId(*id)).wait().unwrap().unwrap();
        let state = file.deliveries[0].state;
        assert_eq!(handed_out.contains(id), state == AlertState::Pending, "incident {id}");
        let is_past = !superseded(id + 1).is_empty() && by_incident.contains_key(&(id + 1));
        if state != AlertState::Accepted {
            assert_eq!(state == AlertState::Superseded, is_past, "incident {id}");
        }
    }
}

/// Commits until it is killed, with results and deliveries beside it; says what was answered for.
#[test]
#[ignore = "the child of the test above, which kills it"]
fn commits_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let store = Sqlite::open(Keeping::in_folder(folder)).unwrap();
    let first = store.last_incident().wait().unwrap().map_or(1, |last| last.0 + 1);
    for id in first.. {
        store.append_results(vec![result("shop", after(id as i64)); 50]);
        let change = Change {
            transitions: vec![transition("shop", after(id as i64), State::Down)],
            incidents: vec![incident(id)],
            timeline: vec![entry(id, 0, "shop is down")],
            evidence: vec![evidence(Some(id), 0, 3_000)],
            alerts: vec![alert(key(id, AlertKind::Opened, 0), "mail")],
            superseded: superseded(id),
            memory: Vec::new(),
        };
        assert_eq!(store.commit_transition(Arc::new(change)).wait(), Ok(Kept::OnDisk));
        say("committed", id);
        if id % 3 == 0 {
            let opened = key(id, AlertKind::Opened, 0);
            store.accepted(opened, &channel("mail"), after(1)).wait().unwrap();
            say("accepted", id);
        }
    }
}

/// Returns what the change of an incident supersedes: every fifth one the alert of the one before it.
fn superseded(id: u64) -> Vec<AlertKey> {
    if id % 5 == 4 { vec![key(id - 1, AlertKind::Opened, 0)] } else { Vec::new() }
}

fn say(what: &str, id: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{what} {id}").unwrap();
    out.flush().unwrap();
}

fn start(folder: &Folder) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::commits_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child after so many lines; returns what it said was committed and accepted, also what it
/// said until it was gone.
fn read_and_kill(child: &mut Child, lines: u64) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let (mut committed, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut seen = 0;
    for line in out.lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("committed", id)) => committed.insert(id.parse().unwrap()),
            Some(("accepted", id)) => accepted.insert(id.parse().unwrap()),
            _ => continue,
        };
        seen += 1;
        if seen == lines {
            // SIGKILL.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    (committed, accepted)
}
