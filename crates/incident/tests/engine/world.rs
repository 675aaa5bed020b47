//! Virtual time, seeds, a store, and people with a channel.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use goodgate_incident::incident::{
    Alert, Case, ChannelId, Delivery, Effect, Engine, Entry, Event, Incident, Pace, Plan, PlanId,
    Policy, Refusal, Snapshot, Step, Watched, What,
};
use goodgate_incident::{
    AlertKey, AlertKind, Component, Doubt, Finding, IncidentId, MonitorId, State, Timestamp,
    Transition,
};

use crate::kept::kept;

/// Worlds for each simulation.
const SEEDS: u64 = 256;

/// A Friday evening.
const START: Timestamp = Timestamp(1_790_000_000_000_000);

/// Runs a test for each seed, or for the one that is asked for.
pub(crate) fn for_each_seed(mut run: impl FnMut(u64)) {
    let only = std::env::var("GOODGATE_SIM_SEED").ok();
    let only = only.map(|seed| seed.parse().expect("GOODGATE_SIM_SEED is a number"));
    let seeds = only.map_or(0..SEEDS, |seed: u64| seed..seed + 1);
    seeds.for_each(&mut run);
}

/// The same numbers for the same seed (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns a number from `least` up to and without `most`.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        least + ((u128::from(bits) * u128::from(most - least)) >> 64) as u64
    }

    pub(crate) fn ms(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.between(least, most))
    }
}

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) const fn mins(mins: u64) -> Duration {
    Duration::from_secs(mins * 60)
}

pub(crate) fn monitor(number: usize) -> MonitorId {
    MonitorId(format!("m{number:03}").into())
}

pub(crate) fn address(name: &str) -> Component {
    Component::Address(name.into())
}

/// A plan with one step, and others after so many minutes.
pub(crate) fn plan(later: &[(u64, &str)], remind: Option<Duration>) -> Plan {
    let step = |after, name: &str| Step { after, channels: vec![ChannelId(name.into())] };
    let first = std::iter::once(step(Duration::ZERO, "first"));
    let later = later.iter().map(|(after, name)| step(mins(*after), name));
    Plan { steps: first.chain(later).collect(), remind, remind_acknowledged: None }
}

/// So many monitors that know nothing of each other and follow one plan.
pub(crate) fn policy(monitors: usize, plan: Plan) -> Policy {
    let id = PlanId("default".into());
    let watched = Watched { tags: BTreeSet::new(), needs: BTreeSet::new(), plan: id.clone() };
    Policy {
        monitors: (0..monitors).map(|number| (monitor(number), watched.clone())).collect(),
        plans: BTreeMap::from([(id.clone(), plan)]),
        own: id,
        pace: Pace::default(),
    }
}

pub(crate) fn finding(state: State, cause: &'static str, components: &[Component]) -> Finding {
    Finding {
        state,
        cause: Some(cause),
        confidence: 0.9,
        summary: format!("{cause} was found"),
        stage: None,
        blame: None,
        components: components.iter().cloned().collect(),
    }
}

/// One alert for one channel.
pub(crate) struct Letter {
    pub(crate) key: AlertKey,
    pub(crate) channel: ChannelId,
    was_tried: bool,
}

/// An engine with a store behind it, an outbox, and somebody who reads.
pub(crate) struct World {
    pub(crate) engine: Engine,
    /// What the store has, from effects alone.
    pub(crate) stored: Snapshot,
    pub(crate) now: Timestamp,
    pub(crate) states: BTreeMap<MonitorId, State>,
    /// Everything that was decided to be told.
    pub(crate) alerts: Vec<Alert>,
    pub(crate) entries: Vec<(IncidentId, Entry)>,
    /// Every incident there ever was, as a store keeps it.
    pub(crate) history: BTreeMap<IncidentId, Incident>,
    /// What was committed and has not been taken by its channel.
    pub(crate) outbox: Vec<Letter>,
    /// What people have read.
    pub(crate) received: Vec<(Timestamp, AlertKey, ChannelId)>,
    /// Whether channels can be reached.
    pub(crate) is_reachable: bool,
    /// When the engine wants a tick, asked before it died.
    wake: Option<Timestamp>,
    /// Whether the process dies after each commit, and before each as well.
    pub(crate) dies: bool,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        let mut world = Self {
            engine: Engine::new(policy.clone(), Snapshot::default()),
            stored: Snapshot::default(),
            now: START,
            states: BTreeMap::new(),
            alerts: Vec::new(),
            entries: Vec::new(),
            history: BTreeMap::new(),
            outbox: Vec::new(),
            received: Vec::new(),
            is_reachable: true,
            wake: None,
            dies: false,
        };
        for monitor in policy.monitors.into_keys() {
            world.goes(&monitor, State::Up, None, None);
        }
        world
    }

    /// One that dies all the time.
    pub(crate) fn mortal(policy: Policy) -> Self {
        Self { dies: true, ..Self::new(policy) }
    }

    /// Tells the engine something now, keeps what follows, and delivers what can be delivered.
    pub(crate) fn give(&mut self, event: Event) {
        self.take(event);
        self.deliver();
    }

    /// Gives an event that may be refused.
    pub(crate) fn try_give(&mut self, event: Event) -> Result<(), Refusal> {
        let mut like = Engine::new(self.engine.policy().clone(), self.stored.clone());
        like.apply(self.now, event.clone())?;
        self.give(event);
        Ok(())
    }

    /// Lets time pass, with a tick whenever the engine wants one.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = Timestamp(self.now.0 + time.as_micros() as i64);
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.give(Event::Tick);
            assert!(self.wake.is_none_or(|at| at > self.now), "a tick left something due");
        }
        self.now = end;
        self.give(Event::Tick);
    }

    /// A monitor goes to another state, from the one in which it is.
    pub(crate) fn goes(
        &mut self,
        monitor: &MonitorId,
        to: State,
        finding: Option<Finding>,
        doubt: Option<Doubt>,
    ) {
        let from = self.states.insert(monitor.clone(), to).unwrap_or(State::Suspect);
        let (monitor, at) = (monitor.clone(), self.now);
        self.give(Event::Transition(Transition { monitor, at, from, to, doubt, finding }));
    }

    pub(crate) fn fails(&mut self, number: usize, cause: &'static str, components: &[Component]) {
        let found = finding(State::Down, cause, components);
        self.goes(&monitor(number), State::Down, Some(found), None);
    }

    pub(crate) fn recovers(&mut self, number: usize) {
        self.goes(&monitor(number), State::Up, None, None);
    }

    /// Returns the kinds of what was decided to be told, in order.
    pub(crate) fn kinds(&self) -> Vec<AlertKind> {
        self.alerts.iter().map(|alert| alert.key.kind).collect()
    }

    pub(crate) fn last(&self) -> &Alert {
        self.alerts.last().expect("something was told")
    }

    /// Returns the only incident that can still change.
    pub(crate) fn only(&self) -> &Case {
        let cases = &self.engine.snapshot().cases;
        assert_eq!(cases.len(), 1, "{cases:#?}");
        cases.values().next().unwrap()
    }

    /// Returns the words of the timeline of all incidents, in order.
    pub(crate) fn timeline(&self) -> Vec<&'static str> {
        self.entries.iter().map(|(_, entry)| What::slug(&entry.what)).collect()
    }

    /// Pages: what gets somebody out of bed.
    pub(crate) fn pages(&self) -> Vec<&Alert> {
        let is_page =
            |kind| matches!(kind, AlertKind::Opened | AlertKind::Escalated | AlertKind::Reminder);
        self.alerts.iter().filter(|alert| is_page(alert.key.kind)).collect()
    }

    fn take(&mut self, event: Event) {
        if self.dies {
            // Killed before the commit: nobody knows what it would have done.
            let lost = self.engine.apply(self.now, event.clone()).expect("it is possible");
            self.restart();
            let again = self.engine.apply(self.now, event.clone()).expect("it still is");
            assert_eq!(lost, again, "the second time something else followed");
            self.commit(again);
            assert_eq!(&self.stored, self.engine.snapshot(), "the store has something else");
            self.wake = self.engine.wake_at();
            self.restart();
            if let Event::Transition(_) = event {
                let twice = self.engine.apply(self.now, event).expect("it still is");
                assert_eq!(twice, [], "the same transition counted twice");
            }
            return;
        }
        let effects = self.engine.apply(self.now, event).expect("it is possible");
        self.commit(effects);
        self.wake = self.engine.wake_at();
    }

    fn restart(&mut self) {
        self.engine = Engine::new(self.engine.policy().clone(), self.stored.clone());
    }

    fn commit(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            // Whoever dies finds what was written, not what was in memory.
            let effect = if self.dies { kept(effect) } else { effect };
            self.stored.fold(&effect);
            match effect {
                Effect::Entry(id, entry) => self.entries.push((id, entry)),
                Effect::Incident(incident) => drop(self.history.insert(incident.id, *incident)),
                Effect::Alert(alert) => self.enqueue(*alert),
                _ => {}
            }
        }
    }

    fn enqueue(&mut self, alert: Alert) {
        let superseded = alert.digest.iter().flat_map(|digest| &digest.supersedes);
        let superseded: BTreeSet<AlertKey> = superseded.copied().collect();
        self.outbox.retain(|letter| !superseded.contains(&letter.key));
        for channel in alert.channels.iter().cloned() {
            self.outbox.push(Letter { key: alert.key, channel, was_tried: false });
        }
        self.alerts.push(alert);
    }

    /// As the workers of channels do: each letter is tried at once, and what failed once waits while we
    /// are cut off.
    fn deliver(&mut self) {
        for letter in std::mem::take(&mut self.outbox) {
            // The store hands out what concerns one incident in order.
            let is_next = |other: &Letter| {
                (other.key.incident, &other.channel) == (letter.key.incident, &letter.channel)
            };
            let waits = self.outbox.iter().any(is_next)
                || letter.was_tried && self.engine.cut_off_since().is_some();
            if !self.is_reachable || waits {
                self.outbox.push(Letter { was_tried: true, ..letter });
                continue;
            }
            let Letter { key, channel, .. } = letter;
            self.received.push((self.now, key, channel.clone()));
            self.take(Event::Delivery(Delivery { key, channel, failure: None }));
        }
    }
}
