//! Bounds of the API.

use std::time::Duration;

use goodgate_door::limits::LIFE;

/// Connections at the same time through each of the two doors. Jobs call at the full minute, many at
/// once: what is beyond the bound waits in the queue of the kernel.
pub(crate) const CONNECTIONS: usize = 256;

/// Connections that wait for `accept`; the kernel may make it less.
pub(crate) const BACKLOG: i32 = 1024;

/// How long the desk, the store or a channel under test may take for an answer. Less than a connection
/// lives, so that whoever asks is told.
pub(crate) const ANSWER_TIME: Duration = Duration::from_mins(4);

/// Rows that a list has unless asked otherwise.
pub(crate) const ROWS: usize = 50;

/// Monitors that a page has unless asked otherwise: a screen or two.
pub(crate) const MONITORS: usize = 100;

/// Characters of a text that monitors are searched for.
pub(crate) const SEARCH: usize = 200;

/// Rows that a list has at most.
pub(crate) const ROWS_MAX: usize = 1000;

/// Failing monitors that the status names one by one; the screen of nobody is longer.
pub(crate) const BROKEN: usize = 100;

/// Single results that a monitor is shown with.
pub(crate) const RESULTS: usize = 50;

/// Transitions that a share of time is computed from; one with more has no answer.
pub(crate) const TRANSITIONS: usize = 10_000;

/// Characters of the name of a person.
pub(crate) const NAME: usize = 100;

/// Characters of a note, a step or a change.
pub(crate) const TEXT: usize = 2_000;

/// Tags of a change, and monitors, tags or causes of a silence.
pub(crate) const WORDS: usize = 64;

/// The longest window of a report: sums of hours are kept a little longer.
pub(crate) const REPORT: Duration = Duration::from_hours(400 * 24);

/// Monitors that a report names one by one, the worst first; sums are of all.
pub(crate) const REPORT_MONITORS: usize = 1_000;

/// Incidents that a report names one by one, the latest first, and those that it counts.
pub(crate) const REPORT_INCIDENTS: (usize, usize) = (200, 10_000);

/// Tags of which a report has sums.
pub(crate) const REPORT_TAGS: usize = 200;

/// The longest silence.
pub(crate) const SILENCE: Duration = Duration::from_hours(366 * 24);

/// How deep a definition of a monitor may be nested; the settings know three levels.
pub(crate) const DEPTH: usize = 8;

/// For how long an alert that was given up counts in the status.
pub(crate) const DEAD_FOR: Duration = Duration::from_hours(7 * 24);

const _: () = assert!(ANSWER_TIME.as_secs() < LIFE.as_secs(), "an answer fits into a connection");
const _: () = assert!(ROWS <= ROWS_MAX, "the usual list is allowed");
