//! One way on which we may fail ourselves, and the targets that can prove it: the site's network, the
//! Internet, the resolver.
//!
//! A silence is *open* until an answer comes in on the same way after it: the answer proves that the
//! way works, so the silence is the target's own. Unrelated silences that stay open together are a
//! doubt in the way. It ends when questions that were asked during it are answered.

use goodgate_evidence::Timestamp;

use super::spell::Spell;
use super::ties::{Ties, unrelated};
use crate::limits::{ANSWERS, SILENCES_MAX, SILENT_GROUPS, TOGETHER, WITNESS_WAIT};
use crate::span;
use crate::words::MonitorId;

/// A check that heard nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Silence {
    pub(super) monitor: MonitorId,
    pub(super) ties: Ties,
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    /// When it was first silent without an answer of anybody since.
    opened: Timestamp,
}

impl Silence {
    /// Says that a check of a monitor heard nothing.
    pub(super) const fn new(
        monitor: MonitorId,
        ties: Ties,
        began: Timestamp,
        ended: Timestamp,
    ) -> Self {
        Self { monitor, ties, began, ended, opened: ended }
    }

    /// Goes on from the silence of the same monitor before it.
    fn follow(&mut self, earlier: &Self) {
        self.began = self.began.min(earlier.began);
        self.opened = self.opened.min(earlier.opened);
    }
}

/// What is known of one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// Silences that nobody has vouched for, one for each monitor.
    open: Vec<Silence>,
    /// When the last question was asked that was answered.
    answered: Option<Timestamp>,
    /// When others were asked whether the way works.
    asked: Option<Timestamp>,
    doubt: Spell,
    /// When the first of the answers began that would end the doubt, and how many there are.
    answers: Option<(Timestamp, u32)>,
}

/// What an answer proves.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Proof {
    /// Monitors whose silence is their own.
    pub(super) vouched: Vec<MonitorId>,
    /// The way is in doubt, and one more answer is wanted.
    pub(super) wants_more: bool,
}

impl Lane {
    /// Takes an answer of a monitor.
    pub(super) fn answered(
        &mut self,
        monitor: &MonitorId,
        began: Timestamp,
        ended: Timestamp,
    ) -> Proof {
        self.answered = self.answered.max(Some(began));
        if self.doubt.is_on() {
            return Proof { vouched: Vec::new(), wants_more: !self.trust_again(began, ended) };
        }
        if self.open.is_empty() {
            return Proof::default();
        }
        let is_before = |silence: &mut Silence| silence.ended <= ended;
        let vouched = self.open.extract_if(.., is_before).map(|silence| silence.monitor);
        let vouched = vouched.filter(|other| other != monitor).collect();
        self.asked = None;
        Proof { vouched, wants_more: false }
    }

    /// Takes a silence. `known` counts the unrelated targets of this way, up to a bound, and `also` says
    /// since when something else on it is silent. Tells whether the way is in doubt since now.
    pub(super) fn silent(
        &mut self,
        mut silence: Silence,
        known: usize,
        also: Option<Timestamp>,
    ) -> bool {
        if self.doubt.is_on() {
            if self.answers.is_some_and(|(first, _)| silence.began >= first) {
                self.answers = None;
            }
            return false;
        }
        // It was on its way when the doubt ended, and says nothing of the time since.
        if self.doubt.covers(silence.began, silence.ended) {
            return false;
        }
        let ended = silence.ended;
        self.forget_old(ended);
        if let Some(place) = self.open.iter().position(|other| other.monitor == silence.monitor) {
            silence.follow(&self.open.swap_remove(place));
        }
        if self.open.len() < SILENCES_MAX {
            self.open.push(silence);
        }
        self.weigh(known, also, ended)
    }

    /// Weighs the open silences again, when something else is silent as well. Tells whether the way is in
    /// doubt since now.
    pub(super) fn weigh(&mut self, known: usize, also: Option<Timestamp>, at: Timestamp) -> bool {
        self.forget_old(at);
        if self.doubt.is_on() || self.open.is_empty() {
            return false;
        }
        let needed = known.clamp(2, SILENT_GROUPS);
        let groups = unrelated(self.open.iter().map(|silence| &silence.ties), needed);
        if groups + usize::from(also.is_some()) < needed {
            return false;
        }
        let since = self.open.iter().map(|silence| silence.began).chain(also).min().unwrap_or(at);
        self.doubt.begin(since);
        (self.asked, self.answers) = (None, None);
        self.open.clear();
        true
    }

    /// Tells whether others should be asked now, and remembers that they are.
    pub(super) fn may_ask(&mut self, at: Timestamp) -> bool {
        let may = self.asked.is_none_or(|last| span::apart(last, at) >= WITNESS_WAIT);
        if may {
            self.asked = Some(at);
        }
        may
    }

    /// Tells whether a monitor's silence still waits for an answer of others.
    pub(super) fn is_open(&self, monitor: &MonitorId, at: Timestamp) -> bool {
        let waits = |silence: &Silence| {
            silence.monitor == *monitor && span::apart(silence.opened, at) < WITNESS_WAIT
        };
        self.open.iter().any(waits)
    }

    /// Returns the monitors whose silences have waited long enough: nobody could tell.
    pub(super) fn lapsed(&self, at: Timestamp) -> impl Iterator<Item = &MonitorId> {
        let is_late = move |silence: &&Silence| span::apart(silence.opened, at) >= WITNESS_WAIT;
        self.open.iter().filter(is_late).map(|silence| &silence.monitor)
    }

    /// Returns the open silences.
    pub(super) fn open(&self) -> &[Silence] {
        &self.open
    }

    /// Returns since when nobody answers on this way who was asked, with a silence of the last while.
    pub(super) fn silent_since(&self, at: Timestamp) -> Option<Timestamp> {
        let is_near = |silence: &&Silence| span::apart(silence.ended, at) <= TOGETHER;
        let open = self.open.iter().filter(is_near).map(|silence| silence.began).min();
        self.doubt.now(at).or(open)
    }

    /// Tells whether a question was answered that was asked at a moment or later.
    pub(super) fn has_answered_since(&self, at: Timestamp) -> bool {
        self.answered.is_some_and(|answered| answered >= at)
    }

    /// Returns when the way was in doubt.
    pub(super) const fn doubt(&self) -> &Spell {
        &self.doubt
    }

    /// Forgets a monitor.
    pub(super) fn forget(&mut self, monitor: &MonitorId) {
        self.open.retain(|silence| silence.monitor != *monitor);
    }

    /// Forgets silences that do not speak of the same thing as one at a moment.
    fn forget_old(&mut self, at: Timestamp) {
        self.open.retain(|silence| span::apart(silence.ended, at) <= TOGETHER);
    }

    /// Counts an answer while in doubt; tells whether the doubt is over.
    fn trust_again(&mut self, began: Timestamp, ended: Timestamp) -> bool {
        let (first, count) = self.answers.unwrap_or((began, 0));
        self.answers = Some((first, count + 1));
        let is_over = count + 1 >= ANSWERS;
        if is_over {
            self.doubt.end(ended);
            self.answers = None;
        }
        is_over
    }
}
