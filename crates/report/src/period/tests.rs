use serde_json::{Value, json};

use super::*;
use crate::document::{html, markdown};

fn window() -> Value {
    json!({
        "schema": "goodgate.watch_report/1",
        "from": "2026-11-16T00:00:00.000Z",
        "until": "2026-11-23T00:00:00.000Z",
        "all": { "monitors": 3, "monitors_without_data": 1, "checks": 40_000, "bad": 90,
            "uptime": { "up_seconds": 1_190_000, "down_seconds": 7_800, "partial_seconds": 0,
                "unknown_seconds": 12_000, "excepted_seconds": 0, "up": 0.993_488, "unknown": 0.009_9 },
            "latency": { "count": 39_000, "p50_ms": 12.3, "p95_ms": 80.0, "p99_ms": 400.0, "error": 0.125 } },
        "tags": [{ "tag": "eu", "monitors": 2, "checks": 3 }],
        "monitors_total": 3,
        "monitors": [
            { "id": "shop", "failures": 2, "checks": 20_160, "bad": 90, "coverage": 1.0,
              "uptime": { "up_seconds": 597_000, "down_seconds": 7_800, "up": 0.987_1, "unknown": 0.0 },
              "certificate": { "sha256": "ab", "not_after": "2026-12-05T12:00:00Z" } },
            { "id": "blog", "checks": 9_000, "coverage": 0.45,
              "uptime": { "up_seconds": 593_000, "up": 1.0, "unknown": 0.02 },
              "certificate": { "sha256": "ab", "not_after": "2026-12-05T12:00:00Z" } },
            { "id": "new" }
        ],
        "budgets": [{ "about": "monitor shop", "objective": "99.9%", "checks": 20_160, "bad": 90,
            "spent": 4.464 }],
        "incidents": { "total": 3, "by_cause": [
            { "cause": "connect_refused", "title": "Nothing listens there.", "incidents": 2, "open": 1,
              "seconds": 7_800, "longest_seconds": 4_000 },
            { "incidents": 1, "open": 0, "seconds": 60, "longest_seconds": 60 } ],
            "list": [{ "id": "7", "state": "open", "opened_at": "2026-11-20T10:00:00.000Z",
                "cause": "connect_refused", "summary": "<b>nginx</b> answers 502", "monitors": ["shop"] }] },
        "domains": [
            { "name": "shop.example", "expires_at": "2026-11-25T00:00:00Z" },
            { "name": "blog.example", "failure": "the server answers 404" },
            { "name": "far.example", "expires_at": "2028-01-01T00:00:00Z" }
        ]
    })
}

fn gateway() -> Gateway {
    let setting =
        json!({ "section": "route \"/\"", "key": "hold.time", "value": "10s", "avoided": 3 });
    let day =
        |day: &str| json!({ "day": day, "failures": 5, "unavoidable": 1, "settings": [setting] });
    Gateway {
        counterfactuals: json!({ "days": [
            day("2026-11-15"), day("2026-11-20"), day("2026-11-22"), day("2026-11-23")] }),
        failures: json!({ "failures": [
            { "at": "2026-11-23T00:00:00.000Z", "end": "saved" },
            { "at": "2026-11-22T23:59:59.999Z", "end": "saved" },
            { "at": "2026-11-21T00:00:00.000Z", "end": "failed" } ] }),
    }
}

fn made(window: &Value) -> Made {
    let read = |value: &Value| serde_json::from_value::<Window>(value.clone()).unwrap();
    let mut before = window.clone();
    before["all"]["uptime"]["up"] = json!(0.999);
    before["all"]["latency"]["p95_ms"] = json!(75.0);
    Made {
        length: Length::Week,
        at: "2026-11-23T06:00:00Z".parse().unwrap(),
        zone: "UTC".to_owned(),
        window: read(window),
        before: Ok(read(&before)),
        gateway: Ok(gateway()),
        diagnosis: None,
    }
}

fn report() -> PeriodReport {
    PeriodReport::of(made(&window()))
}

#[test]
fn what_was_worst_comes_first_in_a_sentence_each() {
    let report = report();

    assert_eq!(
        report.worst,
        [
            "shop was down for 2 h 10 min, in 2 failures (98.71 % up).",
            "The error budget of monitor shop (99.9%) was spent to 446 %: 90 of 20160 checks failed.",
        ]
    );
    assert_eq!(
        report.headline,
        "99.35 % up: 1 of 3 monitors failed; 3 incidents; 0.99 % of the time could not be measured."
    );
}

#[test]
fn a_comparison_does_not_claim_what_a_percentile_cannot_tell() {
    let report = report();

    assert_eq!(
        report.compared,
        [
            "Uptime was 99.35 % after 99.9 % in the week before: worse.",
            "95 of 100 good checks took at most 80 ms after 75 ms: the same, as far as can be told.",
        ]
    );
}

#[test]
fn what_is_not_known_is_said() {
    let mut made = made(&window());
    made.before = Err("the watch was set up later".to_owned());
    made.gateway = Err("the gateway does not answer".to_owned());

    let gaps = PeriodReport::of(made).gaps.join("\n");

    for says in [
        "1 monitor has no result in this week: new.",
        "0.99 % of the time could not be measured. It counts neither as up nor as down.",
        "1 monitor made fewer checks than asked for, down to 45 % of them",
        "each may be too long by up to 12.5 %",
        "The week before is not known: the watch was set up later.",
        "What the gateway held is not known: the gateway does not answer.",
        "The registration of blog.example could not be looked up: the server answers 404.",
        "No examination of the monitors was scheduled",
    ] {
        assert!(gaps.contains(says), "{says}\n---\n{gaps}");
    }
}

#[test]
fn a_time_without_any_result_is_no_good_one() {
    let nothing = json!({ "from": "2026-11-16T00:00:00.000Z", "until": "2026-11-23T00:00:00.000Z",
        "all": { "monitors": 2, "monitors_without_data": 2 } });

    let report = PeriodReport::of(made(&nothing));

    assert_eq!(report.headline, "Nothing was measured: there is no result of 2 monitors.");
    let text = markdown::file(&document(&report));
    assert!(text.contains("no data") && !text.contains("100 %"), "{text}");
}

#[test]
fn what_the_gateway_held_is_that_of_the_days_of_the_time() {
    let held = report().held.unwrap();

    // Not the Sunday before, and not the Monday on which it is made.
    assert_eq!((held.failures, held.unavoidable, held.saved), (10, 2, 1));
    assert_eq!(held.days, Some(("2026-11-20".to_owned(), "2026-11-22".to_owned())));
    assert_eq!(held.saved_since.as_deref(), Some("2026-11-21T00:00:00.000Z"));
    assert_eq!(held.settings[0].line(), "[route \"/\"] hold.time = \"10s\"");
    assert_eq!(held.settings[0].avoided, 6);
}

#[test]
fn a_certificate_that_many_met_expires_once_and_the_soonest_comes_first() {
    let report = report();

    let all: Vec<_> =
        report.expiring.iter().map(|it| (it.thing, it.of.join("+"), it.days)).collect();
    assert_eq!(
        all,
        [
            (Thing::Domain, "shop.example".to_owned(), 1),
            (Thing::Certificate, "shop+blog".to_owned(), 12),
        ]
    );
}

#[test]
fn what_to_do_begins_with_what_is_open() {
    let mut made = made(&window());
    let found = |is_wrong, says: &str| Diagnosed {
        monitor: "shop".to_owned(),
        at: "2026-11-23T05:00:00Z".to_owned(),
        is_wrong,
        says: says.to_owned(),
    };
    made.diagnosis =
        Some(vec![found(false, "all is well"), found(true, "2 of 3 addresses answer")]);

    let report = PeriodReport::of(made);

    assert_eq!(
        report.follow_ups,
        [
            "1 incident is still open: work on it first.",
            "Renew the registration of shop.example: it expires in 1 day (2026-11-25).",
            "Renew the certificate of shop, blog: it expires in 12 days (2026-12-05).",
            "shop: 2 of 3 addresses answer",
            "Put off what is risky for monitor shop: nothing of its error budget is left.",
            "connect_refused came 2 times: find its root (`goodgate explain connect_refused`).",
            "Think about [route \"/\"] hold.time = \"10s\": it would have avoided 6 failures.",
        ]
    );
}

#[test]
fn every_form_has_all_that_the_report_says() {
    let report = report();
    let document = document(&report);

    let (page, text) = (html::file(&document), markdown::file(&document));
    let value = serde_json::to_value(&report).unwrap();

    assert_eq!(value["schema"], SCHEMA);
    assert_eq!(value["window"]["incidents"]["list"][0]["id"], "7");
    for says in
        ["What was worst", "connect_refused", "99.35 %", "446 %", "Expires soon", "hold.time"]
    {
        assert!(page.contains(says), "{says}: {page}");
        assert!(text.replace('\\', "").contains(says), "{says}: {text}");
    }
    assert!(!page.contains("<b>nginx"), "what came from outside stays text");
}

#[test]
fn shares_that_are_not_all_are_not_shown_as_all() {
    let shown = [1.0, 0.999_99, 0.999, 0.5, 0.000_01, 0.0].map(words::percent);

    assert_eq!(shown, ["100 %", "99.999 %", "99.9 %", "50 %", "0.001 %", "0 %"]);
}

#[test]
fn a_report_is_bounded_whatever_the_watch_says() {
    let mut window = window();
    let many = |one: &Value, count: usize| Value::Array(vec![one.clone(); count]);
    window["monitors"] = many(&window["monitors"][0], 5_000);
    window["budgets"] = many(&window["budgets"][0], 5_000);
    window["domains"] = many(&window["domains"][0], 5_000);
    window["incidents"]["list"] = many(&window["incidents"]["list"][0], 5_000);
    window["incidents"]["by_cause"] = many(&window["incidents"]["by_cause"][0], 5_000);

    let report = PeriodReport::of(made(&window));

    let text = serde_json::to_string(&report).unwrap();
    assert!(text.len() < 200_000, "{}", text.len());
    assert!(report.follow_ups.len() <= limits::FOLLOW_UPS);
}
