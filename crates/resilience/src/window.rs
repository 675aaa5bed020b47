//! How attempts ended in the last seconds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::Epoch;
use crate::failure::Mark;

const SLOTS: u64 = 10;

/// The largest count of a slot. A slot that has reached it counts no more, so that shares stay
/// what they were.
const COUNT_MAX: u64 = 0xFFFF;

/// Counts of marks over a sliding time, in ten slots; shared by all cores.
#[derive(Debug)]
pub struct Window {
    epoch: Epoch,
    slot_nanos: u64,
    /// From the top, 16 bits each: the slot's number, good, own failures, errors.
    slots: [AtomicU64; SLOTS as usize],
}

/// What a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Attempts that were answered below 500.
    pub good: u32,
    /// Attempts that failed through the endpoint itself.
    pub own_failures: u32,
    /// Attempts that were answered with 500 or above.
    pub errors: u32,
}

impl Counts {
    /// Returns the number of attempts.
    pub const fn total(&self) -> u32 {
        self.good + self.own_failures + self.errors
    }

    /// Returns the share of the endpoint's own failures; 0 without attempts.
    pub fn own_share(&self) -> f64 {
        share(self.own_failures, self.total())
    }

    /// Returns the share of own failures and errors together; 0 without attempts.
    pub fn bad_share(&self) -> f64 {
        share(self.own_failures + self.errors, self.total())
    }
}

impl Window {
    /// Makes a window over `span`, at least ten milliseconds.
    pub fn new(span: Duration, now: Instant) -> Self {
        let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        Self {
            epoch: Epoch::new(now),
            slot_nanos: (nanos / SLOTS).max(1_000_000),
            slots: Default::default(),
        }
    }

    /// Counts an attempt.
    pub fn record(&self, mark: Mark, now: Instant) {
        let shift = match mark {
            Mark::Good => 32,
            Mark::Refused | Mark::Unreachable | Mark::Unfit | Mark::Broken => 16,
            Mark::Erred => 0,
            Mark::Slow | Mark::Nothing => return,
        };
        let number = self.number(now);
        let Some(slot) = self.slots.get((number % SLOTS) as usize) else { return };
        let count = |packed: u64| {
            let fresh =
                if packed >> 48 == number & 0xFFFF { packed } else { (number & 0xFFFF) << 48 };
            let is_full = fresh >> shift & 0xFFFF == COUNT_MAX;
            (!is_full).then_some(fresh + (1 << shift))
        };
        slot.try_update(Ordering::Relaxed, Ordering::Relaxed, count).ok();
    }

    /// Returns what happened within the window.
    pub fn counts(&self, now: Instant) -> Counts {
        let newest = self.number(now);
        let mut counts = Counts::default();
        for slot in &self.slots {
            let packed = slot.load(Ordering::Relaxed);
            let age = (newest & 0xFFFF).wrapping_sub(packed >> 48) & 0xFFFF;
            if age < SLOTS {
                counts.good += (packed >> 32 & 0xFFFF) as u32;
                counts.own_failures += (packed >> 16 & 0xFFFF) as u32;
                counts.errors += (packed & 0xFFFF) as u32;
            }
        }
        counts
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for slot in &self.slots {
            slot.store(0, Ordering::Relaxed);
        }
    }

    /// The number of the current slot, from 10 so that empty slots look old.
    fn number(&self, now: Instant) -> u64 {
        self.epoch.nanos(now) / self.slot_nanos + SLOTS
    }
}

fn share(part: u32, total: u32) -> f64 {
    if total == 0 { 0.0 } else { f64::from(part) / f64::from(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> (Window, Instant) {
        let now = Instant::now();
        (Window::new(Duration::from_secs(10), now), now)
    }

    #[test]
    fn a_new_window_is_empty() {
        let (window, now) = window();

        assert_eq!(window.counts(now), Counts::default());
    }

    #[test]
    fn marks_are_counted_apart() {
        let (window, now) = window();
        for mark in [Mark::Good, Mark::Good, Mark::Broken, Mark::Unreachable, Mark::Erred] {
            window.record(mark, now);
        }
        window.record(Mark::Nothing, now);

        assert_eq!(window.counts(now), Counts { good: 2, own_failures: 2, errors: 1 });
        assert!((window.counts(now).own_share() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn what_is_older_than_the_window_is_gone() {
        let (window, now) = window();
        window.record(Mark::Broken, now);

        assert_eq!(window.counts(now + Duration::from_secs(9)).own_failures, 1);
        assert_eq!(window.counts(now + Duration::from_secs(10)).own_failures, 0);
    }

    #[test]
    fn a_full_slot_stays_full() {
        let (window, now) = window();
        for _ in 0..COUNT_MAX + 10 {
            window.record(Mark::Erred, now);
        }

        assert_eq!(u64::from(window.counts(now).errors), COUNT_MAX);
        assert_eq!(window.counts(now).good, 0);
    }
}
