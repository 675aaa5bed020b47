//! A story as the gateway tells it, and one that tries to become code.

use serde_json::Value;

use super::*;

/// What the gateway answers for a request that was held until its time was over.
const HELD: &str = include_str!("failure.json");

fn shown(text: &str) -> String {
    let failure: Failure = serde_json::from_str(text).expect("a failure");
    of(Frame::still("", "/failures", &Viewer::guest()), &failure).render().expect("html")
}

#[test]
fn the_story_is_told_with_its_proof_and_its_drawing() {
    let html = shown(HELD);

    for said in [
        "Answered 502 after 5.0 s, by the gateway itself. The client saw a failure.",
        "The kernel said ECONNREFUSED (111): connection refused.",
        "It was held for 5.0 s, until the time for that was over.",
        "<a href=\"/causes/connect_refused\">",
        "Whether a longer hold would have helped is known within 30 s.",
        "role=\"img\"",
        "class=\"held\"",
        "95 %",
    ] {
        assert!(html.contains(said), "{said} is missing in {html}");
    }
}

#[test]
fn a_story_of_another_version_is_told_as_far_as_it_is_known() {
    let html = shown("{\"id\": \"a\", \"attempts\": [{}], \"of_a_newer_version\": 1}");

    assert!(html.contains("not known") && !html.contains("NaN"), "{html}");
}

#[test]
fn no_field_of_a_story_becomes_code() {
    let evil = format!("<script>alert(1)</script>\"' onload=\"x\u{202e}{}", "a".repeat(100_000));
    let mut story: Value = serde_json::from_str(HELD).expect("json");
    replace(&mut story, &evil);

    let html = shown(&story.to_string());

    for code in ["<script>alert", "\" onload", "\u{202e}"] {
        assert!(!html.contains(code), "{code}");
    }
    assert!(html.len() < 200_000, "{}", html.len());
}

/// Puts a text in the place of every other one.
fn replace(value: &mut Value, text: &str) {
    match value {
        Value::String(old) => text.clone_into(old),
        Value::Array(all) => all.iter_mut().for_each(|it| replace(it, text)),
        Value::Object(all) => all.values_mut().for_each(|it| replace(it, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn a_part_of_a_path_that_leads_elsewhere_is_no_id() {
    for id in ["", ".", "..", &"a".repeat(257)] {
        assert!(!is_id(id), "{id}");
    }
    assert!(is_id("8fba915bd015e165dd01f2ab3fce583a"));
}
