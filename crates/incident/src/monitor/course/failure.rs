//! Confirmed failures: by an examination, by a row of checks, by their rate; and what changes while
//! they last.

use goodgate_evidence::Timestamp;

use super::super::Standing;
use super::super::trouble::Trouble;
use super::{Course, Out};
use crate::limits::{
    CALM, DOWN_GOOD, DOWN_MOMENTS, PARTIAL_DOWN, RATE_MOMENTS, RATE_MOMENTS_MAX, RELAPSES_MAX,
    TURNS_MAX,
};
use crate::span;
use crate::words::{Finding, State};

impl Course {
    /// An examination saw a failure.
    pub(super) fn convict(
        &mut self,
        finding: Finding,
        at: Timestamp,
        standing: Standing,
        out: &mut Out,
    ) {
        if self.is_overtaken(finding.state, at) {
            return;
        }
        match self.state {
            State::Suspect if standing == Standing::Unvouched => {
                if let Some(trouble) = self.trouble.as_mut() {
                    trouble.held = Some(finding);
                }
            }
            State::Up | State::Unknown => {
                let moment = self.rate.moments();
                self.trouble.get_or_insert_with(|| Box::new(Trouble::new(at, moment)));
                self.enter_suspicion(at, out);
                self.convict(finding, at, standing, out);
            }
            State::Partial | State::Down if finding.state == self.state => self.learn(finding),
            State::Suspect | State::Partial | State::Down => self.fail(finding, at, out),
            State::Paused | State::Maintenance => {}
        }
    }

    /// Tells whether more is known than an examination that ended at a moment could see: checks that
    /// were good since, or that the target comes and goes, so that it fell into one phase.
    fn is_overtaken(&self, found: State, at: Timestamp) -> bool {
        match self.state {
            State::Up => self.last_good.is_some_and(|good| good > at),
            State::Partial if found == State::Down => {
                self.trouble.as_ref().is_some_and(|trouble| trouble.turns > 0)
            }
            _ => false,
        }
    }

    fn learn(&mut self, finding: Finding) {
        if let Some(trouble) = self.trouble.as_mut() {
            trouble.learns(finding);
        }
    }

    pub(super) fn fail_by_row(&mut self, at: Timestamp, out: &mut Out) {
        let summary = format!("{} checks in a row failed", self.bad_row);
        self.fail_by_checks(State::Down, summary, at, out);
    }

    pub(super) fn fail_by_rate(&mut self, at: Timestamp, out: &mut Out) {
        let moments = self.settings.rate.map_or(RATE_MOMENTS, |rule| rule.moments);
        let (failed, of) = self.rate.failed_among(moments);
        if let (Some(rule), Some(trouble)) = (self.settings.rate, self.trouble.as_mut()) {
            let first = self.rate.first_near(rule, at).unwrap_or(trouble.first_moment);
            trouble.first_moment = trouble.first_moment.min(first);
        }
        let summary = format!("{failed} of the last {of} checks failed, the others did not");
        self.fail_by_checks(State::Partial, summary, at, out);
    }

    fn fail_by_checks(&mut self, state: State, summary: String, at: Timestamp, out: &mut Out) {
        let Some(trouble) = self.trouble.as_ref() else { return };
        let finding = trouble.finding_of_checks(state, summary);
        self.fail(finding, at, out);
    }

    pub(super) fn fail(&mut self, finding: Finding, at: Timestamp, out: &mut Out) {
        let is_known = matches!(self.state, State::Partial | State::Down);
        if is_known && self.trouble.as_ref().is_none_or(|trouble| trouble.is_told_out()) {
            return;
        }
        if !is_known {
            let is_relapse = self.recovered.is_some_and(|last| span::apart(last, at) < CALM);
            self.relapses = if is_relapse { (self.relapses + 1).min(RELAPSES_MAX) } else { 0 };
        }
        self.settle(finding.state, Some(finding), at, out);
    }

    /// A failed check of what fails in part.
    pub(super) fn weigh_partial(
        &mut self,
        is_other_cause: bool,
        at: Timestamp,
        standing: Standing,
        out: &mut Out,
    ) {
        let turns = self.trouble.as_ref().map_or(0, |trouble| trouble.turns.min(TURNS_MAX));
        if self.bad_row >= PARTIAL_DOWN << turns && standing == Standing::Vouched {
            self.fail_by_row(at, out);
        } else if is_other_cause || self.bad_row == self.settings.confirm {
            self.examine_again(at, out);
        }
    }

    /// A failed check of what is down.
    pub(super) fn weigh_down(&mut self, is_other_cause: bool, at: Timestamp, out: &mut Out) {
        let since = self.trouble.as_ref().map_or(0, |trouble| trouble.down_moment);
        if self.rate.good_since(since, DOWN_MOMENTS) >= DOWN_GOOD {
            if let Some(trouble) = self.trouble.as_mut() {
                trouble.turns += 1;
            }
            self.fail_by_rate(at, out);
        } else if is_other_cause {
            self.examine_again(at, out);
        }
    }

    fn examine_again(&mut self, at: Timestamp, out: &mut Out) {
        let may = |trouble: &mut Box<Trouble>| trouble.may_examine(at);
        out.is_examination_due |= self.trouble.as_mut().is_some_and(may);
    }

    /// Tells whether the rule finds a partial failure: failed moments, and good ones between them.
    pub(super) fn is_rate_too_high(&self, at: Timestamp) -> bool {
        let Some(rule) = self.settings.rate else { return false };
        let first = self.rate.first_near(rule, at).unwrap_or(self.rate.moments());
        self.rate.trips(rule, at) && self.rate.good_since(first, RATE_MOMENTS_MAX) > 0
    }

    /// Tells of a verdict that has changed while the state stayed.
    pub(super) fn tell(&mut self, at: Timestamp, out: &mut Out) {
        let is_failing = matches!(self.state, State::Partial | State::Down);
        let may = |trouble: &mut Box<Trouble>| trouble.may_tell(at);
        if is_failing && self.trouble.as_mut().is_some_and(may) {
            self.note(self.state, at, out);
        }
    }
}
