//! What people and programs ask of the desk.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_incident::incident::{self, Event, MarkerKind, Silence};
use goodgate_incident::{MonitorId, Timestamp};

use super::duty::Duty;
use super::handle::Refused;
use super::input::{Answer, Ask, NewSilence};
use super::view::{MonitorView, Origin};
use super::{monitors, words};
use crate::check::What;
use crate::schedule::Order;
use crate::store::{Marker, MonitorRow, SilenceId, SilenceRow};

impl Duty {
    /// Does what is asked, or says why not.
    pub(super) async fn asked(&mut self, ask: Ask) {
        let now = (self.calendar)();
        match ask {
            Ask::Acknowledge(incident, by, answer) => {
                self.apply(now, Event::Acknowledge { incident, by }, answer);
            }
            Ask::Note(incident, by, text, answer) => {
                self.apply(now, Event::Note { incident, by, text }, answer);
            }
            Ask::Step(incident, by, text, answer) => {
                self.apply(now, Event::Step { incident, by, text }, answer);
            }
            Ask::Mark(marker, answer) => {
                let marker = self.marker(marker);
                self.apply(now, Event::Marker(marker), answer);
            }
            Ask::Silence(silence, answer) => {
                answer.send(self.silence(now, silence).await).ok();
            }
            Ask::Unsilence(id, answer) => self.unsilence(now, id, answer).await,
            Ask::Pause(id, is_on, answer) => {
                answer.send(self.pause(now, id, is_on).await).ok();
            }
            Ask::CheckNow(id, answer) => {
                answer.send(self.check_now(id).await).ok();
            }
            Ask::Beat(id, at, answer) => {
                answer.send(self.beat(id, at).await).ok();
            }
            Ask::PutMonitor(name, keys, answer) => {
                answer.send(self.put_monitor(now, &name, &keys).await).ok();
            }
            Ask::RemoveMonitor(id, answer) => {
                answer.send(self.remove_monitor(id).await).ok();
            }
            Ask::Follow(settings, answer) => {
                let unfit = self.follow_settings(*settings).await;
                answer.send(Ok(unfit)).ok();
            }
            Ask::Monitors(answer) => {
                answer.send(Ok(self.views())).ok();
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
        let monitors: BTreeSet<MonitorId> = self
            .book
            .iter()
            .filter(|(id, entry)| has(entry) || marker.tags.contains(&id.0))
            .map(|(id, _)| id.clone())
            .collect();
        incident::Marker {
            at: marker.at,
            kind: MarkerKind::of_slug(&marker.kind).unwrap_or(MarkerKind::Other),
            what: marker.text,
            by: marker.source.to_string(),
            monitors,
        }
    }

    async fn silence(&mut self, now: Timestamp, asked: NewSilence) -> Result<SilenceId, Refused> {
        let NewSilence { from, until, matchers, by, why } = asked;
        if until <= from || until <= now {
            return Err(incident::Refusal::EndsTooEarly.into());
        }
        let row = SilenceRow {
            from,
            until,
            matches: words::json(&matchers),
            by: by.as_str().into(),
            why: why.clone(),
        };
        let id = self.store.put_silence(row).await?;
        let silence = Silence { id: api_silence(id), matchers, from, until, by, why };
        self.event(now, Event::Silence(silence), None)?;
        Ok(id)
    }

    async fn unsilence(&mut self, now: Timestamp, id: SilenceId, answer: Answer<()>) {
        match self.store.end_silence(id, now).await {
            Ok(_) => self.apply(now, Event::Unsilence(api_silence(id)), answer),
            Err(error) => {
                answer.send(Err(error.into())).ok();
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

    async fn put_monitor(
        &mut self,
        now: Timestamp,
        name: &str,
        keys: &str,
    ) -> Result<MonitorId, Refused> {
        let checking = monitors::of_api(&self.settings, name, keys, now)?;
        let id = checking.plan.monitor.clone();
        let row =
            MonitorRow { id: id.clone(), definition: monitors::definition(name, keys), at: now };
        self.store.put_monitor(row).await?;
        self.add(Origin::Api, checking, None, None).await;
        self.agree();
        Ok(id)
    }

    async fn remove_monitor(&mut self, id: MonitorId) -> Result<(), Refused> {
        self.known(&id)?;
        match self.book.get(&id).map(|entry| entry.origin) {
            Some(Origin::Api) => {}
            _ => return Err(Refused::InFile(id)),
        }
        self.store.remove_monitor(&id).await?;
        self.gone(&id).await;
        Ok(())
    }

    fn known(&self, id: &MonitorId) -> Result<(), Refused> {
        if self.book.contains_key(id) { Ok(()) } else { Err(Refused::NoSuchMonitor(id.clone())) }
    }

    fn views(&self) -> Vec<MonitorView> {
        self.book.iter().filter_map(|(id, entry)| self.view(id, entry)).collect()
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
            incident: self.incident_of(id),
        })
    }
}

/// The name of a silence of the API for the engine.
pub(super) fn api_silence(id: SilenceId) -> incident::SilenceId {
    incident::SilenceId(Arc::from(format!("api/{}", id.0)))
}
