//! What came back, as a result: good, bad, or no word about the target.

use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_incident::trust::Seen;
use goodgate_incident::{Doubt, Outcome, Result};

use super::heard::{self, Met};
use super::limits::FAILURES_TOLD;
use super::plan::{Plan, What};
use super::raw::Raw;
use super::{assertion, cause, component, evidence, status_page, wire};
use crate::store::Phases;

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// For the state of the monitor.
    pub result: Result,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// How long the parts took, redirects added up.
    pub phases: Phases,
    /// What was wrong, in the order in which it was met; nothing where all is as it should be.
    pub failures: Vec<Failure>,
    /// Evidence of the failing attempt itself, as `goodgate.attempt/1`: bounded and redacted. Nothing
    /// where all is as it should be.
    pub evidence: Option<Vec<u8>>,
    /// What was heard of the other side.
    pub seen: Seen,
    /// Whom it met.
    pub met: Met,
}

impl Checked {
    /// Makes one of a result for which nothing was sent.
    pub fn of(result: Result) -> Self {
        let phases = Phases::default();
        let (seen, met) = (heard::SPOKEN, Met::default());
        Self { result, status: None, phases, failures: Vec::new(), evidence: None, seen, met }
    }
}

/// One thing that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where.
    pub stage: Stage,
    /// The cause that it shows by itself.
    pub cause: Option<&'static str>,
    /// What was expected and what was found, in a sentence without a full stop. Text from outside in it
    /// is neutralised.
    pub words: String,
    /// Whether it is a matter of time, so that it is not believed where we ourselves were late.
    pub is_by_time: bool,
    /// Whether it is a matter of the calendar, so that it is not believed where our clock is wrong.
    pub is_by_date: bool,
}

impl Failure {
    pub(super) fn new(stage: Stage, words: impl Into<String>) -> Self {
        Self { stage, cause: None, words: words.into(), is_by_time: false, is_by_date: false }
    }

    pub(super) fn because(self, cause: Option<&'static str>) -> Self {
        Self { cause, ..self }
    }

    pub(super) fn by_time(self) -> Self {
        Self { is_by_time: true, ..self }
    }

    pub(super) fn by_date(self) -> Self {
        Self { is_by_date: true, ..self }
    }
}

/// Judges what came back of a check.
pub fn judge(plan: &Plan, raw: &Raw) -> Checked {
    let failures = failures(plan, raw);
    let outcome = outcome(plan, raw, &failures);
    let is_good = outcome == Outcome::Good;
    Checked {
        result: Result { at: raw.began, took: raw.took, outcome },
        status: status(raw),
        phases: phases(raw),
        evidence: (!is_good).then(|| evidence::of(plan, raw, &failures)),
        seen: heard::seen(plan, raw, &failures),
        met: heard::met(raw),
        failures,
    }
}

fn failures(plan: &Plan, raw: &Raw) -> Vec<Failure> {
    if raw.unable.is_some() {
        return Vec::new();
    }
    if let Some(failure) = wire::failure(plan, raw) {
        return vec![failure];
    }
    let mut failures = match &plan.what {
        What::StatusPage(_, feed, parts) => status_page::failures(*feed, parts, raw),
        _ => assertion::failures(plan, raw),
    };
    if let Some(first) = failures.first_mut().filter(|failure| failure.cause.is_none())
        && let Some(exchange) = raw.last().and_then(|attempt| attempt.exchange.as_ref())
        && status(raw).is_some_and(|status| status >= 500)
        && !matches!(plan.what, What::StatusPage(..))
    {
        first.cause = cause::of_page(exchange);
    }
    failures.truncate(FAILURES_TOLD);
    failures
}

fn outcome(plan: &Plan, raw: &Raw, failures: &[Failure]) -> Outcome {
    if let Some((doubt, _)) = &raw.unable {
        return Outcome::Unmeasured(*doubt);
    }
    if failures.is_empty() {
        return Outcome::Good;
    }
    if let Some(doubt) = wire::doubt(raw) {
        return Outcome::Unmeasured(doubt);
    }
    let was_late = raw.overran || raw.late > plan.lateness;
    if was_late && failures.iter().all(|failure| failure.is_by_time) {
        return Outcome::Unmeasured(Doubt::Processor);
    }
    // A page that cannot be read says nothing about whom it is about.
    if matches!(plan.what, What::StatusPage(..)) && !status_page::is_readable(plan, raw) {
        return Outcome::Unmeasured(Doubt::Resources);
    }
    Outcome::Bad {
        cause: failures.iter().find_map(|failure| failure.cause),
        components: component::of(plan, raw),
    }
}

fn status(raw: &Raw) -> Option<u16> {
    let exchange = raw.last()?.exchange.as_ref()?;
    exchange.head.as_ref().map(|head| head.status)
}

fn phases(raw: &Raw) -> Phases {
    let attempts = || raw.attempts.iter().map(|(_, attempt)| attempt);
    let exchanges = || attempts().filter_map(|attempt| attempt.exchange.as_ref());
    let heads = || exchanges().filter_map(|exchange| Some((exchange, exchange.first_byte?)));
    Phases {
        resolve: sum(raw.lookups.iter().map(|lookup| lookup.took)),
        connect: sum(attempts().map(|attempt| attempt.connect.took)),
        tls: sum(attempts().filter_map(|attempt| Some(attempt.handshake.as_ref()?.took))),
        head: sum(heads().map(|(exchange, first)| exchange.sending.saturating_add(first))),
        body: sum(heads().map(|(exchange, first)| exchange.took.saturating_sub(first))),
    }
}

fn sum(parts: impl Iterator<Item = Duration>) -> Option<Duration> {
    parts.reduce(Duration::saturating_add)
}
