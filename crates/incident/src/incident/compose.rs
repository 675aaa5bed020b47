//! From a decision to tell somebody to the alert with everything that is to be said.

use std::collections::BTreeSet;

use crate::span::between;
use crate::{AlertKind, MonitorId, State};

use super::alert::{Alert, Digest, Radius, Why};
use super::limits;
use super::out::Out;
use super::policy::{ChannelId, PlanId};
use super::record::{Case, Part, Waiting};
use super::scene::Scene;
use super::tell::plan_of;
use super::timeline::What;

/// An alert before its incident is looked at.
pub(super) struct Draft<'a> {
    pub(super) plan: &'a PlanId,
    pub(super) kind: AlertKind,
    pub(super) why: Why,
    pub(super) channels: BTreeSet<ChannelId>,
    /// The monitors that it is about, where those are not all that follow the plan.
    pub(super) named: Option<BTreeSet<MonitorId>>,
    pub(super) steps: u32,
    pub(super) digest: Option<Digest>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        plan: &'a PlanId,
        kind: AlertKind,
        why: Why,
        channels: BTreeSet<ChannelId>,
    ) -> Self {
        Self { plan, kind, why, channels, named: None, steps: 0, digest: None }
    }

    /// Says how many steps of the plan have been told.
    pub(super) fn after(self, steps: u32) -> Self {
        Self { steps, ..self }
    }
}

/// Sends it: gives it its key, writes it into the timeline, and waits for what becomes of it. Nothing
/// is sent to nobody.
pub(super) fn send(scene: &Scene<'_>, case: &mut Case, draft: Draft<'_>, out: &mut Out) {
    if draft.channels.is_empty() {
        return;
    }
    let key = case.incident.key(draft.kind);
    let radius = radius(scene, case);
    let monitors = monitors(scene, case, &draft);
    let incident = &case.incident;
    let state = match draft.kind {
        AlertKind::Resolved => State::Up,
        _ => worst(case),
    };
    out.alerts.push(Alert {
        key,
        at: scene.now,
        plan: draft.plan.clone(),
        steps: draft.steps,
        channels: draft.channels.clone(),
        why: draft.why,
        subject: incident.subject,
        since: incident.since,
        until: incident.until,
        lasted: between(incident.since, incident.until.unwrap_or(scene.now)),
        state,
        cause: incident.cause,
        finding: incident.finding.clone(),
        components: incident.components.clone(),
        monitors,
        radius,
        acknowledged: incident.acknowledged.clone(),
        markers: scene.markers(case),
        digest: draft.digest,
    });
    out.write(&mut case.incident, scene.now, What::Alerted(key, draft.plan.clone()));
    let waiting = &mut case.incident.waiting;
    if waiting.len() >= limits::WAITING_MAX {
        waiting.remove(0);
    }
    let plan = draft.plan.clone();
    waiting.push(Waiting { key, plan, channels: draft.channels, is_accepted: false });
}

/// Returns how many members are how.
fn radius(scene: &Scene<'_>, case: &Case) -> Radius {
    let subject = case.incident.subject;
    let mut radius = Radius::default();
    for member in case.members.values() {
        let count = match (member.part, member.state) {
            (Part::Withdrawn(_), _) => continue,
            (Part::Recovered(_) | Part::SplitOff(_), _) => &mut radius.recovered,
            (Part::Failing, _) if scene.state(&member.monitor) == Some(State::Unknown) => {
                &mut radius.unmeasured
            }
            (Part::Failing, State::Partial) => &mut radius.partial,
            (Part::Failing, _) => &mut radius.down,
        };
        *count += 1;
        let is_hushed = member.part == Part::Failing && scene.hush(subject, member).is_some();
        radius.hushed += u32::from(is_hushed);
    }
    radius
}

/// Returns the monitors that an alert names, those that fail longest first.
fn monitors(scene: &Scene<'_>, case: &Case, draft: &Draft<'_>) -> Vec<MonitorId> {
    let is_named = |monitor: &MonitorId| match &draft.named {
        Some(named) => named.contains(monitor),
        None => plan_of(scene, case, monitor) == draft.plan,
    };
    let mut members: Vec<_> = case
        .members
        .values()
        .filter(|member| !matches!(member.part, Part::Withdrawn(_)) && is_named(&member.monitor))
        .map(|member| (member.since, &member.monitor))
        .collect();
    members.sort_unstable();
    members.into_iter().take(limits::NAMED_MAX).map(|(_, monitor)| monitor.clone()).collect()
}

fn worst(case: &Case) -> State {
    case.failing().map(|member| member.state).max().unwrap_or(State::Up)
}
