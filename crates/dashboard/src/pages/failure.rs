//! One request's story, attempt by attempt: what failed, with its proof, what was done about it, what it
//! comes to, and what would have avoided it.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_causes::catalogue;

use super::failures::{End, got};
use super::gateway::{absent, sentence};
use super::waterfall::{self, Waterfall};
use super::{Frame, message, page};
use crate::back::{Ask, read, segment};
use crate::limits::{ATTEMPTS_DRAWN, ITEMS_IN_A_ROW};
use crate::model::{Attempt, Failure};
use crate::running::App;
use crate::session::Viewer;
use crate::words::{bytes, counted, millis, moment, text};

#[derive(Template)]
#[template(path = "failure.html")]
struct Story {
    frame: Frame,
    end: End,
    says: String,
    verdict: Option<Verdict>,
    drawing: Option<Waterfall>,
    attempts: Vec<Tried>,
    left_out: usize,
    notes: Vec<String>,
    would: Vec<String>,
    endpoints: Vec<String>,
    facts: Vec<(&'static str, String)>,
}

struct Verdict {
    summary: String,
    hop: String,
    contact: String,
    causes: Vec<Cause>,
    next: Vec<(String, String)>,
}

struct Cause {
    id: String,
    is_known: bool,
    title: String,
    sure: String,
}

/// An attempt.
struct Tried {
    number: usize,
    endpoint: String,
    says: String,
    times: Vec<(&'static str, String)>,
    cause: String,
    is_known: bool,
    failure: String,
    proof: String,
}

/// `GET /failures/ID`.
pub(crate) async fn failure(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response<Body> {
    if !is_id(&id) {
        let frame = Frame::still("Not there", "/failures", &viewer);
        let says = "This is not the id of a request.";
        return message(StatusCode::NOT_FOUND, &headers, frame, says, "");
    }
    match read::<Failure>(&*app.gateway, Ask::get(format!("/failures/{}", segment(&id)))).await {
        Ok(failure) => {
            let frame = Frame::still("", "/failures", &viewer);
            page(StatusCode::OK, &headers, &of(frame, &failure))
        }
        Err(why) => absent(&headers, &viewer, "/failures", &why),
    }
}

/// Whether a text can be the id of a request: what a gateway in front sent may be one.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 256 && !matches!(id, "." | "..")
}

fn of(mut frame: Frame, failure: &Failure) -> Story {
    let request = &failure.request;
    frame.title = text(&format!("{} {}{}", request.method, request.host, request.path));
    let would = failure.counterfactual.as_ref().map(|it| {
        let settings = it.settings.iter().take(ITEMS_IN_A_ROW);
        let each = settings.map(|setting| {
            let why = setting.why.as_deref().map(|why| format!(" {}", text(why)));
            format!("{}{}", sentence(setting, None), why.unwrap_or_default())
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() { vec![text(&it.sentence)] } else { each }
    });
    let stood = failure.endpoints.iter().take(ITEMS_IN_A_ROW);
    Story {
        frame,
        end: End::of(&failure.end, failure.seen_by_client),
        says: says(failure),
        verdict: failure.verdict.as_ref().map(verdict),
        drawing: waterfall::of(failure),
        attempts: failure.attempts.iter().take(ATTEMPTS_DRAWN).map(tried).collect(),
        left_out: failure.attempts.len().saturating_sub(ATTEMPTS_DRAWN),
        notes: notes(failure),
        would: would.unwrap_or_default(),
        endpoints: stood
            .map(|it| format!("{}: {}", text(&it.endpoint), text(&it.standing)))
            .collect(),
        facts: facts(failure),
    }
}

/// Says what became of it, in a sentence or two.
fn says(failure: &Failure) -> String {
    let took = failure.took_ms.map(|ms| format!(" after {}", millis(ms))).unwrap_or_default();
    let answer = format!("{}{took}", got(failure.status));
    let by = match failure.made_by.as_deref() {
        Some("gateway") => ", by the gateway itself",
        Some("upstream") => ", by the upstream",
        _ => "",
    };
    let seen = match failure.seen_by_client {
        Some(true) => "The client saw a failure.",
        Some(false) => "The client saw no failure: the gateway made it good.",
        None => "Whether the client saw a failure is not known.",
    };
    let what = failure.summary.as_deref().map(|it| format!(" {}", text(it))).unwrap_or_default();
    format!("{answer}{by}. {seen}{what}")
}

fn notes(failure: &Failure) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(held) = failure.held_ms.filter(|held| *held > 0.0) {
        let until = match failure.held_until.as_deref() {
            Some("its_time_was_over") => ", until the time for that was over".to_owned(),
            Some("there_was_no_room") => {
                ", until there was no room for more held requests".to_owned()
            }
            Some(other) => format!(", until: {}", text(&other.replace('_', " "))),
            None => ", then an endpoint was there".to_owned(),
        };
        notes.push(format!("It was held for {}{until}.", millis(held)));
    }
    if let Some(why) = &failure.not_retried {
        notes.push(format!("It was not tried again. {}", text(&why.meaning)));
    }
    for name in failure.names.iter().take(ITEMS_IN_A_ROW) {
        notes.extend(name.wrong.as_deref().map(|it| format!("{} {}.", text(&name.name), text(it))));
    }
    notes
}

fn tried(attempt: &Attempt) -> Tried {
    let cause = attempt.cause.as_deref();
    let time = |what, ms: Option<f64>| ms.map(|ms| (what, millis(ms)));
    let times = [
        time("Began at", attempt.began_ms),
        time("Connecting", attempt.connect_ms),
        time("TLS", attempt.tls_ms),
        time("Until the head", attempt.head_ms),
        time("In all", attempt.took_ms),
    ];
    Tried {
        number: attempt.number,
        endpoint: attempt.endpoint.as_deref().map_or_else(|| "no endpoint".to_owned(), text),
        says: carried(attempt),
        times: times.into_iter().flatten().collect(),
        cause: cause.map(text).unwrap_or_default(),
        is_known: cause.is_some_and(|it| catalogue::find(it).is_some()),
        failure: failed(attempt),
        proof: match (&attempt.proof, &attempt.said) {
            (Some(proof), _) => text(proof),
            (None, Some(said)) => text(said),
            (None, None) => String::new(),
        },
    }
}

/// Says over which connection an attempt went, and what went over it.
fn carried(attempt: &Attempt) -> String {
    let time = |ms: Option<f64>| ms.map_or_else(|| "a time that is not known".to_owned(), millis);
    let connection = match attempt.connection.as_str() {
        "fresh" => "Over a fresh connection".to_owned(),
        "kept" => format!(
            "Over a kept connection, {} old, idle for {}, after {}",
            time(attempt.connection_age_ms),
            time(attempt.idle_ms),
            attempt.requests_before.map_or_else(
                || "requests that were not counted".to_owned(),
                |it| counted(usize::try_from(it).unwrap_or(usize::MAX), "request")
            ),
        ),
        "none" => "Without a connection".to_owned(),
        _ => "Over a connection of which nothing is known".to_owned(),
    };
    let stood = match attempt.endpoint_stood.as_deref() {
        None | Some("up") => String::new(),
        Some(stood) => format!("; its endpoint was {}", text(&stood.replace('_', " "))),
    };
    let hedge = if attempt.hedge { "; beside a slower one" } else { "" };
    let went = match (attempt.bytes_sent, attempt.bytes_received) {
        (Some(sent), Some(received)) => {
            format!("; {} sent, {} received", bytes(sent), bytes(received))
        }
        _ => String::new(),
    };
    let answer = attempt.status.map(|it| format!("; answered {it}")).unwrap_or_default();
    format!("{connection}{stood}{hedge}{went}{answer}.")
}

fn failed(attempt: &Attempt) -> String {
    if attempt.cause.is_none() {
        return String::new();
    }
    let summary = attempt.summary.as_deref().map(text).unwrap_or_default();
    let progress = match attempt.progress.as_deref() {
        Some("nothing_sent") => " Nothing had been sent.",
        Some("refused_unprocessed") => " The upstream says that it did not begin to work on it.",
        Some("request_sent") => " The request had been sent.",
        Some("response_started") => " The answer had begun.",
        _ => "",
    };
    let ended = match attempt.ended_by.as_deref() {
        Some("upstream") => " The upstream ended it.",
        Some("gateway") => " The gateway ended it.",
        _ => "",
    };
    format!("{summary}{progress}{ended}")
}

fn verdict(verdict: &crate::model::Verdict) -> Verdict {
    let causes = verdict.causes.iter().take(5).map(|cause| Cause {
        id: text(&cause.id),
        is_known: catalogue::find(&cause.id).is_some(),
        title: text(&cause.title),
        sure: format!("{:.0} %", cause.confidence * 100.0),
    });
    let next = verdict.next.iter().take(3);
    Verdict {
        summary: text(&verdict.summary),
        hop: verdict.hop.as_deref().map(text).unwrap_or_default(),
        contact: verdict.contact.as_deref().map(text).unwrap_or_default(),
        causes: causes.collect(),
        next: next
            .map(|it| (text(&it.what), it.command.as_deref().map(text).unwrap_or_default()))
            .collect(),
    }
}

fn facts(failure: &Failure) -> Vec<(&'static str, String)> {
    let of = |value: &Option<String>| value.as_deref().map_or_else(|| "not known".to_owned(), text);
    let mut facts = vec![
        ("Request", text(&failure.id)),
        ("Began", moment(&failure.at)),
        ("Client", of(&failure.client)),
        ("Route", of(&failure.route)),
        ("Upstream", of(&failure.upstream)),
    ];
    facts.extend(failure.stage.as_deref().map(|it| ("Stage", text(&it.replace('_', " ")))));
    facts.extend(failure.blame.as_deref().map(|it| ("Who can end it", text(it))));
    facts.extend(failure.request.body_bytes.map(|it| ("Its body", bytes(it))));
    facts
}

#[cfg(test)]
mod tests;
