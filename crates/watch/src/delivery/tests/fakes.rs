//! A store in memory, as far as delivery needs it, and a channel that does what it is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use goodgate_incident::{AlertKey, IncidentId, MonitorId, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::channel::{self, Channel, Failure, Receipt};
use crate::message::Message;
use crate::store::{
    Alert, AlertState, Appended, Change, ChannelName, Claim, Delivery, Evidence, Grain, Health,
    IncidentFile, IncidentRow, Kept, KeptTransition, LastState, Marker, Measured, MonitorRow, Note,
    Pending, Proof, RollUp, SilenceId, SilenceRow, Span, Store, StoreError, Undelivered, Wanted,
    Windowed, WindowedIncidents, limits,
};

/// A store in memory. What delivery never asks for is answered as by a closed one.
#[derive(Default)]
pub(super) struct Memory {
    rows: Mutex<Vec<Row>>,
    names: Mutex<BTreeMap<String, String>>,
    pub(super) proofs: Mutex<Vec<Proof>>,
    /// By whom the incidents were acknowledged, and whether they are over.
    pub(super) incidents: Mutex<BTreeMap<IncidentId, (Option<&'static str>, bool)>>,
    changed: watch::Sender<u64>,
    /// How many writes are refused as if too many waited.
    pub(super) busy: Mutex<u32>,
}

struct Row {
    delivery: Delivery,
    claimed_until: Option<Timestamp>,
}

impl Memory {
    /// Returns how an alert stands on a channel, how often it was put off, and why.
    pub(super) fn standing(
        &self,
        key: AlertKey,
        channel: &str,
    ) -> Option<(AlertState, u32, Option<String>)> {
        let rows = self.rows();
        let row = rows.iter().find(|row| row.is(key, &ChannelName(channel.into())))?;
        Some((row.delivery.state, row.delivery.attempts, row.delivery.why.clone()))
    }

    pub(super) fn state(&self, key: AlertKey, channel: &str) -> Option<AlertState> {
        self.standing(key, channel).map(|(state, ..)| state)
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.rows.lock().unwrap()
    }

    fn is_busy(&self) -> bool {
        let mut busy = self.busy.lock().unwrap();
        let is_busy = *busy > 0;
        *busy = busy.saturating_sub(1);
        is_busy
    }

    /// Changes one alert, where it still waits or the change is right in any case.
    fn answer(
        &self,
        key: AlertKey,
        channel: &ChannelName,
        change: impl FnOnce(&mut Row),
    ) -> Pending<Kept> {
        if self.is_busy() {
            return Pending::ready(Err(StoreError::Busy { waiting: 1 }));
        }
        let is_pending = |row: &&mut Row| row.delivery.state == AlertState::Pending;
        if let Some(row) =
            self.rows().iter_mut().filter(is_pending).find(|row| row.is(key, channel))
        {
            row.claimed_until = None;
            change(row);
        }
        self.changed.send_modify(|count| *count += 1);
        Pending::ready(Ok(Kept::OnDisk))
    }

    fn put(&self, alert: Alert) {
        let mut rows = self.rows();
        if !rows.iter().any(|row| row.is(alert.key, &alert.channel)) {
            let state = AlertState::Pending;
            let delivery = Delivery { alert, state, attempts: 0, why: None, accepted_at: None };
            rows.push(Row { delivery, claimed_until: None });
        }
    }
}

impl Row {
    fn is(&self, key: AlertKey, channel: &ChannelName) -> bool {
        self.delivery.alert.key == key && self.delivery.alert.channel == *channel
    }

    fn free_at(&self) -> Timestamp {
        self.claimed_until
            .map_or(self.delivery.alert.due_at, |until| until.max(self.delivery.alert.due_at))
    }
}

/// Returns the places of the first of each incident that a channel has to deliver.
fn first(rows: &[Row], channel: &ChannelName) -> Vec<usize> {
    let (mut seen, mut places) = (Vec::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let alert = &row.delivery.alert;
        let is_mine = alert.channel == *channel && row.delivery.state == AlertState::Pending;
        if is_mine && !seen.contains(&alert.key.incident) {
            seen.push(alert.key.incident);
            places.push(place);
        }
    }
    places
}

/// Returns the row of an incident, acknowledged at the beginning of the time of the test.
fn row(id: IncidentId, by: Option<&'static str>, is_over: bool) -> IncidentRow {
    IncidentRow {
        id,
        kind: "failure".into(),
        opened_at: Timestamp(0),
        acknowledged: by.map(|by| (super::world::BEGIN, by.into())),
        resolved_at: is_over.then_some(Timestamp(1)),
        cause: None,
        confidence: 0.0,
        summary: String::new(),
        stage: None,
        blame: None,
        components: [].into(),
        members: [].into(),
        memory: String::new(),
    }
}

fn closed<T>() -> Pending<T> {
    Pending::ready(Err(StoreError::Closed))
}

impl Store for Memory {
    fn commit_transition(&self, change: Arc<Change>) -> Pending<Kept> {
        for row in self.rows().iter_mut() {
            let is_pending = row.delivery.state == AlertState::Pending;
            if is_pending && change.superseded.contains(&row.delivery.alert.key) {
                row.delivery.state = AlertState::Superseded;
            }
        }
        change.alerts.iter().cloned().for_each(|alert| self.put(alert));
        let memory = change.memory.iter().map(|(name, text)| (name.to_string(), text.clone()));
        self.names.lock().unwrap().extend(memory);
        self.changed.send_modify(|count| *count += 1);
        Pending::ready(Ok(Kept::OnDisk))
    }

    fn claim_alerts(
        &self,
        channel: &ChannelName,
        now: Timestamp,
        limit: usize,
    ) -> Pending<Vec<Claim>> {
        let mut rows = self.rows();
        let mut claims = Vec::new();
        for place in first(&rows, channel) {
            let row = &mut rows[place];
            if claims.len() < limit && row.free_at() <= now {
                row.claimed_until = Some(Timestamp(now.0 + limits::CLAIM.as_micros() as i64));
                let Delivery { alert, attempts, .. } = row.delivery.clone();
                claims.push(Claim { alert, attempts });
            }
        }
        Pending::ready(Ok(claims))
    }

    fn accepted(&self, key: AlertKey, channel: &ChannelName, now: Timestamp) -> Pending<Kept> {
        self.answer(key, channel, |row| {
            row.delivery.state = AlertState::Accepted;
            row.delivery.accepted_at = Some(now);
        })
    }

    fn put_off(
        &self,
        key: AlertKey,
        channel: &ChannelName,
        until: Timestamp,
        why: &str,
    ) -> Pending<Kept> {
        self.answer(key, channel, |row| {
            row.delivery.attempts += 1;
            row.delivery.alert.due_at = until;
            row.delivery.why = Some(why.to_owned());
        })
    }

    fn dead(&self, key: AlertKey, channel: &ChannelName, why: &str) -> Pending<Kept> {
        self.answer(key, channel, |row| {
            row.delivery.state = AlertState::Dead;
            row.delivery.why = Some(why.to_owned());
        })
    }

    fn hand_over(
        &self,
        key: AlertKey,
        from: &ChannelName,
        to: &ChannelName,
        now: Timestamp,
        why: &str,
    ) -> Pending<Kept> {
        let mut handed = None;
        let kept = self.answer(key, from, |row| {
            row.delivery.state = AlertState::Dead;
            row.delivery.why = Some(why.to_owned());
            handed = Some(Alert { channel: to.clone(), due_at: now, ..row.delivery.alert.clone() });
        });
        if let Some(alert) = handed {
            self.put(alert);
        }
        kept
    }

    fn next_due(&self, channel: &ChannelName) -> Pending<Option<Timestamp>> {
        let rows = self.rows();
        let due = first(&rows, channel).into_iter().map(|place| rows[place].free_at()).min();
        Pending::ready(Ok(due))
    }

    fn alerts_changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn prove(&self, proof: Proof) -> Pending<Kept> {
        self.proofs.lock().unwrap().push(proof);
        Pending::ready(Ok(Kept::OnDisk))
    }

    fn memory(&self, name: &str) -> Pending<Option<String>> {
        Pending::ready(Ok(self.names.lock().unwrap().get(name).cloned()))
    }

    fn incident(&self, id: IncidentId) -> Pending<Option<IncidentFile>> {
        let rows = self.rows();
        let mine = rows.iter().filter(|row| row.delivery.alert.key.incident == id);
        let deliveries: Vec<_> = mine.map(|row| row.delivery.clone()).collect();
        let known = self.incidents.lock().unwrap().get(&id).copied();
        let (by, is_over) = known.unwrap_or_default();
        let incident = row(id, by, is_over);
        let file =
            IncidentFile { incident, timeline: Vec::new(), deliveries, evidence: Vec::new() };
        Pending::ready(Ok(Some(file)))
    }

    fn append_results(&self, _: Vec<Measured>) -> Appended {
        Appended::default()
    }
    fn append_evidence(&self, _: Evidence) -> Appended {
        Appended::default()
    }
    fn dead_letters(&self, _: usize) -> Pending<Vec<Delivery>> {
        closed()
    }
    fn undelivered(&self, _: usize) -> Pending<Undelivered> {
        closed()
    }
    fn proofs(&self) -> Pending<Vec<Proof>> {
        closed()
    }
    fn open_incidents(&self) -> Pending<Vec<IncidentRow>> {
        let incidents = self.incidents.lock().unwrap();
        let open = incidents.iter().filter(|(_, (_, is_over))| !is_over);
        Pending::ready(Ok(open.map(|(id, (by, is_over))| row(*id, *by, *is_over)).collect()))
    }
    fn last_incident(&self) -> Pending<Option<IncidentId>> {
        closed()
    }
    fn incidents(&self, _: Option<IncidentId>, _: usize) -> Pending<Vec<IncidentRow>> {
        closed()
    }
    fn evidence(&self, _: i64) -> Pending<Option<Evidence>> {
        closed()
    }
    fn acknowledge(&self, _: IncidentId, _: &str, _: Timestamp) -> Pending<bool> {
        closed()
    }
    fn note(&self, _: IncidentId, _: Note) -> Pending<bool> {
        closed()
    }
    fn marker(&self, _: Marker) -> Pending<Kept> {
        closed()
    }
    fn markers(&self, _: Span, _: usize) -> Pending<Vec<Marker>> {
        closed()
    }
    fn put_monitor(&self, _: MonitorRow) -> Pending<Kept> {
        closed()
    }
    fn remove_monitor(&self, _: &MonitorId) -> Pending<bool> {
        closed()
    }
    fn monitors(&self) -> Pending<Vec<MonitorRow>> {
        closed()
    }
    fn put_silence(&self, _: SilenceRow) -> Pending<SilenceId> {
        closed()
    }
    fn end_silence(&self, _: SilenceId, _: Timestamp) -> Pending<bool> {
        closed()
    }
    fn silences(&self, _: Timestamp) -> Pending<Vec<(SilenceId, SilenceRow)>> {
        closed()
    }
    fn last_states(&self) -> Pending<Vec<LastState>> {
        closed()
    }
    fn transitions(&self, _: &MonitorId, _: Span, _: usize) -> Pending<Vec<KeptTransition>> {
        closed()
    }
    fn results(&self, _: &MonitorId, _: Span, _: usize) -> Pending<Vec<Measured>> {
        closed()
    }
    fn roll_ups(&self, _: &MonitorId, _: Grain, _: Span) -> Pending<Vec<RollUp>> {
        closed()
    }
    fn window(&self, _: Span, _: Wanted) -> Pending<Vec<Windowed>> {
        closed()
    }
    fn incidents_of(&self, _: Span, _: usize) -> Pending<WindowedIncidents> {
        closed()
    }
    fn forget(&self, _: &MonitorId) -> Pending<Kept> {
        closed()
    }
    fn tidy(&self, _: Timestamp) -> Pending<bool> {
        closed()
    }
    fn backup(&self, _: PathBuf) -> Pending<u64> {
        closed()
    }
    fn changes(&self) -> u64 {
        unreachable!("not delivery's")
    }

    fn health(&self) -> Health {
        Health::default()
    }
}

/// What a channel does with one request.
#[derive(Clone, Debug)]
pub(super) enum Does {
    Accept,
    Fail(Failure),
    Hang,
    Panic,
}

/// A channel that does what it is told, and the last of it from then on.
#[derive(Debug)]
pub(super) struct Told {
    script: Mutex<Vec<Does>>,
    proof: Result<channel::Proof, Failure>,
    /// What it was asked to send, and when.
    pub(super) sent: Mutex<Vec<(Instant, Message)>>,
    pub(super) proven: Mutex<Vec<Instant>>,
    pub(super) acknowledged: Mutex<Vec<Message>>,
    pub(super) begun: tokio::sync::Notify,
}

impl Told {
    pub(super) fn new(script: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Self::proving(script, Ok(channel::Proof::OnlyByMessage("a test")))
    }

    pub(super) fn proving(
        script: impl IntoIterator<Item = Does>,
        proof: Result<channel::Proof, Failure>,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::new(script.into_iter().collect()),
            proof,
            sent: Mutex::default(),
            proven: Mutex::default(),
            acknowledged: Mutex::default(),
            begun: tokio::sync::Notify::new(),
        })
    }

    /// Returns the keys that it was asked to send, in order.
    pub(super) fn keys(&self) -> Vec<AlertKey> {
        self.sent.lock().unwrap().iter().map(|(_, message)| message.key()).collect()
    }

    /// Returns the times between the attempts.
    pub(super) fn waits(&self) -> Vec<Duration> {
        let sent = self.sent.lock().unwrap();
        sent.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()
    }

    fn next(&self) -> Does {
        let mut script = self.script.lock().unwrap();
        if script.len() > 1 { script.remove(0) } else { script[0].clone() }
    }
}

impl Channel for Told {
    fn send<'a>(&'a self, message: &'a Message) -> channel::Pending<'a, Receipt> {
        Box::pin(async {
            self.sent.lock().unwrap().push((Instant::now(), message.clone()));
            self.begun.notify_one();
            match self.next() {
                Does::Accept => Ok(Receipt::default()),
                Does::Fail(failure) => Err(failure),
                Does::Hang => std::future::pending().await,
                Does::Panic => panic!("a channel that panics"),
            }
        })
    }

    fn prove(&self) -> channel::Pending<'_, channel::Proof> {
        self.proven.lock().unwrap().push(Instant::now());
        Box::pin(async { self.proof.clone() })
    }

    fn acknowledge<'a>(&'a self, message: &'a Message) -> channel::Pending<'a, Option<Receipt>> {
        Box::pin(async {
            self.acknowledged.lock().unwrap().push(message.clone());
            match self.next() {
                Does::Accept => Ok(Some(Receipt::default())),
                Does::Fail(failure) => Err(failure),
                Does::Hang | Does::Panic => Ok(None),
            }
        })
    }
}
