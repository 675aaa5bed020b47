//! `GET /incidents` and `GET /incidents/N` of the watch.

use serde::Deserialize;

/// The latest incidents.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Incidents {
    /// When the watch answered (RFC 3339).
    pub at: String,
    /// The latest first.
    pub incidents: Vec<Incident>,
}

/// An incident in short.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Incident {
    /// Its number.
    pub id: String,
    /// What kind it is: a failure, `cannot_measure`, …
    pub kind: String,
    /// `open`, `acknowledged` or `resolved`.
    pub state: String,
    /// When it began (RFC 3339).
    pub opened_at: String,
    /// Who takes care of it, since when.
    pub acknowledged: Option<Moved>,
    /// When it ended.
    pub resolved_at: Option<String>,
    /// The id of its cause.
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
    /// What its monitors share.
    pub components: Vec<Component>,
    /// The ids of its monitors.
    pub monitors: Vec<String>,
}

/// Somebody did something.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Moved {
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub by: String,
}

/// Something that several monitors may share.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Component {
    /// `endpoint`, `address`, `gateway`, `certificate` or `dependency`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Everything about one incident.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct IncidentFile {
    /// When the watch answered (RFC 3339).
    pub at: String,
    /// The incident.
    pub incident: Incident,
    /// What happened, in order.
    pub timeline: Vec<TimelineEntry>,
    /// Who was told.
    pub deliveries: Vec<Delivery>,
    /// What was kept of failing attempts.
    pub evidence: Vec<EvidenceRow>,
    /// What to do.
    pub steps: Vec<Step>,
}

/// Something that happened.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct TimelineEntry {
    /// When (RFC 3339).
    pub at: String,
    /// What kind of thing.
    pub kind: String,
    /// The monitor that it is about.
    pub monitor: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// What, in words.
    pub text: String,
}

/// A message to a channel.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Delivery {
    /// Its key, the same with every try.
    pub key: String,
    /// The incident that it is about.
    pub incident: String,
    /// What it tells of: `opened`, `resolved`, …
    pub kind: String,
    /// The channel.
    pub channel: String,
    /// How far it is.
    pub state: String,
    /// When it was decided (RFC 3339).
    pub decided_at: String,
    /// When it is tried next.
    pub due_at: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not taken.
    pub why: Option<String>,
    /// When it was taken.
    pub accepted_at: Option<String>,
}

/// A piece of evidence, without what it holds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct EvidenceRow {
    /// Its number.
    pub id: String,
    /// The monitor.
    pub monitor: String,
    /// When it was taken (RFC 3339).
    pub at: String,
    /// What kind it is.
    pub kind: String,
    /// Its size.
    pub bytes: u64,
}

/// A step to take: something to be told, or a command.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Step {
    /// What to do, in words.
    pub say: Option<String>,
    /// What to run.
    pub run: Option<String>,
}
