//! Bringing endpoints back: probes of those whose breaker is open, and the release of requests that
//! wait until one is usable.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use goodgate_resilience::Mark;
use goodgate_resilience::breaker::State;
use goodgate_resilience::endpoint::{Reason, Standing};
use goodgate_resilience::limits::HOLD_PROBE;
use tokio::time::{sleep, timeout};

use super::connection::{Within, open};
use super::endpoint::Endpoint;
use super::state::Upstream;

/// A probe takes no longer than this: requests may wait for what it finds.
const PROBE_MAX: Duration = Duration::from_secs(1);

/// How long a trial waits for a safe request before a probe takes its place: there may be none.
const TRIAL_UNCLAIMED: Duration = Duration::from_secs(1);

/// Probes the endpoints of an upstream for which that is due, each in a task of its own; asked every
/// `tick` by one core.
pub(crate) fn probe_due(upstream: &Arc<Upstream>, tick: Duration, now: Instant) {
    for endpoint in &upstream.endpoints().0 {
        let state = endpoint.state();
        if !state.has(Reason::BreakerOpen) || state.has(Reason::Draining) {
            continue;
        }
        // Where no connection could be made a probe comes before any request does.
        let at = if state.breaker().is_away() { now + tick } else { earlier(now) };
        if state.breaker().is_trial_due(at) && !endpoint.is_probed.swap(true, Ordering::AcqRel) {
            let (upstream, endpoint) = (Arc::clone(upstream), Arc::clone(endpoint));
            tokio::spawn(async move {
                probe(&upstream, &endpoint).await;
                endpoint.is_probed.store(false, Ordering::Release);
                let_go(&upstream, Instant::now());
            });
        }
    }
    if upstream.breaker.is_trial_due(earlier(now)) {
        // Nobody claims the trial: only requests come that must not be one.
        let_in(upstream, now);
    }
}

/// Looks for an endpoint that takes connections for as long as requests wait; one task per upstream.
pub(crate) fn look_for_a_way_out(upstream: &Arc<Upstream>) {
    if upstream.waiting.is_probed.swap(true, Ordering::AcqRel) {
        return;
    }
    let upstream = Arc::clone(upstream);
    tokio::spawn(async move {
        loop {
            while upstream.waiting.is_somebody() {
                let endpoints = Arc::clone(&*upstream.endpoints());
                for endpoint in endpoints.0.iter().filter(|it| it.is_worth_a_probe()) {
                    probe(&upstream, endpoint).await;
                }
                let_go(&upstream, Instant::now());
                sleep(HOLD_PROBE / 2).await;
            }
            upstream.waiting.is_probed.store(false, Ordering::Release);
            // One may have come between the last look and the flag.
            let is_over = !upstream.waiting.is_somebody();
            if is_over || upstream.waiting.is_probed.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    });
}

/// Lets requests go that wait, as far as endpoints and the upstream's breaker allow.
pub(crate) fn let_go(upstream: &Upstream, now: Instant) {
    if !upstream.waiting.is_somebody() {
        return;
    }
    if !upstream.is_usable() {
        if upstream.may_come_back() {
            upstream.waiting.gone();
        } else {
            // Waiting helps nobody: they go, in order, and are told why.
            upstream.waiting.returned(now);
        }
        return;
    }
    match upstream.breaker.state(now) {
        State::Closed => upstream.waiting.returned(now),
        State::Open { .. } | State::HalfOpen { is_on_trial: true } => {}
        State::HalfOpen { is_on_trial: false } => {
            if !upstream.waiting.release_trial() {
                let_in(upstream, now);
            }
        }
    }
}

/// Closes the upstream's breaker, if that is due, because an endpoint takes connections: nobody is
/// there who could be its trial.
fn let_in(upstream: &Upstream, now: Instant) {
    if upstream.is_usable() {
        upstream.breaker.probed(Mark::Good, now);
        if upstream.breaker.state(now) == State::Closed {
            upstream.waiting.returned(now);
        }
    }
}

/// Finds out whether an endpoint takes connections.
async fn probe(upstream: &Upstream, endpoint: &Endpoint) {
    let timeouts = &upstream.settings.timeouts;
    let within = Within { connect: timeouts.connect, tls: timeouts.tls, only_http1: false };
    let opening = open(&endpoint.address, endpoint.tls.as_ref(), within);
    let mark = match timeout(PROBE_MAX, opening).await {
        Ok(Ok(_)) => Mark::Good,
        Ok(Err(failure)) => failure.mark(),
        Err(_) => Mark::Unreachable,
    };
    endpoint.state().probed(mark, Instant::now());
    if mark != Mark::Good {
        upstream.lookups.want();
    }
}

fn earlier(now: Instant) -> Instant {
    now.checked_sub(TRIAL_UNCLAIMED).unwrap_or(now)
}

impl Endpoint {
    /// Tells whether a probe could bring it back. What checks say only checks take back.
    fn is_worth_a_probe(&self) -> bool {
        self.state().standing() == Standing::Down && self.state().has(Reason::BreakerOpen)
    }
}
