//! One request on whose way something failed, with what was known around it at that moment.

use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant, SystemTime};

use goodgate_resilience::breaker::State;
use goodgate_resilience::counterfactual::{self, HoldEnd};
use goodgate_resilience::endpoint::Standing;
use goodgate_resilience::retry::Denied;
use goodgate_resilience::{Failure, Method, Said};

use super::avoidable::{Proposal, proposals};
use super::masked::{masked, text};
use crate::http1::{Known, RequestHead};
use crate::site::{Route, Site};
use crate::story::{Attempt, End, Story};
use crate::upstream::{Answer, Lookup, Upstream};

/// Bytes that a record takes besides its attempts and its texts.
const RECORD_BYTES: usize = 768;

/// Endpoints of which a record keeps how they stood.
const ENDPOINTS_KEPT: usize = 16;

/// Names of which a record keeps what they resolved to.
const NAMES_KEPT: usize = 8;

/// A request on whose way something failed.
#[derive(Debug)]
pub(crate) struct Record {
    /// The method.
    pub(crate) method: String,
    /// The host that was asked for.
    pub(crate) host: String,
    /// The path, without values of the query.
    pub(crate) path: String,
    /// Whether it carried `Idempotency-Key`.
    pub(crate) has_idempotency_key: bool,
    /// What happened.
    pub(crate) story: Story,
    /// How long it took.
    pub(crate) took: Duration,
    /// What the name of each attempt's endpoint had resolved to.
    pub(crate) answers: Vec<Option<(String, Answer)>>,
    /// What the names of the upstream resolved to, where no attempt was made.
    pub(crate) names: Vec<(String, Lookup)>,
    /// How the breaker of the upstream stood when the request ended.
    pub(crate) breaker: Option<State>,
    /// How the endpoints of the upstream stood when the request ended.
    pub(crate) endpoints: Vec<Stood>,
    upstream: Weak<Upstream>,
    endpoint_count: usize,
    holds: bool,
    outcome: OnceLock<Arc<Outcome>>,
}

/// How an endpoint stood, and how it had failed last.
#[derive(Clone, Debug)]
pub(crate) struct Stood {
    /// Its name.
    pub(crate) label: Arc<str>,
    /// What it could be used for.
    pub(crate) standing: Standing,
    /// The last attempt that failed there, and how long before.
    pub(crate) last: Option<(Duration, Failure)>,
}

/// What becomes known later: how long after the failure the upstream answered again, or that it did
/// not in time. Failures that are alike share it.
pub(super) type Outcome = OnceLock<Option<Duration>>;

/// Which settings would have avoided it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlook {
    /// The settings, the surest first.
    pub(crate) proposals: Vec<Proposal>,
    /// Whether it is still open if a longer hold would have helped.
    pub(crate) is_open: bool,
}

impl Record {
    /// Makes the record of a request that has just ended.
    pub(crate) fn new(site: &Site, head: &RequestHead, story: Story, took: Duration) -> Self {
        let upstream = story.upstream.as_deref().and_then(|name| site.upstreams.get(name));
        let route = story.route.as_ref();
        let route = route.and_then(|label| site.routes.iter().find(|it| it.label == *label));
        let answers = story.attempts.iter().map(|attempt| answer(upstream?, &story, attempt));
        let answers = answers.collect();
        let has_no_attempt = story.attempts.is_empty();
        Self {
            method: text(head.method_name()),
            host: text(head.host().unwrap_or_default()),
            path: masked(head),
            has_idempotency_key: head.fields().has(Known::IdempotencyKey),
            took,
            answers,
            names: upstream.filter(|_| has_no_attempt).map(names).unwrap_or_default(),
            breaker: upstream.map(|upstream| upstream.breaker.state(Instant::now())),
            endpoints: upstream.map(stood).unwrap_or_default(),
            upstream: upstream.map(Arc::downgrade).unwrap_or_default(),
            endpoint_count: upstream.map_or(0, |upstream| upstream.endpoints().0.len()),
            holds: route.is_some_and(|route: &Arc<Route>| route.settings.hold.is_some()),
            outcome: OnceLock::new(),
            story,
        }
    }

    /// Makes a record of which nothing but its story is known.
    #[cfg(test)]
    pub(super) fn bare(story: Story, took: Duration) -> Self {
        Self {
            method: "GET".to_owned(),
            host: String::new(),
            path: "/".to_owned(),
            has_idempotency_key: false,
            took,
            answers: Vec::new(),
            names: Vec::new(),
            breaker: None,
            endpoints: Vec::new(),
            upstream: Weak::new(),
            endpoint_count: 1,
            holds: true,
            outcome: OnceLock::new(),
            story,
        }
    }

    /// Returns when the request ended.
    pub(crate) fn ended(&self) -> SystemTime {
        self.story.at + self.took
    }

    /// Returns which settings would have avoided it, as far as that is known.
    pub(crate) fn outlook(&self) -> Outlook {
        let decided = match self.outcome.get() {
            None => Some(None),
            Some(outcome) => outcome.get().copied(),
        };
        Outlook { proposals: self.proposals(decided.flatten()), is_open: decided.is_none() }
    }

    /// Returns which settings would have avoided it, if the upstream answered again so long after.
    pub(super) fn proposals(&self, recovered_after: Option<Duration>) -> Vec<Proposal> {
        proposals(self, &self.facts(recovered_after))
    }

    /// Says where it will be known whether a longer hold would have helped.
    pub(super) fn waits_for(&self, outcome: &Arc<Outcome>) {
        // It waits for one only.
        self.outcome.set(Arc::clone(outcome)).ok();
    }

    /// Tells whether a longer hold could have helped, if an endpoint came back soon.
    pub(super) fn waits_for_recovery(&self) -> bool {
        self.hold_end() == Some(HoldEnd::TimedOut)
    }

    /// Returns how long after the end of this request its upstream answered another one.
    pub(super) fn recovered_after(&self) -> Option<Duration> {
        let answer = self.upstream.upgrade()?.last_answer()?;
        // Written with a tenth of a second; what ended in the same one was before.
        let after = answer.checked_duration_since(self.ended_at())?;
        (!after.is_zero()).then_some(after)
    }

    /// Returns how long ago it ended.
    pub(super) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.ended_at())
    }

    /// Returns about how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let attempts = self.story.attempts.len() * size_of::<Attempt>();
        let endpoints = self.endpoints.len() * size_of::<Stood>();
        let texts = self.path.len() + self.host.len() + self.method.len() + self.story.id.len();
        RECORD_BYTES + attempts + endpoints + texts
    }

    fn ended_at(&self) -> Instant {
        self.story.began + self.took
    }

    fn hold_end(&self) -> Option<HoldEnd> {
        let could_wait =
            |failure: Failure| failure.progress.is_untouched() && !failure.is_lasting();
        let untouched = self.story.failure().is_none_or(could_wait);
        let away = untouched && self.story.cause().is_some() && !self.story.was_shed();
        // Where nothing is held, any hold would have been longer.
        self.story.hold_end.or((away && !self.holds).then_some(HoldEnd::TimedOut))
    }

    fn facts(&self, recovered_after: Option<Duration>) -> Facts {
        let story = &self.story;
        let failures: Vec<Failure> =
            story.attempts.iter().filter_map(|attempt| attempt.failure).collect();
        let last = story.failure();
        let denied = match story.end {
            End::BrokenOff(_) => Some(Denied::Committed),
            _ => story.denied,
        };
        Facts {
            denied,
            has_idempotency_key: self.has_idempotency_key,
            is_idempotent_method: Method::of(self.method.as_bytes()) == Method::Idempotent,
            was_stale_connection: last.is_some_and(|failure| failure.cause == "stale_keepalive"),
            was_timeout: last.is_some_and(|failure| matches!(failure.said, Said::Late(_))),
            was_too_large: last.is_some_and(|failure| failure.cause == "response_header_too_large"),
            hold: self.hold_end(),
            was_shed: story.was_shed(),
            endpoints: self.endpoint_count,
            recovered_after,
            failures,
        }
    }
}

/// The facts of [`counterfactual::Story`], with their failures.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named where it is set")]
pub(super) struct Facts {
    failures: Vec<Failure>,
    denied: Option<Denied>,
    has_idempotency_key: bool,
    is_idempotent_method: bool,
    was_stale_connection: bool,
    was_timeout: bool,
    was_too_large: bool,
    hold: Option<HoldEnd>,
    was_shed: bool,
    endpoints: usize,
    pub(super) recovered_after: Option<Duration>,
}

impl Facts {
    /// Returns them as the pure part takes them.
    pub(super) fn story(&self) -> counterfactual::Story<'_> {
        counterfactual::Story {
            failures: &self.failures,
            denied: self.denied,
            has_idempotency_key: self.has_idempotency_key,
            is_idempotent_method: self.is_idempotent_method,
            was_stale_connection: self.was_stale_connection,
            was_timeout: self.was_timeout,
            was_too_large: self.was_too_large,
            hold: self.hold,
            was_shed: self.was_shed,
            endpoints: self.endpoints,
            recovered_after: self.recovered_after,
        }
    }
}

/// Returns the answer for the name of an attempt's endpoint that was in force then.
fn answer(upstream: &Upstream, story: &Story, attempt: &Attempt) -> Option<(String, Answer)> {
    // The label of an endpoint with a name is NAME/ADDRESS.
    let label = attempt.endpoint.as_deref()?;
    let (name, _) = label.split_once('/').filter(|(name, _)| !name.ends_with(':'))?;
    let answer = upstream.lookups.answer_at(name, story.began + attempt.began)?;
    Some((name.to_owned(), answer))
}

fn names(upstream: &Arc<Upstream>) -> Vec<(String, Lookup)> {
    upstream.lookups.all().into_iter().take(NAMES_KEPT).collect()
}

fn stood(upstream: &Arc<Upstream>) -> Vec<Stood> {
    let now = Instant::now();
    let endpoints = upstream.endpoints();
    let stood = endpoints.0.iter().take(ENDPOINTS_KEPT).map(|endpoint| Stood {
        label: Arc::clone(&endpoint.label),
        standing: endpoint.state().standing(),
        last: endpoint
            .seen
            .last()
            .failure
            .map(|(at, failure)| (now.saturating_duration_since(at), failure)),
    });
    stood.collect()
}
