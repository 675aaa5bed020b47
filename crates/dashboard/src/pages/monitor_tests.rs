use super::*;
use crate::model::{Component, Finding as Found, Monitor, Phases, RollUp};

const AT: &str = "2026-11-23T20:47:00.000Z";

fn answer() -> MonitorAnswer {
    let phases = Phases { connect_ms: Some(4.0), head_ms: Some(30.0), ..Phases::default() };
    let good = Measured {
        at: "2026-11-23T20:46:30Z".to_owned(),
        took_ms: 40.0,
        outcome: "good".to_owned(),
        status: Some(200),
        phases,
        ..Measured::default()
    };
    let bad = Measured {
        at: "2026-11-23T20:47:00Z".to_owned(),
        outcome: "bad".to_owned(),
        why: Some("connect_refused".to_owned()),
        status: None,
        ..good.clone()
    };
    let doubtful = Measured {
        outcome: "unmeasured".to_owned(),
        why: Some("resolver".to_owned()),
        ..bad.clone()
    };
    let hour = RollUp {
        at: "2026-11-23T20:00:00Z".to_owned(),
        checks: 90,
        bad: 1,
        states: [("up".to_owned(), 89), ("down".to_owned(), 1)].into(),
        p50_ms: Some(40.0),
        p95_ms: Some(60.0),
        p99_ms: Some(90.0),
    };
    let day = Uptime {
        up: Some(0.9877),
        partial: Some(0.0),
        down: Some(0.0123),
        unknown: Some(0.021),
        ..Uptime::default()
    };
    MonitorAnswer {
        at: AT.to_owned(),
        monitor: MonitorFile {
            now: Monitor {
                id: "api/till".to_owned(),
                state: "down".to_owned(),
                since: "2026-11-23T20:44:00Z".to_owned(),
                for_seconds: 180,
                tags: vec!["shop".to_owned()],
                finding: Some(Found {
                    cause: Some("connect_refused".to_owned()),
                    title: Some("Nothing listens.".to_owned()),
                    confidence: 0.986,
                    summary: "10.0.0.7:8080: connection refused".to_owned(),
                    stage: Some("connect".to_owned()),
                    blame: Some("origin".to_owned()),
                    components: vec![],
                }),
                incident: Some("41".to_owned()),
                ..Monitor::default()
            },
            uptime: [("24h".to_owned(), day)].into(),
            slo: None,
            results: vec![bad, doubtful, good],
            hours: vec![hour],
            days: vec![],
            transitions: vec![],
        },
    }
}

fn html(answer: &MonitorAnswer) -> String {
    shown(answer).render().expect("html")
}

fn shown(answer: &MonitorAnswer) -> Page {
    of(Frame::live("", "/", &Viewer::guest()), answer, &Wish::default())
}

#[test]
fn what_is_wrong_and_why_stands_on_the_page() {
    let html = html(&answer());

    for wanted in [
        "Since 2026-11-23 20:44:00 UTC, for 3 min.",
        "10.0.0.7:8080: connection refused",
        "<a href=\"/causes/connect_refused\">",
        "99 %",
        "opening the connection",
        "the server or application that owns the resource",
        "<a href=\"/incidents/41\">",
        "<a href=\"/?tag=shop\">",
        "our own resolver does not answer",
    ] {
        assert!(html.contains(wanted), "{wanted} is not in {html}");
    }
}

#[test]
fn what_was_not_measured_is_told_apart_from_what_was_down() {
    let times = shown(&answer()).uptime;

    let day = &times[0];
    assert_eq!([&*day.up, &*day.down, &*day.unknown], ["98.7 %", "1.3 %", "2.1 %"]);
    assert_eq!([&*times[1].up, &*times[1].excepted], ["not known", "not known"]);
}

#[test]
fn a_time_without_any_measurement_was_neither_up_nor_down() {
    let mut answer = answer();
    let unseen = Uptime { up: Some(0.0), down: Some(0.0), unknown: Some(1.0), ..Uptime::default() };
    answer.monitor.uptime.insert("24h".to_owned(), unseen);

    let day = &shown(&answer).uptime[0];

    assert_eq!([&*day.up, &*day.down, &*day.unknown], ["not known", "not known", "100 %"]);
}

#[test]
fn a_budget_that_is_used_up_is_never_left() {
    let slo = Slo {
        objective: 0.9995,
        window_seconds: 2_592_000,
        spent: 1.7,
        left: -0.7,
        burn_rate_1h: 0.0,
        burns_too_fast: false,
    };

    let over = budget(&slo);
    let half = budget(&Slo { spent: 0.5, left: 0.5, ..slo });

    assert!(over.is_bad && !half.is_bad);
    assert!(
        over.says.starts_with("Objective: 99.95 % over 30 d. The error budget is used up."),
        "{}",
        over.says
    );
    assert!(half.says.contains("50.0 % of the error budget is left"), "{}", half.says);
}

#[test]
fn an_answer_with_nothing_in_it_makes_a_page_that_claims_nothing() {
    let html = html(&MonitorAnswer::default());

    assert!(html.contains("Since when is not known."), "{html}");
    assert!(html.contains("There is no check yet."), "{html}");
    assert!(html.contains("not known") && !html.contains("<svg"), "{html}");
}

#[test]
fn only_what_can_be_done_is_offered() {
    assert_eq!(acts("paused"), [("resume", "Resume")]);
    assert_eq!(acts("down"), [("check", "Check now"), ("pause", "Pause")]);
}

#[test]
fn an_id_that_means_another_place_has_no_path() {
    let long = "a".repeat(MONITOR_ID + 1);
    for id in ["", "..", "../status", "shop/..", "shop/./pause", "/", "/shop", &long] {
        assert_eq!(path_of(id), None, "{id:?}");
    }
    assert_eq!(path_of("api/till").as_deref(), Some("api/till"));
    assert_eq!(path_of("gateway//").as_deref(), Some("gateway//"));
    assert_eq!(path_of("gateway/..x").as_deref(), Some("gateway/..x"));
    assert_eq!(path_of("a?b#c%2e").as_deref(), Some("a%3Fb%23c%252e"));
}

/// The answer with a text in every field that holds one.
fn hostile(text: &str, many: usize) -> MonitorAnswer {
    let mut answer = answer();
    let evil = || text.to_owned();
    let monitor = &mut answer.monitor;
    let now = &mut monitor.now;
    for field in [
        &mut now.id,
        &mut now.origin,
        &mut now.kind,
        &mut now.target,
        &mut now.state,
        &mut now.since,
    ] {
        *field = evil();
    }
    now.tags = vec![evil(); many];
    now.doubt = Some(evil());
    now.incident = Some(evil());
    now.finding = Some(Found {
        cause: Some(evil()),
        title: Some(evil()),
        confidence: f64::MAX,
        summary: evil(),
        stage: Some(evil()),
        blame: Some(evil()),
        components: vec![Component { kind: evil(), name: evil() }; many],
    });
    let check = Measured {
        at: evil(),
        state: evil(),
        outcome: evil(),
        why: Some(evil()),
        took_ms: -1.0,
        ..Measured::default()
    };
    now.last = Some(check.clone());
    monitor.results = vec![check; many];
    for sum in &mut monitor.hours {
        sum.states.insert(evil(), 7);
    }
    monitor.uptime.insert(evil(), Uptime::default());
    monitor.days = monitor.hours.clone();
    let change = Change {
        at: evil(),
        from: evil(),
        to: evil(),
        doubt: None,
        cause: Some(evil()),
        summary: Some(evil()),
    };
    monitor.transitions = vec![change.clone(), Change { doubt: Some(evil()), ..change }];
    answer
}

#[test]
fn a_text_from_outside_is_no_code_in_any_field_and_rows_are_bounded() {
    let evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\u{1b}[31m";

    let html = html(&hostile(evil, 700));

    for code in ["<script>alert", "<img", "\u{202e}", "\u{1b}", " style=", " onload="] {
        assert!(!html.contains(code), "{code} is in the page");
    }
    assert!(html.len() < 1_000_000, "{}", html.len());
    assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{html}");
}

#[test]
fn a_text_without_end_does_not_make_a_page_without_end() {
    let html = html(&hostile(&"\u{202e}".repeat(100_000), 3));

    assert!(html.len() < 1_000_000, "{}", html.len());
    assert!(!html.contains('\u{202e}'));
}

#[test]
fn a_certificate_is_shown_with_the_time_that_it_has_left() {
    let at = "2026-11-23T12:00:00Z";
    let until =
        |not_after: &str| Certificate { not_after: not_after.to_owned(), ..Certificate::default() };
    let says = |not_after: &str| {
        let certificate = until(not_after);
        (validity(Some(&certificate), at), ending(Some(&certificate), at))
    };

    let (far, warning) = says("2027-01-02T12:00:00Z");
    assert_eq!(far, "valid for 40 d more, until 2027-01-02 12:00:00 UTC");
    assert_eq!(warning, "");
    let (soon, warning) = says("2026-11-30T12:00:00Z");
    assert!(soon.starts_with("valid for 7 d more"), "{soon}");
    assert!(warning.contains("7 d more") && warning.ends_with("Renew it."), "{warning}");
    let (over, warning) = says("2026-11-20T12:00:00Z");
    assert!(over.starts_with("ended 3 d ago"), "{over}");
    assert!(warning.contains("ended 3 d ago"), "{warning}");
    assert_eq!(says("<b>").0, "not known");
    assert_eq!(validity(None, at), "not known yet");
}
