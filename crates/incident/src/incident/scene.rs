//! What is true now, as far as one incident has to know: the settings, the other monitors, silences.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::after;
use crate::{Doubt, MonitorId, State, Timestamp};

use super::event::Marker;
use super::limits;
use super::policy::{Policy, Watched};
use super::record::{Case, Hush, Member, Part, Subject};
use super::silence::{Silence, SilenceId};
use super::snapshot::{Cut, Standing};

/// Everything around an incident; nothing here changes while one is looked at.
pub(super) struct Scene<'a> {
    pub(super) policy: &'a Policy,
    pub(super) standings: &'a BTreeMap<MonitorId, Standing>,
    pub(super) silences: &'a BTreeMap<SilenceId, Silence>,
    pub(super) markers: &'a [Marker],
    pub(super) cut: Option<&'a Cut>,
    pub(super) now: Timestamp,
}

/// Why a member is not told about, and when time alone may change that.
pub(super) struct Hushed {
    pub(super) why: Hush,
    pub(super) until: Option<Timestamp>,
}

impl Scene<'_> {
    /// Returns why nobody is to be told about a member, if so.
    pub(super) fn hush(&self, subject: Subject, member: &Member) -> Option<Hushed> {
        let watched = self.policy.monitors.get(&member.monitor);
        let needs_some = watched.is_some_and(|watched| !watched.needs.is_empty());
        match (self.silence(member, watched), subject) {
            (Some(silence), _) => Some(silence),
            (None, Subject::Targets) if needs_some => self.parent(&member.monitor),
            // What keeps us from measuring is not the fault of a parent.
            (None, Subject::Targets | Subject::Watch(_)) => None,
        }
    }

    /// Returns whether a member counts as failing in what is told now: not while it cannot be measured,
    /// nor while it is not yet clear what the first check after that means.
    pub(super) fn is_known_to_fail(&self, subject: Subject, member: &Member) -> bool {
        member.part == Part::Failing
            && match subject {
                Subject::Targets => {
                    matches!(self.state(&member.monitor), Some(State::Down | State::Partial))
                }
                Subject::Watch(_) => true,
            }
    }

    /// Returns whether a member that has recovered is seen to be well.
    pub(super) fn is_well(&self, subject: Subject, monitor: &MonitorId) -> bool {
        match (subject, self.state(monitor)) {
            (Subject::Targets, state) => state == Some(State::Up),
            (Subject::Watch(_), state) => state != Some(State::Unknown),
        }
    }

    /// Returns whether a digest is about to say that an incident is over, so that nobody needs to hear
    /// any more that it lasts.
    pub(super) fn is_ending(&self, case: &Case) -> bool {
        let cut = self.cut.filter(|cut| cut.proof.is_some());
        cut.is_some_and(|cut| cut.incidents.contains(&case.incident.id))
    }

    pub(super) fn state(&self, monitor: &MonitorId) -> Option<State> {
        self.standings.get(monitor).map(|standing| standing.state)
    }

    /// Returns the changes that a case may have to do with, the latest first.
    pub(super) fn markers(&self, case: &Case) -> Vec<Marker> {
        let from = crate::span::before(case.incident.since, limits::MARKER_BEFORE);
        let is_near = |marker: &&Marker| marker.at >= from && marker.is_about(case.members.keys());
        self.markers.iter().rev().filter(is_near).cloned().collect()
    }

    /// The one that ends last, so that it is looked at again when none is left.
    fn silence(&self, member: &Member, watched: Option<&Watched>) -> Option<Hushed> {
        let covers =
            |silence: &&Silence| silence.covers(&member.monitor, watched, member.cause, self.now);
        let longest = self.silences.values().filter(covers).max_by_key(|silence| silence.until)?;
        Some(Hushed { why: Hush::Silence(longest.id.clone()), until: Some(longest.until) })
    }

    /// A parent that explains the failure of a monitor: one that is itself not explained by another
    /// one, or whose own parents are. Whoever stands in a circle of needs explains nothing, or all of
    /// them would hide each other.
    fn parent(&self, monitor: &MonitorId) -> Option<Hushed> {
        let mut path = BTreeSet::from([monitor]);
        self.bad_parents(monitor).find_map(|(parent, until)| {
            self.is_rooted(parent, &mut path, 0)
                .then(|| Hushed { why: Hush::Parent(parent.clone()), until })
        })
    }

    /// Returns whether one of the bad parents of a bad parent, and so on, has no bad parent.
    fn is_rooted<'a>(
        &'a self,
        monitor: &'a MonitorId,
        path: &mut BTreeSet<&'a MonitorId>,
        depth: usize,
    ) -> bool {
        if depth >= limits::PARENTS_DEPTH || !path.insert(monitor) {
            return false;
        }
        let mut parents = self.bad_parents(monitor).peekable();
        parents.peek().is_none()
            || parents.any(|(parent, _)| self.is_rooted(parent, path, depth + 1))
    }

    /// Returns the parents that may be the reason of a failure, each with when time alone ends that.
    fn bad_parents<'a>(
        &'a self,
        monitor: &MonitorId,
    ) -> impl Iterator<Item = (&'a MonitorId, Option<Timestamp>)> {
        let needs = self.policy.monitors.get(monitor).map(|watched| &watched.needs);
        needs.into_iter().flatten().filter_map(|parent| {
            let standing = self.standings.get(parent)?;
            let until = match standing.state {
                State::Down | State::Maintenance => return Some((parent, None)),
                State::Suspect => after(standing.since, limits::PARENT_SUSPECT),
                _ => after(standing.failed_until?, self.policy.pace.parent_grace),
            };
            (until > self.now).then_some((parent, Some(until)))
        })
    }
}

/// Returns whether a doubt keeps messages from leaving as well.
pub(super) fn cuts_off(doubt: Option<Doubt>) -> bool {
    matches!(doubt, Some(Doubt::Network | Doubt::Resolver))
}
