//! The bounds of the demonstration.

use std::time::Duration;

use goodgate_door::client::Bounds;

/// How long the processes may take to start: three of them, on a machine that does something else too.
pub(super) const START: Duration = Duration::from_secs(90);

/// How long something that is expected may take: an incident is not over before the watch has run for
/// half a minute, and a busy machine takes as long again.
pub(super) const LATE: Duration = Duration::from_secs(90);

/// How often the running parts are asked what happened.
pub(super) const LOOK: Duration = Duration::from_millis(400);

/// The time from one visitor to the next: five in a second are light traffic.
pub(super) const VISIT: Duration = Duration::from_millis(200);

/// What a visitor takes. Waits longer than the gateway takes for any answer here.
pub(super) const VISITOR: Bounds = Bounds { time: Duration::from_secs(15), ..ANSWER };

/// Visitors who wait at the same time; further ones stay away.
pub(super) const VISITORS: usize = 128;

/// What an answer of one of the running parts may cost: lists of a few hundred failures or incidents.
pub(super) const ANSWER: Bounds = Bounds { time: Duration::from_secs(10), body: 4 << 20 };

/// Failures that are asked for at a time: more than visitors can meet between two looks.
pub(super) const FAILURES: usize = 200;

/// Saved requests that are waited for before an origin is well again, and how long with fewer: by then
/// the gateway has left the origin out, and no more meet it.
pub(super) const SAVED: u64 = 3;

/// See [`SAVED`].
pub(super) const SAVED_WITHIN: Duration = Duration::from_secs(6);

/// How long a fault lasts at least: the monitors look every 2 s, and an examination takes a moment.
pub(super) const FAULT: Duration = Duration::from_secs(6);

/// How long all is well between two faults, for the gateway to take the origin back.
pub(super) const PAUSE: Duration = Duration::from_secs(6);

/// How long the processes may take to end: the gateway has a second for its requests, the watch a few
/// for its store.
pub(super) const END: Duration = Duration::from_secs(15);

/// Lines of the processes that are kept to be shown if one of them ends.
pub(super) const LINES: usize = 12;

/// Starts that are tried where another process takes a port in between.
pub(super) const STARTS: usize = 3;

/// What lies in the folder of temporary files, as far as it is looked through for what killed demonstrations
/// left.
pub(super) const LOOKED_AT: usize = 10_000;

/// What killed demonstrations left, as far as one of them removes it.
pub(super) const LEFT: usize = 16;

/// Bytes of the folder's path: sockets lie two levels below it, whose paths have 107 at most (unix(7)).
pub(super) const FOLDER: usize = 80;
