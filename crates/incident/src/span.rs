//! Arithmetic with the calendar that never overflows and takes time that runs backwards for none.

use std::time::Duration;

use goodgate_evidence::Timestamp;

/// Returns the time from one moment to another; zero if the other is earlier.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}

/// Returns the time between two moments, whichever is earlier.
pub(crate) fn apart(one: Timestamp, other: Timestamp) -> Duration {
    Duration::from_micros(one.0.abs_diff(other.0))
}

/// Returns the moment a time later; the end of time at most.
pub(crate) fn after(at: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(micros(pause)))
}

/// Returns the moment a time earlier; the beginning of time at least.
pub(crate) fn before(at: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(at.0.saturating_sub(micros(pause)))
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_runs_backwards_is_no_time() {
        assert_eq!(between(Timestamp(5), Timestamp(3)), Duration::ZERO);
        assert_eq!(between(Timestamp(i64::MIN), Timestamp(i64::MAX)).as_micros(), i64::MAX as u128);
    }

    #[test]
    fn the_ends_of_time_are_not_passed() {
        assert_eq!(after(Timestamp(i64::MAX), Duration::MAX), Timestamp(i64::MAX));
        assert_eq!(before(Timestamp(i64::MIN), Duration::MAX), Timestamp(i64::MIN));
    }
}
