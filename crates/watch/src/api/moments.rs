//! Moments beside another one.

use std::time::Duration;

use goodgate_incident::Timestamp;

/// Returns a moment a time earlier.
pub(super) fn before(at: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(at.0.saturating_sub(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)))
}

/// Returns a moment a time later.
pub(super) fn after(at: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)))
}
