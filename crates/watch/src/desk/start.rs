//! The beginning of a desk: what was kept is recalled, and the monitors are put on the schedule.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use goodgate_incident::incident::{self, Engine, Event};
use goodgate_incident::monitor::{Settings as Pace, Step};
use goodgate_incident::{IncidentId, MonitorId, State, Timestamp};
use tokio::task::JoinHandle;

use super::book::{self, Awaited, Checking, Entry};
use super::calendar::Silences;
use super::committer::Committer;
use super::duty::{Duty, Means};
use super::monitors::{self, Fetch};
use super::recall::{self, Recalled};
use super::view::Origin;
use crate::check::What;
use crate::schedule::Order;
use crate::settings::values::Link;
use crate::settings::{Monitor, Settings};
use crate::store::{AlertState, StoreError};

/// A desk that works.
#[derive(Debug)]
pub struct Begun {
    /// The desk itself; it ends when nobody can tell it anything any more.
    pub desk: JoinHandle<()>,
    /// What hands changes to the store; it ends after the desk, when all was kept.
    pub committer: JoinHandle<()>,
    /// The monitors that cannot be checked, and why.
    pub unfit: Vec<String>,
}

/// Recalls what was kept, puts the monitors on the schedule, and begins. The schedule has to take orders
/// already.
///
/// # Errors
///
/// When the store cannot be read.
pub async fn start(
    settings: Settings,
    fetch: Arc<Fetch>,
    mut means: Means,
) -> Result<Begun, StoreError> {
    let now = (means.calendar)();
    let settings = Arc::new(settings);
    let store = Arc::clone(&means.store);
    let Recalled { mut snapshot, members, mut awaited } = recall::recall(&*store, now).await?;
    // What is silenced by the configuration is so before anything else is looked at.
    let mut planned = Silences::new(&settings.silence);
    let silences = planned.due(now).into_iter();
    snapshot.silences.extend(silences.map(|silence| (silence.id.clone(), silence)));
    let engine =
        Engine::new(book::policy(&settings, &BTreeMap::new(), std::iter::empty()), snapshot);
    let (committer, keeping) = Committer::start(Arc::clone(&store));
    let mut duty = Duty::new(
        Arc::clone(&settings),
        engine,
        members,
        &mut means,
        committer,
        Arc::clone(&fetch),
    );
    duty.silences = planned;
    if let Some(memory) = store.memory(super::remedies::NAME).await? {
        duty.remedies.restore(&memory);
    }
    let mut unfit = Vec::new();
    let mut steps = Vec::new();
    for monitor in &settings.monitor {
        match monitors::of_file(monitor, &settings, &*fetch) {
            Ok(checking) => {
                let before = awaited.remove(&checking.plan.monitor);
                let beat = recall::last_beat(&*store, &checking.plan).await;
                steps.push(duty.put(Origin::File, checking, before, beat).await);
            }
            Err(error) => unfit.push(words(&error)),
        }
    }
    for row in store.monitors().await? {
        let name = row.id.0.strip_prefix("api/").unwrap_or(&row.id.0).to_owned();
        let keys = monitors::keys_of(&row.definition);
        match monitors::of_api(&settings, &name, keys, now) {
            Ok(checking) => {
                let before = awaited.remove(&checking.plan.monitor);
                let beat = recall::last_beat(&*store, &checking.plan).await;
                steps.push(duty.put(Origin::Api, checking, before, beat).await);
            }
            Err(error) => unfit.push(format!("monitor {}: {error}", row.id)),
        }
    }
    // Those that are left are of sources, which bring their targets soon, or are gone.
    duty.awaited = awaited;
    // Who is told about which of them is known before anything is told.
    duty.agree();
    for step in steps {
        duty.follow(step).await;
    }
    duty.reconcile().await?;
    let desk = tokio::spawn(duty.work(means.reports, means.inputs));
    Ok(Begun { desk, committer: keeping, unfit })
}

fn words(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl Duty {
    /// Adds a monitor that is checked, or replaces it.
    pub(super) async fn add(
        &mut self,
        origin: Origin,
        checking: Checking,
        last_beat: Option<Timestamp>,
    ) {
        let step = self.put(origin, checking, None, last_beat).await;
        self.follow(step).await;
    }

    /// Adds a monitor, or replaces it; what follows is still to be carried out.
    async fn put(
        &mut self,
        origin: Origin,
        checking: Checking,
        before: Option<Awaited>,
        last_beat: Option<Timestamp>,
    ) -> Step {
        let now = (self.calendar)();
        let id = checking.plan.monitor.clone();
        let (interval, is_enabled) = (checking.monitor.interval, checking.monitor.enabled);
        let plan = Arc::clone(&checking.plan);
        let mut entry = Entry::of_check(origin, checking);
        let mut was_off = before.as_ref().is_some_and(|before| before.was_off);
        self.replaced(&id);
        if let Some(old) = self.book.get(&id) {
            was_off = old.is_off();
            if old.target == entry.target {
                entry.follow(old);
            } else {
                self.renewed(&id);
            }
        }
        let saved = before.and_then(|before| before.saved);
        let saved = saved.or_else(|| super::duty::saved(&self.fleet, &id));
        let is_paused = saved.as_ref().is_some_and(|saved| saved.state == State::Paused);
        let host = entry.host();
        let mut step = self.fleet.add(id.clone(), pace(&plan.what, interval), host, saved, now);
        self.book.insert(id.clone(), entry);
        self.order(Order::Add { plan, interval, last_beat }).await;
        // A pause that the file ends is over; one of a person goes on.
        let goes_on = is_enabled && is_paused && was_off;
        if goes_on {
            step.join(self.fleet.pause(&id, false, now));
        } else if !is_enabled || is_paused {
            self.order(Order::Pause(id.clone())).await;
        }
        if !is_enabled {
            step.join(self.fleet.pause(&id, true, now));
        }
        step
    }

    /// Takes what channels answered shortly before a crash, which the store knows and the engine does not.
    pub(super) async fn reconcile(&mut self) -> Result<(), StoreError> {
        let cases = self.engine.snapshot().cases.values();
        let waiting = cases.filter(|case| !case.incident.waiting.is_empty());
        let waiting: Vec<IncidentId> = waiting.map(|case| case.incident.id).collect();
        for id in waiting {
            let Some(file) = self.store.incident(id).await? else { continue };
            for one in file.deliveries {
                let failure = match one.state {
                    AlertState::Accepted => None,
                    AlertState::Dead => Some(one.why.unwrap_or_default()),
                    AlertState::Pending | AlertState::Superseded => continue,
                };
                let channel = incident::ChannelId(one.alert.channel.0);
                let delivery = incident::Delivery { key: one.alert.key, channel, failure };
                if self.waits_for(&delivery) {
                    // A delivery is never refused.
                    self.event((self.calendar)(), Event::Delivery(delivery), None).ok();
                }
            }
        }
        Ok(())
    }

    fn waits_for(&self, delivery: &incident::Delivery) -> bool {
        let case = self.engine.snapshot().cases.get(&delivery.key.incident);
        let mut waiting = case.into_iter().flat_map(|case| &case.incident.waiting);
        waiting.any(|one| one.key == delivery.key && one.channels.contains(&delivery.channel))
    }

    /// Follows another configuration. Returns which monitors cannot be checked, and why.
    pub(super) async fn follow_settings(&mut self, settings: Settings) -> Vec<String> {
        let settings = Arc::new(settings);
        let before = std::mem::replace(&mut self.settings, Arc::clone(&settings));
        let wanted: BTreeSet<&str> = settings.monitor.iter().map(|one| one.name.as_str()).collect();
        let is_file = |entry: &Entry| entry.origin == Origin::File;
        let gone =
            self.book.iter().filter(|(id, entry)| is_file(entry) && !wanted.contains(&*id.0));
        let gone: Vec<MonitorId> = gone.map(|(id, _)| id.clone()).collect();
        for id in gone {
            self.remove(&id).await;
        }
        let mut unfit = Vec::new();
        let old: HashMap<&str, &Monitor> =
            before.monitor.iter().map(|old| (old.name.as_str(), old)).collect();
        let is_same = |monitor: &Monitor| {
            let is_same = old.get(monitor.name.as_str()) == Some(&monitor);
            is_same && before.watch == settings.watch && !reads_files(monitor)
        };
        for monitor in &settings.monitor {
            let id = MonitorId(monitor.name.as_str().into());
            if self.book.contains_key(&id) && is_same(monitor) {
                continue;
            }
            match monitors::of_file(monitor, &settings, &*self.fetch) {
                Ok(checking) => {
                    let beat = recall::last_beat(&*self.store, &checking.plan).await;
                    self.add(Origin::File, checking, beat).await;
                }
                Err(error) => unfit.push(words(&error)),
            }
        }
        self.follow_silences(&settings);
        self.remedies.set(settings.remedy.clone());
        if before.watch.examinations_at_once != settings.watch.examinations_at_once {
            self.set_examinations(settings.watch.examinations_at_once);
        }
        self.agree();
        unfit
    }

    /// Ends the silences of the configuration before, and begins those of this one.
    fn follow_silences(&mut self, settings: &Settings) {
        let now = (self.calendar)();
        let before = std::mem::replace(&mut self.silences, Silences::new(&settings.silence));
        for id in before.told() {
            // One that is over is gone already.
            self.event(now, Event::Unsilence(id), None).ok();
        }
        for silence in self.silences.due(now) {
            self.event(now, Event::Silence(silence), None).ok();
        }
    }
}

/// Whether something else than the configuration says how it is checked: that may have changed as well.
fn reads_files(monitor: &Monitor) -> bool {
    let has_secret = !monitor.secret_headers.is_empty() || monitor.token.is_some();
    has_secret || monitor.ca.is_some() || matches!(monitor.beat, Some(Link::Kept(_)))
}

/// How fast a monitor of a sort is believed.
fn pace(what: &What, interval: std::time::Duration) -> Pace {
    let usual = Pace::every(interval);
    match what {
        // One call is as good as many.
        What::Heartbeat { .. } => Pace { recover: 1, rate: None, ..usual },
        _ => usual,
    }
}
