//! What happens to the members of one incident.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_evidence::text;

use crate::{Component, Finding, IncidentId, MonitorId, State, Timestamp};

use super::limits;
use super::out::Out;
use super::record::{Case, Extent, Incident, Member, Part, Stage, Subject, Told};
use super::timeline::What;

/// A failure of one monitor, as an incident sees it.
pub(super) struct Failure<'a> {
    pub(super) monitor: &'a MonitorId,
    pub(super) since: Timestamp,
    pub(super) state: State,
    pub(super) cause: Option<&'static str>,
    pub(super) finding: Option<&'a Finding>,
}

impl Failure<'_> {
    /// Tells whether its cause is known, and not only guessed.
    pub(super) fn is_sure(&self) -> bool {
        is_sure(self.cause, self.finding)
    }

    /// Returns what it met, within bounds.
    pub(super) fn components(&self) -> BTreeSet<Component> {
        let found = self.finding.into_iter().flat_map(|finding| &finding.components);
        found.take(limits::COMPONENTS_MAX).cloned().collect()
    }

    fn bounded_finding(&self) -> Option<Finding> {
        self.finding.map(|finding| Finding {
            summary: text::shorten(&finding.summary, limits::SUMMARY_MAX),
            components: self.components(),
            ..finding.clone()
        })
    }
}

impl Incident {
    /// Tells whether its cause is known, and not only guessed.
    pub(super) fn is_sure(&self) -> bool {
        is_sure(self.cause, self.finding.as_ref())
    }
}

fn is_sure(cause: Option<&'static str>, finding: Option<&Finding>) -> bool {
    let confidence = finding.map_or(0.0, |finding| finding.confidence);
    cause.is_some() && confidence >= limits::SURE
}

impl Case {
    /// Begins an incident with its first member.
    pub(super) fn open(
        id: IncidentId,
        subject: Subject,
        failure: &Failure<'_>,
        out: &mut Out,
    ) -> Self {
        let incident = Incident {
            id,
            subject,
            stage: Stage::Open,
            since: failure.since,
            until: None,
            acknowledged: None,
            resolved_at: None,
            cause: failure.cause,
            finding: failure.bounded_finding(),
            components: failure.components(),
            flaps: 0,
            reopened: 0,
            numbers: BTreeMap::new(),
            told: BTreeMap::new(),
            waiting: Vec::new(),
            look_at: None,
            looked_at: None,
            timeline: Extent::default(),
        };
        let mut case = Self { incident, members: BTreeMap::new() };
        out.write(&mut case.incident, failure.since, What::Opened(subject));
        case.join(failure, out);
        case
    }

    /// Takes note of a failure of somebody who is a member, was one, or becomes one.
    pub(super) fn fail(&mut self, failure: &Failure<'_>, now: Timestamp, out: &mut Out) {
        if self.is_over() {
            self.reopen(now, out);
        }
        match self.members.get(failure.monitor).map(|member| member.part) {
            None => {
                self.share(&failure.components());
                self.join(failure, out);
                self.learn_cause(failure);
            }
            Some(Part::Failing) => self.change_verdict(failure, now, out),
            Some(_) => self.fail_again(failure, now, out),
        }
    }

    /// A member is well.
    pub(super) fn recover(&mut self, monitor: &MonitorId, now: Timestamp, out: &mut Out) {
        let Some(member) = self.members.get_mut(monitor) else { return };
        match member.part {
            Part::Failing => {
                member.part = Part::Recovered(now);
                out.write(&mut self.incident, now, What::Recovered(monitor.clone()));
            }
            // It was not seen to be well in between: the time begins anew.
            Part::Recovered(_) => member.part = Part::Recovered(now),
            Part::SplitOff(_) | Part::Withdrawn(_) => return,
        }
        out.member(self.incident.id, monitor);
    }

    /// Nobody wants a member checked any more, or its failures are expected.
    pub(super) fn withdraw(
        &mut self,
        monitor: &MonitorId,
        state: Option<State>,
        now: Timestamp,
        out: &mut Out,
    ) {
        let Some(member) = self.members.get_mut(monitor) else { return };
        if matches!(member.part, Part::Withdrawn(_)) {
            return;
        }
        member.part = Part::Withdrawn(now);
        out.member(self.incident.id, monitor);
        out.write(&mut self.incident, now, What::Withdrawn(monitor.clone(), state));
    }

    fn join(&mut self, failure: &Failure<'_>, out: &mut Out) {
        let member = Member {
            monitor: failure.monitor.clone(),
            since: failure.since,
            state: failure.state,
            cause: failure.cause,
            components: failure.components(),
            part: Part::Failing,
            failures: 1,
            is_told: false,
        };
        self.members.insert(failure.monitor.clone(), member);
        out.member(self.incident.id, failure.monitor);
        let what = What::Joined(failure.monitor.clone(), failure.cause);
        out.write(&mut self.incident, failure.since, what);
    }

    /// Keeps of what the members have in common what the next one has as well. A chain, in which each
    /// has something in common with the next, is not one cause.
    fn share(&mut self, components: &BTreeSet<Component>) {
        self.incident.components.retain(|component| components.contains(component));
    }

    /// An incident whose cause is not known takes that of a member that knows.
    fn learn_cause(&mut self, failure: &Failure<'_>) {
        if failure.is_sure() && !self.incident.is_sure() {
            self.incident.cause = failure.cause;
            self.incident.finding = failure.bounded_finding();
        }
    }

    fn reopen(&mut self, now: Timestamp, out: &mut Out) {
        self.incident.stage = Stage::Open;
        self.incident.acknowledged = None;
        self.incident.until = None;
        self.incident.resolved_at = None;
        self.incident.reopened = self.incident.reopened.saturating_add(1);
        out.write(&mut self.incident, now, What::Reopened);
    }

    fn fail_again(&mut self, failure: &Failure<'_>, now: Timestamp, out: &mut Out) {
        let id = self.incident.id;
        let Some(member) = self.members.get_mut(failure.monitor) else { return };
        member.part = Part::Failing;
        member.since = failure.since;
        member.failures = member.failures.saturating_add(1);
        self.incident.flaps = self.incident.flaps.max(member.failures - 1);
        out.member(id, failure.monitor);
        out.write(&mut self.incident, now, What::FailedAgain(failure.monitor.clone()));
        self.change_verdict(failure, now, out);
    }

    /// A member fails in another way than before. It stays where it is: what began together is one
    /// outage, and to move it would page again.
    fn change_verdict(&mut self, failure: &Failure<'_>, now: Timestamp, out: &mut Out) {
        let id = self.incident.id;
        let Some(member) = self.members.get_mut(failure.monitor) else { return };
        // A failure without a finding says nothing about the one that was found before.
        let cause = failure.cause.or(member.cause);
        if (cause, failure.state) == (member.cause, member.state) {
            return;
        }
        (member.cause, member.state) = (cause, failure.state);
        if failure.finding.is_some() {
            member.components = failure.components();
        }
        out.member(id, failure.monitor);
        let what = What::Verdict {
            monitor: failure.monitor.clone(),
            state: failure.state,
            cause,
            summary: failure.bounded_finding().map(|finding| finding.summary).unwrap_or_default(),
        };
        out.write(&mut self.incident, now, what);
        self.decide_cause(failure, out);
    }

    /// The incident has the cause of most of its failing members; where as many have another one, it
    /// keeps its own.
    fn decide_cause(&mut self, failure: &Failure<'_>, out: &mut Out) {
        let mut votes: BTreeMap<&'static str, usize> = BTreeMap::new();
        for cause in self.failing().filter_map(|member| member.cause) {
            *votes.entry(cause).or_default() += 1;
        }
        let own = self.incident.cause;
        let most = votes.iter().max_by_key(|(cause, votes)| (**votes, own == Some(**cause)));
        let Some(most) = most.map(|(cause, _)| *cause) else { return };
        if own == Some(most) {
            return;
        }
        self.incident.cause = Some(most);
        if failure.cause == Some(most) {
            self.incident.finding = failure.bounded_finding();
        }
        let mut with_cause = self.failing().filter(|member| member.cause == Some(most));
        let first = with_cause.next().map(|member| member.components.clone()).unwrap_or_default();
        let shared = with_cause.fold(first, |shared, member| &shared & &member.components);
        self.incident.components = shared;
        out.incidents.insert(self.incident.id);
    }
}

impl Told {
    /// The incident is over, or nobody has heard of it: what follows is told anew.
    pub(super) fn close(&mut self, is_told_end: bool) {
        *self = Self {
            reached: self.reached,
            paged_at: self.paged_at,
            updated_at: self.updated_at,
            is_heard: self.is_heard,
            thinks_over: self.thinks_over || is_told_end,
            ..Self::default()
        };
    }
}
