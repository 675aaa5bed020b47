//! How late our own timers were, second by second.

use std::time::Duration;

use goodgate_evidence::Timestamp;

use crate::limits::{LAG_MIN, LAG_SECONDS};
use crate::span;

const SECOND: i64 = 1_000_000;
const LENGTH: i64 = LAG_SECONDS.cast_signed() as i64;

/// The lag of the last seconds, in microseconds for each.
#[derive(Clone, Debug)]
pub(super) struct Lag {
    /// The second and its lag, at the place of the second modulo the length.
    seconds: Box<[(i64, u32); LAG_SECONDS]>,
}

impl Default for Lag {
    fn default() -> Self {
        Self { seconds: Box::new([(i64::MIN, 0); LAG_SECONDS]) }
    }
}

impl Lag {
    /// Counts that at a moment a timer was late by so much: for that time before the moment nothing
    /// was done. A part of a second is counted once, however many timers were late in it.
    pub(super) fn count(&mut self, lag: Duration, at: Timestamp) {
        if lag < LAG_MIN {
            return;
        }
        let longest = Duration::from_secs(LAG_SECONDS as u64 - 1);
        let mut from = span::before(at, lag.min(longest)).0;
        while from < at.0 {
            let second = from.div_euclid(SECOND);
            let end = second.saturating_add(1).saturating_mul(SECOND).min(at.0);
            self.add(second, (end - from) as u32);
            from = end.max(from + 1);
        }
    }

    /// Returns the lag between two moments. Seconds that are within only in part count in proportion.
    pub(super) fn within(&self, from: Timestamp, to: Timestamp) -> Duration {
        let mut total = 0;
        for (second, lag) in self.seconds.iter().filter(|(_, lag)| *lag > 0) {
            let start = second.saturating_mul(SECOND);
            let (begin, end) = (start.max(from.0), start.saturating_add(SECOND).min(to.0));
            // All of a second's lag may lie in the part of it that counts.
            total += u64::from(*lag).min(end.saturating_sub(begin).max(0) as u64);
        }
        Duration::from_micros(total)
    }

    fn add(&mut self, second: i64, micros: u32) {
        let place = second.rem_euclid(LENGTH) as usize;
        let Some(slot) = self.seconds.get_mut(place) else { return };
        if slot.0 != second {
            *slot = (second, 0);
        }
        slot.1 = slot.1.saturating_add(micros).min(SECOND as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis * 1000)
    }

    #[test]
    fn lag_is_found_where_it_was() {
        let mut lag = Lag::default();
        lag.count(ms(2500), at(10_000));

        assert_eq!(lag.within(at(0), at(20_000)), ms(2500));
        assert_eq!(lag.within(at(8000), at(9000)), ms(1000));
        assert_eq!(lag.within(at(0), at(7000)), ms(0));
        assert_eq!(lag.within(at(10_000), at(20_000)), ms(0));
    }

    #[test]
    fn two_late_timers_of_one_stall_are_no_more_than_the_time_there_is() {
        let mut lag = Lag::default();
        lag.count(ms(1000), at(5000));
        lag.count(ms(900), at(5000));

        assert_eq!(lag.within(at(4000), at(5000)), ms(1000));
    }

    #[test]
    fn the_usual_lateness_of_a_timer_is_no_lag() {
        let mut lag = Lag::default();
        lag.count(ms(4), at(5000));

        assert_eq!(lag.within(at(0), at(9000)), ms(0));
    }

    #[test]
    fn what_is_long_ago_is_forgotten_and_the_longest_stall_is_bounded() {
        let mut lag = Lag::default();
        lag.count(ms(500), at(5000));
        lag.count(Duration::MAX, at(500_000));

        assert_eq!(lag.within(at(0), at(10_000)), ms(0));
        assert_eq!(lag.within(at(0), at(500_000)), Duration::from_secs(LAG_SECONDS as u64 - 1));
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        let mut lag = Lag::default();
        lag.count(Duration::MAX, Timestamp(i64::MIN));
        lag.count(Duration::MAX, Timestamp(i64::MAX));

        assert!(lag.within(Timestamp(i64::MIN), Timestamp(i64::MAX)) <= ms(128_000));
    }
}
