//! Hedging: a second try of a safe request whose answer takes longer than usual.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::Epoch;
use crate::failure::Method;
use crate::latency::Latency;
use crate::limits::{
    HEDGE_ANSWERS, HEDGE_MAX, HEDGE_MIN, HEDGE_QUANTILE, HEDGE_REFRESH, HEDGE_UNKNOWN,
};
use crate::retry::{Body, Denied};

/// When a second try is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The share of answers that are quicker than the wait, from 0 to 1.
    pub quantile: f64,
    /// The shortest wait.
    pub least: Duration,
    /// The longest wait.
    pub most: Duration,
    /// The wait while nothing is known.
    pub unknown: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { quantile: HEDGE_QUANTILE, least: HEDGE_MIN, most: HEDGE_MAX, unknown: HEDGE_UNKNOWN }
    }
}

/// How long to wait for answers of an upstream before a second try, shared by all cores. Routes that
/// lead to the same upstream have a pace each, and its latencies together.
#[derive(Debug)]
pub struct Pace {
    settings: Settings,
    epoch: Epoch,
    /// The wait in nanoseconds.
    wait: AtomicU64,
    /// When it was learned, in nanoseconds since the epoch plus one; 0 for never.
    learned: AtomicU64,
}

impl Pace {
    /// Begins with nothing known.
    pub fn new(settings: Settings, now: Instant) -> Self {
        Self {
            settings,
            epoch: Epoch::new(now),
            wait: AtomicU64::new(0),
            learned: AtomicU64::new(0),
        }
    }

    /// Returns how long to wait for the head of a response before a second try. `usual` are the
    /// latencies of answers; attempts that were given up do not belong there: they would make what is
    /// slow usual.
    pub fn wait(&self, usual: &Latency, now: Instant) -> Duration {
        let nanos = self.epoch.nanos(now);
        let learned = self.learned.load(Ordering::Relaxed);
        let is_fresh =
            learned > 0 && u128::from(nanos.saturating_sub(learned)) < HEDGE_REFRESH.as_nanos();
        if !is_fresh {
            let wait = self.learn(usual, now).as_nanos() as u64;
            self.wait.store(wait, Ordering::Relaxed);
            self.learned.store(nanos.saturating_add(1), Ordering::Relaxed);
            return Duration::from_nanos(wait);
        }
        Duration::from_nanos(self.wait.load(Ordering::Relaxed))
    }

    fn learn(&self, usual: &Latency, now: Instant) -> Duration {
        let Settings { quantile, least, most, unknown } = self.settings;
        let wait = match usual.quantile(quantile, now) {
            Some(wait) if usual.answers(now) >= HEDGE_ANSWERS => wait,
            _ => unknown,
        };
        wait.clamp(least, most.max(least))
    }
}

/// A request at the moment at which its second try would be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The class of its method.
    pub method: Method,
    /// What is left of its body.
    pub body: Body,
    /// Whether any byte of a final response has gone to the client.
    pub is_committed: bool,
    /// Tries until now.
    pub attempts: u32,
    /// Endpoints that are up.
    pub endpoints_up: usize,
    /// Whether one of them is untried.
    pub has_other_endpoint: bool,
    /// Whether the budget has a retry left.
    pub has_budget: bool,
}

/// Decides whether a second try may run next to the first one: only one, only of a safe method, only
/// with two endpoints that are up, and from the budget of retries.
pub const fn may_hedge(situation: &Situation) -> Result<(), Denied> {
    if situation.is_committed {
        return Err(Denied::Committed);
    }
    if !matches!(situation.method, Method::Safe) {
        return Err(Denied::Method);
    }
    if matches!(situation.body, Body::Gone) {
        return Err(Denied::BodyGone);
    }
    if situation.attempts > 1 {
        return Err(Denied::Attempts);
    }
    if situation.endpoints_up < 2 || !situation.has_other_endpoint {
        return Err(Denied::NoOtherEndpoint);
    }
    if !situation.has_budget {
        return Err(Denied::Budget);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: Situation = Situation {
        method: Method::Safe,
        body: Body::Kept,
        is_committed: false,
        attempts: 1,
        endpoints_up: 2,
        has_other_endpoint: true,
        has_budget: true,
    };

    #[test]
    fn a_slow_safe_request_gets_a_second_try() {
        assert_eq!(may_hedge(&SLOW), Ok(()));
    }

    #[test]
    fn each_condition_is_needed() {
        let denied = [
            Situation { is_committed: true, ..SLOW },
            Situation { method: Method::Idempotent, ..SLOW },
            Situation { body: Body::Gone, ..SLOW },
            Situation { attempts: 2, ..SLOW },
            Situation { endpoints_up: 1, ..SLOW },
            Situation { has_other_endpoint: false, ..SLOW },
            Situation { has_budget: false, ..SLOW },
        ];

        assert!(denied.iter().all(|situation| may_hedge(situation).is_err()));
    }

    #[test]
    fn the_wait_is_what_is_unusual() {
        let now = Instant::now();
        let pace = Pace::new(Settings::default(), now);
        let usual = Latency::new(now);
        let answers = |latency, at: Instant| (0..1000).for_each(|_| usual.record(latency, at));

        assert_eq!(pace.wait(&usual, now), HEDGE_UNKNOWN);

        answers(Duration::from_millis(40), now);
        assert_eq!(pace.wait(&usual, now), HEDGE_UNKNOWN);
        let later = now + HEDGE_REFRESH * 2;
        assert!((40..=50).contains(&pace.wait(&usual, later).as_millis()));

        answers(Duration::from_secs(9), later);
        assert_eq!(pace.wait(&usual, later + HEDGE_REFRESH * 2), HEDGE_MAX);
    }
}
