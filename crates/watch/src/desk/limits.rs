//! The bounds of the desk, with their reasons.

use std::time::Duration;

/// What waits for the desk of sources, channels and people. Each takes microseconds.
pub const INPUTS_WAITING: usize = 1_024;

/// Results of checks that wait for the desk: some seconds of ten thousand monitors. Beyond it they are
/// dropped and counted.
pub const REPORTS_WAITING: usize = 16_384;

/// Orders that wait for the schedule.
pub const ORDERS_WAITING: usize = 16_384;

/// How often the desk looks what time alone has changed.
pub const TICK: Duration = Duration::from_secs(1);

/// How long results are gathered before they are handed to the store, which gathers them once more.
pub const RESULTS_FLUSH: Duration = Duration::from_millis(500);

/// Results that are handed over together at most.
pub const RESULTS_BATCH: usize = 1_024;

/// Changes that are committed as one while the disk is busy: five hundred monitors that fail in the same
/// second become a few transactions, not five hundred.
pub const MERGED_MAX: usize = 256;

/// Bytes of evidence and alerts in one merged change.
pub const MERGED_BYTES: usize = 4 << 20;

/// Members that stand in the memory of their incident, which is written anew with each of them: 64 KB of
/// the longest names. Those of larger incidents are found by asking for each monitor at the start.
pub const MEMBERS_LISTED: usize = 1_000;

/// How often a change is offered again that the database refuses for another reason than room: 10 s. One
/// that is wrong in itself must not hold up all others for ever.
pub const REFUSED_TRIES: u32 = 50;

/// How long a change waits that the store could not take, before it is offered again.
pub const COMMIT_RETRY: Duration = Duration::from_millis(200);

/// Bytes of evidence of failed attempts that wait to see whether an incident comes of them. Beyond it
/// evidence is kept without one.
pub const EVIDENCE_HELD: usize = 16 << 20;

/// The checks of a burst beside the examination at most, each of the next address: two at least, so that
/// what fails now and then is seen, and one for each of up to four addresses.
pub const BURST_CHECKS: u64 = 4;

/// How long the places that tell an outage of ours are waited for. The verdict waits for them.
pub const CONTROL_TIME: Duration = Duration::from_secs(2);

/// How far ahead silences that come again are told to the engine: it forgets those that are over.
pub const SILENCE_AHEAD: Duration = Duration::from_hours(1);

/// Incidents that are looked through at the start for those that can still change.
pub const INCIDENTS_RECALLED: usize = 2_000;

/// The characters of the keys of a monitor that is created over the API.
pub const KEYS_MAX: usize = 32 << 10;

/// How long nothing is told that only time brings after a start: what failed before may be well by now,
/// and is checked again first.
pub const SETTLE: Duration = Duration::from_secs(30);

/// How long sources have after a start to bring their targets again, before their incidents are over.
pub const APPEAR: Duration = Duration::from_mins(2);

/// What remedies have to say that waits for the desk. Each says three things in its life.
pub const REMEDIES_WAITING: usize = 64;

/// Tags that are counted one by one: as many as somebody would choose from.
pub const TAGS_COUNTED: usize = 200;
