//! How long an upstream keeps idle connections, learned from what it does and says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use goodgate_resilience::idle::{Bounds, IdleLimit, Kept, Learner};

use crate::http1::KeepAlive as Announced;
use crate::settings::KeepAlive;

/// What is known of an upstream's idle limit.
#[derive(Debug)]
pub(crate) struct Idle {
    learner: Option<Arc<Mutex<Learner>>>,
    limit: Arc<IdleLimit>,
    bounds: Bounds,
}

impl Idle {
    /// Begins with nothing known.
    pub(crate) fn new(settings: &KeepAlive) -> Self {
        Self {
            learner: settings.learn.then(Arc::default),
            limit: Arc::new(IdleLimit::new()),
            bounds: bounds(settings),
        }
    }

    /// Goes on under other settings with what was learned.
    pub(crate) fn renewed(&self, settings: &KeepAlive) -> Self {
        let fresh = Self::new(settings);
        match (&self.learner, &fresh.learner) {
            (Some(learner), Some(_)) => {
                Self { learner: Some(Arc::clone(learner)), limit: Arc::clone(&self.limit), ..fresh }
            }
            _ => fresh,
        }
    }

    /// Tells whether a kept connection may carry a request; one that must not be sent twice needs
    /// one that was used a short time ago.
    pub(crate) fn may_reuse(&self, kept: Kept, is_replayable: bool) -> bool {
        self.limit.may_reuse(kept, &self.bounds, is_replayable)
    }

    /// Returns how long a connection is kept.
    pub(crate) fn keep_for(&self) -> (Duration, Duration) {
        (self.limit.reuse_until(&self.bounds, true), self.bounds.age.unwrap_or(Duration::MAX))
    }

    /// Returns the limit that was learned.
    pub(crate) fn learned(&self) -> Option<Duration> {
        self.limit.learned()
    }

    /// Notes that the upstream closed a connection after it had been idle for so long.
    pub(crate) fn closed(&self, idle: Duration, now: Instant) {
        self.learn(|learner| learner.closed(idle, now));
    }

    /// Notes that a connection was still open after it had been idle for so long.
    pub(crate) fn still_open(&self, idle: Duration, now: Instant) {
        if self.limit.learned().is_some_and(|limit| idle > limit) {
            self.learn(|learner| learner.still_open(idle, now));
        }
    }

    /// Notes that a connection served a request after it had been idle for so long.
    pub(crate) fn served(&self, idle: Duration) {
        self.limit.served(idle);
    }

    /// Notes what the upstream says of it.
    pub(crate) fn announced(&self, said: Announced) {
        let Some(seconds) = said.timeout else { return };
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        // It says so in each response; the lock is taken only for news.
        if self.limit.learned() != Some(Duration::from_secs(u64::from(seconds))) {
            self.learn(|learner| learner.announced(seconds));
        }
    }

    fn learn(&self, learn: impl FnOnce(&mut Learner)) {
        let Some(learner) = &self.learner else { return };
        let mut learner = learner.lock().unwrap_or_else(PoisonError::into_inner);
        learn(&mut learner);
        self.limit.publish(&learner);
    }
}

fn bounds(settings: &KeepAlive) -> Bounds {
    Bounds {
        unlearned: settings.idle_unlearned,
        idle: settings.idle,
        age: settings.max_age,
        requests: settings.requests,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The simulation of the pool runs with those.
    #[test]
    fn the_defaults_are_those_that_were_simulated() {
        assert_eq!(bounds(&KeepAlive::default()), Bounds::default());
    }
}
