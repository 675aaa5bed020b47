//! One failure as JSON: in short, and with every attempt, its proof, what it comes to and what would
//! have avoided it.

use std::time::{Duration, Instant};

use goodgate_causes::{catalogue, rank};
use goodgate_door::Object;
use goodgate_evidence::text::neutralise;
use goodgate_recognise::recognise;
use goodgate_resilience::breaker::{Admission, State};
use goodgate_resilience::candidates::Tier;
use goodgate_resilience::{Failure, Progress};
use serde_json::Value;

use super::why::word;
use super::words::rfc3339;
use super::{counterfactuals, upstreams};
use crate::failing::{Word, ended_by, sentence};
use crate::recorder::{Record, Stood};
use crate::story::{Attempt, End, Reached};
use crate::upstream::Lookup;

/// Returns a failure in one line.
pub(super) fn summary(record: &Record) -> Object {
    let story = &record.story;
    Object::default()
        .with("id", story.id.to_string())
        .with("at", rfc3339(story.at))
        .with("status", story.status)
        .with("end", end(record))
        .with_some("cause", cause(record))
        .with("seen_by_client", story.is_seen())
        .with_some("upstream", story.upstream.as_deref())
        .with_some("route", story.route.as_deref())
        .with("method", neutralise(&record.method))
        .with("host", neutralise(&record.host))
        .with("path", neutralise(&record.path))
        .with_ms("took_ms", Some(record.took))
        .with("attempts", story.attempts.len())
}

/// Returns how a request ended. One whose failures the client did not see was saved.
pub(super) fn end(record: &Record) -> &'static str {
    match record.story.end {
        End::Answered if record.story.has_failures() => "saved",
        end => end.slug(),
    }
}

/// Returns the cause of a failure: of what the client saw, or else of the last attempt that failed.
pub(super) fn cause(record: &Record) -> Option<&'static str> {
    let mut attempts = record.story.attempts.iter().rev();
    let of_attempt = || attempts.find_map(|attempt| Some(attempt.failure?.cause));
    record.story.cause().or_else(of_attempt)
}

/// Returns a failure with its whole story, and the verdict about it.
pub(super) fn whole(record: &Record) -> Value {
    let story = story(record);
    let mut fields = match Value::from(story) {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    // The same reader that `goodgate explain` has: both come to the same verdict.
    let text = Value::Object(fields.clone()).to_string();
    let assessment = rank(&recognise(text.as_bytes(), None).case());
    if let Ok(Value::Object(judged)) = serde_json::to_value(&assessment) {
        fields.extend(judged);
    }
    Value::Object(fields)
}

fn story(record: &Record) -> Object {
    let story = &record.story;
    let request = Object::default()
        .with("method", neutralise(&record.method))
        .with("host", neutralise(&record.host))
        .with("path", neutralise(&record.path))
        .with("idempotency_key", record.has_idempotency_key)
        .with("body_bytes", story.bytes_in);
    let attempts = story.attempts.iter().zip(&record.answers).enumerate();
    let attempts: Vec<Value> = attempts
        .map(|(place, (attempt, answer))| of_attempt(place + 1, attempt, answer.as_ref()))
        .collect();
    let endpoints: Vec<Value> = record.endpoints.iter().map(of_endpoint).collect();
    let names: Vec<Value> =
        record.names.iter().map(|(name, lookup)| of_name(name, lookup)).collect();
    let cause = cause(record);
    let failure = story.failure();
    let not_retried = story.denied.map(|denied| {
        Object::default().with("reason", denied.slug()).with("meaning", meaning(denied))
    });
    Object::answer("goodgate.failure/1")
        .with("id", story.id.to_string())
        .with("at", rfc3339(story.at))
        .with_some("client", story.client.map(|client| client.to_string()))
        .with("request", request)
        .with_some("route", story.route.as_deref())
        .with_some("upstream", story.upstream.as_deref())
        .with("status", story.status)
        .with("end", end(record))
        .with("made_by", story.end.made_by())
        .with("seen_by_client", story.is_seen())
        .with_some("cause", cause)
        .with_some("summary", cause.and_then(catalogue::find).map(|cause| cause.summary))
        .with_some("error", failure.map(|failure| failure.error.slug()))
        .with_some("stage", failure.map(|failure| failure.stage.slug()))
        .with_some("blame", failure.map(|failure| failure.blame.slug()))
        .with_ms("took_ms", Some(record.took))
        .with_ms("held_ms", Some(story.held).filter(|held| !held.is_zero()))
        .with_some("held_until", story.hold_end.map(of_hold))
        .with("response_body_bytes", story.bytes_out)
        .with_some("not_retried", not_retried)
        .with("attempts", attempts)
        .with_some("names", (!names.is_empty()).then_some(names))
        .with_some("upstream_breaker", record.breaker.map(of_breaker))
        .with("endpoints", endpoints)
        .with_some(
            "counterfactual",
            story.is_seen().then(|| counterfactuals::of_failure(&record.outlook())),
        )
}

fn of_attempt(
    number: usize,
    attempt: &Attempt,
    answer: Option<&(String, crate::upstream::Answer)>,
) -> Value {
    let object = Object::default()
        .with("number", number)
        .with_some("endpoint", attempt.endpoint.as_deref())
        .with_ms("began_ms", Some(attempt.began))
        .with_ms("took_ms", Some(attempt.took))
        .with_ms("connect_ms", attempt.connect)
        .with_ms("tls_ms", attempt.tls)
        .with_ms("head_ms", attempt.head)
        .with("hedge", attempt.is_hedge)
        .with("bytes_sent", attempt.sent)
        .with("bytes_received", attempt.received)
        .with_some("status", attempt.status)
        .with_some("endpoint_stood", attempt.standing.map(|(tier, _)| of_tier(tier)))
        .with_some("breaker", attempt.standing.map(|(_, admission)| of_admission(admission)));
    let object = match attempt.reached {
        Reached::Nothing => object.with("connection", "none"),
        Reached::Fresh => object.with("connection", "fresh"),
        Reached::Kept { age, idle, requests } => object
            .with("connection", "kept")
            .with_ms("connection_age_ms", Some(age))
            .with_ms("idle_ms", Some(idle))
            .with("requests_before", requests),
    };
    let dns = answer.map(|(name, answer)| {
        let addresses: Vec<String> = answer.addresses.iter().map(ToString::to_string).collect();
        let age = answer.at.elapsed();
        Object::default()
            .with("name", name.as_str())
            .with("addresses", addresses)
            .with_ms("answer_ms_ago", Some(age))
            .with_ms("ttl_ms", Some(answer.ttl))
    });
    let object = object.with_some("dns", dns);
    match attempt.failure {
        Some(failure) => of_failure(object, &failure).into(),
        None => object.into(),
    }
}

fn of_failure(object: Object, failure: &Failure) -> Object {
    object
        .with("cause", failure.cause)
        .with_some("summary", catalogue::find(failure.cause).map(|cause| cause.summary))
        .with("error", failure.error.slug())
        .with("stage", failure.stage.slug())
        .with("blame", failure.blame.slug())
        .with("progress", of_progress(failure.progress))
        .with_some("said", Word::of(failure).map(|word| word.to_string()))
        .with_some("proof", sentence(failure.said))
        .with_some("ended_by", ended_by(failure.said))
}

fn of_name(name: &str, lookup: &Lookup) -> Value {
    let now = Instant::now();
    let wrong = lookup.wrong(now);
    match upstreams::of_name(name, lookup.clone(), now) {
        Value::Object(mut fields) => {
            if let Some(wrong) = wrong {
                fields.insert("wrong".to_owned(), wrong.into());
            }
            Value::Object(fields)
        }
        other => other,
    }
}

fn of_endpoint(stood: &Stood) -> Value {
    let last = stood.last.map(|(ago, failure): (Duration, Failure)| {
        Object::default()
            .with("cause", failure.cause)
            .with_some("said", Word::of(&failure).map(|word| word.to_string()))
            .with_ms("ms_before", Some(ago))
    });
    Object::default()
        .with("endpoint", &*stood.label)
        .with("standing", word(stood.standing))
        .with_some("last_failure", last)
        .into()
}

fn of_breaker(state: State) -> &'static str {
    match state {
        State::Closed => "closed",
        State::Open { .. } => "open",
        State::HalfOpen { .. } => "half_open",
    }
}

fn of_tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Up => "up",
        Tier::Backup => "backup",
        Tier::Again => "up_and_tried_before",
        Tier::Trial => "down_and_on_trial",
        Tier::Ejected => "ejected",
        Tier::FailOpen => "down_as_a_last_resort",
    }
}

fn of_admission(admission: Admission) -> &'static str {
    match admission {
        Admission::Pass => "closed",
        Admission::Trial => "half_open",
        Admission::LastResort | Admission::Refused { .. } => "open",
    }
}

fn of_progress(progress: Progress) -> &'static str {
    match progress {
        Progress::NothingSent => "nothing_sent",
        Progress::Refused => "refused_unprocessed",
        Progress::RequestSent => "request_sent",
        Progress::ResponseStarted => "response_started",
    }
}

fn of_hold(end: goodgate_resilience::counterfactual::HoldEnd) -> &'static str {
    use goodgate_resilience::counterfactual::HoldEnd;
    match end {
        HoldEnd::TimedOut => "its_time_was_over",
        HoldEnd::NoRoom => "there_was_no_room",
    }
}

fn meaning(denied: goodgate_resilience::retry::Denied) -> &'static str {
    use goodgate_resilience::retry::Denied;
    match denied {
        Denied::Committed => "The answer had begun to go to the client.",
        Denied::Status => "What the upstream answered is an answer.",
        Denied::Method => {
            "The request may have run, and its method must not be repeated unless the route says so."
        }
        Denied::BodyGone => "Bytes of its body were sent and not kept.",
        Denied::Attempts => "It was tried as often as the route allows (`retry.retries`).",
        Denied::NoOtherEndpoint => "Another endpoint would have to answer, and there is none.",
        Denied::Deadline => "No time was left.",
        Denied::Budget => "The budget of retries was spent (`retry_budget`).",
    }
}
