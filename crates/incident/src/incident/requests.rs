//! What people, channels and settings want of incidents.

use goodgate_evidence::text;

use crate::{AlertKind, IncidentId, MonitorId, Timestamp};

use super::doubt;
use super::engine::{Engine, children};
use super::event::{Delivery, Event, Marker, Refusal};
use super::limits;
use super::policy::{PlanId, Policy};
use super::record::{Stage, Waiting};
use super::settle;
use super::silence::{Silence, SilenceId};
use super::timeline::What;

impl Engine {
    /// Refuses what cannot be done, before anything is done.
    pub(super) fn check(&self, at: Timestamp, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Acknowledge { incident, .. } => match self.state.cases.get(incident) {
                Some(case) if case.is_over() => Err(Refusal::Over),
                Some(_) => Ok(()),
                None => Err(Refusal::NoSuchIncident),
            },
            Event::Resolve { incident, .. } => {
                let case = self.state.cases.get(incident).ok_or(Refusal::NoSuchIncident)?;
                let scene = self.scene();
                let subject = case.incident.subject;
                let mut failing = case.failing();
                match failing.find(|member| scene.is_known_to_fail(subject, member)) {
                    _ if case.is_over() => Err(Refusal::Over),
                    Some(member) => Err(Refusal::StillFails(member.monitor.clone())),
                    None => Ok(()),
                }
            }
            Event::Note { incident, .. }
            | Event::Step { incident, .. }
            | Event::Publish { incident, .. }
            | Event::Retract { incident, .. } => {
                let is_there = self.state.cases.contains_key(incident);
                is_there.then_some(()).ok_or(Refusal::NoSuchIncident)
            }
            Event::Silence(silence) => {
                let silences = &self.state.silences;
                if silence.until <= silence.from.max(self.moment(at)) {
                    return Err(Refusal::EndsTooEarly);
                }
                let has_room = silences.len() < limits::SILENCES_MAX;
                let is_known = silences.contains_key(&silence.id);
                (has_room || is_known).then_some(()).ok_or(Refusal::TooManySilences)
            }
            Event::Unsilence(id) => {
                let is_there = self.state.silences.contains_key(id);
                is_there.then_some(()).ok_or(Refusal::NoSuchSilence)
            }
            Event::Tick
            | Event::Transition(_)
            | Event::Marker(_)
            | Event::Delivery(_)
            | Event::Policy(_) => Ok(()),
        }
    }

    /// Somebody takes care of an incident.
    pub(super) fn acknowledge(&mut self, id: IncidentId, by: String) {
        let Some(case) = self.state.cases.get_mut(&id) else { return };
        // What was open a moment ago may be over by the time that has passed.
        if case.incident.stage != Stage::Open {
            return;
        }
        case.incident.stage = Stage::Acknowledged;
        let name = text::shorten(&by, limits::NAME_MAX);
        case.incident.acknowledged = Some((name, self.now));
        self.out.write(&mut case.incident, self.now, What::Acknowledged(by));
        self.look(id);
    }

    /// Somebody says that an incident is over.
    pub(super) fn resolve(&mut self, id: IncidentId, by: String) {
        let (scene, cases, out) = self.parts();
        let Some(case) = cases.get_mut(&id) else { return };
        // What was open a moment ago may be over by the time that has passed.
        if !case.is_over() {
            settle::by_hand(&scene, case, by, out);
        }
        self.look(id);
    }

    /// Writes what somebody says or did into a timeline.
    pub(super) fn write(&mut self, id: IncidentId, what: What) {
        if let Some(case) = self.state.cases.get_mut(&id) {
            self.out.write(&mut case.incident, self.now, what);
        }
    }

    /// Keeps a change, beside every incident that it can have to do with.
    pub(super) fn mark(&mut self, marker: Marker) {
        let marker = Marker {
            what: text::shorten(&marker.what, limits::NAME_MAX),
            by: text::shorten(&marker.by, limits::NAME_MAX),
            ..marker
        };
        for case in self.state.cases.values_mut().filter(|case| !case.is_over()) {
            if marker.is_about(case.members.keys()) {
                self.out.write(&mut case.incident, marker.at, What::Marker(marker.clone()));
            }
        }
        self.state.remember(marker.clone());
        self.out.markers.push(marker);
    }

    /// Begins a silence, or replaces it.
    pub(super) fn silence(&mut self, silence: Silence) {
        let silence = Silence {
            by: text::shorten(&silence.by, limits::NAME_MAX),
            why: text::shorten(&silence.why, limits::TEXT_MAX),
            ..silence
        };
        self.out.silences.insert(silence.id.clone());
        self.state.silences.insert(silence.id.clone(), silence);
        self.look_at_all();
    }

    /// Ends a silence before its time.
    pub(super) fn unsilence(&mut self, id: SilenceId) {
        self.state.silences.remove(&id);
        self.out.silences.insert(id);
        self.look_at_all();
    }

    /// Notes what became of an alert on one channel.
    pub(super) fn deliver(&mut self, delivery: &Delivery) {
        let Some(case) = self.state.cases.get_mut(&delivery.key.incident) else { return };
        let waiting = &mut case.incident.waiting;
        let alert = waiting.iter_mut().find(|alert| alert.key == delivery.key);
        let is_own = |alert: &&mut Waiting| alert.channels.contains(&delivery.channel);
        let Some(alert) = alert.filter(is_own) else {
            return self.deliver_elsewhere(delivery);
        };
        alert.channels.remove(&delivery.channel);
        let is_page = !matches!(delivery.key.kind, AlertKind::Resolved | AlertKind::Digest);
        if delivery.failure.is_none() {
            alert.is_accepted = true;
            if let Some(told) = case.incident.told.get_mut(&alert.plan).filter(|_| is_page) {
                told.is_heard = true;
            }
        }
        waiting.retain(|alert| !alert.channels.is_empty());
        let (key, channel) = (delivery.key, delivery.channel.clone());
        let what = match &delivery.failure {
            None => What::Delivered(key, channel),
            Some(why) => What::Undeliverable(key, channel, why.clone()),
        };
        self.out.write(&mut case.incident, self.now, what);
        self.touch(delivery.key.incident);
    }

    /// Notes that a channel has taken an alert in the place of one that could not.
    fn deliver_elsewhere(&mut self, delivery: &Delivery) {
        let Some(case) = self.state.cases.get_mut(&delivery.key.incident) else { return };
        if delivery.failure.is_some() {
            return;
        }
        let is_page = !matches!(delivery.key.kind, AlertKind::Resolved | AlertKind::Digest);
        let waiting = case.incident.waiting.iter_mut().find(|alert| alert.key == delivery.key);
        let plan = waiting.map(|alert| {
            alert.is_accepted = true;
            alert.plan.clone()
        });
        // Where the first channel is answered for already, it is not known any more whose it was.
        let is_theirs = |id: &PlanId| plan.as_ref().is_none_or(|plan| plan == id);
        let told = case.incident.told.iter_mut().filter(|(id, _)| is_theirs(id));
        let told = told.map(|(_, told)| told).filter(|told| told.opened_at.is_some());
        told.filter(|_| is_page).for_each(|told| told.is_heard = true);
        let what = What::Delivered(delivery.key, delivery.channel.clone());
        self.out.write(&mut case.incident, self.now, what);
        self.touch(delivery.key.incident);
    }

    /// Follows other settings: monitors that are gone leave their incidents.
    pub(super) fn follow(&mut self, policy: Policy) {
        self.children = children(&policy);
        self.policy = policy;
        let gone = self.state.standings.keys();
        let gone = gone.filter(|monitor| !self.policy.monitors.contains_key(monitor));
        let gone: Vec<MonitorId> = gone.cloned().collect();
        for monitor in gone {
            self.withdraw(&monitor, None);
            doubt::ends(self, &monitor, false);
            self.state.standings.remove(&monitor);
            self.out.gone.push(monitor);
        }
        self.look_at_all();
    }
}
