use super::*;
use crate::model::{Component, Moved};

fn file() -> IncidentFile {
    let component = |kind: &str, name: &str| Component { kind: kind.into(), name: name.into() };
    IncidentFile {
        at: "2026-11-23T20:47:00.000Z".to_owned(),
        incident: Incident {
            id: "41".to_owned(),
            kind: "failure".to_owned(),
            state: "open".to_owned(),
            opened_at: "2026-11-23T20:24:00.000Z".to_owned(),
            cause: Some("connect_refused".to_owned()),
            title: Some("Nothing listens.".to_owned()),
            confidence: 0.986,
            summary: "the origin 10.0.0.7:8080: connection refused".to_owned(),
            stage: Some("connect".to_owned()),
            blame: Some("origin".to_owned()),
            components: vec![component("gateway", "nginx"), component("endpoint", "10.0.0.7:8080")],
            monitors: vec!["api/till".to_owned()],
            ..Incident::default()
        },
        ..IncidentFile::default()
    }
}

fn shown(file: &IncidentFile, events: Option<&Events>) -> Page {
    of(Frame::live("", "/incidents", &Viewer::guest()), file, events)
}

fn html(file: &IncidentFile) -> String {
    shown(file, None).render().expect("html")
}

#[test]
fn what_is_wrong_who_must_act_and_what_was_met_stand_on_the_page() {
    let html = html(&file());

    for wanted in [
        "Since 2026-11-23 20:24:00 UTC, for 23 min.",
        "Nobody takes care of it yet.",
        "breaks here: opening the connection",
        "Between the gateway nginx and the endpoint 10.0.0.7:8080",
        "<a href=\"/causes/connect_refused\">",
        "99 %",
        "Who must act",
        "<a href=\"/monitors/api/till\">",
        "Not known: the watch does not answer this question.",
        "Nobody was told.",
    ] {
        assert!(html.contains(wanted), "{wanted} is not in {html}");
    }
}

#[test]
fn an_incident_that_is_over_says_so_everywhere() {
    let mut file = file();
    file.incident.state = "resolved".to_owned();
    file.incident.resolved_at = Some("2026-11-23T20:29:00Z".to_owned());
    file.incident.acknowledged =
        Some(Moved { at: "2026-11-23T20:25:00Z".to_owned(), by: "eve".to_owned() });

    let html = html(&file);

    assert!(
        html.contains("From 2026-11-23 20:24:00 UTC to 2026-11-23 20:29:00 UTC: 5 min."),
        "{html}"
    );
    assert!(html.contains("eve took care of it"), "{html}");
    assert!(html.contains("broke here") && !html.contains("breaks here"), "{html}");
}

#[test]
fn without_a_stage_nothing_is_drawn_and_nobody_blamed() {
    let file = IncidentFile::default();

    let page = shown(&file, None);

    assert_eq!(page.chain, None);
    let html = page.render().expect("html");
    assert!(html.contains("Since when is not known.") && !html.contains("breaks here"), "{html}");
}

#[test]
fn commands_stand_with_what_is_said_of_them() {
    let say = |text: &str| Step { say: Some(text.to_owned()), run: None };
    let run = |text: &str| Step { say: None, run: Some(text.to_owned()) };
    let todo = |say: &str, run: &str| Todo { say: say.to_owned(), run: run.to_owned() };

    let all = steps(&[run("a"), say("then:"), run("b  # c"), run("d"), say("last")]);

    assert_eq!(all, [todo("", "a"), todo("then:", "b  # c\nd"), todo("last", "")]);
}

#[test]
fn the_timeline_is_in_the_order_of_what_happened_the_latest_first() {
    let entry = |at: &str, kind: &str| TimelineEntry {
        at: format!("2026-11-23T20:{at}.000Z"),
        kind: kind.to_owned(),
        text: kind.to_owned(),
        ..TimelineEntry::default()
    };
    // A change before the incident is told of once it is open.
    let all = [
        entry("24:00", "opened"),
        entry("24:00", "joined"),
        entry("23:30", "marker"),
        entry("29:00", "resolved"),
    ];

    let kinds: Vec<String> = timeline(&all).into_iter().map(|it| it.kind).collect();

    assert_eq!(kinds, ["Resolved", "Joined", "Opened", "Change"]);
}

#[test]
fn changes_are_asked_for_from_before_the_beginning_to_the_end() {
    let mut incident = file().incident;

    let open = around(&incident, "2026-11-23T20:47:00.000Z").map(|ask| ask.target);
    incident.resolved_at = Some("2026-11-23T20:29:00Z".to_owned());
    let over = around(&incident, "2026-11-23T20:47:00.000Z").map(|ask| ask.target);

    assert_eq!(
        open.as_deref(),
        Some("/events?since=2026-11-23T08%3A24%3A00Z&until=2026-11-23T20%3A47%3A00Z&limit=30")
    );
    assert!(over.is_some_and(|it| it.contains("until=2026-11-23T20%3A29%3A00Z")));
    incident.opened_at = "a&until=b".to_owned();
    assert_eq!(around(&incident, "2026-11-23T20:47:00.000Z"), None);
}

#[test]
fn a_change_after_the_beginning_is_told_apart() {
    let event =
        |at: &str| Event { at: at.to_owned(), kind: "deploy".to_owned(), ..Event::default() };
    let events = Events {
        events: vec![event("2026-11-23T20:25:00.000Z"), event("2026-11-23T20:20:00.000Z")],
        ..Events::default()
    };

    let changes = shown(&file(), Some(&events)).changes.expect("changes");

    assert_eq!([&*changes[0].about, &*changes[1].about], ["after it began", ""]);
}

#[test]
fn how_far_a_message_is_stands_in_words() {
    let of = |state: &str| Delivery {
        state: state.to_owned(),
        attempts: 3,
        due_at: "2026-11-23T20:49:00Z".to_owned(),
        why: Some("timed out".to_owned()),
        ..Delivery::default()
    };

    let says = ["pending", "dead", "superseded"].map(|state| {
        let told = delivery(&of(state));
        format!("{}: {}", told.state, told.says)
    });

    assert_eq!(
        says,
        [
            "on its way: 3 attempts; next at 2026-11-23 20:49:00 UTC; timed out",
            "given up: nobody got it: 3 attempts; timed out",
            "a later one stands for it: 3 attempts; timed out",
        ]
    );
}

/// An incident with a text in every field that holds one, and many of each.
fn hostile(text: &str, many: usize) -> (IncidentFile, Events) {
    let evil = || text.to_owned();
    let some = || Some(text.to_owned());
    let incident = Incident {
        id: evil(),
        kind: evil(),
        state: evil(),
        opened_at: evil(),
        acknowledged: Some(Moved { at: evil(), by: evil() }),
        resolved_at: some(),
        cause: some(),
        title: some(),
        confidence: -1.0,
        summary: evil(),
        stage: some(),
        blame: some(),
        components: vec![Component { kind: "endpoint".to_owned(), name: evil() }; many],
        monitors: vec![evil(); many],
    };
    let entry =
        TimelineEntry { at: evil(), kind: evil(), monitor: some(), by: some(), text: evil() };
    let delivery = Delivery {
        key: evil(),
        incident: evil(),
        kind: evil(),
        channel: evil(),
        state: evil(),
        decided_at: evil(),
        due_at: evil(),
        attempts: u32::MAX,
        why: some(),
        accepted_at: some(),
    };
    let row =
        EvidenceRow { id: evil(), monitor: evil(), at: evil(), kind: evil(), bytes: u64::MAX };
    let file = IncidentFile {
        at: evil(),
        incident,
        timeline: vec![entry; many],
        deliveries: vec![delivery; many],
        evidence: vec![row; many],
        steps: vec![Step { say: some(), run: some() }; many],
    };
    let event =
        Event { at: evil(), kind: evil(), text: evil(), by: evil(), tags: vec![evil(); many] };
    (file, Events { at: evil(), events: vec![event; many] })
}

#[test]
fn a_text_from_outside_is_no_code_in_any_field_and_rows_are_bounded() {
    let evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\u{1b}[31m";
    let (file, events) = hostile(evil, 700);

    let html = shown(&file, Some(&events)).render().expect("html");

    for code in ["<script>alert", "<img", "\u{202e}", "\u{1b}", " style=", " onload="] {
        assert!(!html.contains(code), "{code} is in the page");
    }
    assert!(html.len() < 1_000_000, "{}", html.len());
    assert!(!html.contains("/incidents/\"") && !html.contains("/monitors/\""));
}

#[test]
fn a_text_without_end_does_not_make_a_page_without_end() {
    let (file, events) = hostile(&"\u{202e}".repeat(100_000), 3);

    let html = shown(&file, Some(&events)).render().expect("html");

    assert!(html.len() < 1_000_000, "{}", html.len());
    assert!(!html.contains('\u{202e}'));
}
