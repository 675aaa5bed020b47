//! What a window of time holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_incident::State;
use goodgate_watch::store::{Change, IncidentRow, Measured, Store as _};
use serde_json::Value;

use crate::stand::{Stand, ago, measured, row};

/// Asks for the window between two times ago, in seconds.
fn window(stand: &Stand, from: i64, until: i64, more: &str) -> Value {
    let (from, until) = (ago(from), ago(until));
    stand.get(&format!("/report?from={from}&until={until}{more}")).json()
}

/// Waits until the results of three days ago are in the sums.
fn with_results(stand: &Stand) {
    let at = |hours: i64, state| measured("shop", hours * 3_600, state);
    let good = (50..98).map(|hours| at(hours, State::Up));
    let results: Vec<Measured> = good.chain([at(49, State::Down), at(49, State::Down)]).collect();
    stand.store.append_results(results);
    let deadline = Instant::now() + Duration::from_secs(30);
    while window(stand, 120 * 3_600, 36 * 3_600, "")["all"]["checks"] != 50 {
        assert!(Instant::now() < deadline, "not within half a minute");
        std::thread::yield_now();
    }
}

fn find<'a>(report: &'a Value, list: &str, key: &str, name: &str) -> &'a Value {
    let all = report[list].as_array().expect("a list");
    all.iter().find(|it| it[key] == name).unwrap_or_else(|| panic!("no {name}: {report}"))
}

#[test]
fn a_window_has_the_time_the_checks_and_the_percentiles_of_each_monitor_and_tag() {
    let stand = Stand::new();
    with_results(&stand);

    let report = window(&stand, 120 * 3_600, 36 * 3_600, "");

    assert_eq!(report["schema"], "goodgate.watch_report/1");
    let shop = find(&report, "monitors", "id", "shop");
    assert_eq!((&shop["checks"], &shop["bad"]), (&50.into(), &2.into()));
    assert_eq!(shop["uptime"]["up"], 1.0, "its first change came later, from up: {shop}");
    assert!(shop["coverage"].as_f64() < Some(0.01), "it is checked every 30 s: {shop}");
    assert_eq!(shop["latency"]["count"], 48);
    assert_eq!(shop["latency"]["error"], 0.125);
    let p95 = shop["latency"]["p95_ms"].as_f64().expect("a time");
    assert!((12.3..14.0).contains(&p95), "{p95}");
    assert_eq!(report["tags"][0]["tag"], "eu");
    assert_eq!(report["tags"][0]["checks"], 50);
    let budget = find(&report, "budgets", "about", "monitor shop");
    assert_eq!((&budget["checks"], &budget["spent"]), (&50.into(), &40.0.into()));
}

#[test]
fn a_monitor_without_results_in_the_window_has_no_uptime_there() {
    let stand = Stand::new();
    with_results(&stand);

    let report = window(&stand, 120 * 3_600, 36 * 3_600, "");

    let traffic = find(&report, "monitors", "id", "gateway/shop");
    assert_eq!(traffic.get("uptime"), None, "{traffic}");
    assert_eq!(traffic.get("latency"), None, "{traffic}");
    assert!(report["all"]["monitors_without_data"].as_u64() >= Some(3), "{report}");
    let nothing = window(&stand, 9_000 * 3_600, 8_999 * 3_600, "&tag=eu");
    assert_eq!(nothing["all"].get("uptime"), None, "{nothing}");
}

#[test]
fn time_is_cut_at_both_ends_of_the_window() {
    let stand = Stand::new();
    stand.store.append_results(vec![measured("shop", 85_000, State::Down)]);
    let down = || {
        let report = window(&stand, 90_000, 82_000, "&tag=eu");
        report["all"]["uptime"]["down_seconds"].as_u64()
    };
    let deadline = Instant::now() + Duration::from_secs(30);
    while down().is_none() {
        assert!(Instant::now() < deadline, "not within half a minute");
        std::thread::yield_now();
    }

    // Down from 86,000 s ago on, and still when the window ends.
    let down = down().expect("a time");
    assert!((3_950..=4_050).contains(&down), "{down}");
}

#[test]
fn incidents_are_counted_by_cause_with_their_time_in_the_window() {
    let stand = Stand::new();
    let other = IncidentRow {
        cause: Some("dns_nxdomain".into()),
        resolved_at: Some(ago(80_500)),
        members: std::collections::BTreeSet::new(),
        ..row(9, 81_000)
    };
    let change = Change { incidents: vec![other], ..Change::default() };
    stand.store.commit_transition(Arc::new(change)).wait().expect("a commit");

    let all = window(&stand, 85_000, 50_000, "");
    let tagged = window(&stand, 85_000, 50_000, "&tag=eu");

    assert_eq!(all["incidents"]["total"], 2, "{all}");
    let causes = all["incidents"]["by_cause"].as_array().expect("a list");
    assert_eq!(causes[0]["cause"], "connect_refused");
    let seconds = |index: usize| causes[index]["seconds"].as_i64().expect("a number");
    // The clock goes on between the incidents and the questions.
    assert!((4_950..=5_050).contains(&seconds(0)), "{all}");
    assert_eq!(causes[1]["cause"], "dns_nxdomain");
    assert!((450..=550).contains(&seconds(1)), "{all}");
    assert_eq!(tagged["incidents"]["total"], 1, "the other one was of no such monitor: {tagged}");
    assert_eq!(tagged["incidents"]["list"][0]["monitors"][0], "shop");
}

#[test]
fn a_window_that_makes_no_sense_is_refused_with_what_to_do() {
    let stand = Stand::new();

    let refused = |query: &str| {
        let answer = stand.get(&format!("/report?{query}"));
        (answer.status, answer.error())
    };

    assert_eq!(refused("from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z").0, 400);
    assert_eq!(refused("from=2020-01-01T00:00:00Z").0, 400);
    assert!(refused("from=monday").1.contains("2026-11-23T16:00:00Z"));
    assert_eq!(refused("tag=nobody").0, 404);
    assert_eq!(refused("week=3").0, 400);
}
