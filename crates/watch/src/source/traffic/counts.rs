//! What was counted in a time: differences of counters, kept by slots and by minutes.

use std::collections::VecDeque;
use std::time::Duration;

use goodgate_incident::Timestamp;
use goodgate_incident::uptime::Bucket;

use super::snapshot::RouteCounters;
use crate::source::limits::{LONG, MINUTES, SLOT, SLOTS};
use crate::source::span;

/// Requests of one route in a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that were good or failed.
    pub requests: u64,
    /// Those of them that failed for the client.
    pub failed: u64,
    /// Those of them that the upstream itself answered with a 5xx.
    pub answered_badly: u64,
    /// Attempts after a failed one.
    pub retries: u64,
    /// Attempts beside a slow one.
    pub hedges: u64,
    /// Requests by duration.
    pub durations: Vec<u64>,
}

impl Counts {
    /// Returns what was counted between two readings of one process. The counters of the first one are
    /// all 0 where it began anew.
    pub(super) fn between(before: &RouteCounters, after: &RouteCounters) -> Self {
        let answered_badly = after.answered_badly.saturating_sub(before.answered_badly);
        let failed = after.failed.saturating_sub(before.failed).saturating_add(answered_badly);
        Self {
            requests: after.good.saturating_sub(before.good).saturating_add(failed),
            failed,
            answered_badly,
            retries: after.retries.saturating_sub(before.retries),
            hedges: after.hedges.saturating_sub(before.hedges),
            durations: since_each(&before.durations, &after.durations),
        }
    }

    /// Adds other ones.
    pub(super) fn add(&mut self, other: &Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.failed = self.failed.saturating_add(other.failed);
        self.answered_badly = self.answered_badly.saturating_add(other.answered_badly);
        self.retries = self.retries.saturating_add(other.retries);
        self.hedges = self.hedges.saturating_add(other.hedges);
        add_each(&mut self.durations, &other.durations);
    }

    /// Returns the share of failed requests; 0 without any.
    pub fn share(&self) -> f64 {
        share(self.failed, self.requests)
    }

    /// Whether every request failed.
    pub fn is_total(&self) -> bool {
        self.requests > 0 && self.failed == self.requests
    }

    /// Returns how many requests took longer than a time for certain, and of how many. Those beyond the
    /// last finite bound are streams and downloads, and are in neither.
    pub(super) fn slower(&self, bounds: &[f64], than: Duration) -> (u64, u64) {
        let finite = bounds.iter().take_while(|bound| bound.is_finite()).count();
        slower(bounds.get(..finite).unwrap_or_default(), &self.durations, than)
    }
}

/// Returns how many took longer than a time for certain, and of how many, by the upper bounds of buckets
/// in seconds and what is in each.
pub(super) fn slower(bounds: &[f64], counts: &[u64], than: Duration) -> (u64, u64) {
    let than = than.as_secs_f64();
    let (mut slow, mut all, mut lower) = (0_u64, 0_u64, 0.0);
    for (bound, count) in bounds.iter().zip(counts) {
        all = all.saturating_add(*count);
        // A bucket holds what took longer than its lower bound.
        if lower >= than {
            slow = slow.saturating_add(*count);
        }
        lower = *bound;
    }
    (slow, all)
}

/// Returns what was added to the count of each bucket.
pub(super) fn since_each(before: &[u64], after: &[u64]) -> Vec<u64> {
    let earlier = before.iter().chain(std::iter::repeat(&0));
    after.iter().zip(earlier).map(|(now, then)| now.saturating_sub(*then)).collect()
}

/// Adds the counts of other buckets.
pub(super) fn add_each(mine: &mut Vec<u64>, theirs: &[u64]) {
    if mine.len() < theirs.len() {
        mine.resize(theirs.len(), 0);
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine = mine.saturating_add(*theirs);
    }
}

/// Returns a part of a whole; 0 of nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What adds up.
pub(super) trait Add: Default {
    /// Adds another one.
    fn add(&mut self, other: &Self);
}

impl Add for Counts {
    fn add(&mut self, other: &Self) {
        self.add(other);
    }
}

/// Counts of the last [`LONG`] time, by slots of [`SLOT`]. Slots without any take no room.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent<T>(VecDeque<(Timestamp, T)>);

impl<T: Add> Recent<T> {
    /// Adds what was counted until now, and forgets what is too old.
    pub(super) fn add(&mut self, now: Timestamp, counts: &T) {
        let start = span::start(now, SLOT);
        match self.0.back_mut() {
            // A calendar that was set back fills the last slot.
            Some((last, sum)) if *last >= start => sum.add(counts),
            _ => {
                let mut sum = T::default();
                sum.add(counts);
                self.0.push_back((start, sum));
            }
        }
        self.forget(now);
    }

    /// Forgets what is too old.
    pub(super) fn forget(&mut self, now: Timestamp) {
        let oldest = span::before(now, LONG);
        while self.0.len() > SLOTS || self.0.front().is_some_and(|(at, _)| *at < oldest) {
            self.0.pop_front();
        }
    }

    /// Returns what was counted in the shortest time from `least` on of which `is_enough` says so, and
    /// how long that is: all of [`LONG`] where there never is.
    pub(super) fn over(
        &self,
        now: Timestamp,
        least: Duration,
        is_enough: impl Fn(&T) -> bool,
    ) -> (T, Duration) {
        let mut sum = T::default();
        let mut slots = self.0.iter().rev().peekable();
        let mut time = least;
        loop {
            let oldest = span::before(now, time);
            // A slot counts while it is partly within.
            while let Some((_, counts)) = slots.next_if(|(at, _)| span::between(*at, oldest) < SLOT)
            {
                sum.add(counts);
            }
            if is_enough(&sum) || time >= LONG {
                return (sum, time);
            }
            time = (time + Duration::from_mins(1)).min(LONG);
        }
    }
}

/// Good and failed requests by minutes, for burn rates.
#[derive(Clone, Debug, Default)]
pub(super) struct Minutes(VecDeque<Bucket>);

impl Minutes {
    /// Adds what was counted until now.
    pub(super) fn add(&mut self, now: Timestamp, counts: &Counts) {
        let at = span::start(now, Duration::from_mins(1));
        let good = counts.requests.saturating_sub(counts.failed);
        match self.0.back_mut() {
            Some(last) if last.at >= at => {
                last.good = last.good.saturating_add(good);
                last.bad = last.bad.saturating_add(counts.failed);
            }
            _ => self.0.push_back(Bucket { at, good, bad: counts.failed }),
        }
        if self.0.len() > MINUTES {
            self.0.pop_front();
        }
    }

    /// Returns them, oldest first.
    pub(super) fn buckets(&mut self) -> &[Bucket] {
        self.0.make_contiguous()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    fn counts(requests: u64, failed: u64) -> Counts {
        Counts { requests, failed, ..Counts::default() }
    }

    #[test]
    fn a_window_is_no_longer_than_it_needs_to_be() {
        let mut recent = Recent::default();
        for slot in 0..60 {
            recent.add(second(slot * 10), &counts(10, 1));
        }
        let now = second(595);
        let of = |least, most| {
            let (sum, time) =
                recent.over(now, Duration::from_secs(least), |sum: &Counts| sum.requests >= most);
            (sum.requests, time.as_secs())
        };

        assert_eq!(of(60, 1), (70, 60));
        assert_eq!(of(60, 100), (130, 120));
        assert_eq!(of(60, 10_000), (600, 600));
    }

    #[test]
    fn what_is_older_than_ten_minutes_is_forgotten() {
        let mut recent = Recent::default();
        for slot in 0..10_000 {
            recent.add(second(slot * 10), &counts(1, 0));
        }

        assert!(recent.0.len() <= SLOTS);
        recent.forget(second(200_000));
        assert!(recent.0.is_empty());
    }

    #[test]
    fn a_calendar_that_is_set_back_loses_nothing_and_keeps_the_bound() {
        let (mut recent, mut minutes) = (Recent::default(), Minutes::default());
        recent.add(second(1000), &counts(1, 1));
        minutes.add(second(1000), &counts(1, 1));
        recent.add(second(10), &counts(1, 1));
        minutes.add(second(10), &counts(1, 1));

        let (sum, _) = recent.over(second(1000), LONG, |_| true);
        assert_eq!((sum.failed, minutes.buckets().len()), (2, 1));
    }

    #[test]
    fn six_hours_of_minutes_are_kept() {
        let mut minutes = Minutes::default();
        for minute in 0..1000 {
            minutes.add(second(minute * 60), &counts(10, 1));
        }

        assert_eq!(minutes.buckets().len(), MINUTES);
        let first = minutes.buckets()[0];
        assert_eq!((first.good, first.bad), (9, 1));
    }

    #[test]
    fn only_what_was_slow_for_certain_is_slow() {
        let bounds = [0.5, 1.0, 10.0, 60.0, f64::INFINITY];
        let counts = Counts { durations: vec![50, 20, 15, 10, 5], ..Counts::default() };

        let slower = |seconds| counts.slower(&bounds, Duration::from_secs(seconds));

        assert_eq!(slower(1), (25, 95));
        // From 1 to 10 s: how many of them took longer than 5 s is not known.
        assert_eq!(slower(5), (10, 95));
        assert_eq!(slower(60), (0, 95));
        let all = super::slower(&bounds, &counts.durations, Duration::from_mins(1));
        assert_eq!(all, (5, 100), "beyond the last bound counts where nothing is a stream");
    }
}
