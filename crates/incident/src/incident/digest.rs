//! What is told after we were cut off: one message, not all that could not be delivered.
//!
//! Alerts are never held back when our way out is in doubt: the doubt may be wrong, and a channel may
//! have another way. They wait in the outbox if they cannot leave. Once the way works again, a digest
//! stands for those that are about what is over by then; what still fails is told by its own alert.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::after;
use crate::{AlertKey, AlertKind, IncidentId, MonitorId, State, Timestamp};

use super::alert::{Digest, Missed, Why};
use super::compose::{Draft, send};
use super::limits;
use super::out::Out;
use super::policy::{ChannelId, PlanId};
use super::record::{Case, Part, Waiting};
use super::scene::Scene;
use super::snapshot::{Cut, Watch};
use super::tell::reached;
use super::timeline::What;

/// What those who follow one plan have missed.
#[derive(Default)]
struct Lost {
    missed: Vec<Missed>,
    more: u32,
    supersedes: Vec<AlertKey>,
    /// The steps that have heard of the outage, or would have.
    reached: u32,
    /// The incidents that are over, and that they never heard of.
    unheard: BTreeSet<IncidentId>,
    /// Those who were still to hear that we could measure again, before we were cut off once more.
    owed: BTreeSet<ChannelId>,
}

/// Returns when the digest is due, if our way out has been seen to work: soon once everything has been
/// measured again, and a little later if it takes that long.
pub(super) fn due(
    watch: &Watch,
    scene: &Scene<'_>,
    cases: &BTreeMap<IncidentId, Case>,
) -> Option<Timestamp> {
    let cut = watch.cut.as_ref()?;
    let fails = |id| cases.get(id).is_some_and(|case| case.failing().next().is_some());
    let soon = scene.policy.pace.digest;
    let is_incomplete = cut.incidents.iter().any(fails);
    let pause = if is_incomplete { limits::DIGEST_MAX.max(soon) } else { soon };
    let due = after(cut.proof?, pause);
    match watch.digested_at {
        Some(last) => Some(due.max(after(last, scene.policy.pace.update))),
        None => Some(due),
    }
}

/// Tells what was missed while we were cut off, one digest for each plan.
pub(super) fn digest(
    scene: &Scene<'_>,
    cut: &Cut,
    cases: &mut BTreeMap<IncidentId, Case>,
    out: &mut Out,
) {
    let own = |id: &&IncidentId| cases.get(id)?.incident.told.get(&scene.policy.own);
    let known = cut.incidents.iter().rev().find(|id| own(id).is_some_and(|told| told.knows));
    let Some(host) = known.or(cut.incidents.last()).copied() else { return };
    let mut lost: BTreeMap<PlanId, Lost> = BTreeMap::new();
    if known.is_some() {
        lost.insert(scene.policy.own.clone(), Lost::default());
    }
    let members = cut.incidents.iter().filter_map(|id| cases.get(id));
    let members: BTreeSet<MonitorId> =
        members.flat_map(|case| case.members.keys()).cloned().collect();
    for case in cases.values() {
        collect(case, cut.incidents.contains(&case.incident.id), &mut lost);
    }
    for (plan, mut lost) in lost {
        let told = cut.incidents.iter().filter_map(|id| cases.get(id)?.incident.told.get(&plan));
        lost.reached = told.map(|told| told.reached).max().unwrap_or_default();
        for id in lost.supersedes.iter().map(|key| key.incident).collect::<BTreeSet<_>>() {
            take_back(cases.get_mut(&id), &plan, &lost, out);
        }
        tell(scene, cut, cases.get_mut(&host), &members, &plan, lost, out);
    }
    for id in &cut.incidents {
        conclude(scene, cases.get_mut(id), out);
    }
}

/// Finds out which of the alerts of an incident have not arrived, and which need not any more.
fn collect(case: &Case, is_cut: bool, lost: &mut BTreeMap<PlanId, Lost>) {
    let is_past = is_cut || case.failing().next().is_none();
    let pending = case.incident.waiting.iter().filter(|w| w.key.kind != AlertKind::Digest);
    let plans: BTreeSet<&PlanId> = pending.clone().map(|waiting| &waiting.plan).collect();
    for plan in plans {
        let mine = || pending.clone().filter(|waiting| waiting.plan == *plan);
        // Whoever has heard of the beginning has to hear of the end.
        let told = case.incident.told.get(plan);
        let is_unheard = is_past && told.is_none_or(|told| !told.is_heard);
        let is_stale = |kind| matches!(kind, AlertKind::Updated | AlertKind::Reminder);
        let stale = mine().filter(|w| is_unheard || is_cut || is_stale(w.key.kind));
        let lost = lost.entry(plan.clone()).or_default();
        for waiting in stale {
            lost.supersedes.push(waiting.key);
            if is_cut && waiting.key.kind == AlertKind::Resolved {
                lost.owed.extend(waiting.channels.iter().cloned());
            }
        }
        if is_unheard {
            lost.unheard.insert(case.incident.id);
        }
        let is_missed = !is_cut && mine().any(|waiting| !waiting.is_accepted);
        match is_missed {
            true if lost.missed.len() < limits::MISSED_MAX => lost.missed.push(missed(case)),
            true => lost.more += 1,
            false => {}
        }
    }
}

fn missed(case: &Case) -> Missed {
    let members = || case.members.values().filter(|m| !matches!(m.part, Part::Withdrawn(_)));
    let finding = case.incident.finding.as_ref();
    let ends = members().filter_map(|member| match member.part {
        Part::Recovered(at) | Part::SplitOff(at) => Some(at),
        Part::Failing | Part::Withdrawn(_) => None,
    });
    let is_past = case.failing().next().is_none();
    Missed {
        incident: case.incident.id,
        monitors: members().take(limits::NAMED_MAX).map(|m| m.monitor.clone()).collect(),
        monitors_total: members().count() as u32,
        cause: case.incident.cause,
        summary: finding.map(|finding| finding.summary.clone()).unwrap_or_default(),
        from: case.incident.since,
        to: case.incident.until.or_else(|| ends.max().filter(|_| is_past)),
    }
}

/// Forgets alerts for which the digest stands.
fn take_back(case: Option<&mut Case>, plan: &PlanId, lost: &Lost, out: &mut Out) {
    let Some(case) = case else { return };
    let id = case.incident.id;
    let is_unheard = |waiting: &&Waiting| {
        waiting.key.kind == AlertKind::Escalated
            && !waiting.is_accepted
            && waiting.plan == *plan
            && lost.supersedes.contains(&waiting.key)
    };
    let unheard = case.incident.waiting.iter().filter(is_unheard).count() as u32;
    case.incident.waiting.retain(|waiting| !lost.supersedes.contains(&waiting.key));
    if let Some(told) = case.incident.told.get_mut(plan) {
        // Who was to be called next has not been: they are if it lasts, and hear of no end otherwise.
        told.steps = told.steps.saturating_sub(unheard);
        told.reached = told.reached.saturating_sub(unheard);
    }
    let told = case.incident.told.get_mut(plan).filter(|_| lost.unheard.contains(&id));
    if let Some(told) = told {
        told.close(false);
        (told.reached, told.paged_at, told.updated_at) = (0, None, None);
        (told.is_heard, told.thinks_over) = (false, false);
    }
    out.incidents.insert(id);
}

fn tell(
    scene: &Scene<'_>,
    cut: &Cut,
    host: Option<&mut Case>,
    members: &BTreeSet<MonitorId>,
    plan: &PlanId,
    lost: Lost,
    out: &mut Out,
) {
    let (Some(host), Some(steps)) = (host, scene.policy.plans.get(plan)) else { return };
    // Those who were, or would have been, told at once.
    let first = steps.steps.iter().take_while(|step| step.after.is_zero()).count() as u32;
    let reach = lost.reached.max(first).max(1);
    let is_unknown = |monitor: &&MonitorId| scene.state(monitor) == Some(State::Unknown);
    let digest = Digest {
        from: cut.since,
        to: cut.proof.unwrap_or(scene.now),
        unmeasured: members.len() as u32,
        still_unmeasured: members.iter().filter(is_unknown).count() as u32,
        missed: lost.missed,
        more: lost.more,
        supersedes: lost.supersedes,
    };
    let mut channels = reached(steps, reach);
    channels.extend(lost.owed);
    let draft = Draft::new(plan, AlertKind::Digest, Why::CutOff, channels);
    let key = host.incident.numbers.get(&AlertKind::Digest).copied().unwrap_or_default();
    let key = AlertKey { incident: host.incident.id, kind: AlertKind::Digest, number: key };
    send(scene, host, Draft { digest: Some(digest), ..draft.after(reach) }, out);
    out.write(&mut host.incident, scene.now, What::Late(key));
}

/// The digest has also said that we can measure again, if that is so.
fn conclude(scene: &Scene<'_>, case: Option<&mut Case>, out: &mut Out) {
    let Some(case) = case.filter(|case| case.failing().next().is_none()) else { return };
    if let Some(told) = case.incident.told.get_mut(&scene.policy.own) {
        told.knows = false;
        out.incidents.insert(case.incident.id);
    }
}
