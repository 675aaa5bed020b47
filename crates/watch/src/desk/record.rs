//! From what the engine decided to what the store keeps.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use goodgate_incident::incident::{self, Effect, Entry, Incident, Member, Snapshot, Subject};
use goodgate_incident::monitor::Saved;
use goodgate_incident::{IncidentId, MonitorId};
use serde::{Deserialize, Serialize};

use super::book::{Awaited, Known};
use super::limits::MEMBERS_LISTED;
use super::{details, words};
use crate::store::{self, Change, ChannelName, IncidentRow, Marker, limits};

/// What is remembered of a monitor.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MonitorMemory {
    /// For the engine.
    pub(super) standing: Option<incident::Standing>,
    /// For its states.
    pub(super) saved: Option<Saved>,
    /// Who is told about it.
    #[serde(default)]
    pub(super) known: Option<Known>,
    /// Whether the configuration has it paused: it goes on when the configuration has not any more.
    #[serde(default)]
    pub(super) is_off: bool,
}

/// What is remembered of an incident beside its members, which have names of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IncidentMemory {
    pub(super) incident: Incident,
    pub(super) members: Vec<MonitorId>,
    /// Whether there are more members than are listed: they are found by asking for each monitor.
    #[serde(default)]
    pub(super) has_more: bool,
}

/// The name under which the engine's own row is remembered.
pub(super) const WATCH: &str = "engine/watch";

pub(super) fn monitor_name(id: &MonitorId) -> Arc<str> {
    format!("monitor/{id}").into()
}

pub(super) fn member_name(incident: IncidentId, monitor: &MonitorId) -> Arc<str> {
    format!("member/{incident}/{monitor}").into()
}

/// The members that are remembered of each incident that can still change.
pub(super) type Members = HashMap<IncidentId, BTreeSet<MonitorId>>;

/// Collects what follows from one event into one change.
pub(super) struct Record<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// What the states of a monitor go on with after a restart.
    pub(super) saved: &'a dyn Fn(&MonitorId) -> Awaited,
    /// Whose members are remembered, to forget them with their incident.
    pub(super) members: &'a mut Members,
    pub(super) change: Change,
    /// Changes of things, which are kept apart.
    pub(super) markers: Vec<Marker>,
}

impl Record<'_> {
    /// Takes the effects in their order.
    pub(super) fn take(&mut self, effects: Vec<Effect>) {
        let mut rows = BTreeSet::new();
        let mut forgotten = Vec::new();
        for effect in effects {
            match effect {
                Effect::Watch(watch) => self.remember(WATCH.into(), &watch),
                Effect::Standing(standing) => {
                    let Awaited { saved, known, was_off } = (self.saved)(&standing.monitor);
                    let name = monitor_name(&standing.monitor);
                    let standing = Some(standing);
                    self.remember(name, &MonitorMemory { standing, saved, known, is_off: was_off });
                }
                Effect::Incident(incident) => {
                    rows.insert(incident.id);
                    self.row(&incident);
                }
                Effect::Member(id, member) => {
                    self.remember(member_name(id, &member.monitor), &member);
                    self.members.entry(id).or_default().insert(member.monitor);
                    rows.insert(id);
                }
                Effect::Entry(id, entry) => self.change.timeline.push(line(id, &entry)),
                Effect::Forgotten(id) => forgotten.push(id),
                Effect::Gone(monitor) => self.forget(monitor_name(&monitor)),
                Effect::Alert(alert) => self.alert(*alert),
                Effect::Marker(marker) => self.markers.push(words::marker_row(&marker)),
                // Silences of the file come from the file, those of people are rows of their own.
                Effect::Silence(_) | Effect::SilenceOver(_) => {}
            }
        }
        // A member that is new stands in the row of its incident.
        for id in rows {
            if let Some(case) = self.snapshot.cases.get(&id) {
                self.row(&case.incident);
            }
        }
        for id in forgotten {
            self.forget_incident(id);
        }
    }

    /// Puts the row of an incident, once.
    fn row(&mut self, incident: &Incident) {
        let case = self.snapshot.cases.get(&incident.id);
        let members: Vec<&Member> = case.iter().flat_map(|case| case.members.values()).collect();
        // The whole list with every member that joins would be gigabytes for ten thousand of them.
        let has_more = members.len() > MEMBERS_LISTED;
        let listed = if has_more { &[] } else { members.as_slice() };
        let memory = IncidentMemory {
            incident: incident.clone(),
            members: listed.iter().map(|member| member.monitor.clone()).collect(),
            has_more,
        };
        let now = members.iter().filter(|member| words::is_in(member.part));
        let mut room = limits::MEMORY;
        let now = now.take_while(|member| {
            let fits = room.checked_sub(member.monitor.0.len() + 3);
            room = fits.unwrap_or(0);
            fits.is_some()
        });
        let finding = incident.finding.as_ref();
        let row = IncidentRow {
            id: incident.id,
            kind: match incident.subject {
                Subject::Targets => "failure".into(),
                Subject::Watch(_) => incident::CANNOT_MEASURE.into(),
            },
            opened_at: incident.since,
            acknowledged: incident.acknowledged.as_ref().map(|(by, at)| (*at, by.as_str().into())),
            resolved_at: incident.resolved_at,
            cause: incident.cause.map(Arc::from),
            confidence: finding.map_or(0.0, |finding| finding.confidence),
            summary: finding.map_or_else(|| words::subject(incident.subject), words::summary),
            stage: finding.and_then(|finding| finding.stage),
            blame: finding.and_then(|finding| finding.blame),
            components: incident.components.clone(),
            members: now.map(|member| member.monitor.clone()).collect(),
            memory: words::json(&memory),
        };
        self.change.incidents.retain(|other| other.id != row.id);
        self.change.incidents.push(row);
    }

    /// An incident is history: its row stays, and its members are not asked for again.
    fn forget_incident(&mut self, id: IncidentId) {
        for monitor in self.members.remove(&id).unwrap_or_default() {
            self.forget(member_name(id, &monitor));
        }
    }

    fn alert(&mut self, mut alert: incident::Alert) {
        if let Some(digest) = &mut alert.digest {
            self.change.superseded.append(&mut digest.supersedes);
        }
        let channels = alert.channels.clone();
        let (key, at) = (alert.key, alert.at);
        let details = details::of(alert);
        for channel in channels {
            self.change.alerts.push(store::Alert {
                key,
                channel: ChannelName(channel.0),
                decided_at: at,
                due_at: at,
                details: Arc::clone(&details),
            });
        }
    }

    fn remember(&mut self, name: Arc<str>, what: &impl Serialize) {
        self.change.memory.push((name, words::json(what)));
    }

    fn forget(&mut self, name: Arc<str>) {
        self.change.memory.push((name, String::new()));
    }
}

fn line(incident: IncidentId, entry: &Entry) -> store::Entry {
    let (monitor, by, text) = words::of_entry(&entry.what);
    store::Entry { incident, at: entry.at, kind: entry.what.slug().into(), monitor, by, text }
}
