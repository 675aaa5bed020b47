//! What a suspicion leads to.

use goodgate_evidence::Timestamp;

use super::super::Standing;
use super::{Course, Out};
use crate::limits::{EXTRA_CHECKS, SUSPECT_CHECKS_MAX};
use crate::words::State;

impl Course {
    pub(super) fn suspect(&mut self, at: Timestamp, out: &mut Out) {
        self.enter_suspicion(at, out);
        if let Some(trouble) = self.trouble.as_mut() {
            trouble.may_examine(at);
        }
        out.is_examination_due = true;
    }

    pub(super) fn enter_suspicion(&mut self, at: Timestamp, out: &mut Out) {
        self.go(State::Suspect, at, out);
        if let Some(trouble) = self.trouble.as_mut() {
            (trouble.checks, trouble.failed) = (0, 0);
        }
    }

    /// A failed check of a target of which nothing was known.
    pub(super) fn bad_again(&mut self, at: Timestamp, out: &mut Out) {
        match self.before {
            // It failed before we lost sight of it, and it still does.
            Some(before) => {
                let finding = self.finding().cloned();
                self.settle(before, finding, at, out);
            }
            // The examination said that it cannot tell. It is asked again before checks decide.
            None if self.asks > 0 => {
                self.asks -= 1;
                out.is_examination_due = true;
            }
            None => self.suspect(at, out),
        }
    }

    pub(super) fn weigh_suspicion(&mut self, at: Timestamp, standing: Standing, out: &mut Out) {
        let is_vouched = standing == Standing::Vouched;
        let bad_row = self.bad_row;
        let Some(trouble) = self.trouble.as_mut() else { return };
        trouble.failed += 1;
        if is_vouched && let Some(finding) = trouble.held.take() {
            self.fail(finding, at, out);
        } else if is_vouched && bad_row >= self.settings.confirm {
            self.fail_by_row(at, out);
        } else if self.is_rate_too_high(at) {
            self.fail_by_rate(at, out);
        } else {
            self.end_suspicion_in_time(at, out);
        }
    }

    /// Counts a check of a suspicion, and decides it by what there is when there were too many.
    pub(super) fn end_suspicion_in_time(&mut self, at: Timestamp, out: &mut Out) {
        let (State::Suspect, Some(trouble)) = (self.state, self.trouble.as_mut()) else { return };
        trouble.checks += 1;
        if trouble.checks < SUSPECT_CHECKS_MAX {
            return;
        }
        let failed = trouble.failed;
        if let Some(finding) = trouble.held.take() {
            self.fail(finding, at, out);
        } else if self.bad_row >= self.settings.confirm {
            self.fail_by_row(at, out);
        } else if failed >= self.settings.confirm {
            self.fail_by_rate(at, out);
        } else {
            self.dismiss(at, out);
        }
    }

    /// An examination saw nothing wrong.
    pub(super) fn acquit(&mut self, at: Timestamp, out: &mut Out) {
        match self.state {
            State::Suspect => self.dismiss(at, out),
            State::Unknown if self.before.is_none() => self.recover(at, out),
            State::Down => self.check_soon(at, out),
            State::Up | State::Partial | State::Unknown | State::Paused | State::Maintenance => {}
        }
    }

    pub(super) fn dismiss(&mut self, at: Timestamp, out: &mut Out) {
        if self.is_rate_too_high(at) {
            return self.fail_by_rate(at, out);
        }
        self.drop_trouble();
        self.extra = EXTRA_CHECKS;
        self.go(State::Up, at, out);
        self.check_more(at, out);
    }
}
