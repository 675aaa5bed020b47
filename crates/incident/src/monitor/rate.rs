//! How often a target fails, over the last moments.
//!
//! A *moment* is a check, good or bad, or a burst of attempts that failed together: failures that
//! follow each other within [`MOMENT`] are one, so that a blip is one failure however often it was
//! looked at. The moments are bits of one word; only the last failures have a time.

use goodgate_evidence::Timestamp;

use super::settings::Rule;
use crate::limits::{MOMENT, RATE_FAILURES_MAX, RATE_MOMENTS_MAX};
use crate::span;

const TIMES: usize = RATE_FAILURES_MAX as usize;

/// The last moments of one monitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rate {
    /// The last moments, the newest in the lowest bit; a failed one is set.
    bits: u64,
    /// All moments that were counted.
    moments: u64,
    /// The last failed moments: their number and time, in a ring.
    failures: [Option<(u64, Timestamp)>; TIMES],
    /// Failed moments that were counted.
    failed: u64,
}

impl Rate {
    /// Counts a good moment.
    pub(super) fn good(&mut self) {
        self.push(false);
    }

    /// Counts a failed moment, unless it belongs to the one before.
    pub(super) fn bad(&mut self, at: Timestamp) {
        if self.last_failure().is_some_and(|last| span::apart(last, at) < MOMENT) {
            return;
        }
        self.push(true);
        if let Some(slot) = self.failures.get_mut((self.failed % TIMES as u64) as usize) {
            *slot = Some((self.moments, at));
        }
        self.failed += 1;
    }

    /// Tells whether a rule finds a partial failure.
    pub(super) fn trips(&self, rule: Rule, at: Timestamp) -> bool {
        self.near(rule, at).count() >= rule.failures as usize
    }

    /// Returns the number of moments before the first failure that a rule counts.
    pub(super) fn first_near(&self, rule: Rule, at: Timestamp) -> Option<u64> {
        self.near(rule, at).min().map(|number| number.saturating_sub(1))
    }

    /// Returns how many of the last moments failed, and how many there are of them.
    pub(super) fn failed_among(&self, moments: u32) -> (u32, u64) {
        ((self.bits & lowest(moments)).count_ones(), self.moments.min(u64::from(moments)))
    }

    /// The numbers of the failed moments that a rule counts.
    fn near(&self, rule: Rule, at: Timestamp) -> impl Iterator<Item = u64> {
        let is_near = move |(number, when): &(u64, Timestamp)| {
            self.moments - number < u64::from(rule.moments) && span::apart(*when, at) <= rule.within
        };
        self.failures.iter().flatten().copied().filter(is_near).map(|(number, _)| number)
    }

    /// Forgets the failures that rules count, after the target has recovered from them.
    pub(super) fn settle(&mut self) {
        self.failures = [None; TIMES];
    }

    /// Returns the number of moments so far.
    pub(super) const fn moments(&self) -> u64 {
        self.moments
    }

    /// Returns the share of failed ones among the moments since one with a number, without the
    /// newest `skipped` ones; 1 where there are none.
    pub(super) fn share(&self, since: u64, skipped: u32) -> f64 {
        let known = self.moments.saturating_sub(since).min(u64::from(RATE_MOMENTS_MAX)) as u32;
        let counted = known.saturating_sub(skipped);
        if counted == 0 {
            return 1.0;
        }
        let bits = self.bits.checked_shr(skipped).unwrap_or(0) & lowest(counted);
        f64::from(bits.count_ones()) / f64::from(counted)
    }

    /// Returns how many of the last `among` moments since one with a number were good.
    pub(super) fn good_since(&self, since: u64, among: u32) -> u32 {
        let counted = self.moments.saturating_sub(since).min(u64::from(among)) as u32;
        (!self.bits & lowest(counted)).count_ones()
    }

    fn push(&mut self, is_bad: bool) {
        self.bits = self.bits << 1 | u64::from(is_bad);
        self.moments += 1;
    }

    fn last_failure(&self) -> Option<Timestamp> {
        let slot = (self.failed.wrapping_sub(1) % TIMES as u64) as usize;
        self.failures.get(slot).copied().flatten().map(|(_, at)| at)
    }
}

/// The lowest bits of a word.
const fn lowest(bits: u32) -> u64 {
    if bits >= u64::BITS { u64::MAX } else { (1 << bits) - 1 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RULE: Rule = Rule { failures: 3, moments: 20, within: Duration::from_mins(5) };

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    /// Counts one moment each five seconds: `x` failed.
    fn after(moments: &str) -> (Rate, Timestamp) {
        let mut rate = Rate::default();
        let mut at = second(0);
        for moment in moments.bytes() {
            at = span::after(at, Duration::from_secs(5));
            if moment == b'x' { rate.bad(at) } else { rate.good() }
        }
        (rate, at)
    }

    fn trips(moments: &str) -> bool {
        let (rate, at) = after(moments);
        rate.trips(RULE, at)
    }

    #[test]
    fn three_failures_of_twenty_trip_and_two_do_not() {
        assert!(trips("x...x...x"));
        assert!(!trips("x...x..."));
        assert!(trips("x.......x..........x"));
        assert!(!trips("x.......x...........x"));
    }

    #[test]
    fn failures_that_are_long_ago_do_not_count() {
        let (rate, at) = after("x.x.x");

        assert!(rate.trips(RULE, span::after(at, Duration::from_secs(280))));
        assert!(!rate.trips(RULE, span::after(at, Duration::from_secs(281))));
    }

    #[test]
    fn a_burst_of_failures_is_one_moment() {
        let mut rate = Rate::default();
        for milli in 0..19 {
            rate.bad(Timestamp(milli * 100_000));
        }

        assert_eq!(rate.moments(), 1);
        assert!(!rate.trips(RULE, second(2)));
    }

    #[test]
    fn a_clock_that_runs_backwards_hides_no_failure() {
        let mut rate = Rate::default();
        for at in [9000, 60, 30] {
            rate.bad(second(at));
        }

        assert_eq!(rate.moments(), 3);
    }

    #[test]
    fn the_share_leaves_out_what_was_good_lately() {
        let (rate, _) = after("......x..x....");

        assert!((rate.share(6, 4) - 0.5).abs() < 1e-9);
        assert!((rate.share(14, 0) - 1.0).abs() < 1e-9, "nothing is known");
        assert_eq!(rate.good_since(6, 8), 6);
    }
}
