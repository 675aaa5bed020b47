//! Who is told what, when and how often: the part of the settings that incidents need.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::MonitorId;

use super::limits;

/// The name of a channel, as in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChannelId(pub Arc<str>);

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a [`Plan`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlanId(pub Arc<str>);

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Everything about monitors and channels that incidents and alerts depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Every monitor there is. A member of an incident that is not among them leaves it when the policy
    /// is [given](super::Event::Policy).
    pub monitors: BTreeMap<MonitorId, Watched>,
    /// Who is told, by name.
    pub plans: BTreeMap<PlanId, Plan>,
    /// Who is told about the watch itself, and about monitors whose plan does not exist.
    pub own: PlanId,
    /// How fast all of it goes.
    pub pace: Pace,
}

/// What incidents need to know about a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Words by which silences find it.
    pub tags: BTreeSet<Arc<str>>,
    /// The monitors without which this one cannot work. While one of them is down, failures of this one
    /// are kept and not told.
    pub needs: BTreeSet<MonitorId>,
    /// Who is told about it.
    pub plan: PlanId,
}

/// Who is told in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order of their times.
    pub steps: Vec<Step>,
    /// The time between two pages while nobody has acknowledged the incident; [`None`] for one page.
    pub remind: Option<Duration>,
    /// The same once somebody has. It should be much longer: what is forgotten should come up again,
    /// and who works on it should not be disturbed.
    pub remind_acknowledged: Option<Duration>,
}

/// Channels that are told together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How long the incident has lasted, counted from when it could first be told, without being
    /// acknowledged. Zero for those who are told at once; they are told of acknowledged ones as well,
    /// if their monitors join later.
    pub after: Duration,
    /// Who.
    pub channels: Vec<ChannelId>,
}

/// The times of incidents. [`Default`] gives those of [`limits`], where their reasons are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// See [`limits::GATHER`].
    pub gather: Duration,
    /// See [`limits::UPDATE`].
    pub update: Duration,
    /// See [`limits::SETTLE`].
    pub settle: Duration,
    /// See [`limits::UNKNOWN`].
    pub unknown: Duration,
    /// See [`limits::PARENT_GRACE`].
    pub parent_grace: Duration,
    /// See [`limits::DIGEST`].
    pub digest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            gather: limits::GATHER,
            update: limits::UPDATE,
            settle: limits::SETTLE,
            unknown: limits::UNKNOWN,
            parent_grace: limits::PARENT_GRACE,
            digest: limits::DIGEST,
        }
    }
}

impl Pace {
    /// Returns how long members have to be well after some of them have failed again `flaps` times.
    pub(super) fn settle_after(&self, flaps: u32) -> Duration {
        let doublings = flaps.min(limits::SETTLE_DOUBLINGS);
        (self.settle * 2_u32.pow(doublings)).min(limits::SETTLE_MAX.max(self.settle))
    }
}

impl Policy {
    /// Returns the name of the plan of a monitor: its own, or that of the watch where it has none that
    /// exists.
    pub fn plan_of(&self, monitor: &MonitorId) -> &PlanId {
        match self.monitors.get(monitor) {
            Some(watched) if self.plans.contains_key(&watched.plan) => &watched.plan,
            _ => &self.own,
        }
    }

    /// Returns a circle of monitors that need each other, if there is one, for the check of the
    /// settings. The engine lives with circles: nothing in one hides anything.
    pub fn circle(&self) -> Option<Vec<MonitorId>> {
        let mut done = BTreeSet::new();
        self.monitors.keys().find_map(|start| self.circle_from(start, &mut done))
    }

    /// Walks along needs with a stack of its own, since chains may be as long as there are monitors.
    fn circle_from<'a>(
        &'a self,
        start: &'a MonitorId,
        done: &mut BTreeSet<&'a MonitorId>,
    ) -> Option<Vec<MonitorId>> {
        let needs = |monitor| self.monitors.get(monitor).map(|watched| watched.needs.iter());
        let mut path = vec![start];
        let mut left = vec![needs(start)?];
        while let Some(rest) = left.last_mut() {
            let Some(next) = rest.next() else {
                left.pop();
                done.extend(path.pop());
                continue;
            };
            if let Some(at) = path.iter().position(|monitor| *monitor == next) {
                return Some(path.into_iter().skip(at).cloned().collect());
            }
            if let Some(further) = needs(next).filter(|_| !done.contains(next)) {
                path.push(next);
                left.push(further);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needing(pairs: &[(&str, &[&str])]) -> Policy {
        let monitors = pairs.iter().map(|(name, needs)| {
            let needs = needs.iter().map(|name| MonitorId((*name).into())).collect();
            let watched = Watched { tags: BTreeSet::new(), needs, plan: PlanId("default".into()) };
            (MonitorId((*name).into()), watched)
        });
        Policy {
            monitors: monitors.collect(),
            plans: BTreeMap::new(),
            own: PlanId("default".into()),
            pace: Pace::default(),
        }
    }

    #[test]
    fn a_circle_of_needs_is_found() {
        let circle = needing(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]).circle();

        assert_eq!(circle.map(|circle| circle.len()), Some(2));
    }

    #[test]
    fn two_ways_to_one_parent_are_no_circle() {
        let policy = needing(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])]);

        assert_eq!(policy.circle(), None);
    }

    #[test]
    fn what_fails_again_has_to_be_well_for_longer() {
        let pace = Pace::default();

        let minutes: Vec<u64> = (0..7).map(|n| pace.settle_after(n).as_secs() / 60).collect();
        assert_eq!(minutes, [2, 4, 8, 16, 30, 30, 30]);
    }
}
