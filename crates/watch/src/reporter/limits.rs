//! The bounds of reports that are sent by themselves.

use std::time::Duration;

/// Schedules of reports.
pub const REPORTS: usize = 50;

/// How often it is looked whether one is due. The way to another minute of the day is no longer.
pub const EVERY: Duration = Duration::from_secs(30);

/// How long a report that could not be made waits for the next try.
pub const AGAIN: Duration = Duration::from_mins(5);

/// Reports that are kept: a year of weeks of each of a few tags.
pub const KEPT: usize = 200;

/// Bytes of one report that is kept; a larger one is sent in short all the same.
pub const BYTES: usize = 900 << 10;

/// Sentences of each kind in a message, and the characters of one.
pub const SENTENCES: (usize, usize) = (8, 300);

/// The time after which a report that is told is called late: the watch was not running when it was due.
pub const LATE: Duration = Duration::from_mins(15);

const _: () = assert!(BYTES < crate::store::limits::MEMORY, "a report can be kept");
const _: () = assert!(
    2 * SENTENCES.0 * SENTENCES.1 * 4 < crate::store::limits::ALERT_DETAILS * 2,
    "what is told of it fits into an alert"
);
