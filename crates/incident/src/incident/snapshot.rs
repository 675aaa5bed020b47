//! What the engine remembers, and what each event changes of it.
//!
//! A [`Snapshot`] is what a store gives to a new [`Engine`](super::Engine). It is the sum of all
//! [`Effect`]s: a store that keeps each row under its key has it, and [`Snapshot::fold`] says how.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::{Doubt, IncidentId, MonitorId, State, Timestamp};

use super::alert::Alert;
use super::event::Marker;
use super::limits;
use super::record::{Case, Incident, Member};
use super::silence::{Silence, SilenceId};
use super::timeline::Entry;

/// Everything that the engine has to find again after a restart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// What belongs to no incident.
    pub watch: Watch,
    /// How each monitor is.
    pub standings: BTreeMap<MonitorId, Standing>,
    /// The incidents that can still change.
    pub cases: BTreeMap<IncidentId, Case>,
    /// The silences that are not over.
    pub silences: BTreeMap<SilenceId, Silence>,
    /// The latest changes, oldest first, at most [`MARKERS_MAX`](limits::MARKERS_MAX).
    pub markers: Vec<Marker>,
}

/// What belongs to no incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The number of the last incident; 0 where there was none. Never becomes smaller.
    pub last_incident: u64,
    /// While we are, or may be, cut off from those who are to be told.
    pub cut: Option<Cut>,
    /// When the last digest was decided.
    #[serde(with = "crate::exact")]
    pub digested_at: Option<Timestamp>,
}

/// We cannot measure for a reason that also keeps messages from leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Since when.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// When a monitor was measured again, if none has become unknown since.
    #[serde(with = "crate::exact")]
    pub proof: Option<Timestamp>,
    /// The incidents that say so.
    pub incidents: BTreeSet<IncidentId>,
}

/// How a monitor is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which.
    pub monitor: MonitorId,
    /// Its state.
    pub state: State,
    /// Since when.
    #[serde(with = "crate::exact")]
    pub since: Timestamp,
    /// The state before: with the two others what makes a transition the same one when it comes again.
    pub before: State,
    /// Since when it could not be measured, and why.
    #[serde(with = "crate::exact")]
    pub unknown: Option<(Timestamp, Option<Doubt>)>,
    /// When it was last down, in part, or in maintenance.
    #[serde(with = "crate::exact")]
    pub failed_until: Option<Timestamp>,
    /// The last incident about its target that it was part of.
    pub incident: Option<IncidentId>,
}

/// One thing that follows from an event. All effects of one call are committed in one transaction, in
/// their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Replaces the one row of the watch.
    Watch(Watch),
    /// Replaces the row of a monitor.
    Standing(Standing),
    /// Replaces the row of an incident.
    Incident(Box<Incident>),
    /// Replaces the row of a member of an incident.
    Member(IncidentId, Member),
    /// Adds to the timeline of an incident. The engine never asks for it again.
    Entry(IncidentId, Entry),
    /// Adds or replaces a silence.
    Silence(Silence),
    /// A silence is over. It may be kept to be shown, and is not part of a snapshot any more.
    SilenceOver(SilenceId),
    /// Something was changed.
    Marker(Marker),
    /// An incident cannot change any more. It is history, and not part of a snapshot any more.
    Forgotten(IncidentId),
    /// A monitor is gone, and its row with it.
    Gone(MonitorId),
    /// Somebody is to be told.
    Alert(Box<Alert>),
}

impl Snapshot {
    /// Applies an effect, as a store does.
    pub fn fold(&mut self, effect: &Effect) {
        match effect {
            Effect::Watch(watch) => self.watch = watch.clone(),
            Effect::Standing(standing) => {
                self.standings.insert(standing.monitor.clone(), standing.clone());
            }
            Effect::Incident(incident) => self.put(incident),
            Effect::Member(id, member) => {
                if let Some(case) = self.cases.get_mut(id) {
                    case.members.insert(member.monitor.clone(), member.clone());
                }
            }
            Effect::Silence(silence) => {
                self.silences.insert(silence.id.clone(), silence.clone());
            }
            Effect::SilenceOver(id) => {
                self.silences.remove(id);
            }
            Effect::Marker(marker) => self.remember(marker.clone()),
            Effect::Forgotten(id) => {
                self.cases.remove(id);
            }
            Effect::Gone(monitor) => {
                self.standings.remove(monitor);
            }
            Effect::Entry(..) | Effect::Alert(_) => {}
        }
    }

    fn put(&mut self, incident: &Incident) {
        if let Some(case) = self.cases.get_mut(&incident.id) {
            case.incident = incident.clone();
            return;
        }
        let case = Case { incident: incident.clone(), members: BTreeMap::new() };
        self.cases.insert(incident.id, case);
    }

    /// Keeps a change, and forgets the oldest one where there are too many.
    pub(super) fn remember(&mut self, marker: Marker) {
        if self.markers.len() >= limits::MARKERS_MAX {
            self.markers.remove(0);
        }
        self.markers.push(marker);
    }
}
