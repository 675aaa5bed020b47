//! What people and programs ask of the desk.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_incident::incident::{self, Event, MarkerKind, Silence};
use goodgate_incident::{MonitorId, Timestamp};

use super::book::Checking;
use super::duty::Duty;
use super::handle::Refused;
use super::input::{Answer, Ask, NewSilence};
use super::survey::{Glance, survey};
use super::view::{MonitorView, Origin};
use super::{monitors, recall, words};
use crate::check::What;
use crate::schedule::Order;
use crate::store::{Marker, MonitorRow, SilenceId, SilenceRow, StoreError};

/// What the store was asked to keep before somebody is answered: the desk does not wait for it.
#[derive(Debug)]
pub(super) enum Kept {
    Silence(NewSilence, Result<SilenceId, StoreError>, Answer<SilenceId>),
    Unsilenced(SilenceId, Result<bool, StoreError>, Answer<()>),
    Monitor(Box<Checking>, Result<crate::store::Kept, StoreError>, Answer<MonitorId>),
    Removed(MonitorId, Result<bool, StoreError>, Answer<()>),
}

impl Duty {
    /// Does what is asked, or says why not.
    pub(super) async fn asked(&mut self, ask: Ask) {
        let now = (self.calendar)();
        match ask {
            Ask::Acknowledge(incident, by, answer) => {
                let event = Event::Acknowledge { incident, by: by.clone() };
                if self.event(now, event, Some(answer)).is_ok() {
                    // Too many at once are a mistake of a script; they are acknowledged here.
                    self.acknowledged.try_send((incident, by)).ok();
                }
            }
            Ask::Resolve(incident, by, answer) => {
                self.apply(now, Event::Resolve { incident, by }, answer);
            }
            Ask::Note(incident, by, text, answer) => {
                self.apply(now, Event::Note { incident, by, text }, answer);
            }
            Ask::Step(incident, by, text, answer) => {
                self.apply(now, Event::Step { incident, by, text }, answer);
            }
            Ask::Publish(incident, by, text, answer) => {
                self.apply(now, Event::Publish { incident, by, text }, answer);
            }
            Ask::Retract(incident, by, answer) => {
                self.apply(now, Event::Retract { incident, by }, answer);
            }
            Ask::Mark(marker, answer) => {
                let marker = self.marker(marker);
                self.apply(now, Event::Marker(marker), answer);
            }
            Ask::Silence(silence, answer) => self.silence(now, silence, answer),
            Ask::Unsilence(id, answer) => self.unsilence(now, id, answer),
            Ask::Pause(id, is_on, answer) => {
                answer.send(self.pause(now, id, is_on).await).ok();
            }
            Ask::CheckNow(id, answer) => {
                answer.send(self.check_now(id).await).ok();
            }
            Ask::Beat(id, at, answer) => {
                answer.send(self.beat(id, at).await).ok();
            }
            Ask::PutMonitor(name, keys, answer) => self.put_monitor(&name, &keys, answer),
            Ask::RemoveMonitor(id, answer) => self.remove_monitor(id, answer),
            Ask::Follow(settings, answer) => {
                let unfit = self.follow_settings(*settings).await;
                answer.send(Ok(unfit)).ok();
            }
            Ask::Monitors(answer) => {
                answer.send(Ok(self.views())).ok();
            }
            Ask::Monitor(id, answer) => {
                answer.send(Ok(self.view_of(&id))).ok();
            }
            Ask::Survey(wanted, answer) => {
                let survey = survey(self.glances(), &wanted, |id| self.view_of(id));
                answer.send(Ok(survey)).ok();
            }
        }
    }

    fn apply(&mut self, now: Timestamp, event: Event, answer: Answer<()>) {
        // Who asked is told of a refusal by the answer.
        self.event(now, event, Some(answer)).ok();
    }

    /// Finds the monitors that a change can have to do with, by their tags and names.
    pub(super) fn marker(&self, marker: Marker) -> incident::Marker {
        let has = |entry: &super::book::Entry| !entry.tags.is_disjoint(&marker.tags);
        let mut monitors: BTreeSet<MonitorId> = self
            .book
            .iter()
            .filter(|(id, entry)| has(entry) || marker.tags.contains(&id.0))
            .map(|(id, _)| id.clone())
            .collect();
        if monitors.is_empty() {
            // A change of what nobody watches concerns nobody; without a name here it would concern all.
            monitors.extend(marker.tags.iter().cloned().map(MonitorId));
        }
        incident::Marker {
            at: marker.at,
            kind: MarkerKind::of_slug(&marker.kind).unwrap_or(MarkerKind::Other),
            what: marker.text,
            by: marker.source.to_string(),
            monitors,
        }
    }

    /// Keeps a silence first: it has a number then, and is found again after a restart.
    fn silence(&mut self, now: Timestamp, asked: NewSilence, answer: Answer<SilenceId>) {
        if asked.until <= asked.from || asked.until <= now {
            answer.send(Err(incident::Refusal::EndsTooEarly.into())).ok();
            return;
        }
        let row = SilenceRow {
            from: asked.from,
            until: asked.until,
            matches: words::json(&asked.matchers),
            by: asked.by.as_str().into(),
            why: asked.why.clone(),
        };
        let kept = self.store.put_silence(row);
        self.keeping.spawn(async move { Kept::Silence(asked, kept.await, answer) });
    }

    fn unsilence(&mut self, now: Timestamp, id: SilenceId, answer: Answer<()>) {
        let kept = self.store.end_silence(id, now);
        self.keeping.spawn(async move { Kept::Unsilenced(id, kept.await, answer) });
    }

    /// Goes on with what the store has kept. The desk has done other things in the meantime.
    pub(super) async fn kept(&mut self, kept: Kept) {
        let now = (self.calendar)();
        match kept {
            Kept::Silence(asked, Ok(id), answer) => {
                let NewSilence { from, until, matchers, by, why } = asked;
                let silence = Silence { id: api_silence(id), matchers, from, until, by, why };
                let taken = self.event(now, Event::Silence(silence), None);
                if taken.is_err() {
                    // It would come into force with the next start.
                    drop(self.store.end_silence(id, now));
                }
                answer.send(taken.map(|()| id).map_err(Refused::from)).ok();
            }
            Kept::Silence(_, Err(error), answer) => {
                answer.send(Err(error.into())).ok();
            }
            Kept::Unsilenced(id, Ok(_), answer) => {
                self.apply(now, Event::Unsilence(api_silence(id)), answer);
            }
            Kept::Unsilenced(_, Err(error), answer) | Kept::Removed(_, Err(error), answer) => {
                answer.send(Err(error.into())).ok();
            }
            Kept::Monitor(checking, Ok(_), answer) => {
                let id = checking.plan.monitor.clone();
                let beat = recall::last_beat(&*self.store, &checking.plan).await;
                self.add(Origin::Api, *checking, beat).await;
                self.has_changed = true;
                answer.send(Ok(id)).ok();
            }
            Kept::Monitor(_, Err(error), answer) => {
                answer.send(Err(error.into())).ok();
            }
            Kept::Removed(id, Ok(_), answer) => {
                self.gone(&id).await;
                answer.send(Ok(())).ok();
            }
        }
    }

    async fn pause(&mut self, now: Timestamp, id: MonitorId, on: bool) -> Result<(), Refused> {
        self.known(&id)?;
        let step = self.fleet.pause(&id, on, now);
        self.order(if on { Order::Pause(id) } else { Order::Resume(id) }).await;
        self.follow(step).await;
        Ok(())
    }

    async fn check_now(&mut self, id: MonitorId) -> Result<(), Refused> {
        self.known(&id)?;
        self.order(Order::CheckNow(id)).await;
        Ok(())
    }

    async fn beat(&mut self, id: MonitorId, at: Timestamp) -> Result<(), Refused> {
        self.known(&id)?;
        let check = self.book.get(&id).and_then(|entry| entry.check.as_ref());
        let waits = check.is_some_and(|check| matches!(check.plan.what, What::Heartbeat { .. }));
        if !waits {
            return Err(Refused::NoHeartbeat(id));
        }
        self.committer.commit(monitors::beat_memory(&id, at), None);
        self.order(Order::Beat(id, at)).await;
        Ok(())
    }

    fn put_monitor(&mut self, name: &str, keys: &str, answer: Answer<MonitorId>) {
        let now = (self.calendar)();
        let checking = match monitors::of_api(&self.settings, name, keys, now) {
            Ok(checking) => checking,
            Err(refused) => {
                answer.send(Err(refused)).ok();
                return;
            }
        };
        let id = checking.plan.monitor.clone();
        let row = MonitorRow { id, definition: monitors::definition(name, keys), at: now };
        let kept = self.store.put_monitor(row);
        self.keeping.spawn(async move { Kept::Monitor(Box::new(checking), kept.await, answer) });
    }

    fn remove_monitor(&mut self, id: MonitorId, answer: Answer<()>) {
        let refused = match self.book.get(&id).map(|entry| entry.origin) {
            Some(Origin::Api) => {
                let kept = self.store.remove_monitor(&id);
                self.keeping.spawn(async move { Kept::Removed(id, kept.await, answer) });
                return;
            }
            Some(_) => Refused::InFile(id),
            None => Refused::NoSuchMonitor(id),
        };
        answer.send(Err(refused)).ok();
    }

    fn known(&self, id: &MonitorId) -> Result<(), Refused> {
        if self.book.contains_key(id) { Ok(()) } else { Err(Refused::NoSuchMonitor(id.clone())) }
    }

    fn views(&self) -> Vec<MonitorView> {
        self.book.iter().filter_map(|(id, entry)| self.view(id, entry)).collect()
    }

    fn view_of(&self, id: &MonitorId) -> Option<MonitorView> {
        self.view(id, self.book.get(id)?)
    }

    fn glances(&self) -> impl Iterator<Item = Glance<'_>> {
        // Both are in the order of their ids: to look ten thousand of them up would cost more than all the rest.
        let mut fleet = self.fleet.iter().peekable();
        self.book.iter().filter_map(move |(id, entry)| {
            while fleet.next_if(|monitor| monitor.id() < id).is_some() {}
            let monitor = fleet.next_if(|monitor| monitor.id() == id)?;
            Some(Glance {
                id,
                target: &entry.target,
                tags: &entry.tags,
                state: monitor.state(),
                since: monitor.since(),
                doubt: monitor.unmeasured().map(|(_, doubt)| doubt),
                cause: monitor.finding().and_then(|finding| finding.cause),
                status: entry.last.as_ref().and_then(|last| last.status),
            })
        })
    }

    fn view(&self, id: &MonitorId, entry: &super::book::Entry) -> Option<MonitorView> {
        let monitor = self.fleet.get(id)?;
        Some(MonitorView {
            id: id.clone(),
            origin: entry.origin,
            kind: entry.kind,
            target: entry.target.clone(),
            interval: entry.interval,
            tags: entry.tags.clone(),
            state: monitor.state(),
            since: monitor.since(),
            doubt: monitor.unmeasured().map(|(_, doubt)| doubt),
            finding: monitor.finding().cloned(),
            last: entry.last.clone(),
            certificate: entry.certificate.clone(),
            incident: self.incident_of(id),
        })
    }
}

/// The name of a silence of the API for the engine.
pub(super) fn api_silence(id: SilenceId) -> incident::SilenceId {
    incident::SilenceId(Arc::from(format!("api/{}", id.0)))
}
