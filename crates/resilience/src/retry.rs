//! Whether a request may be tried again.
//!
//! [`may_retry`] is one pure, total function. Nothing stores "retryable": what may be repeated is
//! decided when it would be, from what is known then.

use std::time::{Duration, Instant};

use crate::failure::{Method, Progress};
use crate::limits::ATTEMPTS;

/// What a route allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Tries in all, the first one included; 1 turns retries off.
    pub attempts_max: u32,
    /// Whether PUT and DELETE may be repeated after they may have run.
    pub idempotent_methods: bool,
    /// Whether a request with `Idempotency-Key` may be repeated after it may have run.
    pub idempotency_key: bool,
    /// Whether another endpoint's answer may replace 502, 503 and 504.
    pub replace_status: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts_max: ATTEMPTS,
            idempotent_methods: false,
            idempotency_key: false,
            replace_status: true,
        }
    }
}

/// Why another try is thought of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The attempt failed after this much progress.
    Failed(Progress),
    /// The upstream answered with this status.
    Answered(u16),
}

/// What is left of the request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// There is none, or all that was sent is kept.
    Kept,
    /// Some of it was sent and not kept.
    Gone,
}

/// A request at the moment at which it would be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named where it is set")]
pub struct Situation {
    /// The class of its method.
    pub method: Method,
    /// Whether it carries `Idempotency-Key` or `X-Idempotency-Key`.
    pub has_idempotency_key: bool,
    /// What is left of its body.
    pub body: Body,
    /// Whether any byte of a final response has gone to the client.
    pub is_committed: bool,
    /// What happened to the last attempt.
    pub trigger: Trigger,
    /// Whether the same endpoint would fail in the same way again
    /// ([`Failure::is_lasting`](crate::Failure::is_lasting)).
    pub lasts: bool,
    /// Tries until now, hedges included.
    pub attempts: u32,
    /// Whether another endpoint than the tried ones is usable.
    pub has_other_endpoint: bool,
    /// Whether the budget has a retry left.
    pub has_budget: bool,
    /// When the client stops waiting, as far as that is known.
    pub deadline: Option<Instant>,
}

/// Why a request is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denied {
    /// The response has begun to go to the client.
    Committed,
    /// What the upstream answered is an answer: no failure, or one that is not replaced.
    Status,
    /// The request may have run, and its method must not be repeated.
    Method,
    /// Bytes of the body were sent and not kept.
    BodyGone,
    /// It was tried as often as the route allows.
    Attempts,
    /// Another endpoint would have to answer, and there is none.
    NoOtherEndpoint,
    /// No time is left.
    Deadline,
    /// The budget of retries is spent.
    Budget,
}

impl Denied {
    /// Returns the word for logs and metrics.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Status => "status",
            Self::Method => "method",
            Self::BodyGone => "body_gone",
            Self::Attempts => "attempts",
            Self::NoOtherEndpoint => "no_other_endpoint",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
        }
    }
}

impl Situation {
    /// Tells whether the tried endpoints would only repeat themselves, so that another try is one for
    /// others.
    pub const fn is_for_others(&self) -> bool {
        self.lasts || matches!(self.trigger, Trigger::Answered(_))
    }
}

/// Decides whether a request may be tried again after `pause`.
///
/// What was never sent or was refused goes again whatever the method. What may have run goes again
/// if the method is safe, or if the route says that twice is harmless. Statuses 502, 503 and 504 of
/// a request that could be repeated may be replaced by another endpoint's answer; 500 never: it is
/// what the application has to say. What would fail at the same endpoint in the same way goes to
/// another one or nowhere. The first reason that stands in the way is returned, the
/// irrevocable ones first.
pub fn may_retry(
    situation: &Situation,
    policy: Policy,
    pause: Duration,
    now: Instant,
) -> Result<(), Denied> {
    if situation.is_committed {
        return Err(Denied::Committed);
    }
    permits(situation, policy)?;
    if situation.body == Body::Gone {
        return Err(Denied::BodyGone);
    }
    if situation.attempts >= policy.attempts_max {
        return Err(Denied::Attempts);
    }
    if situation.is_for_others() && !situation.has_other_endpoint {
        return Err(Denied::NoOtherEndpoint);
    }
    if situation.deadline.is_some_and(|deadline| now + pause >= deadline) {
        return Err(Denied::Deadline);
    }
    if !situation.has_budget {
        return Err(Denied::Budget);
    }
    Ok(())
}

/// Says whether a request that was denied another try may be held until an endpoint is usable.
///
/// What had no effect may, whatever its method, however often it was tried, and without the budget:
/// it waits, and goes once more when an endpoint has proved that it is back. What may have had an
/// effect has to be allowed another try first.
pub const fn may_hold(situation: &Situation) -> bool {
    let is_untouched =
        matches!(situation.trigger, Trigger::Failed(Progress::NothingSent | Progress::Refused));
    is_untouched && !situation.is_committed && matches!(situation.body, Body::Kept)
}

/// Says whether a request could be sent twice without harm, as far as method and route say.
///
/// The same rule chooses the connection: what cannot be sent twice goes on a fresh one.
pub const fn is_replayable(method: Method, has_idempotency_key: bool, policy: Policy) -> bool {
    let by_method = match method {
        Method::Safe => true,
        Method::Idempotent => policy.idempotent_methods,
        Method::Other => false,
    };
    by_method || (has_idempotency_key && policy.idempotency_key)
}

fn permits(situation: &Situation, policy: Policy) -> Result<(), Denied> {
    match situation.trigger {
        Trigger::Failed(Progress::NothingSent | Progress::Refused) => return Ok(()),
        Trigger::Answered(502..=504) if policy.replace_status => {}
        Trigger::Answered(_) => return Err(Denied::Status),
        Trigger::Failed(Progress::RequestSent | Progress::ResponseStarted) => {}
    }
    if is_replayable(situation.method, situation.has_idempotency_key, policy) {
        Ok(())
    } else {
        Err(Denied::Method)
    }
}

#[cfg(test)]
mod tests;
