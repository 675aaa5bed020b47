//! The bounds of remedies, with their reasons.

use std::time::Duration;

use goodgate_incident::incident;

/// Bytes of the output of a program that are kept, of both ways together: enough for the trace of an error.
pub const OUTPUT: usize = 16 << 10;

/// Those of them that are the first ones; the rest are the last, since errors come at the end.
pub const OUTPUT_HEAD: usize = 4 << 10;

/// Characters of a step: what a timeline takes.
pub const TEXT: usize = incident::limits::TEXT_MAX;

/// Characters of the command that a step repeats; the rest is left to the output.
pub const COMMAND: usize = 400;

/// How long a program may take to end when it is asked to, before it is killed.
pub const GRACE: Duration = Duration::from_secs(2);

/// How long output is waited for after the program has ended: something that it has started may hold the
/// pipe open for ever.
pub const DRAIN: Duration = Duration::from_millis(500);

/// The time in which runs are counted.
pub const DAY: Duration = Duration::from_hours(24);

/// How long a check is waited for that tells whether it helped; then that is said.
pub const VERIFY: Duration = Duration::from_mins(10);

/// Where programs look for others: the places of the system, not those of whoever started the watch.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const _: () = assert!(OUTPUT_HEAD < OUTPUT && COMMAND < TEXT);
