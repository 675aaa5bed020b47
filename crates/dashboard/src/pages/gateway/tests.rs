//! What the gateway answered, as a page.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::back::{Answer, Back, Boxed};
use crate::metrics::Scrapes;
use crate::settings::Role;

/// Three upstreams: one with an endpoint that cuts its answers, one that answers 500, one that is not there.
const UPSTREAMS: &str = include_str!("upstreams.json");

fn operator() -> Viewer {
    Viewer { name: None, role: Role::Operator, form_key: Arc::from("k3y") }
}

fn shown(upstreams: &str, viewer: &Viewer) -> String {
    let upstreams: Upstreams = serde_json::from_str(upstreams).expect("upstreams");
    let route = Route { route: "/".to_owned(), enabled: true, ..Route::default() };
    let asked = Asked {
        upstreams: upstreams.upstreams,
        routes: vec![route],
        counterfactuals: None,
        growth: Ok(None),
    };
    let frame = Frame::live("Gateway", "/gateway", viewer);
    of(frame, &asked, &Wish::default(), "2026-11-23").render().expect("html")
}

#[test]
fn what_is_broken_comes_first_with_its_reason() {
    let html = shown(UPSTREAMS, &Viewer::guest());

    assert!(html.contains("Gateway: 1 of 3 upstreams without a usable endpoint"), "{html}");
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(place("0 of 2 endpoints usable") < place("2 of 2 endpoints usable"));
    for said in [
        "Its breaker is open for 2.0 s more; 5.0 s ago an attempt failed with connect_refused",
        "Up; 5.1 s ago an attempt failed with body_truncated.",
        "127.0.0.1, ::1, looked up 9.0 ms ago",
        "30.2 retries left (20% of requests + 3/s)",
        "Not known yet: rates need two looks",
        "The gateway does not say which settings",
    ] {
        place(said);
    }
}

#[test]
fn only_who_may_act_sees_buttons() {
    let (look, act) = (shown(UPSTREAMS, &Viewer::guest()), shown(UPSTREAMS, &operator()));

    assert!(!look.contains("<form method=\"post\" action=\"/gateway"));
    assert_eq!(act.matches("action=\"/gateway/drain\"").count(), 5);
    assert_eq!(act.matches("action=\"/gateway/reload\"").count(), 1);
    // By its id a button keeps the focus when the page is made anew.
    assert_eq!(act.matches("<button class=\"quiet\" id=\"").count(), 5 + 1);
    assert_eq!(act.matches("name=\"key\" value=\"k3y\"").count(), 5 + 2, "and one to log out");
}

#[test]
fn what_another_version_leaves_out_is_not_known() {
    let html = shown("{\"upstreams\": [{\"endpoints\": [{}]}]}", &Viewer::guest());

    assert!(
        html.contains("not known of 1 endpoint usable") && html.contains("Not known"),
        "{html}"
    );
}

#[test]
fn no_field_becomes_code() {
    let evil = format!("<script>alert(1)</script>\"' onload=\"x\u{202e}{}", "a".repeat(100_000));
    let mut upstreams: Value = serde_json::from_str(UPSTREAMS).expect("json");
    for upstream in upstreams["upstreams"].as_array_mut().expect("a list") {
        for field in ["upstream", "breaker"] {
            upstream[field] = json!(evil);
        }
        for field in ["address", "label", "why", "standing", "breaker"] {
            upstream["endpoints"][0][field] = json!(evil);
        }
        upstream["names"] =
            json!([{"name": evil, "addresses": [evil], "last_error": {"message": evil}}]);
        upstream["settings"]["retry_budget"] = json!(evil);
        upstream["settings"]["health"] = json!(evil);
    }

    let html = shown(&upstreams.to_string(), &operator());

    for code in ["<script>alert", "\" onload", "\u{202e}"] {
        assert!(!html.contains(code), "{code}");
    }
    assert!(html.len() < 300_000, "{}", html.len());
}

/// A gateway whose metrics are given.
struct Metrics(&'static str);

impl Back for Metrics {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        assert_eq!((ask.method, &*ask.target), ("GET", "/metrics"));
        Box::pin(async { Ok(Answer { status: 200, body: self.0.as_bytes().to_vec() }) })
    }
}

#[tokio::test]
async fn a_second_look_right_after_the_first_asks_nobody() {
    let scrapes = Scrapes::default();

    let first = scrapes.look(&Metrics("goodgate_requests_saved_total 1\n")).await;
    let second = scrapes.look(&crate::back::Nobody("nobody is asked")).await;

    assert_eq!((first, second), (Ok(None), Ok(None)));
}
