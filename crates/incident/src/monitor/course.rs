//! From results to the measured state of one target: up, suspect, partial, down or unknown.

mod doubt;
mod failure;
mod recovery;
mod suspicion;

use std::collections::BTreeSet;

use goodgate_evidence::Timestamp;

use super::rate::Rate;
use super::settings::Settings;
use super::trouble::Trouble;
use super::{Examination, Move, Saved, Standing};
use crate::limits::{DISMISS, SPOILED};
use crate::span;
use crate::words::{Component, Doubt, Finding, Outcome, Result, State};

/// What comes of one input.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) moves: Vec<Move>,
    pub(super) is_examination_due: bool,
    pub(super) check_at: Option<Timestamp>,
}

/// The measured state of one target, and what led to it.
#[derive(Clone, Debug)]
pub(super) struct Course {
    settings: Settings,
    state: State,
    since: Timestamp,
    /// Why it is unknown, and since when that is the reason.
    doubt: Option<Doubt>,
    doubted_at: Timestamp,
    /// What it was before it became unknown, where that was a failure.
    before: Option<State>,
    /// While it is unknown because an examination could not say: how often to ask another one.
    asks: u32,
    trouble: Option<Box<Trouble>>,
    rate: Rate,
    /// Results in a row. What could not be measured interrupts none but its own.
    good_row: u32,
    bad_row: u32,
    spoiled_row: u32,
    last_good: Option<Timestamp>,
    /// Checks in addition that are still to be made.
    extra: u32,
    recovered: Option<Timestamp>,
    relapses: u32,
}

impl Course {
    /// Begins with nothing measured.
    pub(super) fn new(settings: Settings, at: Timestamp) -> Self {
        Self {
            settings,
            state: State::Unknown,
            since: at,
            doubt: None,
            doubted_at: at,
            before: None,
            asks: 0,
            trouble: None,
            rate: Rate::default(),
            good_row: 0,
            bad_row: 0,
            spoiled_row: 0,
            last_good: None,
            extra: 0,
            recovered: None,
            relapses: 0,
        }
    }

    /// Goes on from what was stored.
    pub(super) fn resume(settings: Settings, saved: Saved) -> Self {
        let mut course = Self::new(settings, saved.since);
        course.state = saved.state;
        course.doubt = saved.doubt;
        if matches!(saved.state, State::Suspect | State::Partial | State::Down) {
            let mut trouble = Box::new(Trouble::new(saved.since, 0));
            trouble.settles(saved.finding, saved.since);
            course.trouble = Some(trouble);
        }
        course
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }

    pub(super) const fn since(&self) -> Timestamp {
        self.since
    }

    pub(super) const fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    pub(super) fn finding(&self) -> Option<&Finding> {
        self.trouble.as_ref()?.finding()
    }

    /// Takes the result of a check.
    pub(super) fn checked(&mut self, result: &Result, standing: Standing) -> Out {
        let mut out = Out::default();
        let at = span::after(result.at, result.took);
        match &result.outcome {
            Outcome::Good => self.good(at, &mut out),
            Outcome::Bad { cause, components } => {
                self.count_bad(at);
                self.bad(result.at, at, (*cause, components), standing, &mut out);
            }
            Outcome::Unmeasured(doubt) => self.unmeasured(*doubt, at, &mut out),
        }
        self.tell(at, &mut out);
        out
    }

    /// Takes what an examination found.
    pub(super) fn examined(&mut self, examination: Examination, standing: Standing) -> Out {
        let mut out = Out::default();
        let Examination { ended: at, finding, bad_tries, doubt } = examination;
        // An examination of a suspicion belongs to the moment of the check that raised it.
        if bad_tries > 0 && self.state != State::Suspect {
            self.rate.bad(at);
        }
        match (finding.state, standing) {
            (State::Up, _) => self.acquit(at, &mut out),
            (State::Unknown, Standing::Doubted(known)) => {
                self.cannot_say(doubt.or(Some(known)), at, &mut out);
            }
            (State::Unknown, _) => self.cannot_say(doubt, at, &mut out),
            (State::Partial | State::Down, Standing::Doubted(doubt)) => {
                self.cannot_say(Some(doubt), at, &mut out);
            }
            (State::Partial | State::Down, _) => self.convict(finding, at, standing, &mut out),
            // No examination comes to these.
            (State::Suspect | State::Paused | State::Maintenance, _) => {}
        }
        self.tell(at, &mut out);
        out
    }

    /// Takes that what was measured since a moment cannot be trusted.
    pub(super) fn doubted(&mut self, doubt: Doubt, since: Timestamp, at: Timestamp) -> Out {
        let mut out = Out::default();
        let is_taken_back = match self.state {
            State::Suspect => true,
            State::Partial | State::Down => {
                self.trouble.as_ref().is_some_and(|trouble| trouble.began >= since)
            }
            State::Up | State::Unknown | State::Paused | State::Maintenance => false,
        };
        if is_taken_back {
            self.lose(Some(doubt), at, &mut out);
            self.drop_trouble();
            self.bad_row = 0;
        }
        out
    }

    /// Takes that our own network is proven to work: what was found counts.
    pub(super) fn vouched(&mut self, at: Timestamp) -> Out {
        let mut out = Out::default();
        let held = self.trouble.as_mut().and_then(|trouble| trouble.held.take());
        if let (State::Suspect, Some(finding)) = (self.state, held) {
            self.fail(finding, at, &mut out);
        }
        out
    }

    // Results.

    fn good(&mut self, at: Timestamp, out: &mut Out) {
        self.rate.good();
        self.last_good = Some(at);
        self.good_row = self.good_row.saturating_add(1);
        (self.bad_row, self.spoiled_row) = (0, 0);
        match self.state {
            State::Up => self.check_more(at, out),
            State::Unknown if self.before.is_none() => self.recover(at, out),
            State::Suspect if self.good_row >= DISMISS => self.dismiss(at, out),
            State::Suspect => {
                self.check_soon(at, out);
                self.end_suspicion_in_time(at, out);
            }
            State::Partial | State::Down | State::Unknown => self.recover_slowly(at, out),
            State::Paused | State::Maintenance => {}
        }
    }

    fn count_bad(&mut self, at: Timestamp) {
        self.rate.bad(at);
        self.bad_row = self.bad_row.saturating_add(1);
        (self.good_row, self.spoiled_row) = (0, 0);
    }

    fn bad(
        &mut self,
        began: Timestamp,
        at: Timestamp,
        (cause, components): (Option<&'static str>, &BTreeSet<Component>),
        standing: Standing,
        out: &mut Out,
    ) {
        let first_moment = self.rate.moments().saturating_sub(1);
        let trouble =
            self.trouble.get_or_insert_with(|| Box::new(Trouble::new(began, first_moment)));
        let is_other_cause = trouble.shows(cause, components);
        match self.state {
            State::Up => self.suspect(at, out),
            State::Unknown => self.bad_again(at, out),
            State::Suspect | State::Partial | State::Down => {}
            State::Paused | State::Maintenance => return,
        }
        match self.state {
            State::Suspect => self.weigh_suspicion(at, standing, out),
            State::Partial => self.weigh_partial(is_other_cause, at, standing, out),
            State::Down => self.weigh_down(is_other_cause, at, out),
            State::Up | State::Unknown | State::Paused | State::Maintenance => {}
        }
    }

    /// Takes a result that says nothing. Our own slowness has to last to change the state; what
    /// spoils results in other ways is in doubt as a whole, and one result is enough.
    fn unmeasured(&mut self, doubt: Doubt, at: Timestamp, out: &mut Out) {
        self.spoiled_row = self.spoiled_row.saturating_add(1);
        let patience = if doubt == Doubt::Processor { SPOILED } else { 1 };
        if self.spoiled_row >= patience {
            self.lose(Some(doubt), at, out);
        } else {
            self.check_soon(at, out);
            self.end_suspicion_in_time(at, out);
        }
    }

    // Moving.

    /// Goes to a state of failure with what was found.
    fn settle(&mut self, to: State, finding: Option<Finding>, at: Timestamp, out: &mut Out) {
        let moment = self.rate.moments();
        if let Some(trouble) = self.trouble.as_mut() {
            trouble.settles(finding, at);
            trouble.held = None;
            if to == State::Down {
                trouble.down_moment = moment;
            }
        }
        self.go(to, at, out);
    }

    fn go(&mut self, to: State, at: Timestamp, out: &mut Out) {
        let from = self.state;
        if to != State::Unknown {
            self.before = None;
        }
        self.state = to;
        self.since = at;
        self.doubt = None;
        self.asks = 0;
        self.note(from, at, out);
    }

    fn note(&self, from: State, at: Timestamp, out: &mut Out) {
        let is_failing = matches!(self.state, State::Partial | State::Down);
        let finding = self.finding().filter(|_| is_failing).cloned();
        out.moves.push(Move { from, to: self.state, at, doubt: self.doubt, finding });
    }

    // More checks.

    fn check_more(&mut self, at: Timestamp, out: &mut Out) {
        if self.extra > 0 {
            self.extra -= 1;
            self.check_soon(at, out);
        }
    }

    fn check_soon(&self, at: Timestamp, out: &mut Out) {
        out.check_at = self.settings.extra_pause().map(|pause| span::after(at, pause));
    }
}
