//! Results of checks as they are kept: one by one, the last of each monitor, and rolled up.

use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{Doubt, MonitorId, Outcome, State, Timestamp};

use super::Latencies;

/// One result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Which monitor.
    pub monitor: MonitorId,
    /// When the check began.
    pub at: Timestamp,
    /// How long it took; kept in microseconds.
    pub took: Duration,
    /// The state of the monitor after it.
    pub state: State,
    /// What it came to.
    pub seen: Seen,
    /// The status code of the answer, where there was one.
    pub status: Option<u16>,
    /// How long its parts took.
    pub phases: Phases,
}

/// What a check came to, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All as it should be.
    Good,
    /// It failed, with the cause that this one attempt shows.
    Bad(Option<Arc<str>>),
    /// It says nothing about the target.
    Unmeasured(Doubt),
}

impl From<&Outcome> for Seen {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::Good,
            Outcome::Bad { cause, .. } => Self::Bad(cause.map(Arc::from)),
            Outcome::Unmeasured(doubt) => Self::Unmeasured(*doubt),
        }
    }
}

/// How long the parts of a check took, where they were gone through; kept in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// Looking up the name.
    pub resolve: Option<Duration>,
    /// Connecting.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the request to the head of the answer.
    pub head: Option<Duration>,
    /// From the head of the answer to its end.
    pub body: Option<Duration>,
}

/// The last that is known of a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastState {
    /// Which monitor.
    pub monitor: MonitorId,
    /// Its state.
    pub state: State,
    /// Since when, by the last transition; absent where there was none yet.
    pub since: Option<Timestamp>,
    /// Its last result, where it was checked.
    pub last: Option<Measured>,
}

/// A time from its beginning to before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment in it.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// How long the time of one roll-up is. Days and hours are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Grain {
    /// Every grain, from the shortest.
    pub const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    /// Returns its length in microseconds.
    pub const fn micros(self) -> i64 {
        match self {
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }

    /// Returns the beginning of the time in which `at` is.
    pub const fn start(self, at: Timestamp) -> Timestamp {
        Timestamp(at.0 - at.0.rem_euclid(self.micros()))
    }
}

/// The results of one monitor in one time, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollUp {
    /// When the time begins.
    pub start: Timestamp,
    /// How many results left the monitor in each state, in the order of [`State::ALL`].
    pub states: [u64; State::ALL.len()],
    /// How many results were bad.
    pub bad: u64,
    /// How long the good ones took.
    pub latencies: Latencies,
}

impl RollUp {
    /// Makes one without results.
    pub fn empty(start: Timestamp) -> Self {
        Self { start, states: [0; State::ALL.len()], bad: 0, latencies: Latencies::default() }
    }

    /// Returns how many results are in it.
    pub fn count(&self) -> u64 {
        self.states.iter().sum()
    }

    /// Adds one result.
    pub fn add(&mut self, measured: &Measured) {
        let state = State::ALL.iter().position(|state| *state == measured.state);
        if let Some(count) = state.and_then(|index| self.states.get_mut(index)) {
            *count += 1;
        }
        match measured.seen {
            Seen::Good => self.latencies.add(measured.took),
            Seen::Bad(_) => self.bad += 1,
            Seen::Unmeasured(_) => {}
        }
    }

    /// Adds the results of another one; its time is not looked at.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.states.iter_mut().zip(other.states) {
            *mine += theirs;
        }
        self.bad += other.bad;
        self.latencies.merge(&other.latencies);
    }
}
