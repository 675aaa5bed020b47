//! What a window of time holds of monitors and incidents, for reports.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_incident::{MonitorId, State, Timestamp};

use super::{IncidentRow, RollUp, Span};

/// What a window holds of one monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windowed {
    /// Which monitor.
    pub monitor: MonitorId,
    /// Its state when the window began, as far as its transitions tell: the one before it, or what the
    /// first one since changed.
    pub first: Option<State>,
    /// Its transitions in the window, oldest first.
    pub changes: Vec<(Timestamp, State)>,
    /// Whether there are more than [`super::limits::WINDOW_CHANGES`], so that the time spent in each state
    /// is not known.
    pub is_cut: bool,
    /// Its results in the window, added up. Its `start` is the beginning of the window.
    pub sum: RollUp,
}

/// The incidents of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowedIncidents {
    /// Those that were open at any moment of it, latest first, each with every monitor that was ever part
    /// of it as far as its timeline tells.
    pub rows: Vec<(IncidentRow, BTreeSet<MonitorId>)>,
    /// Whether there are more than were asked for.
    pub is_cut: bool,
}

/// The monitors that a question about a window is about.
pub type Wanted = Arc<BTreeSet<MonitorId>>;

impl Span {
    /// Returns the span from one full hour of UTC to another, which is what sums of hours can tell: both
    /// ends are moved back to the hour.
    #[must_use]
    pub const fn to_hours(self) -> Self {
        let hour = super::Grain::Hour;
        Self { from: hour.start(self.from), until: hour.start(self.until) }
    }
}
