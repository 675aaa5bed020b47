//! Whether the clock of the calendar has jumped, or the host has slept.

use std::time::Duration;

use goodgate_incident::Timestamp;

/// How far the two clocks may come apart from one look to the next: a clock that is set right by slewing
/// goes wrong by a two-thousandth (adjtime), and looks are minutes apart at most.
const ALLOWED: i64 = 1_000_000;

/// Compares the clock of the calendar with one that never jumps.
#[derive(Clone, Copy, Debug)]
pub struct Drift {
    steady: Duration,
    calendar: Timestamp,
}

impl Drift {
    /// Begins with both clocks as they are.
    pub const fn new(steady: Duration, calendar: Timestamp) -> Self {
        Self { steady, calendar }
    }

    /// Looks at both clocks; returns by how many microseconds the calendar went ahead of the steady clock
    /// since the last look (below zero: back), where that is a jump.
    pub fn look(&mut self, steady: Duration, calendar: Timestamp) -> Option<i64> {
        let passed = steady.saturating_sub(self.steady).as_micros();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        let jump = calendar.0.saturating_sub(self.calendar.0).saturating_sub(passed);
        *self = Self { steady, calendar };
        (jump.saturating_abs() > ALLOWED).then_some(jump)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_once_with_its_size() {
        let second = |count: i64| Timestamp(count * 1_000_000);
        let mut drift = Drift::new(Duration::from_secs(0), second(100));

        assert_eq!(drift.look(Duration::from_secs(10), second(110)), None);
        assert_eq!(drift.look(Duration::from_secs(20), second(3720)), Some(3_600_000_000));
        assert_eq!(drift.look(Duration::from_secs(30), second(3730)), None);
        assert_eq!(drift.look(Duration::from_secs(40), second(100)), Some(-3_640_000_000));
        assert_eq!(drift.look(Duration::from_secs(50), Timestamp(110_900_000)), None);
    }
}
