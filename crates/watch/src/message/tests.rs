//! What people read: the built-in texts, word for word, and what hostile text does to them.

use std::path::PathBuf;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::incident::{
    self, Ending, Hush, Marker, MarkerKind, PlanId, Radius, Subject, Why,
};
use goodgate_incident::{
    AlertKey, AlertKind, Component, Doubt, IncidentId, MonitorId, State, Timestamp,
};

use super::gsm::{Alphabet, count};
use super::{Alert, Brief, Links, Message, Templates, sample};

/// Compares with a file of `golden`; `GOODGATE_BLESS=1` writes it anew, to be read before it is committed.
fn golden(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/message/golden").join(name);
    if std::env::var_os("GOODGATE_BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(actual, expected, "{name}");
}

fn message(alert: Alert) -> Message {
    Message::new(alert, &Templates::default(), true, 1)
}

fn of_kind(kind: AlertKind, minutes: i64) -> Alert {
    let mut alert = sample::full();
    alert.key.kind = kind;
    alert.at = Timestamp(alert.since.0 + minutes * 60_000_000);
    alert
}

fn all_kinds() -> Vec<(&'static str, Alert)> {
    let mut resolved = of_kind(AlertKind::Resolved, 17);
    resolved.until = Some(resolved.at);
    resolved.state = State::Up;
    let mut updated = of_kind(AlertKind::Updated, 1);
    updated.monitors = (1..=12).map(|number| format!("shop-{number}")).collect();
    updated.monitors_total = 500;
    let mut cannot_measure = sample::bare();
    cannot_measure.state = State::Unknown;
    cannot_measure.doubt = Some(Doubt::Network);
    vec![
        ("opened", sample::full()),
        ("bare", sample::bare()),
        ("updated", updated),
        ("reminder", of_kind(AlertKind::Reminder, 40)),
        ("escalated", of_kind(AlertKind::Escalated, 15)),
        ("resolved", resolved),
        ("digest", sample::digest()),
        ("again", Alert::of(&decided(Why::FailsAgain), "watch-1", Links::default())),
        ("proof", sample::proof("watch-1", sample::full().at, 3)),
        ("cannot_measure", cannot_measure),
    ]
}

/// An alert as the engine gives it.
fn decided(why: Why) -> incident::Alert {
    let full = sample::full();
    incident::Alert {
        key: AlertKey { incident: IncidentId(7), kind: AlertKind::Opened, number: 1 },
        at: full.at,
        plan: PlanId(Arc::from("ops")),
        steps: 1,
        channels: BTreeSet::new(),
        why,
        subject: Subject::Targets,
        since: full.since,
        until: None,
        lasted: Duration::from_secs(3),
        state: State::Partial,
        cause: Some("connect_refused"),
        finding: full.finding,
        components: BTreeSet::from([Component::Endpoint(Arc::from("10.0.0.7:8080"))]),
        monitors: vec![MonitorId(Arc::from("shop")), MonitorId(Arc::from("api/shop"))],
        radius: Radius { down: 1, partial: 3, recovered: 2, ..Radius::default() },
        acknowledged: Some(("anna".to_owned(), full.at)),
        markers: vec![Marker {
            at: full.since,
            kind: MarkerKind::Deploy,
            what: "v1.2".to_owned(),
            by: "ci".to_owned(),
            monitors: BTreeSet::new(),
        }],
        digest: None,
    }
}

#[test]
fn what_the_engine_decided_is_said_in_full() {
    let text = message(Alert::of(&decided(Why::Began), "watch-1", Links::default()));

    for said in [
        "PARTLY DOWN: Nothing listens",
        "Monitors: shop, api/shop and 2 more",
        "In common: endpoint 10.0.0.7:8080",
        "How they are: 1 down, 3 partly down, 2 recovered",
        "Taken by: anna, 2026-11-23 03:02:20 UTC",
        "2026-11-23 03:02:17 UTC: deploy v1.2 (by ci)",
    ] {
        assert!(text.plain().contains(said), "{said}: {}", text.plain());
    }
}

#[test]
fn why_it_is_told_only_now_is_said() {
    let since = Timestamp(sample::full().since.0 - 60_000_000);
    for (why, said) in [
        (Why::FailsAgain, "DOWN AGAIN"),
        (Why::FailsAgain, "It had recovered and fails again."),
        (
            Why::Unhushed(Hush::Silence(incident::SilenceId(Arc::from("night"))), since),
            "It was silenced since 2026-11-23 03:01:17 UTC and still fails.",
        ),
        (
            Why::Unhushed(Hush::Parent(MonitorId(Arc::from("router"))), since),
            "because router failed; it still fails.",
        ),
    ] {
        let text = message(Alert::of(&decided(why), "watch-1", Links::default()));
        assert!(text.plain().contains(said), "{said}: {}", text.plain());
    }
}

#[test]
fn a_withdrawn_incident_is_not_said_to_have_recovered() {
    let mut alert = decided(Why::Over(Ending::Withdrawn));
    alert.key.kind = AlertKind::Resolved;
    alert.until = Some(alert.at);
    let text = message(Alert::of(&alert, "watch-1", Links::default()));

    assert!(text.plain().contains("Its monitors are not checked any more."), "{}", text.plain());
    assert!(!text.plain().contains("answers again"), "{}", text.plain());
}

#[test]
fn a_digest_says_what_could_not_be_measured_and_what_was_left_out() {
    let since = sample::full().since;
    let mut alert = decided(Why::CutOff);
    alert.key.kind = AlertKind::Digest;
    alert.digest = Some(incident::Digest {
        from: since,
        to: Timestamp(since.0 + 300_000_000),
        unmeasured: 40,
        still_unmeasured: 2,
        missed: vec![incident::Missed {
            incident: IncidentId(7),
            monitors: vec![MonitorId(Arc::from("shop"))],
            monitors_total: 3,
            cause: None,
            summary: "It fails".to_owned(),
            from: since,
            to: None,
        }],
        more: 4,
        supersedes: Vec::new(),
    });
    let text = message(Alert::of(&alert, "watch-1", Links::default()));

    for said in [
        "TOLD LATE: 5 incidents could not be told in time: this watch was cut off for 5 min.",
        "Not measured: 40 monitors in that time, 2 still",
        "#7 from 2026-11-23 03:02:17 UTC (it lasts): shop and 2 more: It fails",
        "and 4 more",
    ] {
        assert!(text.plain().contains(said), "{said}: {}", text.plain());
    }
}

#[test]
fn every_kind_of_alert_reads_as_it_was_approved() {
    for (name, alert) in all_kinds() {
        let message = message(alert);
        let text =
            format!("{}\n---\n{}\n---\n{}", message.subject(), message.sms(), message.plain());
        golden(&format!("{name}.txt"), &text);
    }
}

#[test]
fn the_html_reads_as_it_was_approved() {
    golden("opened.html", message(sample::full()).html());
}

#[test]
fn the_json_reads_as_it_was_approved() {
    let json = serde_json::to_string_pretty(message(sample::full()).json()).unwrap();

    golden("opened.json", &format!("{json}\n"));
}

#[test]
fn every_message_has_the_same_fields_in_json() {
    let names = |alert| -> Vec<String> {
        message(alert).json().as_object().unwrap().keys().cloned().collect()
    };
    let expected = names(sample::full());

    for (name, alert) in all_kinds() {
        assert_eq!(names(alert), expected, "{name}");
    }
}

#[test]
fn the_html_loads_nothing_from_anywhere() {
    for (name, alert) in all_kinds() {
        let html = message(alert).html().to_lowercase();
        for word in
            ["src=", "url(", "@import", "<script", "<link", "<img", "<iframe", "javascript:"]
        {
            assert!(!html.contains(word), "{name}: {word}");
        }
        assert!(html.contains("prefers-color-scheme:dark"), "{name}");
    }
}

#[test]
fn an_sms_is_one_segment_and_begins_with_state_and_verdict() {
    for (name, alert) in all_kinds() {
        let message = message(alert);
        let counted = count(message.sms());

        assert_eq!((counted.alphabet, counted.segments), (Alphabet::Gsm7, 1), "{name}");
        let first = message.brief().verdict.split(' ').next().unwrap();
        let expected = format!("{}: {first}", message.brief().mark);
        assert!(message.sms().starts_with(&expected), "{name}: {}", message.sms());
    }
}

#[test]
fn a_long_verdict_leaves_room_for_the_number_of_the_incident() {
    let mut alert = sample::full();
    alert.finding.as_mut().unwrap().summary = "word ".repeat(100);
    let sms = message(alert).sms().to_owned();

    assert!(sms.starts_with("DOWN: word word") && sms.ends_with("... (#7)"), "{sms}");
    assert!(count(&sms).units > 150, "{sms}");
}

#[test]
fn a_name_in_other_letters_is_kept_and_still_one_segment() {
    let mut alert = sample::bare();
    alert.monitors = vec!["магазин".to_owned()];
    let sms = message(alert).sms().to_owned();

    assert_eq!((count(&sms).alphabet, count(&sms).segments), (Alphabet::Ucs2, 1), "{sms}");
    assert!(sms.contains("магазин"), "{sms}");
}

/// What an attacker who controls a host name, a header or an error page may try.
const EVIL: &str = "</h1><script>alert(1)</script>\r\nBcc: all@example.org\x1b[2J\u{202e} \
                    <!channel> [x](javascript:a) https://u:hunter2@h/?token=abcdefgh12345678";

fn evil() -> Alert {
    let mut alert = sample::full();
    alert.monitors = vec![EVIL.to_owned()];
    alert.watch = EVIL.to_owned();
    alert.finding.as_mut().unwrap().summary = EVIL.to_owned();
    alert.changes[0].what = EVIL.to_owned();
    alert.links.incident = Some("javascript:alert(1)".to_owned());
    alert.links.acknowledge = Some("https://w/\"><script>".to_owned());
    alert
}

#[test]
fn text_from_outside_is_harmless_in_every_format() {
    let message = message(evil());

    for text in [message.subject(), message.sms(), message.plain(), message.html()] {
        assert!(
            !text.contains('\x1b') && !text.contains('\u{202e}') && !text.contains('\r'),
            "{text}"
        );
        assert!(!text.contains("hunter2") && !text.contains("abcdefgh12345678"), "{text}");
    }
    assert!(!message.subject().contains('\n') && !message.sms().contains('\n'));
    assert!(!message.html().contains("<script>"), "{}", message.html());
    assert!(!message.html().contains("href"), "links that are no URL of the web are left out");
    let json = message.json().to_string();
    assert!(!json.contains("hunter2") && !json.contains("\\u001b[2J"), "{json}");
}

#[test]
fn nothing_from_outside_makes_a_message_long() {
    let mut alert = sample::full();
    alert.monitors = vec!["m".repeat(100_000); 1000];
    alert.monitors_total = 1000;
    alert.finding.as_mut().unwrap().summary = "s".repeat(1_000_000);
    alert.changes = vec![super::Change { at: alert.at, what: "c".repeat(100_000) }; 1000];
    alert.missed = vec![sample::digest().missed[0].clone(); 100_000];
    let message = message(alert);

    assert!(message.subject().chars().count() <= 120);
    for text in [message.plain(), message.html(), &message.json().to_string()] {
        assert!(text.len() < 64 << 10, "{}", text.len());
    }
}

#[test]
fn templates_of_the_operator_are_used() {
    let templates = Templates {
        subject: Some("{{ summary }} at {{ monitors|join(\"+\") }}".into()),
        text: Some("{% for name in monitors %}[{{ name }}]{% endfor %}".into()),
        html: Some("<p>{{ title }}</p>".into()),
        sms: Some("{{ severity }} {{ incident.id }}".into()),
        body: Some("{\"text\": {{ title }}}".into()),
    };
    let mut alert = sample::full();
    alert.finding.as_mut().unwrap().summary = "a \"quoted\" <b>".to_owned();
    let message = Message::new(alert, &templates, true, 1);

    assert_eq!(message.subject(), "a \"quoted\" <b> at shop+shop-api");
    assert_eq!(message.plain(), "[shop][shop-api]");
    assert!(message.html().contains("a &quot;quoted&quot; &lt;b&gt;"), "{}", message.html());
    assert_eq!(message.sms(), "critical 7");
    let body: serde_json::Value = serde_json::from_str(message.custom_body().unwrap()).unwrap();
    assert_eq!(body["text"], message.json()["title"]);
}

#[test]
fn a_template_that_fails_gives_the_built_in_text_which_says_so() {
    let templates = Templates {
        subject: Some("{{ nothing.at.all }}".into()),
        body: Some("{{ title ~ title }}".into()),
        ..Templates::default()
    };
    let plain = message(sample::full());
    let failed = Message::new(sample::full(), &templates, true, 1);

    assert_eq!(failed.subject(), plain.subject());
    assert_eq!(failed.custom_body(), None);
    for text in [failed.plain(), failed.html()] {
        assert!(
            text.contains("The template `subject` failed, and this is the built-in text"),
            "{text}"
        );
        assert!(text.contains("The template `body` failed"), "{text}");
    }
    assert_eq!(failed.json()["template_errors"].as_array().unwrap().len(), 2);
}

#[test]
fn the_thread_is_the_same_for_every_alert_of_an_incident() {
    let threads: Vec<String> = [AlertKind::Opened, AlertKind::Reminder, AlertKind::Resolved]
        .map(|kind| message(of_kind(kind, 5)).thread())
        .to_vec();

    assert!(threads.iter().all(|thread| thread == "goodgate-7-1795402937000000"), "{threads:?}");
}

#[test]
fn a_resolved_incident_has_nothing_to_do_any_more() {
    let (_, resolved) = all_kinds().into_iter().find(|(name, _)| *name == "resolved").unwrap();
    let brief = Brief::of(&resolved);

    assert_eq!(brief.steps, []);
    assert!(brief.links.iter().all(|(label, _)| *label != "Acknowledge"));
}
