//! What the desk is told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::incident::{Delivery, Matchers};
use goodgate_incident::{Finding, IncidentId, MonitorId, Result, Timestamp};
use tokio::sync::oneshot;

use super::handle::Refused;
use super::survey::{Selection, Survey};
use super::view::MonitorView;
use crate::settings::Settings;
use crate::store::{Marker, SilenceId};

/// Something that happened. Results of checks come on a way of their own, which may drop.
#[derive(Debug)]
pub enum Input {
    /// A source watches something from now on.
    Appeared(Target),
    /// It does not any more.
    Gone(MonitorId),
    /// A source has a result.
    Heard(Box<Heard>),
    /// A channel has taken an alert, or never will.
    Delivered(Delivery),
    /// Something was changed, as the watch itself has seen.
    Changed(Marker),
    /// Somebody asks.
    Asked(Ask),
}

/// Something that is watched without checks of the schedule: the traffic of a gateway, an error budget.
/// It goes through the same states, incidents and alerts as any monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id, with a slash, so that it cannot be one of the file: `gateway/shop`.
    pub monitor: MonitorId,
    /// What it is, in one word: `traffic`, `budget`.
    pub kind: &'static str,
    /// What it is about, for people.
    pub about: String,
    /// The time from one result to the next.
    pub interval: Duration,
    /// Words by which silences and policies find it.
    pub tags: BTreeSet<Arc<str>>,
    /// The policy by which people are told; without one the default.
    pub policy: Option<Arc<str>>,
}

/// A result of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Of which target.
    pub monitor: MonitorId,
    /// What it came to.
    pub result: Result,
    /// What it means: what an examination would find. It confirms the failure at once.
    pub finding: Option<Finding>,
    /// Evidence, redacted, in JSON.
    pub evidence: Option<Vec<u8>>,
}

/// What somebody asks for, and where the answer goes.
#[derive(Debug)]
pub enum Ask {
    /// Takes care of an incident.
    Acknowledge(IncidentId, String, Answer<()>),
    /// Says that it is over: who does.
    Resolve(IncidentId, String, Answer<()>),
    /// Writes a note into its timeline: who, and what.
    Note(IncidentId, String, String, Answer<()>),
    /// Writes a step that was taken into its timeline: who, and what.
    Step(IncidentId, String, String, Answer<()>),
    /// Tells the public about it: who, and in which words.
    Publish(IncidentId, String, String, Answer<()>),
    /// Takes back what was told to the public: who.
    Retract(IncidentId, String, Answer<()>),
    /// Says that something was changed.
    Mark(Marker, Answer<()>),
    /// Nobody is to be told for a time.
    Silence(NewSilence, Answer<SilenceId>),
    /// A silence ends early.
    Unsilence(SilenceId, Answer<()>),
    /// A monitor is not to be checked for a while, or is again.
    Pause(MonitorId, bool, Answer<()>),
    /// A monitor is to be checked at once.
    CheckNow(MonitorId, Answer<()>),
    /// A job has called.
    Beat(MonitorId, Timestamp, Answer<()>),
    /// A monitor is created or replaced, by its table in TOML without the name; its name is given apart.
    PutMonitor(String, String, Answer<MonitorId>),
    /// A monitor that was created so is removed.
    RemoveMonitor(MonitorId, Answer<()>),
    /// The configuration is another one. The answer says which monitors cannot be checked, and why.
    Follow(Box<Settings>, Answer<Vec<String>>),
    /// How the monitors are.
    Monitors(Answer<Vec<MonitorView>>),
    /// How one of them is, where there is one of this id.
    Monitor(MonitorId, Answer<Option<MonitorView>>),
    /// A page of them, and how many there are of each kind.
    Survey(Selection, Answer<Survey>),
}

/// A silence that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSilence {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What it covers.
    pub matchers: Matchers,
    /// Who asks.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Where an answer goes.
pub type Answer<T> = oneshot::Sender<std::result::Result<T, Refused>>;
