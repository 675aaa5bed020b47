//! Why an endpoint gets the traffic that it gets, in one sentence for each reason.

use std::time::{Duration, Instant};

use goodgate_causes::catalogue;
use goodgate_resilience::breaker::{Breaker, State};
use goodgate_resilience::endpoint::{Endpoint as Decided, Reason, Standing};

use super::words::human;
use crate::upstream::{Endpoint, Last};

/// How long a failure is told of an endpoint that is up.
const RECENT: Duration = Duration::from_mins(1);

/// Returns the word for what an endpoint may be used for.
pub(super) fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Up => "up",
        Standing::Ejected => "ejected",
        Standing::Down => "down",
        Standing::Draining => "draining",
    }
}

/// Returns the word for the state of a breaker.
pub(super) fn breaker(breaker: &Breaker, now: Instant) -> &'static str {
    match breaker.state(now) {
        State::Closed => "closed",
        State::Open { .. } => "open",
        State::HalfOpen { .. } => "half_open",
    }
}

/// Says why.
pub(super) fn why(endpoint: &Endpoint, now: Instant) -> String {
    let (state, last) = (endpoint.state(), endpoint.seen.last());
    let mut reasons = Vec::new();
    if state.has(Reason::Draining) {
        reasons.push("Drained by hand: it gets no new requests.".to_owned());
    }
    if state.has(Reason::CheckFailed) {
        reasons.push(of_check(&last, now));
    }
    if state.has(Reason::BreakerOpen) {
        reasons.push(of_breaker(state, &last, now));
    }
    if state.has(Reason::Ejected) {
        reasons.push(of_ejection(&last, now));
    }
    if reasons.is_empty() {
        reasons.push(of_use(state, &last, now));
    }
    reasons.join(" ")
}

fn of_check(last: &Last, now: Instant) -> String {
    match last.check.as_ref().and_then(|check| Some((check.at, check.wrong.as_ref()?))) {
        Some((at, wrong)) => format!("Active checks fail: {wrong}, {} ago.", ago(at, now)),
        None => "Active checks failed; good ones have to follow in a row.".to_owned(),
    }
}

fn of_breaker(state: &Decided, last: &Last, now: Instant) -> String {
    let how = match state.breaker().state(now) {
        State::Open { until } => {
            let left = human(until.saturating_duration_since(now));
            format!("Its breaker is open for {left} more")
        }
        State::HalfOpen { .. } => {
            "Its breaker is half-open: a check or a safe request decides".to_owned()
        }
        State::Closed => "Its breaker is about to close".to_owned(),
    };
    match last.failure {
        Some((at, failure)) => {
            let summary = catalogue::find(failure.cause).map_or("", |cause| cause.summary);
            let (cause, ago) = (failure.cause, ago(at, now));
            format!("{how}; {ago} ago an attempt failed with {cause}: {summary}")
        }
        None => format!("{how}."),
    }
}

fn of_ejection(last: &Last, now: Instant) -> String {
    let Some(ejection) = last.ejection else {
        return "Ejected: it failed more often than the others.".to_owned();
    };
    let (share, others) = (ejection.share * 100.0, ejection.others * 100.0);
    let left = human(ejection.until.saturating_duration_since(now));
    format!(
        "Ejected for {left} more: {share:.0}% of its requests failed, {others:.0}% of the others'."
    )
}

fn of_use(state: &Decided, last: &Last, now: Instant) -> String {
    let mut says = "Up".to_owned();
    if state.is_backup() {
        says.push_str(", as a backup: it is used when the others are not usable");
    }
    if state.is_starting(now) {
        says.push_str("; it came back a short time ago and gets more and more of its share");
    }
    if let Some((at, failure)) = last.failure
        && now.saturating_duration_since(at) < RECENT
    {
        let (cause, ago) = (failure.cause, ago(at, now));
        says = format!("{says}; {ago} ago an attempt failed with {cause}");
    }
    says.push('.');
    says
}

fn ago(at: Instant, now: Instant) -> String {
    human(now.saturating_duration_since(at))
}
