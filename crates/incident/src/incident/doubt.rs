//! When we cannot measure: one incident of the watch itself for each reason, however many monitors.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::after;
use crate::{Doubt, IncidentId, MonitorId, State, Timestamp, Transition};

use super::case::Failure;
use super::engine::Engine;
use super::limits;
use super::record::{Case, Part, Subject};
use super::scene::cuts_off;
use super::snapshot::{Cut, Snapshot};

/// The cause of incidents of the watch itself. It is no cause of a failing gateway and has no page in
/// the catalogue.
pub const CANNOT_MEASURE: &str = "cannot_measure";

/// Begins an incident for each reason for which monitors have been unknown for too long.
pub(super) fn open(engine: &mut Engine) {
    for (doubt, first) in waiting(engine) {
        if engine.now < after(first, engine.policy.pace.unknown) {
            continue;
        }
        let recent = find(&engine.state, doubt).filter(|case| {
            let over = case.incident.resolved_at;
            over.is_none_or(|over| engine.now < after(over, limits::REOPEN))
        });
        let id = recent.map(|case| case.incident.id);
        let id = id.unwrap_or_else(|| engine.next_incident());
        let members = engine.unknown.get(&doubt).cloned().unwrap_or_default();
        for (since, monitor) in &members {
            join(engine, id, doubt, monitor, *since);
        }
        if cuts_off(doubt) {
            cut_off(engine, id, first);
        }
        engine.look(id);
    }
}

/// Returns when the next of these incidents begins.
pub(super) fn due(engine: &Engine) -> Option<Timestamp> {
    let first = waiting(engine).into_values().min()?;
    Some(after(first, engine.policy.pace.unknown))
}

/// Returns since when monitors have been unknown, for each reason of which there is no incident.
fn waiting(engine: &Engine) -> BTreeMap<Option<Doubt>, Timestamp> {
    let first = |of: &BTreeSet<(Timestamp, MonitorId)>| of.first().map(|(since, _)| *since);
    let unknown = engine.unknown.iter();
    unknown
        .filter_map(|(doubt, monitors)| Some((*doubt, first(monitors)?)))
        .filter(|(doubt, _)| find(&engine.state, *doubt).is_none_or(Case::is_over))
        .collect()
}

/// Takes note of whether a monitor could be measured.
pub(super) fn note(engine: &mut Engine, transition: &Transition) {
    match transition.to {
        State::Unknown => begins(engine, transition),
        // A failed check and nothing more.
        State::Suspect => {}
        State::Up | State::Partial | State::Down => ends(engine, &transition.monitor, true),
        State::Paused | State::Maintenance => ends(engine, &transition.monitor, false),
    }
}

/// A monitor that was unknown is not any more, or is not asked for.
pub(super) fn ends(engine: &mut Engine, monitor: &MonitorId, is_measured: bool) {
    let standing = engine.state.standings.get_mut(monitor);
    let was = standing.and_then(|standing| standing.unknown.take());
    let Some((since, doubt)) = was else { return };
    forget(engine, monitor, since, doubt);
    leave(engine, monitor, None);
    let Engine { state: Snapshot { watch, cases, .. }, now, out, is_cut_new, .. } = engine;
    let Some(cut) = watch.cut.as_mut().filter(|cut| cut.proof.is_none()) else { return };
    let fails = |id| cases.get(id).is_some_and(|case| case.failing().next().is_some());
    // Where nobody is left to prove it, the last one who went has to do.
    if (is_measured && cuts_off(doubt)) || !cut.incidents.iter().any(fails) {
        cut.proof = Some(*now);
        (out.watch, *is_cut_new) = (true, true);
    }
}

fn begins(engine: &mut Engine, transition: &Transition) {
    let (monitor, doubt) = (&transition.monitor, transition.doubt);
    let Some(standing) = engine.state.standings.get_mut(monitor) else { return };
    let was = standing.unknown;
    let since = was.map_or(transition.at, |(since, _)| since);
    standing.unknown = Some((since, doubt));
    if let Some((since, doubt)) = was {
        forget(engine, monitor, since, doubt);
    }
    engine.unknown.entry(doubt).or_default().insert((since, monitor.clone()));
    leave(engine, monitor, Some(Subject::Watch(doubt)));
    let open = find(&engine.state, doubt).filter(|case| !case.is_over());
    let open = open.map(|case| case.incident.id);
    if let Some(id) = open {
        join(engine, id, doubt, monitor, since);
    }
    if cuts_off(doubt) {
        match (engine.state.watch.cut.as_mut(), open) {
            (Some(cut), _) => {
                let is_new = cut.proof.take().is_some();
                engine.out.watch |= is_new;
                engine.is_cut_new |= is_new;
            }
            (None, Some(id)) => cut_off(engine, id, transition.at),
            (None, None) => {}
        }
    }
}

fn forget(engine: &mut Engine, monitor: &MonitorId, since: Timestamp, doubt: Option<Doubt>) {
    if let Some(monitors) = engine.unknown.get_mut(&doubt) {
        monitors.remove(&(since, monitor.clone()));
    }
}

fn cut_off(engine: &mut Engine, id: IncidentId, since: Timestamp) {
    let new = || Cut { since, proof: None, incidents: BTreeSet::new() };
    let cut = engine.state.watch.cut.get_or_insert_with(new);
    cut.proof = None;
    cut.incidents.insert(id);
    (engine.out.watch, engine.is_cut_new) = (true, true);
}

fn join(
    engine: &mut Engine,
    id: IncidentId,
    doubt: Option<Doubt>,
    monitor: &MonitorId,
    since: Timestamp,
) {
    let cause = Some(CANNOT_MEASURE);
    let failure = Failure { monitor, since, state: State::Unknown, cause, finding: None };
    engine.fail(id, Subject::Watch(doubt), &failure);
}

/// A monitor leaves the incidents of all reasons but one.
fn leave(engine: &mut Engine, monitor: &MonitorId, except: Option<Subject>) {
    let (now, out) = (engine.now, &mut engine.out);
    for case in engine.state.cases.values_mut().filter(|case| !case.is_over()) {
        let is_failing = case.members.get(monitor).is_some_and(|m| m.part == Part::Failing);
        let subject = case.incident.subject;
        if is_failing && subject != Subject::Targets && Some(subject) != except {
            case.recover(monitor, now, out);
        }
    }
}

/// The latest incident for a reason.
fn find(state: &Snapshot, doubt: Option<Doubt>) -> Option<&Case> {
    let mut cases = state.cases.values().rev();
    cases.find(|case| case.incident.subject == Subject::Watch(doubt))
}
