//! When members leave and an incident is over.

use std::time::Duration;

use crate::Timestamp;
use crate::span::after;

use super::out::Out;
use super::record::{Case, Part, Stage};
use super::scene::Scene;
use super::tell;
use super::timeline::{Ending, What};

/// Splits off who has been well for long enough, and ends the incident if that are all. Returns when
/// time alone may change something.
pub(super) fn settle(scene: &Scene<'_>, case: &mut Case, out: &mut Out) -> Option<Timestamp> {
    if case.is_over() {
        return None;
    }
    let window = scene.policy.pace.settle_after(case.incident.flaps);
    if case.failing().next().is_some() {
        return split_off(scene, case, window, out);
    }
    let subject = case.incident.subject;
    let mut last = None;
    for member in case.members.values() {
        let Part::Recovered(at) = member.part else { continue };
        if !scene.is_well(subject, &member.monitor) {
            return None;
        }
        last = last.max(Some(at));
    }
    let Some(last) = last else {
        let what = What::Resolved(Ending::Withdrawn);
        resolve(scene, case, Ending::Withdrawn, scene.now, what, out);
        return None;
    };
    let due = after(last, window);
    if scene.now < due {
        return Some(due);
    }
    let what = What::Resolved(Ending::Recovered);
    resolve(scene, case, Ending::Recovered, last, what, out);
    None
}

/// Lets those go who have been well for long enough while others fail.
fn split_off(
    scene: &Scene<'_>,
    case: &mut Case,
    window: Duration,
    out: &mut Out,
) -> Option<Timestamp> {
    let incident = &mut case.incident;
    let mut next = None;
    for member in case.members.values_mut() {
        let Part::Recovered(at) = member.part else { continue };
        let due = after(at, window);
        if !scene.is_well(incident.subject, &member.monitor) {
            continue;
        }
        if scene.now < due {
            next = earlier(next, Some(due));
            continue;
        }
        member.part = Part::SplitOff(scene.now);
        out.member(incident.id, &member.monitor);
        out.write(incident, scene.now, What::SplitOff(member.monitor.clone()));
    }
    next
}

/// Ends the incident because somebody says so. Members that cannot be measured leave it: where one of
/// them is found to fail later, that is news.
pub(super) fn by_hand(scene: &Scene<'_>, case: &mut Case, by: String, out: &mut Out) {
    let mut until = None;
    for member in case.members.values_mut() {
        match member.part {
            Part::Failing => {
                member.part = Part::Withdrawn(scene.now);
                out.member(case.incident.id, &member.monitor);
                until = Some(scene.now);
            }
            Part::Recovered(at) => until = until.max(Some(at)),
            Part::SplitOff(_) | Part::Withdrawn(_) => {}
        }
    }
    let what = What::ResolvedBy(by);
    resolve(scene, case, Ending::ByHand, until.unwrap_or(scene.now), what, out);
}

fn resolve(
    scene: &Scene<'_>,
    case: &mut Case,
    ending: Ending,
    until: Timestamp,
    what: What,
    out: &mut Out,
) {
    case.incident.stage = Stage::Resolved;
    case.incident.until = Some(until);
    case.incident.resolved_at = Some(scene.now);
    out.write(&mut case.incident, scene.now, what);
    tell::end(scene, case, ending, out);
    for member in case.members.values_mut().filter(|member| member.is_told) {
        member.is_told = false;
        out.member(case.incident.id, &member.monitor);
    }
}

/// Returns the earlier of two times, where there are any.
pub(super) fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
