//! From results to the measured state of one target: up, suspect, partial, down or unknown.

use std::collections::BTreeSet;

use goodgate_evidence::Timestamp;

use super::rate::Rate;
use super::settings::Settings;
use super::trouble::Trouble;
use super::{Examination, Move, Saved, Standing};
use crate::limits::{
    CALM, DISMISS, DOWN_GOOD, DOWN_MOMENTS, EXTRA_CHECKS, PARTIAL_CHANCE, PARTIAL_DOWN,
    PARTIAL_RECOVER_MAX, PARTIAL_RECOVER_MIN, RATE_MOMENTS, RATE_MOMENTS_MAX, RELAPSES_MAX,
    SPOILED, SUSPECT_CHECKS_MAX, TURNS_MAX, VERDICT_PAUSE,
};
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

    // Suspicion.

    fn suspect(&mut self, at: Timestamp, out: &mut Out) {
        self.enter_suspicion(at, out);
        if let Some(trouble) = self.trouble.as_mut() {
            trouble.may_examine(at);
        }
        out.is_examination_due = true;
    }

    fn enter_suspicion(&mut self, at: Timestamp, out: &mut Out) {
        self.go(State::Suspect, at, out);
        if let Some(trouble) = self.trouble.as_mut() {
            (trouble.checks, trouble.failed) = (0, 0);
        }
    }

    /// A failed check of a target of which nothing was known.
    fn bad_again(&mut self, at: Timestamp, out: &mut Out) {
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

    fn weigh_suspicion(&mut self, at: Timestamp, standing: Standing, out: &mut Out) {
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
    fn end_suspicion_in_time(&mut self, at: Timestamp, out: &mut Out) {
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
    fn acquit(&mut self, at: Timestamp, out: &mut Out) {
        match self.state {
            State::Suspect => self.dismiss(at, out),
            State::Unknown if self.before.is_none() => self.recover(at, out),
            State::Down => self.check_soon(at, out),
            State::Up | State::Partial | State::Unknown | State::Paused | State::Maintenance => {}
        }
    }

    fn dismiss(&mut self, at: Timestamp, out: &mut Out) {
        if self.is_rate_too_high(at) {
            return self.fail_by_rate(at, out);
        }
        self.drop_trouble();
        self.extra = EXTRA_CHECKS;
        self.go(State::Up, at, out);
        self.check_more(at, out);
    }

    // Failure.

    /// An examination saw a failure.
    fn convict(&mut self, finding: Finding, at: Timestamp, standing: Standing, out: &mut Out) {
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

    fn fail_by_row(&mut self, at: Timestamp, out: &mut Out) {
        let summary = format!("{} checks in a row failed", self.bad_row);
        self.fail_by_checks(State::Down, summary, at, out);
    }

    fn fail_by_rate(&mut self, at: Timestamp, out: &mut Out) {
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

    fn fail(&mut self, finding: Finding, at: Timestamp, out: &mut Out) {
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
    fn weigh_partial(
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
    fn weigh_down(&mut self, is_other_cause: bool, at: Timestamp, out: &mut Out) {
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
    fn is_rate_too_high(&self, at: Timestamp) -> bool {
        let Some(rule) = self.settings.rate else { return false };
        let first = self.rate.first_near(rule, at).unwrap_or(self.rate.moments());
        self.rate.trips(rule, at) && self.rate.good_since(first, RATE_MOMENTS_MAX) > 0
    }

    /// Tells of a verdict that has changed while the state stayed.
    fn tell(&mut self, at: Timestamp, out: &mut Out) {
        let is_failing = matches!(self.state, State::Partial | State::Down);
        let may = |trouble: &mut Box<Trouble>| trouble.may_tell(at);
        if is_failing && self.trouble.as_mut().is_some_and(may) {
            self.note(self.state, at, out);
        }
    }

    // Recovery.

    fn recover_slowly(&mut self, at: Timestamp, out: &mut Out) {
        if self.good_row >= self.needed() {
            self.recovered = Some(at);
            self.rate.settle();
            self.recover(at, out);
        } else if self.good_row < self.settings.recover && self.failure() == State::Down {
            self.check_soon(at, out);
        }
    }

    fn recover(&mut self, at: Timestamp, out: &mut Out) {
        self.drop_trouble();
        self.go(State::Up, at, out);
    }

    /// The failure that is to be recovered from.
    fn failure(&self) -> State {
        self.before.unwrap_or(self.state)
    }

    /// Returns how many good results in a row end the failure.
    ///
    /// For a partial one they are as many as a target that still fails at the rate that was seen
    /// passes only by a rare chance.
    fn needed(&self) -> u32 {
        let needed = if self.failure() == State::Partial {
            let since = self.trouble.as_ref().map_or(0, |trouble| trouble.first_moment);
            let passes = 1.0 - self.rate.share(since, self.good_row);
            let needed = (PARTIAL_CHANCE.ln() / passes.ln()).ceil() as u32;
            needed.clamp(PARTIAL_RECOVER_MIN, PARTIAL_RECOVER_MAX)
        } else {
            self.settings.recover
        };
        needed.saturating_mul(1 << self.relapses).min(PARTIAL_RECOVER_MAX)
    }

    // Doubt.

    /// An examination cannot say what is wrong, since we cannot measure.
    fn cannot_say(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        let is_failing = matches!(self.state, State::Partial | State::Down);
        if self.state == State::Up || (is_failing && doubt.is_none()) {
            return;
        }
        self.lose(doubt, at, out);
        self.asks = if self.before.is_none() { self.settings.confirm } else { 0 };
    }

    fn lose(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        match self.state {
            State::Unknown => return self.doubt_anew(doubt, at, out),
            State::Partial | State::Down => self.before = Some(self.state),
            State::Up | State::Suspect => self.drop_trouble(),
            State::Paused | State::Maintenance => return,
        }
        self.go(State::Unknown, at, out);
        self.doubted_at = at;
        self.doubt = doubt;
        if let Some(last) = out.moves.last_mut() {
            last.doubt = doubt;
        }
    }

    /// Takes another reason for what is unknown already. It is told if the last one has stood for a
    /// while; the moment since when it is unknown stays.
    fn doubt_anew(&mut self, doubt: Option<Doubt>, at: Timestamp, out: &mut Out) {
        let is_first = self.doubt.is_none();
        let is_late = span::apart(self.doubted_at, at) >= VERDICT_PAUSE;
        if doubt.is_some() && self.doubt != doubt && (is_first || is_late) {
            (self.doubt, self.doubted_at) = (doubt, at);
            self.note(State::Unknown, at, out);
        }
    }

    fn drop_trouble(&mut self) {
        self.trouble = None;
        self.before = None;
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
