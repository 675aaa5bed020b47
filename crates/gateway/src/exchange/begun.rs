//! An attempt that began at an endpoint, and is counted there until it ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_resilience::breaker::{Admission, Asker, Transition};
use goodgate_resilience::candidates::Tier;
use goodgate_resilience::{Failure, Mark};

use super::Ctx;
use crate::clock;
use crate::upstream::{Chosen, Endpoint, Upstream};

/// An attempt that is counted at its endpoint. One that is dropped says nothing about it.
#[derive(Debug)]
pub(crate) struct Begun<'a> {
    upstream: &'a Upstream,
    chosen: Chosen,
    admission: Admission,
    /// What the upstream's breaker said.
    passage: Admission,
    at: Instant,
    is_over: bool,
}

impl<'a> Begun<'a> {
    /// Begins an attempt; none if a breaker refuses at this moment, that of the endpoint or that of
    /// the whole upstream.
    pub(crate) fn new(ctx: &'a Ctx<'_>, chosen: Chosen) -> Option<Self> {
        let now = clock::now();
        let state = chosen.endpoint.state();
        let asker = if ctx.is_replayable { Asker::SafeRequest } else { Asker::UnsafeRequest };
        let admission = match state.begin(asker, now) {
            // Everything is down: the last try may go anywhere.
            Admission::Refused { .. } if chosen.tier == Tier::FailOpen => state.begin_anyway(),
            admission => admission,
        };
        if !admission.is_admitted() {
            return None;
        }
        let passage = match ctx.upstream.breaker.admit(asker, now) {
            // Nobody is there to be spared.
            Admission::Refused { .. } if !ctx.upstream.may_come_back() => Admission::LastResort,
            passage => passage,
        };
        let begun =
            Self { upstream: ctx.upstream, chosen, admission, passage, at: now, is_over: false };
        // Dropped, it gives back what the endpoint has counted.
        passage.is_admitted().then_some(begun)
    }

    /// Returns where it goes.
    pub(crate) fn endpoint(&self) -> &Arc<Endpoint> {
        &self.chosen.endpoint
    }

    /// Returns the place of its endpoint among those of that moment.
    pub(crate) fn index(&self) -> usize {
        self.chosen.index
    }

    /// Returns as what its endpoint was chosen, and what its breaker said.
    pub(crate) fn standing(&self) -> (Tier, Admission) {
        (self.chosen.tier, self.admission)
    }

    /// Returns when it began.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// Notes how it failed, for whoever asks why its endpoint gets no traffic.
    pub(crate) fn failed(&self, failure: Failure) {
        self.chosen.endpoint.seen.failed(failure, clock::now());
    }

    /// Ends it. `latency` is the time until the response's head; without one, until now.
    pub(crate) fn end(mut self, mark: Mark, latency: Option<Duration>) {
        self.finish(mark, latency);
    }

    fn finish(&mut self, mark: Mark, latency: Option<Duration>) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let now = clock::now();
        let latency = latency.unwrap_or_else(|| now.saturating_duration_since(self.at));
        // Looked for only where it matters: it goes through all endpoints.
        let has_others = mark.is_own_failure() && self.upstream.has_others(self.chosen.index);
        self.chosen.endpoint.state().end(self.admission, mark, latency, has_others, now);
        // Who cannot be used as it is set up has no queue to work off, and says so at once.
        let of_all = if mark == Mark::Unfit { Mark::Nothing } else { mark };
        let of_all = self.upstream.breaker.record(self.passage, of_all, true, now);
        if matches!(of_all, Transition::Opened { .. }) {
            self.upstream.waiting.gone();
        }
        if mark != Mark::Good {
            self.upstream.review(now);
        }
        if matches!(mark, Mark::Refused | Mark::Unreachable | Mark::Unfit) {
            self.upstream.lookups.want();
        }
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.finish(Mark::Nothing, None);
    }
}
