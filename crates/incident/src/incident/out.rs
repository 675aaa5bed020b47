//! What an event has changed, collected until it is handed out as effects.

use std::collections::{BTreeMap, BTreeSet};

use crate::{IncidentId, MonitorId, Timestamp};

use super::alert::Alert;
use super::event::Marker;
use super::record::{Case, Incident};
use super::silence::SilenceId;
use super::snapshot::{Effect, Snapshot};
use super::timeline::{Entry, What};

/// The rows that are not what they were, and what is new.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) watch: bool,
    pub(super) standings: BTreeSet<MonitorId>,
    pub(super) incidents: BTreeSet<IncidentId>,
    pub(super) members: BTreeSet<(IncidentId, MonitorId)>,
    pub(super) silences: BTreeSet<SilenceId>,
    pub(super) markers: Vec<Marker>,
    pub(super) forgotten: BTreeMap<IncidentId, Case>,
    pub(super) gone: Vec<MonitorId>,
    pub(super) entries: Vec<(IncidentId, Entry)>,
    pub(super) alerts: Vec<Alert>,
}

impl Out {
    /// Writes into the timeline of an incident, where there is room.
    pub(super) fn write(&mut self, incident: &mut Incident, at: Timestamp, what: What) {
        self.incidents.insert(incident.id);
        if let Some(entry) = incident.timeline.add(at, what) {
            self.entries.push((incident.id, entry));
        }
    }

    /// Says that a member is not what it was.
    pub(super) fn member(&mut self, incident: IncidentId, monitor: &MonitorId) {
        self.members.insert((incident, monitor.clone()));
    }

    /// Returns the effects in the order in which they are applied: rows before what refers to them,
    /// what goes after what comes, alerts last.
    pub(super) fn effects(self, state: &Snapshot) -> Vec<Effect> {
        let mut effects = Vec::new();
        effects.extend(self.watch.then(|| Effect::Watch(state.watch.clone())));
        let standings = self.standings.iter().filter_map(|monitor| state.standings.get(monitor));
        effects.extend(standings.cloned().map(Effect::Standing));
        let case = |id| state.cases.get(id).or_else(|| self.forgotten.get(id));
        let incidents = self.incidents.iter().filter_map(case);
        effects.extend(incidents.map(|case| Effect::Incident(Box::new(case.incident.clone()))));
        let members = self
            .members
            .iter()
            .filter_map(|(id, monitor)| Some((*id, case(id)?.members.get(monitor)?.clone())));
        effects.extend(members.map(|(id, member)| Effect::Member(id, member)));
        effects.extend(self.entries.into_iter().map(|(id, entry)| Effect::Entry(id, entry)));
        effects.extend(self.silences.into_iter().map(|id| match state.silences.get(&id) {
            Some(silence) => Effect::Silence(silence.clone()),
            None => Effect::SilenceOver(id),
        }));
        effects.extend(self.markers.into_iter().map(Effect::Marker));
        effects.extend(self.forgotten.into_keys().map(Effect::Forgotten));
        effects.extend(self.gone.into_iter().map(Effect::Gone));
        effects.extend(self.alerts.into_iter().map(|alert| Effect::Alert(Box::new(alert))));
        effects
    }
}
