//! The last failures: a line for each, and one with its whole story.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use goodgate_door::{Object, json, json_lines, typed};
use serde::Deserialize;
use serde_json::Value;

use super::refusal::{Refusal, refuse};
use super::words::{Format, human, rfc3339};
use super::{Panel, failure};
use crate::recorder::Record;

/// Failures that are listed unless asked otherwise.
const LIMIT: usize = 50;

/// Failures that are listed at most.
const LIMIT_MAX: usize = 1000;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    upstream: Option<String>,
    cause: Option<String>,
    limit: Option<usize>,
    format: Option<Format>,
}

/// `GET /failures`.
pub(super) async fn list(
    State(panel): State<Arc<Panel>>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Response<Body> {
    let filter = match filter {
        Ok(Query(filter)) => filter,
        Err(error) => {
            let detail = format!(
                "{}. What is known: upstream, cause, limit (up to {LIMIT_MAX}), format (json, text).",
                error.body_text()
            );
            return refuse(&Refusal::new(StatusCode::BAD_REQUEST, "query", detail));
        }
    };
    let limit = filter.limit.unwrap_or(LIMIT).min(LIMIT_MAX);
    let all = panel.shared.recorder.all();
    let matching: Vec<&Arc<Record>> = all.iter().filter(|record| filter.takes(record)).collect();
    let shown = matching.iter().take(limit);
    if filter.format == Some(Format::Text) {
        let lines: String = shown.map(|record| line(record)).collect();
        return typed(StatusCode::OK, "text/plain; charset=utf-8", lines);
    }
    let entries: Vec<Value> = shown.map(|record| failure::summary(record).into()).collect();
    let body = Object::answer("goodgate.failures/1")
        .with("recorded", all.len())
        .with("matching", matching.len());
    json_lines(body, "failures", entries)
}

/// `GET /failures/ID`.
pub(super) async fn one(State(panel): State<Arc<Panel>>, Path(id): Path<String>) -> Response<Body> {
    let recorder = &panel.shared.recorder;
    recorder.settle(Instant::now());
    if let Some(record) = recorder.find(&id) {
        return json(StatusCode::OK, failure::whole(&record));
    }
    let detail = "No failure with this id is kept: it was another gateway's, nothing failed, or it \
                  has made room for later ones (`recorder.failures`, `recorder.memory`). The \
                  access log has a line for it.";
    refuse(&Refusal::new(StatusCode::NOT_FOUND, "id", detail))
}

impl Filter {
    fn takes(&self, record: &Record) -> bool {
        let story = &record.story;
        let has_cause = |cause: &String| {
            let mut failed = story.attempts.iter().filter_map(|attempt| attempt.failure);
            story.cause() == Some(cause) || failed.any(|failure| failure.cause == cause)
        };
        self.upstream.as_ref().is_none_or(|name| story.upstream.as_deref() == Some(name))
            && self.cause.as_ref().is_none_or(has_cause)
    }
}

/// One failure in one line for people.
fn line(record: &Record) -> String {
    let story = &record.story;
    let at = rfc3339(record.ended());
    let host = goodgate_evidence::text::neutralise(&record.host);
    let path = goodgate_evidence::text::neutralise(&record.path);
    let (method, status) = (goodgate_evidence::text::neutralise(&record.method), story.status);
    let cause = failure::cause(record).unwrap_or("-");
    let attempts = story.attempts.len();
    let noun = if attempts == 1 { "attempt" } else { "attempts" };
    let took = human(record.took);
    let (end, id) = (failure::end(record), &story.id);
    let upstream = story.upstream.as_deref().unwrap_or("-");
    format!(
        "{at}  {status}  {cause}  {end}  {upstream}  {method} {host}{path}  {took}, {attempts} {noun}  {id}\n"
    )
}
