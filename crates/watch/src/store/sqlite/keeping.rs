//! Where the store is, and how long it keeps what.

use std::path::PathBuf;
use std::time::Duration;

use crate::store::limits;

const DAY: Duration = Duration::from_hours(24);

/// Where the store is, and how long it keeps what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The folder, for this store alone. Made with the rights 0700 where it is missing; files in it have
    /// 0600.
    pub folder: PathBuf,
    /// How long single results are kept, and evidence without an incident.
    pub results: Duration,
    /// How long roll-ups of minutes are kept.
    pub minutes: Duration,
    /// How long roll-ups of hours are kept.
    pub hours: Duration,
    /// How long roll-ups of days are kept.
    pub days: Duration,
    /// How long resolved incidents are kept after their end with all that belongs to them, and
    /// transitions, markers and silences after theirs.
    pub incidents: Duration,
    /// Bytes of the file at most; at least [`limits::BYTES_MIN`]. The oldest results go first.
    pub bytes: u64,
    /// Bytes of evidence at most; half of `bytes`, where it is more. The oldest without an open incident
    /// goes first.
    pub evidence_bytes: u64,
}

impl Keeping {
    /// Keeps two weeks of results, a week of minutes, thirteen months of hours and incidents, five years
    /// of days, in 2 GiB, of which 256 MiB are evidence.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            results: 14 * DAY,
            minutes: 7 * DAY,
            hours: 400 * DAY,
            days: 5 * 366 * DAY,
            incidents: 400 * DAY,
            bytes: 2 << 30,
            evidence_bytes: 256 << 20,
        }
    }

    /// Returns the bytes of the file at most.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.max(limits::BYTES_MIN)
    }

    /// Returns the bytes of evidence at most.
    pub(super) fn evidence_bytes(&self) -> i64 {
        i64::try_from(self.evidence_bytes.min(self.bytes() / 2)).unwrap_or(i64::MAX)
    }
}
