//! What people say and do.

use goodgate_incident::IncidentId;
use goodgate_watch::store::{Span, Store as _};

use crate::ask;
use crate::stand::{Stand, ago};

fn timeline(stand: &Stand) -> Vec<(String, Option<String>, String)> {
    let file = stand.store.incident(IncidentId(3)).wait().expect("a read").expect("an incident");
    let by = |by: Option<std::sync::Arc<str>>| by.map(|by| by.to_string());
    let entries = file.timeline.into_iter();
    entries.map(|entry| (entry.kind.to_string(), by(entry.by), entry.text)).collect()
}

#[test]
fn an_incident_is_taken_care_of_by_who_is_logged_in_or_named() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["incident", "3", "ack"]);

    assert_eq!((ran.code, &*ran.out), (0, "incident 3: ann takes care of it\n"));
    let ran = ask(&stand.socket, &["incident", "3", "ack", "--by", "bob"]);
    assert_eq!(ran.out, "incident 3: ann takes care of it\n", "ann was first");
    let ran = ask(&stand.socket, &["incident", "1", "ack"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is over"), "{}", ran.err);
}

#[test]
fn notes_and_steps_are_written_into_the_timeline() {
    let stand = Stand::with("[watch]\n");

    let note = ask(&stand.socket, &["incident", "3", "note", "it is the disk"]);
    let step = ask(&stand.socket, &["incident", "3", "step", "emptied it", "--by", "bob"]);

    assert_eq!((note.code, step.code), (0, 0));
    let said = timeline(&stand);
    let of =
        |kind: &str, by: &str, text: &str| (kind.to_owned(), Some(by.to_owned()), text.to_owned());
    assert!(said.contains(&of("note", "ann", "it is the disk")), "{said:?}");
    assert!(said.contains(&of("step", "bob", "emptied it")), "{said:?}");
}

#[test]
fn without_a_number_nothing_is_said() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["incident", "ack"]);

    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("which incident?"), "{}", ran.err);
    let ran = ask(&stand.socket, &["incident", "99"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("There is no incident 99"), "{}", ran.err);
}

#[test]
fn evidence_is_shown_as_it_was_kept() {
    let stand = Stand::with("[watch]\n");
    let file = ask(&stand.socket, &["incident", "3", "--format", "json"]).json();
    let piece = file["evidence"][0]["id"].as_str().expect("an id").to_owned();

    let ran = ask(&stand.socket, &["incident", "3", "evidence", &piece]);

    assert_eq!(ran.json()["evidence"]["status"], 502);
}

#[test]
fn a_change_is_told_with_tags_and_by_whom() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["event", "deploy", "v1.2", "--tag", "eu"]);

    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.ends_with("deploy v1.2: noted\n"), "{}", ran.out);
    let span = Span { from: ago(60), until: ago(-60) };
    let kept = stand.store.markers(span, 10).wait().expect("markers");
    assert_eq!((&*kept[0].text, &*kept[0].source), ("v1.2", "ann"));
    assert!(kept[0].tags.contains("eu"));
    let ran = ask(&stand.socket, &["event", "party", "v1.2"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("deploy"), "{}", ran.err);
}

#[test]
fn channels_are_tried_one_or_all_and_a_failure_is_a_problem() {
    let stand = Stand::with("[watch]\n");

    let mail = ask(&stand.socket, &["alert", "test", "mail"]);
    let all = ask(&stand.socket, &["alert", "test", "--all"]);

    println!("{}", all.out);
    assert_eq!((mail.code, all.code), (0, 1));
    assert_eq!(mail.out, "mail  accepted: 250 2.0.0 queued as 4F1\n");
    assert!(all.out.contains("sms  FAILED: send to hooks.example"), "{}", all.out);
    let none = ask(&stand.socket, &["alert", "test", "../status"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("mail, sms"), "{}", none.err);
    assert_eq!(ask(&stand.socket, &["alert", "test"]).code, 2);
}

#[test]
fn silences_begin_are_listed_and_end() {
    let stand = Stand::with("[watch]\n");

    let begun = ask(
        &stand.socket,
        &[
            "silence",
            "begin",
            "2h",
            "--monitor",
            "shop",
            "--cause",
            "connect_refused",
            "--why",
            "move",
        ],
    );
    let listed = ask(&stand.socket, &["silence"]);
    let ended = ask(&stand.socket, &["silence", "end", "1"]);

    println!("{}{}{}", begun.out, listed.out, ended.out);
    assert_eq!((begun.code, listed.code, ended.code), (0, 0, 0), "{begun:?}");
    assert!(begun.out.starts_with("silence 1 until "), "{}", begun.out);
    assert!(listed.out.contains("monitor shop with cause connect_refused"), "{}", listed.out);
    assert!(listed.out.contains("move (by ann)"), "{}", listed.out);
    assert!(listed.out.contains("the night of the backup"), "{}", listed.out);
    assert_eq!(ask(&stand.socket, &["silence", "end", "1"]).code, 2);
    let all = ask(&stand.socket, &["silence", "begin", "2h", "--why", "x"]);
    assert_eq!(all.code, 2, "everything is silenced only by --all");
}
