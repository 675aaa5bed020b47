//! Arithmetic with the calendar that never overflows.

use std::time::Duration;

use goodgate_incident::Timestamp;

/// Returns the time from one moment to another; zero if the other is earlier.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}

/// Returns the moment a time earlier; the beginning of time at least.
pub(super) fn before(at: Timestamp, time: Duration) -> Timestamp {
    Timestamp(at.0.saturating_sub(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}

/// Returns the beginning of the slot of a length in which a moment is.
pub(super) fn start(at: Timestamp, length: Duration) -> Timestamp {
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX).max(1);
    Timestamp(at.0.saturating_sub(at.0.rem_euclid(length)))
}
