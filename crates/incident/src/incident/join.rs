//! Which incident a failure belongs to.

use crate::span::after;
use crate::{IncidentId, Timestamp};

use super::case::Failure;
use super::limits;
use super::record::{Case, Part, Subject};
use super::snapshot::Snapshot;

/// Finds the incident that a monitor is in, or was in a short time ago, whatever its cause is now: what
/// comes and goes is one incident.
///
/// A monitor that left because nobody wanted it checked, or because of maintenance, comes back with a
/// failure of its own.
pub(super) fn home(state: &Snapshot, failure: &Failure<'_>, now: Timestamp) -> Option<IncidentId> {
    let id = state.standings.get(failure.monitor)?.incident?;
    let case = state.cases.get(&id)?;
    let is_recent = |at: Timestamp| now < after(at, limits::REOPEN);
    let was_open = case.incident.resolved_at.is_none_or(is_recent);
    let is_in = match case.members.get(failure.monitor)?.part {
        Part::Failing | Part::Recovered(_) => true,
        Part::SplitOff(at) => is_recent(at),
        Part::Withdrawn(_) => false,
    };
    (was_open && is_in).then_some(id)
}

/// Finds the oldest incident with the same cause that has something in common with a failure.
pub(super) fn sharing(state: &Snapshot, failure: &Failure<'_>) -> Option<IncidentId> {
    failure.cause?;
    let components = failure.components();
    let is_the_same = |case: &&Case| {
        let incident = &case.incident;
        incident.subject == Subject::Targets
            && !case.is_over()
            && incident.cause == failure.cause
            && !incident.components.is_disjoint(&components)
    };
    state.cases.values().find(is_the_same).map(|case| case.incident.id)
}

/// Finds the oldest incident that began a moment ago and has something in common with a failure, where
/// the cause of one of them is not known: what begins to fail at the same place at the same moment has
/// one cause, also while nobody knows which. Later than that it has nothing in common with any.
pub(super) fn at_once(
    state: &Snapshot,
    failure: &Failure<'_>,
    now: Timestamp,
) -> Option<IncidentId> {
    let components = failure.components();
    let is_the_same = |case: &&Case| {
        let incident = &case.incident;
        incident.subject == Subject::Targets
            && !case.is_over()
            && now < after(incident.since, limits::GATHER)
            && !(failure.is_sure() && incident.is_sure())
            && !incident.components.is_disjoint(&components)
    };
    state.cases.values().find(is_the_same).map(|case| case.incident.id)
}
