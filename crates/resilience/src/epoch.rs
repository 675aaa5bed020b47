//! Moments as numbers, so that they fit into atomics.

use std::time::{Duration, Instant};

/// The moment from which one object counts its time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch(Instant);

impl Epoch {
    pub(crate) const fn new(now: Instant) -> Self {
        Self(now)
    }

    /// Nanoseconds since the epoch; 0 for moments before it. Enough for 580 years.
    pub(crate) fn nanos(self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.0).as_nanos()).unwrap_or(u64::MAX)
    }

    /// The moment of a number of nanoseconds.
    pub(crate) fn at(self, nanos: u64) -> Instant {
        self.0.checked_add(Duration::from_nanos(nanos)).unwrap_or(self.0)
    }

    /// Units of 16 µs since the epoch, which start again from 0 after 19 hours.
    ///
    /// Differences are taken with `wrapping_sub`; something untouched for 19 hours looks younger
    /// than it is, and that is all that can go wrong.
    pub(crate) fn ticks(self, now: Instant) -> u32 {
        (self.nanos(now) >> 14) as u32
    }
}

/// The time of a difference of two ticks.
pub(crate) fn ticks_to_seconds(ticks: u32) -> f64 {
    f64::from(ticks) * 16_384e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_before_the_epoch_is_the_epoch() {
        let now = Instant::now();

        assert_eq!(Epoch::new(now + Duration::from_secs(1)).nanos(now), 0);
    }

    #[test]
    fn ticks_measure_time() {
        let now = Instant::now();
        let epoch = Epoch::new(now);

        let ticks = epoch.ticks(now + Duration::from_secs(3));

        assert!((ticks_to_seconds(ticks) - 3.0).abs() < 0.001);
    }
}
