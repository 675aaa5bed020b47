//! What is committed together, and what of it is read again.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_evidence::{Blame, Stage};
use goodgate_incident::{
    AlertKey, Component, Doubt, IncidentId, MonitorId, State, Timestamp, Transition,
};

use super::{Alert, Delivery};

/// All that follows from one decision. It is committed whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The monitors that went from one state to another.
    pub transitions: Vec<Transition>,
    /// The incidents that are new or different, as they are now.
    pub incidents: Vec<IncidentRow>,
    /// What is added to their timelines.
    pub timeline: Vec<Entry>,
    /// The evidence that belongs to them.
    pub evidence: Vec<Evidence>,
    /// The messages that are to go out.
    pub alerts: Vec<Alert>,
    /// Alerts for which one of these stands: what of them is not yet delivered, on whichever channel, is
    /// not handed out any more.
    pub superseded: Vec<AlertKey>,
    /// What the core wants to find again after a restart, by name: text that the store does not read.
    /// Empty text removes the name.
    pub memory: Vec<(Arc<str>, String)>,
}

/// An incident as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRow {
    /// Its number.
    pub id: IncidentId,
    /// What sort it is, in one word: `failure`, `cannot_measure`.
    pub kind: Arc<str>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When and by whom it was acknowledged. [`None`] does not take back an acknowledgement.
    pub acknowledged: Option<(Timestamp, Arc<str>)>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// The best cause, by its id in the catalogue.
    pub cause: Option<Arc<str>>,
    /// From 0 to 1.
    pub confidence: f64,
    /// The verdict in one sentence.
    pub summary: String,
    /// Where the chain broke.
    pub stage: Option<Stage>,
    /// Whose part has to change.
    pub blame: Option<Blame>,
    /// What its members have in common.
    pub components: BTreeSet<Component>,
    /// The monitors that are in it now.
    pub members: BTreeSet<MonitorId>,
    /// What the core has to know to go on with it after a restart (JSON); the store does not read it.
    pub memory: String,
}

/// A line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which incident.
    pub incident: IncidentId,
    /// When it happened.
    pub at: Timestamp,
    /// What sort of line it is, in one word: `opened`, `verdict`, `joined`, `note`, `step`.
    pub kind: Arc<str>,
    /// Which monitor it is about.
    pub monitor: Option<MonitorId>,
    /// Who did it, where it was a person.
    pub by: Option<Arc<str>>,
    /// What happened, for people.
    pub text: String,
}

/// A note of a person on an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Arc<str>,
    /// What sort: `note`, or `step` for a step that was taken.
    pub kind: Arc<str>,
    /// What they wrote.
    pub text: String,
}

/// A piece of evidence: redacted before it comes here, bounded by
/// [`limits::EVIDENCE`](super::limits::EVIDENCE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// To which incident it belongs.
    pub incident: Option<IncidentId>,
    /// Of which monitor it is.
    pub monitor: MonitorId,
    /// When it was seen.
    pub at: Timestamp,
    /// What it is, in one word: `attempt`, `verdict`.
    pub kind: Arc<str>,
    /// The evidence itself.
    pub body: Vec<u8>,
}

/// That there is a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvidence {
    /// Its number.
    pub number: i64,
    /// Of which monitor it is.
    pub monitor: MonitorId,
    /// When it was seen.
    pub at: Timestamp,
    /// What it is.
    pub kind: Arc<str>,
    /// How large it is.
    pub bytes: u64,
}

/// An incident with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentFile {
    /// The incident.
    pub incident: IncidentRow,
    /// Its timeline, oldest first, at most [`limits::TIMELINE`](super::limits::TIMELINE) lines.
    pub timeline: Vec<Entry>,
    /// Its alerts, in the order of their commit.
    pub deliveries: Vec<Delivery>,
    /// What evidence is still kept, oldest first.
    pub evidence: Vec<KeptEvidence>,
}

/// A transition that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptTransition {
    /// Which monitor.
    pub monitor: MonitorId,
    /// When.
    pub at: Timestamp,
    /// From.
    pub from: State,
    /// To.
    pub to: State,
    /// Why it could not be measured.
    pub doubt: Option<Doubt>,
    /// The cause that was found.
    pub cause: Option<Arc<str>>,
    /// The finding in one sentence.
    pub summary: Option<String>,
}

/// Something that was changed, by people or by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// When.
    pub at: Timestamp,
    /// What sort, in one word: `deploy`, `reload`, `dns`, `certificate`.
    pub kind: Arc<str>,
    /// What was changed.
    pub text: String,
    /// Who says so: `cli`, `api`, `webhook:NAME`, `watch`.
    pub source: Arc<str>,
    /// Tags of the monitors that it concerns; all, where there are none.
    pub tags: BTreeSet<Arc<str>>,
}

/// A monitor that was created over the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorRow {
    /// Its id, which begins with `api/`.
    pub id: MonitorId,
    /// Its definition, in the form that the API takes and gives; the store does not read it.
    pub definition: String,
    /// When it was last written.
    pub at: Timestamp,
}

/// The number of a silence, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SilenceId(pub u64);

/// A time in which somebody does not want to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilenceRow {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What it covers, in the form of the settings (JSON); the store does not read it.
    pub matches: String,
    /// Who asked for it.
    pub by: Arc<str>,
    /// Why.
    pub why: String,
}
