//! Whether an endpoint is well: active checks, and what live traffic says.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::failure::Mark;
use crate::limits::{
    CONSECUTIVE_FAILURES, FAILURE_SHARE, FAILURE_SHARE_REQUESTS, FALL, PASSIVE_WINDOW, REFUSED,
    RISE,
};
use crate::window::{Counts, Window};

/// What active checks say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// No check has decided yet; the endpoint is used.
    Unknown,
    /// The last checks passed.
    Up,
    /// The last checks failed.
    Down,
}

/// The state of one endpoint's active checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    rise: u32,
    fall: u32,
    health: Health,
    /// Checks in a row that speak against the current health.
    against: u32,
}

impl Default for Checks {
    fn default() -> Self {
        Self::new(RISE, FALL)
    }
}

impl Checks {
    /// Begins with unknown health. `rise` passed checks bring an endpoint up, `fall` failed ones
    /// take it down; both at least 1.
    pub const fn new(rise: u32, fall: u32) -> Self {
        let (rise, fall) = (if rise == 0 { 1 } else { rise }, if fall == 0 { 1 } else { fall });
        Self { rise, fall, health: Health::Unknown, against: 0 }
    }

    /// Returns what the checks say.
    pub const fn health(&self) -> Health {
        self.health
    }

    /// Says whether the endpoint may be used, as far as the checks know.
    pub const fn is_usable(&self) -> bool {
        !matches!(self.health, Health::Down)
    }

    /// Takes the outcome of a check; returns the new health if it changed.
    pub fn record(&mut self, passed: bool) -> Option<Health> {
        let (says, needed) = match (self.health, passed) {
            // The first good check is enough where nothing bad is known.
            (Health::Unknown, true) => (Health::Up, 1),
            (_, true) => (Health::Up, self.rise),
            (_, false) => (Health::Down, self.fall),
        };
        if says == self.health {
            self.against = 0;
            return None;
        }
        self.against += 1;
        if self.against < needed {
            return None;
        }
        self.against = 0;
        self.health = says;
        Some(says)
    }
}

/// When live traffic marks an endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Own failures in a row; 0 turns this rule off.
    pub consecutive: u32,
    /// Refused connections in a row; 0 turns this rule off.
    pub refused: u32,
    /// The share of own failures within `window`, above 0 up to 1; more than 1 turns it off.
    pub share: f64,
    /// The fewest attempts in the window for the share to count.
    pub requests: u32,
    /// How far back attempts are counted.
    pub window: Duration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            consecutive: CONSECUTIVE_FAILURES,
            refused: REFUSED,
            share: FAILURE_SHARE,
            requests: FAILURE_SHARE_REQUESTS,
            window: PASSIVE_WINDOW,
        }
    }
}

impl Thresholds {
    /// Says whether no rule is on.
    pub fn are_off(&self) -> bool {
        self.consecutive == 0 && self.refused == 0 && self.share > 1.0
    }
}

/// Passive marking: counts what live attempts say, shared by all cores.
#[derive(Debug)]
pub struct Passive {
    thresholds: Thresholds,
    in_a_row: AtomicU32,
    window: Window,
}

impl Passive {
    /// Begins with nothing counted.
    pub fn new(thresholds: Thresholds, now: Instant) -> Self {
        let window = Window::new(thresholds.window, now);
        Self { thresholds, in_a_row: AtomicU32::new(0), window }
    }

    /// Counts an attempt; `true` means that it marks the endpoint.
    pub fn record(&self, mark: Mark, now: Instant) -> bool {
        self.window.record(mark, now);
        match mark {
            Mark::Nothing | Mark::Slow => false,
            // An answer of 500 is an answer: it ends a row of failures.
            Mark::Good | Mark::Erred => {
                // Only a write where something changes keeps the line shared between cores.
                if self.in_a_row.load(Ordering::Relaxed) != 0 {
                    self.in_a_row.store(0, Ordering::Relaxed);
                }
                false
            }
            Mark::Refused | Mark::Unreachable | Mark::Unfit | Mark::Broken => {
                let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                self.is_row_too_long(mark, in_a_row) || self.is_share_too_large(now)
            }
        }
    }

    /// Returns what was counted within the window.
    pub fn counts(&self, now: Instant) -> Counts {
        self.window.counts(now)
    }

    /// Forgets everything, after the endpoint has come back.
    pub fn clear(&self) {
        self.in_a_row.store(0, Ordering::Relaxed);
        self.window.clear();
    }

    fn is_row_too_long(&self, mark: Mark, in_a_row: u32) -> bool {
        let Thresholds { consecutive, refused, .. } = self.thresholds;
        let reaches = |limit: u32| limit > 0 && in_a_row >= limit;
        reaches(consecutive) || (mark == Mark::Refused && reaches(refused))
    }

    fn is_share_too_large(&self, now: Instant) -> bool {
        let counts = self.window.counts(now);
        counts.total() >= self.thresholds.requests && counts.own_share() >= self.thresholds.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(outcomes: &[bool]) -> Health {
        let mut checks = Checks::default();
        for passed in outcomes {
            checks.record(*passed);
        }
        checks.health()
    }

    #[test]
    fn unknown_is_usable() {
        assert!(Checks::default().is_usable());
    }

    #[test]
    fn three_failures_in_a_row_take_it_down() {
        assert_eq!(after(&[true, false, false]), Health::Up);
        assert_eq!(after(&[true, false, false, true, false, false]), Health::Up);
        assert_eq!(after(&[true, false, false, false]), Health::Down);
    }

    #[test]
    fn two_passes_in_a_row_bring_it_back() {
        assert_eq!(after(&[false, false, false, true]), Health::Down);
        assert_eq!(after(&[false, false, false, true, true]), Health::Up);
    }

    #[test]
    fn an_unknown_endpoint_is_up_with_its_first_pass() {
        assert_eq!(after(&[true]), Health::Up);
        assert_eq!(after(&[false, false]), Health::Unknown);
    }

    fn trips(marks: impl IntoIterator<Item = Mark>) -> bool {
        let now = Instant::now();
        let passive = Passive::new(Thresholds::default(), now);
        marks.into_iter().any(|mark| passive.record(mark, now))
    }

    #[test]
    fn five_failures_in_a_row_mark() {
        assert!(!trips([Mark::Broken; 4]));
        assert!(trips([Mark::Broken; 5]));
    }

    #[test]
    fn one_refused_connection_marks() {
        assert!(trips([Mark::Refused]));
    }

    #[test]
    fn half_of_twenty_marks() {
        let half = [Mark::Good, Mark::Broken].into_iter().cycle();

        assert!(!trips(half.clone().take(19)));
        assert!(trips(half.take(20)));
    }

    #[test]
    fn errors_and_aborts_never_mark() {
        assert!(!trips([Mark::Erred; 100]));
        assert!(!trips([Mark::Nothing; 100]));
    }

    #[test]
    fn an_error_ends_a_row() {
        let row = [Mark::Broken, Mark::Broken, Mark::Broken, Mark::Broken, Mark::Erred];

        assert!(!trips(row.into_iter().chain(row)));
    }
}
