//! `GET /monitors` and `GET /monitors/ID` of the watch.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Component, Counts};

/// A page of the monitors.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Monitors {
    /// When the watch answered (RFC 3339).
    pub at: String,
    /// How many there are altogether, by state.
    pub states: Counts,
    /// How many are answered with 502.
    pub bad_gateways: usize,
    /// The tags that there are, by name.
    pub tags: Vec<Tag>,
    /// How many are like those that were asked for.
    pub matching: usize,
    /// How many of these stand before this page.
    pub before: usize,
    /// The page.
    pub monitors: Vec<Monitor>,
    /// What to ask for as `after` for the next page.
    pub next: Option<String>,
    /// What to ask for as `before` for the page before.
    pub previous: Option<String>,
}

/// A word that monitors share.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Tag {
    /// The word.
    pub tag: String,
    /// How many monitors have it.
    pub monitors: usize,
}

/// A monitor as it is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Monitor {
    /// Its id; it may hold slashes.
    pub id: String,
    /// `file`, `api`, `gateway` or `own`.
    pub origin: String,
    /// `http`, `tcp`, …
    pub kind: String,
    /// What is looked at.
    pub target: String,
    /// The time between two checks.
    pub interval_ms: f64,
    /// Its tags.
    pub tags: Vec<String>,
    /// `up`, `suspect`, `partial`, `down`, `unknown`, `paused` or `maintenance`.
    pub state: String,
    /// Since when (RFC 3339).
    pub since: String,
    /// For how long.
    pub for_seconds: u64,
    /// Why it cannot be measured.
    pub doubt: Option<String>,
    /// What is wrong.
    pub finding: Option<Finding>,
    /// The last check.
    pub last: Option<Measured>,
    /// The certificate that its target showed last.
    pub certificate: Option<Certificate>,
    /// The incident that it is part of.
    pub incident: Option<String>,
}

/// The certificate of a target.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Certificate {
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Until when it is valid (RFC 3339).
    pub not_after: String,
}

/// What is wrong with a monitor.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Finding {
    /// The id of the cause.
    pub cause: Option<String>,
    /// What the cause is, in one sentence.
    pub title: Option<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// What was seen, in one sentence.
    pub summary: String,
    /// Where it broke.
    pub stage: Option<String>,
    /// Whose fault it is.
    pub blame: Option<String>,
    /// What broke.
    pub components: Vec<Component>,
}

/// One check.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Measured {
    /// When it began (RFC 3339).
    pub at: String,
    /// How long it took.
    pub took_ms: f64,
    /// The state that the monitor had with it.
    pub state: String,
    /// `good`, `bad` or `unmeasured`.
    pub outcome: String,
    /// The cause, or the doubt.
    pub why: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long each part took.
    pub phases: Phases,
}

/// The parts of a check, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Phases {
    /// Looking up the name.
    pub resolve_ms: Option<f64>,
    /// Connecting.
    pub connect_ms: Option<f64>,
    /// Shaking hands.
    pub tls_ms: Option<f64>,
    /// Waiting for the head.
    pub head_ms: Option<f64>,
    /// Reading the body.
    pub body_ms: Option<f64>,
}

/// The answer about one monitor.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct MonitorAnswer {
    /// When the watch answered (RFC 3339).
    pub at: String,
    /// The monitor.
    pub monitor: MonitorFile,
}

/// Everything about one monitor.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct MonitorFile {
    /// How it is.
    #[serde(flatten)]
    pub now: Monitor,
    /// Shares of time, by `24h`, `7d` and `30d`.
    pub uptime: BTreeMap<String, Uptime>,
    /// Its objective and what is left of the budget.
    pub slo: Option<Slo>,
    /// The last checks, the latest first.
    pub results: Vec<Measured>,
    /// Sums by hour, of a day.
    pub hours: Vec<RollUp>,
    /// Sums by day, of a month.
    pub days: Vec<RollUp>,
    /// Its last changes of state, the latest first.
    pub transitions: Vec<Change>,
}

/// Shares of a time. Those of what was measured add up to one; `unknown` is a share of all of it.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Uptime {
    /// It worked.
    pub up: Option<f64>,
    /// It failed now and then.
    pub partial: Option<f64>,
    /// It failed.
    pub down: Option<f64>,
    /// It could not be measured.
    pub unknown: Option<f64>,
    /// The same as times.
    pub unknown_seconds: u64,
    /// How long it was down.
    pub down_seconds: u64,
    /// Pauses and maintenance.
    pub excepted_seconds: u64,
}

/// An objective and its budget.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Slo {
    /// The share that has to be good.
    pub objective: f64,
    /// Over which time.
    pub window_seconds: u64,
    /// The part of the budget that is used up.
    pub spent: f64,
    /// The part that is left.
    pub left: f64,
    /// How fast it was used up in the last hour: 1 uses it up just in time.
    pub burn_rate_1h: f64,
    /// Whether that is too fast.
    pub burns_too_fast: bool,
}

/// The checks of an hour or a day.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct RollUp {
    /// When it begins (RFC 3339).
    pub at: String,
    /// How many checks.
    pub checks: u64,
    /// How many failed.
    pub bad: u64,
    /// How many the monitor had in which state.
    pub states: BTreeMap<String, u64>,
    /// Half were quicker.
    pub p50_ms: Option<f64>,
    /// Nineteen of twenty were quicker.
    pub p95_ms: Option<f64>,
    /// Ninety-nine of a hundred were quicker.
    pub p99_ms: Option<f64>,
}

/// A change of state.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Change {
    /// When (RFC 3339).
    pub at: String,
    /// What it was.
    pub from: String,
    /// What it became.
    pub to: String,
    /// Why it could not be measured.
    pub doubt: Option<String>,
    /// The cause.
    pub cause: Option<String>,
    /// What was seen.
    pub summary: Option<String>,
}
