//! The objectives of a configuration, and the monitors that each is about.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::Blame;
use goodgate_incident::uptime::Objective;
use goodgate_incident::{Component, MonitorId};

use crate::desk::Target;
use crate::settings::values::Slug;
use crate::settings::{Monitor, Settings};
use crate::source::limits::{BUDGETS_EVERY, OBJECTIVES};

/// What share of the time has to be good, and of what.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    /// The id of its target: `budget/NAME` for a group, `budget/monitor/NAME` for a monitor.
    pub id: MonitorId,
    /// What it is for, for people: `monitor shop`, `tag eu`, `provider cloudflare`.
    pub about: String,
    /// The share.
    pub objective: Objective,
    /// The share as it stands in the file: `99.9%`.
    pub shown: String,
    /// The time over which it is measured, ending now.
    pub window: Duration,
    /// The monitors that it is about.
    pub members: BTreeSet<MonitorId>,
    /// The tags by which silences and policies find it.
    pub tags: BTreeSet<Arc<str>>,
    /// The policy by which people are told.
    pub policy: Option<Arc<str>>,
    /// The third party that it is about.
    pub provider: Option<Arc<str>>,
}

/// Returns the objectives of a configuration and of monitors that were created over the API, each with the
/// id of its monitor.
pub fn aims(settings: &Settings, created: &[(MonitorId, Monitor)]) -> Vec<Aim> {
    let in_file = settings.monitor.iter();
    let in_file = in_file.map(|one| (MonitorId(one.name.as_str().into()), one));
    let all: Vec<(MonitorId, &Monitor)> =
        in_file.chain(created.iter().map(|(id, one)| (id.clone(), one))).collect();
    let of_monitors = all.iter().filter_map(|(id, monitor)| of_monitor(id, monitor));
    let of_groups = settings.slo.iter().filter_map(|group| {
        let is_in = |monitor: &Monitor| {
            group.tag.as_ref().is_some_and(|tag| monitor.tags.contains(tag))
                || group.provider.is_some() && group.provider == monitor.provider
        };
        let members = all.iter().filter(|(_, monitor)| is_in(monitor)).map(|(id, _)| id.clone());
        let about = match (&group.tag, &group.provider) {
            (Some(tag), _) => format!("tag {tag}"),
            (None, Some(provider)) => format!("provider {provider}"),
            (None, None) => return None,
        };
        Some(Aim {
            id: MonitorId(format!("budget/{}", group.name).into()),
            about,
            objective: Objective::new(group.objective.fraction())?,
            shown: group.objective.to_string(),
            window: group.window,
            members: members.collect(),
            tags: group.tag.iter().map(word).collect(),
            policy: None,
            provider: group.provider.as_ref().map(word),
        })
    });
    of_groups.chain(of_monitors).take(OBJECTIVES).collect()
}

fn of_monitor(id: &MonitorId, monitor: &Monitor) -> Option<Aim> {
    let slo = monitor.slo.as_ref()?;
    Some(Aim {
        id: MonitorId(format!("budget/monitor/{id}").into()),
        about: format!("monitor {id}"),
        objective: Objective::new(slo.objective.fraction())?,
        shown: slo.objective.to_string(),
        window: slo.window,
        members: BTreeSet::from([id.clone()]),
        tags: monitor.tags.iter().map(word).collect(),
        policy: monitor.policy.as_ref().map(word),
        provider: monitor.provider.as_ref().map(word),
    })
}

fn word(slug: &Slug) -> Arc<str> {
    slug.as_str().into()
}

impl Aim {
    /// Returns what the desk is to watch.
    pub fn target(&self) -> Target {
        Target {
            monitor: self.id.clone(),
            kind: "budget",
            about: format!("{} good, of {}", self.shown, self.about),
            interval: BUDGETS_EVERY,
            tags: self.tags.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Returns who is to blame where that is certain: a third party, for what is about it alone.
    pub(super) fn blame(&self) -> Option<Blame> {
        self.provider.as_ref().map(|_| Blame::Dependency)
    }

    /// Returns what an incident of it has in common with others.
    pub(super) fn components(&self) -> BTreeSet<Component> {
        self.provider.iter().cloned().map(Component::Dependency).collect()
    }
}
