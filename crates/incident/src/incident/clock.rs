//! A calendar that was set back.
//!
//! Whoever sets a clock far ahead by mistake sets it back some time later. What was decided in between
//! bears moments that have not come yet: a reminder that counts from one of them would be silent until
//! then, and so would escalations, the end of an incident and what parents hide. Such moments become the
//! present: from now on everything takes as long as it always does.

use crate::span::{after, between};
use crate::{MonitorId, Timestamp};

use super::engine::{Engine, unknown};
use super::limits::BACK;
use super::out::Out;
use super::record::{Case, Part, Told};
use super::snapshot::{Cut, Standing, Watch};

impl Engine {
    /// Returns what an event of this moment takes for the present. A little earlier than the one before
    /// is as late as that: events of several sources come out of order.
    pub(super) fn moment(&self, at: Timestamp) -> Timestamp {
        if between(at, self.now) > BACK { at } else { self.now.max(at) }
    }

    /// Goes on to the moment of an event, or back to it.
    pub(super) fn turn_to(&mut self, at: Timestamp) {
        let is_first = self.now == Timestamp(i64::MIN);
        let moment = self.moment(at);
        let is_back = moment < self.now;
        self.now = moment;
        if is_back || is_first {
            self.forget_what_has_not_come(is_back);
        }
    }

    /// Makes the present of all moments that have not come yet. After a start they may be those of a
    /// clock that was set back while nobody was there.
    fn forget_what_has_not_come(&mut self, is_back: bool) {
        let present = Present { now: self.now, most: after(self.now, BACK) };
        let mut has_changed = is_back;
        if present.watch(&mut self.state.watch) {
            (self.out.watch, self.is_cut_new, has_changed) = (true, true, true);
        }
        for standing in self.state.standings.values_mut() {
            if present.standing(standing) {
                self.out.standings.insert(standing.monitor.clone());
                has_changed = true;
            }
        }
        for case in self.state.cases.values_mut() {
            has_changed |= present.case(case, &mut self.out);
        }
        if has_changed {
            self.unknown = unknown(&self.state);
            self.look_at_all();
        }
    }
}

/// The present, and how far beyond it a moment may lie.
struct Present {
    now: Timestamp,
    most: Timestamp,
}

impl Present {
    /// Takes a moment that has not come for the present; tells whether it is one.
    fn take(&self, at: &mut Timestamp) -> bool {
        let is_to_come = *at > self.most;
        if is_to_come {
            *at = self.now;
        }
        is_to_come
    }

    fn any<'a>(&self, moments: impl IntoIterator<Item = &'a mut Timestamp>) -> bool {
        // All of them, not up to the first.
        moments.into_iter().map(|at| self.take(at)).filter(|is_to_come| *is_to_come).count() > 0
    }

    fn watch(&self, watch: &mut Watch) -> bool {
        let cut = watch
            .cut
            .iter_mut()
            .flat_map(|Cut { since, proof, .. }| std::iter::once(since).chain(proof));
        self.any(cut.chain(&mut watch.digested_at))
    }

    /// Since when it is in its state stays: by that a transition is known that comes again.
    fn standing(&self, standing: &mut Standing) -> bool {
        let unknown = standing.unknown.as_mut().map(|(since, _)| since);
        self.any(unknown.into_iter().chain(&mut standing.failed_until))
    }

    fn case(&self, case: &mut Case, out: &mut Out) -> bool {
        let incident = &mut case.incident;
        let told =
            incident.told.values_mut().map(|told| self.told(told)).filter(|told| *told).count();
        let own = [&mut incident.until, &mut incident.resolved_at, &mut incident.looked_at];
        let own = std::iter::once(&mut incident.since).chain(own.into_iter().flatten());
        let mut has_changed = self.any(own) || told > 0;
        let mut members: Vec<MonitorId> = Vec::new();
        for member in case.members.values_mut() {
            let part = match &mut member.part {
                Part::Failing => None,
                Part::Recovered(at) | Part::SplitOff(at) | Part::Withdrawn(at) => Some(at),
            };
            if self.any(std::iter::once(&mut member.since).chain(part)) {
                members.push(member.monitor.clone());
            }
        }
        has_changed |= !members.is_empty();
        for monitor in &members {
            out.member(incident.id, monitor);
        }
        if has_changed {
            out.incidents.insert(incident.id);
        }
        has_changed
    }

    fn told(&self, told: &mut Told) -> bool {
        let moments = [
            &mut told.audible_since,
            &mut told.opened_at,
            &mut told.paged_at,
            &mut told.updated_at,
            &mut told.news_since,
        ];
        let hushed = told.hushed.as_mut().map(|(_, since)| since);
        self.any(moments.into_iter().flatten().chain(hushed))
    }
}
