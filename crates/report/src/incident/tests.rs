//! Reports of incidents as the watch answered them once, and of answers that somebody else wrote.

use serde_json::{Value, json};

use super::*;
use crate::document::{html, markdown};

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The answers about an incident that checks and the gateway's own traffic saw.
fn answered() -> Answers {
    Answers {
        incident: read(include_str!("../../fixtures/incident_2.json")),
        evidence: vec![
            read(include_str!("../../fixtures/evidence_3.json")),
            read(include_str!("../../fixtures/evidence_4.json")),
            read(include_str!("../../fixtures/evidence_5.json")),
        ],
        monitors: vec![
            read(include_str!("../../fixtures/monitor_api.json")),
            read(include_str!("../../fixtures/monitor_gateway.json")),
        ],
        events: Some(read(include_str!("../../fixtures/events.json"))),
        failures: Some(read(include_str!("../../fixtures/failures.json"))),
    }
}

fn refused() -> Answers {
    Answers {
        incident: read(include_str!("../../fixtures/incident_1.json")),
        evidence: vec![
            read(include_str!("../../fixtures/evidence_1.json")),
            read(include_str!("../../fixtures/evidence_2.json")),
        ],
        monitors: vec![read(include_str!("../../fixtures/monitor_shop.json"))],
        events: None,
        failures: None,
    }
}

fn report(answers: &Answers) -> Report {
    Report::of(answers, "2026-11-23T23:40:10Z".parse().expect("a moment"), false)
}

#[test]
fn a_report_holds_what_a_host_would_ask_for() {
    let report = report(&answered());

    assert_eq!(
        report.targets[0].target.as_deref(),
        Some("http://127.0.0.1:3125/api/v1/items?key=***")
    );
    assert_eq!(report.window.from.as_deref(), Some("2026-11-23T23:32:52.068Z"));
    assert_eq!(report.window.seconds, Some(437));
    assert!(report.parties.iter().any(|it| it.kind == "endpoint" && it.name == "127.0.0.1:3124"));
    assert!(report.parties.iter().any(|it| it.kind == "gateway" && it.name == "127.0.0.1:3125"));
    assert!(report.request_ids.iter().any(|it| it.id == "6dfeaf2af9a67b4822982d5468ba8539"));
    assert!(report.request_ids.iter().any(|it| it.id == "03baeb5ff6fcde2f709060ec39a7b4b8"));
    let instance = report.instances.iter().find(|it| it.name == "127.0.0.1:3124");
    assert!(instance.is_some_and(|it| it.failures > 1), "{:?}", report.instances);
    assert!(report.evidence.iter().any(|it| it.quote.contains("closed without an answer")));
    assert_eq!(report.waterfall.len(), 2);
    assert!(report.waterfall[1].phases.iter().any(|it| it.broke));
    assert_eq!(report.changes.as_ref().map(|it| it[0].text.as_str()), Some("v1.2 of shop"));
    let steps: Vec<&str> = report.steps_taken.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(steps, ["note", "step", "acknowledged"]);
    assert_eq!(report.next_update.at.as_deref(), Some("2026-11-24T00:10:00Z"));
    let texts: Vec<&str> = report.texts.iter().map(|it| it.to.as_str()).collect();
    assert_eq!(texts, ["host", "cdn", "developer", "customers"]);
    let asked: Vec<&str> = report.review.iter().map(|it| it.about.as_str()).collect();
    assert_eq!(asked, ["impact", "cause", "what_held", "what_we_learn", "follow_ups"]);
}

#[test]
fn every_part_stands_in_every_form() {
    let report = report(&answered());
    let document = document(&report, true);

    let (html, markdown) = (html::file(&document), markdown::file(&document));

    for heading in [
        "In short",
        "Where it breaks",
        "What is affected",
        "What the time went to",
        "Evidence",
        "What it can be",
        "Changes and deploys",
        "Steps already taken",
        "What to do next",
        "Expected next update",
        "What is not known",
        "Texts to send",
        "Timeline",
        "After the incident: to complete",
    ] {
        assert!(html.contains(&format!("<h2>{heading}</h2>")), "{heading}");
        assert!(markdown.contains(&format!("\n## {heading}\n")), "{heading} in\n{markdown}");
    }
    assert_eq!(html.matches("<svg").count(), 2);
    assert_eq!(html.matches("<textarea").count(), 5);
}

#[test]
fn secrets_and_query_values_are_masked_unless_they_are_asked_for() {
    let shown = |show_query| {
        let now = "2026-11-23T23:40:10Z".parse().expect("a moment");
        Report::of(&answered(), now, show_query).json()
    };

    assert!(!shown(false).contains("hunter2"));
    assert!(shown(true).contains("hunter2"));
}

#[test]
fn json_is_read_back_as_it_was() {
    let report = report(&answered());

    let read: Report = serde_json::from_str(&report.json()).expect("a report");

    assert_eq!(read, report);
    assert_eq!(read.schema, SCHEMA);
}

#[test]
fn texts_promise_nothing_and_say_what_is_not_known() {
    let open = report(&refused());
    let mut over = refused();
    over.incident["incident"]["resolved_at"] = json!("2026-11-23T23:39:49.401Z");
    over.incident["incident"]["state"] = json!("resolved");
    let over = report(&over);

    let text = |report: &Report, to| ready(report, to).map(|it| it.whole()).unwrap_or_default();
    for report in [&open, &over] {
        for to in Addressee::ALL {
            let text = text(report, to).to_lowercase();
            for promise in
                ["guarantee", "will be fixed", "fixed by", "never again", "soon", "shortly"]
            {
                assert!(!text.contains(promise), "{promise} in\n{text}");
            }
        }
        assert!(text(report, Addressee::Host).contains("What is not known:"));
        assert!(text(report, Addressee::Host).contains("connection refused"));
    }
    assert!(text(&open, Addressee::Customers).contains("When it will be over is not known yet."));
    assert!(text(&over, Addressee::Customers).contains("Our checks succeed again"));
    assert_eq!(over.next_update.at, None);
}

#[test]
fn customers_read_no_address_and_no_name_of_ours() {
    let report = report(&answered());

    let text = ready(&report, Addressee::Customers).map(|it| it.whole()).unwrap_or_default();

    for inner in ["127.0.0.1", "closed_before", "php", "api", "db-2"] {
        assert!(!text.contains(inner), "{inner} in\n{text}");
    }
}

#[test]
fn of_empty_answers_nothing_is_claimed() {
    let report = report(&Answers::default());

    assert_eq!(report.window.seconds, None);
    assert!(report.not_known.contains(&"The cause is not known.".to_owned()));
    let html = html::file(&document(&report, true));
    assert!(html.contains("Since when is not known.") && !html.contains("NaN"));
}

#[test]
fn a_failure_of_the_gateway_belongs_to_the_incident_of_its_time_and_cause() {
    let mut answers = refused();
    let row = |id: &str, at: &str, cause: &str| json!({ "id": id, "at": at, "cause": cause, "method": "GET", "host": "a", "path": "/" });
    answers.failures = Some(json!({ "failures": [
        row("mine", "2026-11-23T23:33:00Z", "connect_refused"),
        row("before", "2026-11-23T20:00:00Z", "connect_refused"),
        row("other", "2026-11-23T23:33:00Z", "dns_timeout"),
    ] }));

    let ids: Vec<String> = report(&answers).request_ids.into_iter().map(|it| it.id).collect();

    assert_eq!(ids, ["mine"]);
}

/// Returns answers in which every text is `evil`, keys and moments aside.
fn of_somebody_else(evil: &str) -> Answers {
    fn replaced(value: &Value, evil: &str) -> Value {
        match value {
            Value::String(text) => {
                let is_kept = text.starts_with("2026-") || text.starts_with("goodgate.");
                json!(if is_kept || text == "api" { text } else { evil })
            }
            Value::Array(all) => all.iter().map(|it| replaced(it, evil)).collect(),
            Value::Object(all) => {
                let kept = |key: &str| matches!(key, "hop" | "stage" | "state");
                let of = |(key, value): (&String, &Value)| {
                    (key.clone(), if kept(key) { value.clone() } else { replaced(value, evil) })
                };
                Value::Object(all.iter().map(of).collect())
            }
            other => other.clone(),
        }
    }
    let mut answers = answered();
    answers.incident = replaced(&answers.incident, evil);
    for one in answers.evidence.iter_mut().chain(&mut answers.monitors) {
        *one = replaced(one, evil);
    }
    answers.events = answers.events.map(|it| replaced(&it, evil));
    answers
}

#[test]
fn text_from_outside_is_text_in_every_form() {
    for evil in crate::document::EVIL {
        let report = report(&of_somebody_else(evil));
        let document = document(&report, true);
        let html = html::file(&document);
        let markdown = markdown::file(&document);

        for markup in ["<script", "<img", "<b>x", "\" on"] {
            assert!(!html.contains(markup), "{markup} of {evil:?}");
        }
        for event in pulldown_cmark::Parser::new_ext(&markdown, pulldown_cmark::Options::all()) {
            use pulldown_cmark::{Event, Tag};
            let is_markup = matches!(event, Event::Html(_) | Event::InlineHtml(_))
                || matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. }));
            assert!(!is_markup, "{event:?} of {evil:?} in\n{markdown}");
        }
        for form in [html, markdown, report.json()] {
            assert!(!form.contains(['\u{1b}', '\u{202e}', '\u{7}', '\u{0}']), "{evil:?}");
        }
    }
}

#[test]
fn whatever_is_in_the_answers_a_report_is_bounded() {
    let mut answers = of_somebody_else(&"x ".repeat(3_000));
    answers.incident["incident"]["summary"] = json!("x".repeat(1 << 20));
    let rows = |name: &str| answers.incident[name].as_array().cloned().unwrap_or_default();
    let (timeline, evidence) = (rows("timeline"), rows("evidence"));
    answers.incident["timeline"] = timeline.iter().cycle().take(2_000).cloned().collect();
    answers.incident["evidence"] = evidence.iter().cycle().take(2_000).cloned().collect();

    let report = report(&answers);

    assert!(report.json().len() < 8 << 20, "{}", report.json().len());
    assert!(
        report
            .left_out
            .iter()
            .any(|it| it.contains("pieces of evidence") || it.contains("evidence"))
    );
    assert!(html::file(&document(&report, true)).len() < 8 << 20);
}

#[test]
fn several_incidents_begin_with_a_summary() {
    let reports = [report(&answered()), report(&refused())];
    let period = Period {
        from: "2026-11-23T20:00:00Z".to_owned(),
        until: "2026-11-23T23:40:10Z".to_owned(),
        made_at: "2026-11-23T23:40:10Z".to_owned(),
        left_out: 0,
    };

    let html = html::file(&several(&reports, &period, false));

    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in\n{html}"));
    assert!(at("2 incidents, 2 of them not over") < at("<h2>All of them</h2>"));
    assert!(at("<h2>All of them</h2>") < at("<h2>Incident 2:"));
    assert!(at("<h2>Incident 2:") < at("<h2>Incident 1:"));
    assert!(html.contains("<h3>In short</h3>"));
}

/// Where the schema is kept for others.
const SCHEMA_FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/report.schema.json");

#[test]
fn the_schema_is_that_of_the_type() {
    let mut schema = serde_json::to_value(schemars::schema_for!(Report)).expect("JSON");
    schema["$id"] = json!(SCHEMA);
    schema["title"] = json!("The report of an incident, by goodgate");
    schema["properties"]["schema"] = json!({ "const": SCHEMA });
    let text = format!("{schema:#}\n");
    if std::env::var_os("GOODGATE_WRITE").is_some() {
        std::fs::write(SCHEMA_FILE, &text).expect("written");
    }

    let kept = std::fs::read_to_string(SCHEMA_FILE).unwrap_or_default();

    assert!(kept == text, "run it with GOODGATE_WRITE=1 to write {SCHEMA_FILE} anew");
}

#[test]
fn reports_are_as_the_schema_says() {
    let schema = read(&std::fs::read_to_string(SCHEMA_FILE).expect("the schema"));
    let validator = jsonschema::validator_for(&schema).expect("a schema");

    for answers in [answered(), refused(), Answers::default()] {
        let mut json = read(&report(&answers).json());
        assert!(validator.is_valid(&json), "{:?}", validator.validate(&json));

        json["window"]["seconds"] = json!("a while");
        assert!(!validator.is_valid(&json));
    }
}
