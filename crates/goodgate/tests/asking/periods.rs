//! The report of a week or a month, in each form.

use std::time::{Duration, Instant};

use goodgate_incident::State;
use goodgate_watch::store::Store as _;

use crate::ask;
use crate::stand::{Stand, measured, now};

/// Today, as `2026-11-23`.
fn today() -> String {
    now().to_string()[..10].to_owned()
}

/// Waits until the results of today are in the sums.
fn with_results(stand: &Stand) {
    let results = (1..=20).map(|minute| measured("shop", minute * 60 + 7_200, State::Up));
    stand.store.append_results(results.collect());
    let deadline = Instant::now() + Duration::from_secs(30);
    while stand.get("/report?tag=eu").json()["all"]["latency"].is_null() {
        assert!(Instant::now() < deadline, "not within half a minute");
        std::thread::yield_now();
    }
}

#[test]
fn the_report_of_a_month_says_what_was_worst_and_what_it_does_not_know() {
    let stand = Stand::with("[watch]\n");
    with_results(&stand);

    let ran = ask(&stand.socket, &["report", "--month", "--at", &today(), "--tag", "eu"]);

    assert_eq!(ran.code, 0, "{ran:?}");
    let text = ran.out.replace('\\', "");
    println!("{text}");
    for says in [
        "Monthly report of what has the tag eu",
        "What was worst",
        "connect_refused",
        "What the gateway held is not known: no goodgate.toml is at hand",
        "made fewer checks than asked for",
    ] {
        assert!(text.contains(says), "{says}");
    }
}

#[test]
fn a_report_for_programs_and_one_for_browsers_are_written_to_files() {
    let stand = Stand::with("[watch]\n");
    let file = |name: &str| stand.folder.path().join(name);
    let written = |form: &str, name: &str| {
        let (file, today) = (file(name), today());
        let file = file.to_str().expect("text");
        let ran = ask(
            &stand.socket,
            &["report", "--month", "--at", &today, "--format", form, "--output", file],
        );
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
        std::fs::read_to_string(file).expect("a file")
    };

    let report: serde_json::Value =
        serde_json::from_str(&written("json", "month.json")).expect("JSON");
    let page = written("html", "month.html");

    assert_eq!(report["schema"], "goodgate.period-report/1");
    assert_eq!(report["length"], "month");
    assert!(report["window"]["incidents"]["total"].as_u64() >= Some(2), "{report}");
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.contains("Monthly report of everything that is watched"));
}

#[test]
fn a_time_that_is_none_is_refused_with_what_to_do() {
    let stand = Stand::with("[watch]\n");

    let future = ask(&stand.socket, &["report", "--week", "--at", "2999-01-01"]);
    let neither = ask(&stand.socket, &["report"]);
    let nowhere = ask(&stand.socket, &["report", "--week", "--zone", "Mars/Base"]);
    let nobody = ask(&stand.socket, &["report", "--week", "--tag", "nobody"]);

    for (ran, says) in [
        (future, "this week has not begun"),
        (neither, "--week"),
        (nowhere, "there is no time zone Mars/Base"),
        (nobody, "No monitor has this tag"),
    ] {
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(says), "{ran:?}");
    }
}
