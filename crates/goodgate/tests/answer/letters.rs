//! Who must act, and the text to send.

use std::process::Stdio;

use crate::support::{NGINX_502, OK, answering, dead_port, diagnose, json, text, url};

#[test]
fn a_refused_origin_asks_its_host_to_act() {
    let gateway = answering(NGINX_502);

    let answer = json(&[&url(gateway), "--origin", &dead_port().to_string()]);

    assert_eq!(answer.text("/act/contact"), "whoever runs the application");
    assert_eq!((answer.text("/act/letter"), answer.text("/letters/0/to")), ("host", "host"));
}

#[test]
fn the_text_says_what_where_when_and_what_is_asked() {
    let (gateway, origin) = (answering(NGINX_502), dead_port());

    let answer = json(&[&url(gateway), "--origin", &origin.to_string()]);

    let letter = answer.text("/letters/0/text");
    let words =
        [&url(gateway), &format!("{origin}, asked directly, gives: connection refused"), "(UTC)"];
    for said in
        words.into_iter().chain(["x-request-id: 7f3a", "4 of 4 requests failed", "Please look"])
    {
        assert!(letter.contains(said), "{said} in {letter}");
    }
}

#[test]
fn letter_writes_the_text_alone() {
    let gateway = answering(NGINX_502);

    let shown = text(&[&url(gateway), "--letter=developer"]);

    assert!(shown.starts_with("Subject: http://127.0.0.1:"), "{shown}");
    assert!(shown.contains("Please look at what the application did"), "{shown}");
    assert!(!shown.contains("What was measured"), "{shown}");
}

#[test]
fn letter_without_a_name_is_for_whoever_must_act() {
    let gateway = answering(NGINX_502);
    let origin = dead_port().to_string();

    let shown = text(&[&url(gateway), "--origin", &origin, "--letter"]);

    assert!(shown.contains("Please look whether the application runs"), "{shown}");
}

#[test]
fn nothing_is_to_be_sent_where_nothing_fails() {
    let target = answering(OK);

    let answer = json(&[&url(target)]);

    assert!(answer.json["act"].is_null());
    assert_eq!(answer.json["letters"], serde_json::json!([]));
}

#[test]
fn secrets_are_in_no_text() {
    let gateway = answering(NGINX_502);

    let shown = text(&[&format!("http://{gateway}/x?token=geheim"), "--letter"]);

    assert!(shown.contains("token=***") && !shown.contains("geheim"), "{shown}");
}

#[test]
fn a_closed_pipe_ends_quietly_whatever_is_written() {
    let target = url(answering(OK));
    let cases: &[&[&str]] =
        &[&["--letter=host"], &["--watch", "--interval", "1"], &["--format", "json"]];

    for case in cases {
        let mut arguments = vec![target.as_str()];
        arguments.extend(*case);
        let mut child = diagnose(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());

        let output = child.wait_with_output().expect("it ends");

        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{case:?}");
        assert_eq!(output.status.code(), Some(0), "{case:?}");
    }
}
