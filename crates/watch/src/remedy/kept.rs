//! What is remembered of the runs of a remedy, also after a restart.

use goodgate_incident::{IncidentId, Timestamp};
use serde::{Deserialize, Serialize};

use super::limits;

/// What is remembered of the runs of one remedy. Times are microseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// When it was begun within the last day, oldest first.
    runs: Vec<i64>,
    /// Until when it runs at the latest, where it is not known to have ended.
    busy_until: Option<i64>,
    /// The last incident of which it was said that it is exhausted.
    said: Option<u64>,
}

impl Kept {
    /// Forgets what is too old at `now`. After a clock that was set back, what is in the future counts as of
    /// now, so that it is neither forgotten nor held against the remedy for ever.
    pub(super) fn tidy(&mut self, now: Timestamp, longest: i64) {
        let day = micros(limits::DAY);
        for run in &mut self.runs {
            *run = (*run).min(now.0);
        }
        self.runs.retain(|run| now.0.saturating_sub(*run) < day);
        self.busy_until = self.busy_until.map(|until| until.min(now.0.saturating_add(longest)));
        self.busy_until = self.busy_until.filter(|until| *until > now.0);
    }

    /// Returns whether it runs, as far as is known.
    pub(super) fn is_busy(&self) -> bool {
        self.busy_until.is_some()
    }

    /// Returns how often it was begun within a day.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.runs.len()).unwrap_or(u32::MAX)
    }

    /// Returns when it was last begun.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.runs.last().copied().map(Timestamp)
    }

    /// Says that it begins, and when it will have ended at the latest.
    pub(super) fn begin(&mut self, now: Timestamp, longest: i64) {
        self.runs.push(now.0);
        self.busy_until = Some(now.0.saturating_add(longest));
    }

    /// Says that it has ended.
    pub(super) fn end(&mut self) {
        self.busy_until = None;
    }

    /// Returns whether it is the first time that something is said of an incident.
    pub(super) fn say(&mut self, incident: IncidentId) -> bool {
        self.said.replace(incident.0) != Some(incident.0)
    }
}

/// Returns a time in microseconds.
pub(super) fn micros(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
