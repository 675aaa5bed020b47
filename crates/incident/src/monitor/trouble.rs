//! What is known of a target while something is wrong with it.

use std::collections::BTreeSet;

use goodgate_evidence::Timestamp;

use crate::limits::{EXAMINE_PAUSE, VERDICT_PAUSE, VERDICTS_MAX};
use crate::span;
use crate::words::{Component, Finding, State};

/// How sure a finding is that only counts failed checks: that it fails is certain, the cause is what
/// one attempt showed.
const CONFIDENCE_OF_CHECKS: f64 = 0.5;

/// One trouble of a target, from its first failed check to its recovery.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    /// When the first failed check began.
    pub(super) began: Timestamp,
    /// The number of moments when it began.
    pub(super) first_moment: u64,
    /// The number of moments when it went down.
    pub(super) down_moment: u64,
    /// How often it was down and turned out to fail in part.
    pub(super) turns: u32,
    /// Checks since it became suspect.
    pub(super) checks: u32,
    /// Failed ones among them.
    pub(super) failed: u32,
    /// What was found, and waits for proof that our own network works.
    pub(super) held: Option<Finding>,
    /// What the last failed check showed.
    shown: (Option<&'static str>, BTreeSet<Component>),
    verdict: Verdict,
    examined: Option<Timestamp>,
}

/// The verdict as it stands, and what of it was told.
#[derive(Clone, Debug, Default, PartialEq)]
struct Verdict {
    finding: Option<Finding>,
    is_untold: bool,
    told: u32,
    told_at: Option<Timestamp>,
}

impl Trouble {
    /// Begins at the moment at which the first failed check began.
    pub(super) fn new(began: Timestamp, first_moment: u64) -> Self {
        Self {
            began,
            first_moment,
            down_moment: first_moment,
            turns: 0,
            checks: 0,
            failed: 0,
            held: None,
            shown: (None, BTreeSet::new()),
            verdict: Verdict::default(),
            examined: None,
        }
    }

    /// Takes what a failed check shows; tells whether it is another cause than before.
    pub(super) fn shows(
        &mut self,
        cause: Option<&'static str>,
        components: &BTreeSet<Component>,
    ) -> bool {
        let is_other = self.shown.0.is_some() && cause.is_some() && self.shown.0 != cause;
        // A check that says nothing of the cause does not hide what the one before has shown.
        if cause.is_some() || !components.is_empty() {
            self.shown = (cause.or(self.shown.0), components.clone());
        }
        is_other
    }

    /// Says what failed checks alone amount to.
    pub(super) fn finding_of_checks(&self, state: State, summary: String) -> Finding {
        Finding {
            state,
            cause: self.shown.0,
            confidence: CONFIDENCE_OF_CHECKS,
            summary,
            stage: None,
            blame: None,
            components: self.shown.1.clone(),
        }
    }

    /// Tells whether an examination may be asked for again, and remembers that it is.
    pub(super) fn may_examine(&mut self, at: Timestamp) -> bool {
        let may = self.examined.is_none_or(|last| span::apart(last, at) >= EXAMINE_PAUSE);
        if may {
            self.examined = Some(at);
        }
        may
    }

    /// Returns the verdict as it stands.
    pub(super) const fn finding(&self) -> Option<&Finding> {
        self.verdict.finding.as_ref()
    }

    /// Takes the verdict with which the state changes; it is told with the change.
    pub(super) fn settles(&mut self, finding: Option<Finding>, at: Timestamp) {
        let told = self.verdict.told + 1;
        self.verdict = Verdict { finding, is_untold: false, told, told_at: Some(at) };
    }

    /// Takes a verdict while the state stays.
    pub(super) fn learns(&mut self, finding: Finding) {
        let is_other = self.finding().is_none_or(|known| differs(known, &finding));
        self.verdict.is_untold |= is_other;
        self.verdict.finding = Some(finding);
    }

    /// Tells whether a change of the verdict is to be told now, and remembers that it is.
    pub(super) fn may_tell(&mut self, at: Timestamp) -> bool {
        let Verdict { is_untold, told_at, .. } = self.verdict;
        let is_soon = told_at.is_some_and(|last| span::apart(last, at) < VERDICT_PAUSE);
        let may = is_untold && !is_soon && !self.is_told_out();
        if may {
            self.verdict.is_untold = false;
            self.verdict.told += 1;
            self.verdict.told_at = Some(at);
        }
        may
    }

    /// Tells whether so much was told that no more changes are.
    pub(super) const fn is_told_out(&self) -> bool {
        self.verdict.told >= VERDICTS_MAX
    }
}

/// Tells whether one verdict says another thing than the other. A confidence that moves is the same
/// verdict.
fn differs(one: &Finding, other: &Finding) -> bool {
    let what = |finding: &Finding| (finding.cause, finding.stage, finding.blame);
    what(one) != what(other) || one.components != other.components
}
