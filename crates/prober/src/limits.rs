//! The bounds of carrying out checks, with their reasons.

use std::time::Duration;

/// Names that the system's resolver is asked for at the same time. A resolver answers in milliseconds,
/// so that a few threads serve thousands of checks; one that hangs keeps so many threads at most.
pub const LOOKUP_THREADS: usize = 32;

/// Sets of authorities that are kept beside the system's. One takes some hundred KiB, since the
/// system's are part of it; what is beyond is made again for each check.
pub const TRUST_SETS: usize = 64;

/// Bytes of a file of authorities: the system's own, all of them, have a quarter of a MiB.
pub const CA_FILE_MAX: u64 = 4 << 20;

/// How long the system's authorities are used before their files are read again: they change with
/// updates of the system, which are rarer.
pub const TRUST_AGE: Duration = Duration::from_hours(24);

/// Characters of a reason for which a check could not be carried out.
pub const WORDS_MAX: usize = 400;
