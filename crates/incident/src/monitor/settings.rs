//! What decides for one monitor, and its defaults.

use std::time::Duration;

use crate::limits::{
    CONFIRM, CONFIRM_MAX, EXTRA_PAUSE_MAX, EXTRA_PAUSE_MIN, RATE_FAILURES, RATE_FAILURES_MAX,
    RATE_INTERVALS, RATE_MOMENTS, RATE_MOMENTS_MAX, RATE_WITHIN_MAX, RATE_WITHIN_MIN, RECOVER,
    RECOVER_MAX,
};

/// What decides for one monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The time from one check to the next.
    pub interval: Duration,
    /// Failed checks in a row that confirm a failure without an examination, from 1 to
    /// [`CONFIRM_MAX`].
    pub confirm: u32,
    /// Good checks in a row that end it, from 1 to [`RECOVER_MAX`].
    pub recover: u32,
    /// When some failed checks among good ones are a partial failure; `None` turns it off.
    pub rate: Option<Rule>,
}

/// So many failed moments among so many, within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Failed moments, from 1 to [`RATE_FAILURES_MAX`].
    pub failures: u32,
    /// Moments among which they are counted, from `failures` to [`RATE_MOMENTS_MAX`].
    pub moments: u32,
    /// How far back they are counted.
    pub within: Duration,
}

impl Settings {
    /// Returns the defaults for an interval.
    pub fn every(interval: Duration) -> Self {
        Self { interval, confirm: CONFIRM, recover: RECOVER, rate: Some(Rule::every(interval)) }
    }

    /// Returns the nearest settings within the bounds.
    #[must_use]
    pub(super) fn bounded(self) -> Self {
        Self {
            confirm: self.confirm.clamp(1, CONFIRM_MAX),
            recover: self.recover.clamp(1, RECOVER_MAX),
            rate: self.rate.map(Rule::bounded),
            ..self
        }
    }

    /// Returns the pause before a check in addition to those of the interval; `None` where the
    /// interval is as short.
    pub(super) fn extra_pause(&self) -> Option<Duration> {
        let pause = (self.interval / 4).clamp(EXTRA_PAUSE_MIN, EXTRA_PAUSE_MAX);
        (pause < self.interval).then_some(pause)
    }
}

impl Rule {
    /// Returns the defaults for an interval: a time that so many checks take, an hour at most.
    pub fn every(interval: Duration) -> Self {
        let within =
            interval.saturating_mul(RATE_INTERVALS).clamp(RATE_WITHIN_MIN, RATE_WITHIN_MAX);
        Self { failures: RATE_FAILURES, moments: RATE_MOMENTS, within }
    }

    fn bounded(self) -> Self {
        let failures = self.failures.clamp(1, RATE_FAILURES_MAX);
        Self { failures, moments: self.moments.clamp(failures, RATE_MOMENTS_MAX), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_becomes_the_nearest_within() {
        let rate = Some(Rule { failures: 90, moments: 0, within: Duration::ZERO });
        let wild = Settings { interval: Duration::ZERO, confirm: 0, recover: u32::MAX, rate };

        let bounded = wild.bounded();

        assert_eq!((bounded.confirm, bounded.recover), (1, RECOVER_MAX));
        let rate = Rule { failures: 8, moments: 8, within: Duration::ZERO };
        assert_eq!(bounded.rate, Some(rate));
    }

    #[test]
    fn a_short_interval_needs_no_checks_in_addition() {
        let pause = |seconds| Settings::every(Duration::from_secs(seconds)).extra_pause();

        assert_eq!(pause(2), None);
        assert_eq!(pause(5), Some(Duration::from_millis(2500)));
        assert_eq!(pause(3600), Some(Duration::from_secs(5)));
    }
}
