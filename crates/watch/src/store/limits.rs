//! The bounds of the store, with their reasons.

use std::time::Duration;

/// How long an alert that was handed out is not handed out again: longer than the slowest provider is
/// waited for (30 s), with room for a queue in front of it.
pub const CLAIM: Duration = Duration::from_secs(120);

/// Bytes of the details of one alert: a verdict with its evidence in short, not the evidence itself.
pub const ALERT_DETAILS: usize = 16 << 10;

/// Bytes of one piece of evidence: a body of 16 KiB, heads, a chain of certificates, a verdict.
pub const EVIDENCE: usize = 256 << 10;

/// Bytes of one line for people: a note, a summary, the reason of a failure. Longer text is cut with a
/// mark.
pub const TEXT: usize = 4 << 10;

/// Bytes of a name: of a monitor, a channel, a person, a cause. Longer ones are refused or cut.
pub const NAME: usize = 256;

/// Bytes of what the core remembers of one incident, or under one name: 500 members with their states.
pub const MEMORY: usize = 256 << 10;

/// Bytes of the definition of one monitor or silence.
pub const DEFINITION: usize = 64 << 10;

/// Lines of one timeline that are read: a flapping incident of a week; later lines are kept and the
/// latest are read.
pub const TIMELINE: usize = 2_000;
