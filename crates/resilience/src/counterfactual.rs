//! Which setting would have avoided a failure that reached the client.

use std::time::Duration;

use crate::failure::{Failure, Progress};
use crate::retry::Denied;

/// A change that would have avoided a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedy {
    /// Say that requests with `Idempotency-Key` may be repeated.
    IdempotencyKey,
    /// Say that PUT and DELETE may be repeated.
    IdempotentMethods,
    /// Keep more of request bodies.
    ReplayBody,
    /// Allow more tries.
    Attempts,
    /// Add an endpoint.
    SecondEndpoint,
    /// Hold requests for longer.
    HoldTime,
    /// Hold more requests.
    HoldRoom,
    /// Close idle connections earlier, or let the upstream keep them for longer.
    IdleLimit,
    /// Wait for longer at the stage that ran out of time.
    Timeout,
    /// Hold back more of a response before it is committed.
    CommitBytes,
    /// Raise the limit of connections or requests at the upstream.
    UpstreamLimits,
    /// Take larger heads of responses.
    HeaderSize,
}

impl Remedy {
    /// Every remedy.
    pub const ALL: [Self; 12] = [
        Self::IdempotencyKey,
        Self::IdempotentMethods,
        Self::ReplayBody,
        Self::Attempts,
        Self::SecondEndpoint,
        Self::HoldTime,
        Self::HoldRoom,
        Self::IdleLimit,
        Self::Timeout,
        Self::CommitBytes,
        Self::UpstreamLimits,
        Self::HeaderSize,
    ];

    /// Returns the word for logs, metrics and totals.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::IdempotencyKey => "retry.idempotency_key",
            Self::IdempotentMethods => "retry.idempotent_methods",
            Self::ReplayBody => "retry.body",
            Self::Attempts => "retry.attempts",
            Self::SecondEndpoint => "endpoints",
            Self::HoldTime => "hold.time",
            Self::HoldRoom => "hold.requests",
            Self::IdleLimit => "idle_limit",
            Self::Timeout => "timeouts",
            Self::CommitBytes => "commit.bytes",
            Self::UpstreamLimits => "limits",
            Self::HeaderSize => "limits.header_size",
        }
    }

    /// Says what would have helped, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::IdempotencyKey => {
                "The request carried Idempotency-Key; with `retry.idempotency_key` on for its route \
                 it would have been sent again."
            }
            Self::IdempotentMethods => {
                "PUT and DELETE are sent again only where the route says that twice is harmless."
            }
            Self::ReplayBody => {
                "The body was larger than what is kept; with more room it would have been sent \
                 again."
            }
            Self::Attempts => "Another endpoint was usable, but no further try was allowed.",
            Self::SecondEndpoint => "A second endpoint would have answered.",
            Self::HoldTime => {
                "An endpoint came back shortly after; a longer hold would have reached it."
            }
            Self::HoldRoom => "As many requests as may wait did so already; more room to hold.",
            Self::IdleLimit => {
                "The upstream closed the kept connection; a shorter idle limit here or a longer one \
                 there avoids the race."
            }
            Self::Timeout => {
                "The upstream did answer later; a longer timeout would have waited for it."
            }
            Self::CommitBytes => {
                "The answer broke off after it had begun to go to the client; held back for longer \
                 it would have been replaced unseen."
            }
            Self::UpstreamLimits => {
                "The limits set for the upstream were reached while it still answered quickly."
            }
            Self::HeaderSize => {
                "The head of the response was larger than what is taken; a higher limit would have \
                 taken it."
            }
        }
    }
}

/// How a request that failed was stopped from being held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldEnd {
    /// It was held until its time was over.
    TimedOut,
    /// There was no room to hold it.
    NoRoom,
}

/// What is known of a request that failed.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named where it is set")]
pub struct Story<'a> {
    /// Its attempts that failed, in order.
    pub failures: &'a [Failure],
    /// Why no further try was made.
    pub denied: Option<Denied>,
    /// Whether it carried `Idempotency-Key`.
    pub has_idempotency_key: bool,
    /// Whether its method is PUT or DELETE.
    pub is_idempotent_method: bool,
    /// Whether the last attempt went over a kept connection that the upstream had closed.
    pub was_stale_connection: bool,
    /// Whether the last attempt ran out of time.
    pub was_timeout: bool,
    /// Whether the head of the last response was larger than what is taken.
    pub was_too_large: bool,
    /// How it ended being held, if it was to be.
    pub hold: Option<HoldEnd>,
    /// Whether it was shed at the upstream's limits.
    pub was_shed: bool,
    /// How many endpoints the upstream has.
    pub endpoints: usize,
    /// How long after the failure an endpoint was usable again, if that is known by now.
    pub recovered_after: Option<Duration>,
}

/// The longest time after a failure for which a longer hold is proposed: nobody waits longer for a
/// page.
const HOLD_PROPOSED_MAX: Duration = Duration::from_secs(30);

/// Returns the remedies that would have avoided a failure, the surest first. Empty means that no
/// setting of the gateway would have.
pub fn remedies(story: &Story<'_>) -> Vec<Remedy> {
    let mut found = Vec::new();
    found.extend(by_denial(story));
    if story.was_stale_connection {
        found.push(Remedy::IdleLimit);
    }
    found.extend(by_hold(story));
    if story.was_shed {
        found.push(Remedy::UpstreamLimits);
    }
    if story.was_timeout {
        found.push(Remedy::Timeout);
    }
    if story.was_too_large {
        found.push(Remedy::HeaderSize);
    }
    if story.endpoints == 1 && helps_elsewhere(story) {
        found.push(Remedy::SecondEndpoint);
    }
    found
}

fn by_denial(story: &Story<'_>) -> Option<Remedy> {
    match story.denied? {
        Denied::Method if story.has_idempotency_key => Some(Remedy::IdempotencyKey),
        Denied::Method if story.is_idempotent_method => Some(Remedy::IdempotentMethods),
        Denied::BodyGone => Some(Remedy::ReplayBody),
        Denied::Attempts if story.endpoints > story.failures.len() => Some(Remedy::Attempts),
        Denied::Committed => Some(Remedy::CommitBytes),
        // A larger budget or a later deadline trades one failure for another.
        Denied::Method
        | Denied::Attempts
        | Denied::Status
        | Denied::NoOtherEndpoint
        | Denied::Deadline
        | Denied::Budget => None,
    }
}

fn by_hold(story: &Story<'_>) -> Option<Remedy> {
    let came_back = story.recovered_after.is_some_and(|after| after <= HOLD_PROPOSED_MAX);
    match story.hold? {
        HoldEnd::NoRoom => Some(Remedy::HoldRoom),
        HoldEnd::TimedOut => came_back.then_some(Remedy::HoldTime),
    }
}

/// Another endpoint helps where the request could have gone there: it was never sent, or it waited,
/// or only another endpoint was missing. What is set up or said in the wrong way mostly is so at all
/// endpoints of an upstream: nobody can say that another one would have answered.
fn helps_elsewhere(story: &Story<'_>) -> bool {
    if story.failures.last().is_some_and(Failure::is_lasting) {
        return false;
    }
    let untouched = |failure: &Failure| failure.progress <= Progress::Refused;
    story.hold.is_some()
        || story.denied == Some(Denied::NoOtherEndpoint)
        || story.failures.last().is_some_and(untouched)
}

#[cfg(test)]
mod tests;
