//! The bounds of the store, with their reasons.

use std::time::Duration;

/// How long an alert that was handed out is not handed out again: longer than the slowest provider is
/// waited for (30 s), with room for a queue in front of it.
pub const CLAIM: Duration = Duration::from_mins(2);

/// Bytes of the details of one alert: a verdict with its evidence in short, not the evidence itself.
pub const ALERT_DETAILS: usize = 16 << 10;

/// Bytes of one piece of evidence: a body of 16 KiB, heads, a chain of certificates, a verdict. Larger
/// ones are dropped and counted; what is committed with them is kept.
pub const EVIDENCE: usize = 256 << 10;

/// Bytes of one line for people: a note, a summary, the reason of a failure. Longer text is cut with a
/// mark.
pub const TEXT: usize = 4 << 10;

/// Bytes of a name: of a monitor, a channel, a person, a cause. Longer ones are refused or cut.
pub const NAME: usize = 256;

/// Bytes of what the core remembers of one incident, or under one name, and of the members of an
/// incident: 10,000 members with their states.
pub const MEMORY: usize = 1 << 20;

/// Bytes of the definition of one monitor or silence.
pub const DEFINITION: usize = 64 << 10;

/// Lines of one timeline that are read: a flapping incident of a week; later lines are kept and the
/// latest are read.
pub const TIMELINE: usize = 2_000;

/// Components of an incident that are kept: the blast radius in words; more says no more.
pub const COMPONENTS: usize = 1_000;

/// Tags of a marker that are kept.
pub const TAGS: usize = 64;

/// Rows that any list gives at most, whatever limit the caller asks for.
pub const ROWS: usize = 10_000;

/// Periods that are looked up for one question about roll-ups: a year of hours, a week of minutes.
pub const PERIODS: usize = 10_080;

/// Transitions of one monitor that are read for a window; with more the time in each state is not told.
pub const WINDOW_CHANGES: usize = 10_000;

/// Results that wait to be written: a minute of a thousand monitors that are checked every second, in
/// some 15 MB. Beyond it they are dropped and counted.
pub const RESULTS_WAITING: usize = 64 << 10;

/// Bytes of evidence without an incident that wait to be written. Beyond it they are dropped and
/// counted.
pub const EVIDENCE_WAITING: usize = 16 << 20;

/// Changes and answers that wait to be written, or that are kept in memory while the disk is full. An
/// incident makes some ten of them; beyond the bound the caller keeps them.
pub const WRITES_WAITING: usize = 4_096;

/// Bytes of those changes.
pub const WRITES_BYTES: usize = 64 << 20;

/// Changes that are committed together: one wait for the disk serves them all, and none waits long.
pub const GROUP: usize = 64;

/// How long results are gathered before they are written; a crash loses as much of them.
pub const FLUSH: Duration = Duration::from_secs(2);

/// Results that are written together: some 10 ms, for which a state change may have to wait.
pub const FLUSH_RESULTS: usize = 4_096;

/// How often the disk is tried again while it is full.
pub const RETRY: Duration = Duration::from_secs(2);

/// Bytes that must find room before a full disk counts as having room again, so that the state does not
/// flicker with every page.
pub const ROOM: usize = 256 << 10;

/// Alerts in memory that are to be delivered; further ones are on the disk only, until those are gone.
pub const PENDING: usize = 10_000;

/// Questions that wait for a reader.
pub const READS_WAITING: usize = 1_024;

/// Connections that read: a page of a year does not delay a worker that asks for an incident.
pub const READERS: usize = 2;

/// Bytes of one batch of results: it fills one page of 4,096 bytes (`SQLite` file format, section 1.6:
/// 4,061 bytes of a row fit a leaf), so that nothing spills into a second one.
pub const BATCH_BYTES: usize = 3_950;

/// Bytes that one result takes at most in a batch: a head of 2, and 10 numbers of up to 10.
pub const RESULT_BYTES: usize = 102;

/// The longest time from the first to the last result of one batch, so that a question about a time need
/// not look at batches far from it.
pub const BATCH_SPAN: Duration = Duration::from_mins(10);

/// Different causes that results are kept with; the catalogue has some two hundred.
pub const WORDS: usize = 4_096;

/// Monitors that results are kept of; ten times as many as one process checks.
pub const MONITORS: usize = 100_000;

/// Monitors that are created over the API: as many as one process checks.
pub const API_MONITORS: usize = 10_000;

/// Silences that are kept, those that are over included.
pub const SILENCES: usize = 10_000;

/// Rows of each sort that one round of tidying removes, so that it takes some 50 ms.
pub const TIDY_ROWS: usize = 2_000;

/// Pages that one round of tidying gives back to the file system.
pub const TIDY_PAGES: usize = 512;

/// The share of the bytes of the store, in percent, at which the oldest results go: the rest is room for
/// changes.
pub const TIDY_AT: u64 = 85;

/// Bytes of the log beside the file after it was written back.
pub const LOG_BYTES: usize = 16 << 20;

/// Bytes that the store has at least: less holds no evidence and no day of results.
pub const BYTES_MIN: u64 = 4 << 20;

const _: () = assert!(RESULT_BYTES < BATCH_BYTES, "a batch holds a result");
const _: () = assert!(EVIDENCE < EVIDENCE_WAITING, "a piece of evidence can wait");
const _: () = assert!(MEMORY < WRITES_BYTES, "a change can wait");
const _: () = assert!((ROOM as u64) < BYTES_MIN, "the smallest store can have room");
