//! Which settings would have avoided the failures that clients saw.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use goodgate_door::{Object, json};
use serde_json::Value;

use super::Panel;
use crate::recorder::{Day, Outlook, Proposal};

/// `GET /counterfactuals`.
pub(super) async fn days(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let recorder = &panel.shared.recorder;
    recorder.settle(Instant::now());
    let days: Vec<Value> =
        recorder.days().iter().map(|(number, day)| of_day(*number, day)).collect();
    let body = Object::answer("goodgate.counterfactuals/1")
        .with("days", days)
        .with("undecided", recorder.open())
        .with(
            "note",
            "Failures that clients saw, by day (UTC), and the settings that would have avoided \
             them. A failure counts for each setting that would have been enough. Undecided ones \
             wait up to 30 s for an endpoint to come back.",
        );
    json(StatusCode::OK, body)
}

fn of_day(number: i64, day: &Day) -> Value {
    let settings: Vec<Value> = day
        .settings()
        .into_iter()
        .map(|(proposal, count)| {
            setting(proposal)
                .with("avoided", count)
                .with("sentence", proposal.sentence(count))
                .into()
        })
        .collect();
    Object::default()
        .with("day", date(number))
        .with("failures", day.failures)
        .with("unavoidable", day.unavoidable)
        .with("settings", settings)
        .with_some("others", (day.others > 0).then_some(day.others))
        .into()
}

/// The settings that would have avoided one failure.
pub(super) fn of_failure(outlook: &Outlook) -> Value {
    let settings: Vec<Value> = outlook
        .proposals
        .iter()
        .map(|proposal| setting(proposal).with("why", proposal.remedy.sentence()).into())
        .collect();
    let sentence = match (settings.is_empty(), outlook.is_open) {
        (_, true) => "Whether a longer hold would have helped is known within 30 s.",
        (true, false) => "No setting of the gateway would have avoided it.",
        (false, false) => "Each of these settings would have avoided it.",
    };
    Object::default()
        .with("settings", settings)
        .with("decided", !outlook.is_open)
        .with("sentence", sentence)
        .into()
}

fn setting(proposal: &Proposal) -> Object {
    Object::default()
        .with("setting", proposal.remedy.slug())
        .with("section", &*proposal.section)
        .with("key", proposal.key)
        .with_some("value", proposal.value.map(|value| format!("{}s", value.as_secs())))
}

fn date(number: i64) -> String {
    let at = jiff::Timestamp::from_second(number.saturating_mul(86_400)).unwrap_or_default();
    at.strftime("%Y-%m-%d").to_string()
}
