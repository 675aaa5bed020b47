//! What the watch answers about a window of time, as it is understood here. What is missing is not known.

use serde::{Deserialize, Serialize};

use super::limits;

/// What a window of time holds: `goodgate.watch_report/1`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Window {
    /// The first moment.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// The full hours whose sums were counted.
    pub counted: Counted,
    /// The tag that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// All monitors together.
    pub all: Sums,
    /// The monitors of each tag together.
    pub tags: Vec<Sums>,
    /// How many monitors there are.
    pub monitors_total: u64,
    /// The worst of them.
    pub monitors: Vec<Monitor>,
    /// Error budgets, what is spent most first.
    pub budgets: Vec<Budget>,
    /// Incidents.
    pub incidents: Incidents,
    /// Domains whose registration is looked up.
    pub domains: Vec<Domain>,
}

/// From one full hour to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counted {
    /// The first moment.
    pub from: String,
    /// The first moment after it.
    pub until: String,
}

/// Monitors together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// The tag that they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// How many they are.
    pub monitors: u64,
    /// Those of which nothing is known.
    pub monitors_without_data: u64,
    /// Time in each state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime: Option<Time>,
    /// Checks.
    pub checks: u64,
    /// Failed checks.
    pub bad: u64,
    /// How long good checks took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
}

/// Time in each state. Shares are of what was measured; `unknown` is that of the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Time {
    /// Up, in seconds.
    pub up_seconds: u64,
    /// Failing in part, in seconds.
    pub partial_seconds: u64,
    /// Down, in seconds.
    pub down_seconds: u64,
    /// Not measured, in seconds.
    pub unknown_seconds: u64,
    /// Paused or in maintenance, in seconds.
    pub excepted_seconds: u64,
    /// The share up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up: Option<f64>,
    /// The share that could not be measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<f64>,
}

/// How long good checks took, in milliseconds. Each may be too long by `error` of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// Half of them took at most so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// 90 of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_ms: Option<f64>,
    /// 95 of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<f64>,
    /// 99 of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// The share of itself by which each may be too long.
    pub error: f64,
}

/// One monitor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Monitor {
    /// Its id.
    pub id: String,
    /// What it watches.
    pub target: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How it is now.
    pub state: String,
    /// Time in each state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime: Option<Time>,
    /// How often it began to fail.
    pub failures: u64,
    /// Checks.
    pub checks: u64,
    /// Failed checks.
    pub bad: u64,
    /// The share of its checks that were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// How long good checks took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// The certificate that it met last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
}

/// A certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// Its SHA-256.
    pub sha256: String,
    /// The end of its validity.
    pub not_after: String,
}

/// A domain whose registration is looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// When its registration ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When that was last looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_up_at: Option<String>,
    /// Why the last look-up failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// An error budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Of what.
    pub about: String,
    /// The share that is promised, as `99.9%`.
    pub objective: String,
    /// Checks.
    pub checks: u64,
    /// Failed checks.
    pub bad: u64,
    /// The part of the budget that they took: 1 is all of it. Absent where there were no checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent: Option<f64>,
}

/// Incidents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incidents {
    /// How many.
    pub total: u64,
    /// Whether there were more than were counted.
    pub is_cut: bool,
    /// By cause, what took longest first.
    pub by_cause: Vec<Cause>,
    /// The latest of them.
    pub list: Vec<Incident>,
}

/// The incidents of one cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cause {
    /// The cause; absent where none was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How many.
    pub incidents: u64,
    /// Those that are not resolved.
    pub open: u64,
    /// Their time in the window together, in seconds.
    pub seconds: u64,
    /// The longest, in seconds.
    pub longest_seconds: u64,
}

/// One incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Its number.
    pub id: String,
    /// `open`, `acknowledged` or `resolved`.
    pub state: String,
    /// When it began.
    pub opened_at: String,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<String>,
    /// Its cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What it was, in a sentence.
    pub summary: String,
    /// The monitors that were part of it.
    pub monitors: Vec<String>,
    /// Its time in the window, in seconds.
    pub seconds_in_window: u64,
}

impl Window {
    /// Leaves out what is beyond the bounds of a report. What was worst comes first, and stays.
    pub(super) fn bound(&mut self) {
        self.monitors.truncate(limits::MONITORS);
        self.tags.truncate(limits::TAGS);
        self.budgets.truncate(limits::BUDGETS);
        self.incidents.by_cause.truncate(limits::CAUSES);
        self.incidents.list.truncate(limits::INCIDENTS);
        self.incidents.list.iter_mut().for_each(|it| it.monitors.truncate(limits::OF_EACH));
        self.monitors.iter_mut().for_each(|it| it.tags.truncate(limits::OF_EACH));
        // What could not be looked up is a gap, and what expires soon was found before.
        self.domains.sort_by_key(|domain| domain.failure.is_none());
        self.domains.truncate(limits::EXPIRING);
    }
}
