//! Evidence: what is kept of a failing attempt, and what is not.

use std::time::Duration;

use goodgate_evidence::probe::CertificateProblem;
use serde_json::Value;

use super::script::{Line, answer, answered, handshake, judged, plan};
use crate::check::Checked;
use crate::check::limits::{BODY_KEPT, EVIDENCE_MAX};

fn evidence(checked: &Checked) -> Value {
    serde_json::from_slice(checked.evidence.as_ref().expect("evidence")).unwrap()
}

#[test]
fn it_is_of_the_very_attempt_that_failed() {
    let fields: &[(&str, &str)] =
        &[("Server", "nginx"), ("CF-Ray", "8f0"), ("X-Request-Id", "r-1"), ("Via", "1.1 e")];

    let checked = answered("", answer(502, fields, "<h1>502 Bad Gateway</h1>"));
    let seen = evidence(&checked);

    let at = |pointer: &str| seen.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/schema"), "goodgate.attempt/1");
    assert_eq!(at("/at"), "2026-11-23T12:00:00.000Z");
    assert_eq!(at("/attempts/0/endpoint"), "10.0.0.7:443");
    assert_eq!(at("/attempts/0/url"), "https://10.0.0.7/");
    assert_eq!(at("/attempts/0/connect_ms"), 1.0);
    assert_eq!(at("/attempts/0/tls/version"), "TLSv1.3");
    assert_eq!(at("/attempts/0/tls/chain/0/sha256"), "ab".repeat(32));
    assert_eq!(at("/attempts/0/exchange/first_byte_ms"), 5.0);
    assert_eq!(at("/attempts/0/exchange/head/status"), 502);
    assert_eq!(at("/attempts/0/exchange/head/fields/1"), serde_json::json!(["CF-Ray", "8f0"]));
    assert_eq!(at("/attempts/0/exchange/body"), "<h1>502 Bad Gateway</h1>");
    assert_eq!(at("/failures/0/stage"), "response_head");
}

#[test]
fn sessions_and_secrets_are_not_kept() {
    let keys = "secret_headers = { Authorization = \"env:T\" }";
    let fields: &[(&str, &str)] = &[
        ("Set-Cookie", "session=c00k1e"),
        ("X-Internal", "1nt3rnal"),
        ("Location", "https://me:pa55@b/?token=t0k3n"),
    ];
    let body = "you sent Bearer s3cr3t to https://x/?key=k3y";

    let checked = answered(keys, answer(500, fields, body));
    let text = String::from_utf8(checked.evidence.unwrap()).unwrap();

    for secret in ["c00k1e", "1nt3rnal", "pa55", "t0k3n", "s3cr3t", "k3y"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("\"withheld\":[\"Set-Cookie\",\"X-Internal\"]"), "{text}");
}

#[test]
fn text_from_outside_steers_nothing() {
    let checked =
        answered("", answer(500, &[("Server", "a\u{1b}[31mb\u{202e}")], "\u{1b}]0;x\u{7}"));
    let seen = evidence(&checked);

    let strings = seen.to_string();
    assert!(!strings.contains("\\u001b") && !strings.contains('\u{202e}'), "{strings}");
}

#[test]
fn it_is_bounded_whatever_comes() {
    let long = "x".repeat(100_000);
    let fields: Vec<(String, &str)> =
        (0..500).map(|at| (format!("Via{at}"), long.as_str())).collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .chain([("server", long.as_str())])
        .collect();
    for body in ["\u{1}".repeat(300_000), "\u{202e}".repeat(100_000), "a\n".repeat(200_000)] {
        let checked = answered("", answer(502, &fields, &body));

        let bytes = checked.evidence.as_ref().unwrap().len();
        assert!(bytes <= EVIDENCE_MAX, "{bytes}");
        let kept = evidence(&checked);
        let body = kept.pointer("/attempts/0/exchange/body").and_then(Value::as_str).unwrap();
        assert!(body.chars().count() <= BODY_KEPT, "{}", body.len());
    }
}

#[test]
fn what_was_expected_and_what_was_found_is_bounded_too() {
    let mut failed = handshake(9);
    failed.trust = Err(CertificateProblem::Other("y".repeat(100_000)));

    let checked = judged(&plan("tls = \"10.0.0.7:443\""), [Line::Shaken(failed)]);

    assert!(checked.failures[0].words.chars().count() < 300);
}

#[test]
fn the_phases_of_all_redirects_are_added_up() {
    let moved = answer(302, &[("location", "/y")], "");
    let lines = [
        Line::Addresses(&["10.0.0.7"]),
        Line::Answered(moved),
        Line::Answered(answer(200, &[], "")),
    ];

    let checked = judged(&plan("http = \"https://a.example/\""), lines);

    let ms = |count| Some(Duration::from_millis(count));
    let phases = checked.phases;
    assert_eq!((phases.resolve, phases.connect, phases.tls), (ms(2), ms(2), ms(6)));
    assert_eq!((phases.head, phases.body), (ms(12), ms(4)));
    assert_eq!(checked.status, Some(200));
}
