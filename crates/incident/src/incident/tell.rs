//! Who is told now: pages, escalation, reminders, updates, the end.
//!
//! What is to be told follows from what is true and what was said before, not from the event that led
//! here: a silence that ends, a parent that comes up and a restart need no code of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::after;
use crate::{AlertKind, MonitorId, State, Timestamp};

use super::alert::Why;
use super::compose::{Draft, send};
use super::limits;
use super::out::Out;
use super::policy::{ChannelId, Plan, PlanId};
use super::record::{Case, Hush, Said, Stage, Subject, Told};
use super::scene::Scene;
use super::settle::earlier;
use super::timeline::Ending;

/// Tells what has to be told now. Returns when time alone may change something.
pub(super) fn tell(scene: &Scene<'_>, case: &mut Case, out: &mut Out) -> Option<Timestamp> {
    if case.is_over() || scene.is_ending(case) {
        return None;
    }
    let mut next = None;
    let audiences = audiences(scene, case).into_iter();
    let audiences: Vec<_> = audiences.map(|(plan, audience)| (plan.clone(), audience)).collect();
    for (id, audience) in audiences {
        let before = case.incident.told.get(&id).cloned().unwrap_or_default();
        let mut told = before.clone();
        let due = match scene.policy.plans.get(&id) {
            Some(_) if audience.worst.is_none() => stay_quiet(scene, &audience, &mut told),
            Some(plan) => Teller { scene, id: &id, plan, audience }.tell(case, &mut told, out),
            None => None,
        };
        next = earlier(next, due);
        if told != before {
            out.incidents.insert(case.incident.id);
            case.incident.told.insert(id, told);
        }
    }
    next
}

/// Tells those who take it for lasting that it is over, also during a silence: to leave them with a
/// page that never ends would be worse than one message.
pub(super) fn end(scene: &Scene<'_>, case: &mut Case, ending: Ending, out: &mut Out) {
    let plans: Vec<PlanId> = case.incident.told.keys().cloned().collect();
    for id in plans {
        let Some(mut told) = case.incident.told.get(&id).cloned() else { continue };
        let channels = scene.policy.plans.get(&id).map(|plan| reached(plan, told.reached));
        let is_told_end = told.knows;
        if let (true, Some(channels)) = (told.knows, channels) {
            let draft = Draft::new(&id, AlertKind::Resolved, Why::Over(ending), channels);
            send(scene, case, draft.after(told.reached), out);
        }
        told.close(is_told_end);
        case.incident.told.insert(id, told);
    }
}

/// The failing members that follow one plan.
#[derive(Default)]
struct Audience {
    /// The worst state of those that are to be told about, if there are any.
    worst: Option<State>,
    /// Whether some of them were never told.
    has_untold: bool,
    /// Why one of the others is not told about, and when time alone may change that.
    hush: Option<Hush>,
    look_at: Option<Timestamp>,
}

/// Looks at every failing member. This is what an event costs, so it makes no lists.
fn audiences<'a>(scene: &'a Scene<'_>, case: &Case) -> BTreeMap<&'a PlanId, Audience> {
    let subject = case.incident.subject;
    let mut audiences: BTreeMap<&PlanId, Audience> = BTreeMap::new();
    for member in case.failing().filter(|member| scene.is_known_to_fail(subject, member)) {
        let audience = audiences.entry(plan_of(scene, case, &member.monitor)).or_default();
        if let Some(hushed) = scene.hush(subject, member) {
            audience.look_at = earlier(audience.look_at, hushed.until);
            audience.hush.get_or_insert(hushed.why);
            continue;
        }
        audience.has_untold |= !member.is_told;
        audience.worst = audience.worst.max(Some(member.state));
    }
    audiences
}

/// Returns the members that those who follow a plan are to be told about now.
fn audible(scene: &Scene<'_>, case: &Case, plan: &PlanId) -> BTreeSet<MonitorId> {
    let subject = case.incident.subject;
    let members = case.failing().filter(|member| {
        scene.is_known_to_fail(subject, member)
            && plan_of(scene, case, &member.monitor) == plan
            && scene.hush(subject, member).is_none()
    });
    members.map(|member| member.monitor.clone()).collect()
}

/// Returns when news is told: the first after it was gathered, and then not too often.
fn news_due(scene: &Scene<'_>, told: &Told) -> Option<Timestamp> {
    let opened = told.opened_at?;
    let gather = scene.policy.pace.gather;
    let since = told.news_since.unwrap_or(scene.now);
    // What comes while the first are gathered is told with them.
    let from = if since < after(opened, gather) { opened } else { since };
    Some(not_before(scene, told, after(from, gather)))
}

/// Updates come once in some minutes.
fn not_before(scene: &Scene<'_>, told: &Told, due: Timestamp) -> Timestamp {
    match told.updated_at {
        Some(updated) => due.max(after(updated, scene.policy.pace.update)),
        None => due,
    }
}

/// Returns who is told about a member: of the watch itself those who look after the watch.
pub(super) fn plan_of<'a>(scene: &'a Scene<'_>, case: &Case, monitor: &MonitorId) -> &'a PlanId {
    match case.incident.subject {
        Subject::Targets => scene.policy.plan_of(monitor),
        Subject::Watch(_) => &scene.policy.own,
    }
}

/// Returns the channels of the first steps of a plan.
pub(super) fn reached(plan: &Plan, steps: u32) -> BTreeSet<ChannelId> {
    plan.steps.iter().take(steps as usize).flat_map(|step| &step.channels).cloned().collect()
}

fn stay_quiet(scene: &Scene<'_>, audience: &Audience, told: &mut Told) -> Option<Timestamp> {
    told.news_since = None;
    if told.opened_at.is_none() {
        told.audible_since = None;
        if told.hushed.is_none() {
            told.hushed = audience.hush.clone().map(|hush| (hush, scene.now));
        }
    }
    audience.look_at
}

/// Somebody who decides for one plan.
struct Teller<'a> {
    scene: &'a Scene<'a>,
    id: &'a PlanId,
    plan: &'a Plan,
    audience: Audience,
}

impl Teller<'_> {
    fn tell(mut self, case: &mut Case, told: &mut Told, out: &mut Out) -> Option<Timestamp> {
        told.audible_since.get_or_insert(self.scene.now);
        let mut next = self.audience.look_at;
        next = earlier(next, self.page(case, told, out));
        next = earlier(next, self.say_that_it_is_not_over(case, told, out));
        next = earlier(next, self.remind(case, told, out));
        earlier(next, self.update(case, told, out))
    }

    /// Pages the steps whose time has come, in one alert. Returns when the next one's comes.
    fn page(&mut self, case: &mut Case, told: &mut Told, out: &mut Out) -> Option<Timestamp> {
        let from = told.audible_since?;
        let mut channels = BTreeSet::new();
        let mut next = None;
        for step in self.plan.steps.iter().skip(told.steps as usize) {
            if case.incident.stage != Stage::Open && !step.after.is_zero() {
                break;
            }
            let due = not_too_often(case, told, after(from, step.after));
            if self.scene.now < due {
                next = Some(due);
                break;
            }
            told.steps += 1;
            channels.extend(step.channels.iter().cloned());
        }
        if !channels.is_empty() {
            let is_first = told.opened_at.is_none();
            let (kind, why) = if is_first {
                (AlertKind::Opened, why_now(case, told))
            } else {
                (AlertKind::Escalated, Why::Unanswered)
            };
            told.reached = told.steps.max(if told.knows { told.reached } else { 0 });
            told.opened_at.get_or_insert(self.scene.now);
            told.paged_at = Some(self.scene.now);
            self.send(case, told, kind, why, channels, out);
            if is_first {
                self.is_known(case, told, out);
            }
            // The page may put off what comes next.
            return self.page(case, told, out);
        }
        next
    }

    /// Those who were told that it is over, and will not be paged yet because it fails again and again,
    /// hear at least that it is not.
    fn say_that_it_is_not_over(
        &mut self,
        case: &mut Case,
        told: &mut Told,
        out: &mut Out,
    ) -> Option<Timestamp> {
        if !told.thinks_over || told.opened_at.is_some() {
            return None;
        }
        let due = not_before(self.scene, told, self.scene.now);
        if self.scene.now < due {
            return Some(due);
        }
        told.updated_at = Some(self.scene.now);
        let channels = reached(self.plan, told.reached);
        self.send(case, told, AlertKind::Updated, Why::FailsAgain, channels, out);
        None
    }

    fn remind(&mut self, case: &mut Case, told: &mut Told, out: &mut Out) -> Option<Timestamp> {
        told.opened_at?;
        let pause = match case.incident.stage {
            Stage::Open => self.plan.remind?,
            Stage::Acknowledged => self.plan.remind_acknowledged?,
            Stage::Resolved => return None,
        };
        let due = not_too_often(case, told, after(told.paged_at?, pause));
        if self.scene.now < due {
            return Some(due);
        }
        told.paged_at = Some(self.scene.now);
        let channels = reached(self.plan, told.reached);
        self.send(case, told, AlertKind::Reminder, Why::Lasts, channels, out);
        self.is_known(case, told, out);
        Some(not_too_often(case, told, after(self.scene.now, pause)))
    }

    /// Tells what is new: the blast radius once it is gathered, another verdict.
    fn update(&mut self, case: &mut Case, told: &mut Told, out: &mut Out) -> Option<Timestamp> {
        told.opened_at?;
        if !self.audience.has_untold && told.said == Some(self.said(case)) {
            told.news_since = None;
            return None;
        }
        told.news_since.get_or_insert(self.scene.now);
        let due = news_due(self.scene, told)?;
        if self.scene.now < due {
            return Some(due);
        }
        told.updated_at = Some(self.scene.now);
        let channels = reached(self.plan, told.reached);
        self.send(case, told, AlertKind::Updated, Why::News, channels, out);
        self.is_known(case, told, out);
        None
    }

    fn send(
        &self,
        case: &mut Case,
        told: &mut Told,
        kind: AlertKind,
        why: Why,
        channels: BTreeSet<ChannelId>,
        out: &mut Out,
    ) {
        if !told.knows {
            // Of what begins now nobody has heard; of what was before, the end may not have arrived.
            let mut waiting = case.incident.waiting.iter();
            told.is_heard &=
                waiting.any(|w| w.key.kind == AlertKind::Resolved && w.plan == *self.id);
        }
        told.knows = true;
        told.thinks_over = false;
        let draft = Draft {
            named: Some(audible(self.scene, case, self.id)),
            ..Draft::new(self.id, kind, why, channels)
        };
        send(self.scene, case, draft.after(told.steps), out);
    }

    /// Remembers that everyone who was told so far knows all of it.
    fn is_known(&mut self, case: &mut Case, told: &mut Told, out: &mut Out) {
        told.said = Some(self.said(case));
        told.news_since = None;
        self.audience.has_untold = false;
        for monitor in audible(self.scene, case, self.id) {
            let Some(member) = case.members.get_mut(&monitor) else { continue };
            if !member.is_told {
                member.is_told = true;
                out.member(case.incident.id, &monitor);
            }
        }
    }

    fn said(&self, case: &Case) -> Said {
        Said { cause: case.incident.cause, state: self.audience.worst.unwrap_or(State::Down) }
    }
}

/// A page about targets that fail again and again comes once in half an hour, whoever it is for.
fn not_too_often(case: &Case, told: &Told, due: Timestamp) -> Timestamp {
    match told.paged_at {
        Some(paged) if case.incident.is_flapping() => due.max(after(paged, limits::PAGE)),
        _ => due,
    }
}

fn why_now(case: &Case, told: &mut Told) -> Why {
    match told.hushed.take() {
        Some((hush, since)) => Why::Unhushed(hush, since),
        None if case.incident.reopened > 0 => Why::FailsAgain,
        None => Why::Began,
    }
}
