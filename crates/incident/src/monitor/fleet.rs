//! All monitors together, and the one trust that they share.

use std::collections::BTreeMap;

use goodgate_evidence::Timestamp;

use super::{Examination, Monitor, Saved, Settings, Step, Wish};
use crate::trust::{Effects, Fact, Seen, Trust};
use crate::words::{MonitorId, Outcome, Result, State};

/// What follows from a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What the result is taken for; this is what is stored.
    pub outcome: Outcome,
    /// What follows, for this monitor and for others.
    pub step: Step,
}

/// All monitors.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    monitors: BTreeMap<MonitorId, Monitor>,
    trust: Trust,
}

impl Fleet {
    /// Adds a monitor; one with the same id is replaced. `host` is the name or address of its target,
    /// `None` for one on this host without an address; `saved` is what a store kept of it.
    pub fn add(
        &mut self,
        id: MonitorId,
        settings: Settings,
        host: Option<&str>,
        saved: Option<Saved>,
        at: Timestamp,
    ) -> Step {
        self.trust.add(id.clone(), host);
        let monitor = match saved {
            Some(saved) => Monitor::resume(id.clone(), settings, saved),
            None => Monitor::new(id.clone(), settings, at),
        };
        let mut step = Step::default();
        if monitor.state() == State::Suspect {
            step.wishes.push(Wish::Examine(id.clone()));
        }
        self.trust.rest(&id, monitor.state() == State::Paused);
        self.monitors.insert(id, monitor);
        step
    }

    /// Forgets a monitor.
    pub fn remove(&mut self, id: &MonitorId) {
        self.monitors.remove(id);
        self.trust.remove(id);
    }

    /// Returns a monitor.
    pub fn get(&self, id: &MonitorId) -> Option<&Monitor> {
        self.monitors.get(id)
    }

    /// Returns every monitor, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Monitor> {
        self.monitors.values()
    }

    /// Returns whether we can be trusted.
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Takes the result of a check, and what else was seen of it.
    pub fn checked(&mut self, id: &MonitorId, result: Result, seen: &Seen) -> Checked {
        if !self.monitors.contains_key(id) {
            return Checked { outcome: result.outcome, step: Step::default() };
        }
        let at = crate::span::after(result.at, result.took);
        let judgement = self.trust.judge(id, &result, seen);
        let result = Result { outcome: judgement.outcome, ..result };
        // What is taken back began before this result.
        let mut step = self.apply(judgement.effects, at);
        if let Some(monitor) = self.monitors.get_mut(id) {
            step.join(monitor.checked(&result, judgement.standing));
        }
        Checked { outcome: result.outcome, step }
    }

    /// Takes what an examination found.
    pub fn examined(&mut self, id: &MonitorId, examination: Examination) -> Step {
        let standing = self.trust.standing(id, examination.ended);
        self.change(id, |monitor| monitor.examined(examination, standing))
    }

    /// Takes a fact about ourselves.
    pub fn learned(&mut self, fact: Fact, at: Timestamp) -> Step {
        let effects = self.trust.learn(fact, at);
        self.apply(effects, at)
    }

    /// Takes that time passes; once a second is often enough. What has waited for others to vouch for
    /// our network, and waited in vain, counts.
    pub fn tick(&mut self, at: Timestamp) -> Step {
        let vouched = self.trust.lapsed(at);
        self.apply(Effects { vouched, ..Effects::default() }, at)
    }

    /// Pauses a monitor, or lets it go on.
    pub fn pause(&mut self, id: &MonitorId, is_on: bool, at: Timestamp) -> Step {
        self.trust.rest(id, is_on);
        self.change(id, |monitor| if is_on { monitor.pause(at) } else { monitor.go_on(at) })
    }

    /// Begins or ends the maintenance of a monitor.
    pub fn maintain(&mut self, id: &MonitorId, is_on: bool, at: Timestamp) -> Step {
        self.change(id, |monitor| {
            if is_on { monitor.begin_maintenance(at) } else { monitor.end_maintenance(at) }
        })
    }

    fn apply(&mut self, effects: Effects, at: Timestamp) -> Step {
        let mut step = Step::default();
        for (id, doubt, since) in effects.taken_back {
            step.join(self.change(&id, |monitor| monitor.doubted(doubt, since, at)));
        }
        for id in effects.vouched {
            step.join(self.change(&id, |monitor| monitor.vouched(at)));
        }
        let is_checked = |id: &MonitorId| {
            self.monitors.get(id).is_some_and(|monitor| monitor.state() != State::Paused)
        };
        let witnesses = effects.witnesses.into_iter().filter(is_checked);
        step.wishes.extend(witnesses.map(|id| Wish::Check(id, at)));
        step
    }

    fn change(&mut self, id: &MonitorId, change: impl FnOnce(&mut Monitor) -> Step) -> Step {
        self.monitors.get_mut(id).map(change).unwrap_or_default()
    }
}
