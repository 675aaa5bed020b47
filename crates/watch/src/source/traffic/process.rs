//! Whether the gateway's process is there, by whether its admin listener answers.

use std::collections::BTreeSet;

use goodgate_door::client::Unanswered;
use goodgate_evidence::{Blame, Stage};
use goodgate_incident::{Component, Doubt, Finding, Outcome, State, Timestamp};

use crate::source::limits::STARTS_WITHIN;
use crate::source::span;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missed {
    /// There is none at all.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// It answers that we may not ask.
    #[error("it does not let us ask (status {0}): see `token` and `hosts` of [admin]")]
    Denied(u16),
    /// What answers is no gateway.
    #[error("what answers is not the metrics of goodgate: {0}")]
    Strange(&'static str),
}

impl Missed {
    /// Whether the gateway is not there, as opposed to there and of no use to us.
    pub const fn is_gone(&self) -> bool {
        use Unanswered::{Closed, Late, NoSocket, Refused};
        matches!(self, Self::Unanswered(Refused | NoSocket | Late | Closed))
    }
}

/// The gateway's process over time.
#[derive(Clone, Debug)]
pub struct Process {
    address: String,
    began: Timestamp,
    has_answered: bool,
    /// Since when it has not answered, and how often.
    missed: Option<(Timestamp, u32)>,
}

/// What one question says about the process.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The outcome.
    pub outcome: Outcome,
    /// What it means.
    pub finding: Option<Finding>,
}

impl Process {
    /// Begins without an answer; `address` is where the gateway is asked, for people.
    pub fn new(address: String, began: Timestamp) -> Self {
        Self { address, began, has_answered: false, missed: None }
    }

    /// Whether the last question had no answer.
    pub const fn is_missed(&self) -> bool {
        self.missed.is_some()
    }

    /// How often it was asked in vain since its last answer.
    pub fn times(&self) -> u32 {
        self.missed.map_or(0, |(_, times)| times)
    }

    /// Takes what came of a question that began at a moment. Nothing follows from a first one without an
    /// answer, nor while the gateway may still be starting.
    pub fn take(&mut self, answer: Result<(), &Missed>, at: Timestamp) -> Option<Said> {
        let missed = match answer {
            Ok(()) => {
                (self.has_answered, self.missed) = (true, None);
                return Some(Said { outcome: Outcome::Good, finding: None });
            }
            Err(missed) => missed,
        };
        let (since, times) = self.missed.map_or((at, 1), |(since, times)| (since, times + 1));
        self.missed = Some((since, times));
        if !missed.is_gone() {
            let outcome = Outcome::Unmeasured(Doubt::Resources);
            return Some(Said { outcome, finding: None });
        }
        let may_start = !self.has_answered && span::between(self.began, at) < STARTS_WITHIN;
        if times < 2 || may_start {
            return None;
        }
        let components = BTreeSet::from([Component::Gateway(self.address.as_str().into())]);
        let finding = self.finding(missed, components.clone());
        Some(Said { outcome: Outcome::Bad { cause: None, components }, finding: Some(finding) })
    }

    fn finding(&self, missed: &Missed, components: BTreeSet<Component>) -> Finding {
        let address = &self.address;
        let summary = match missed {
            Missed::Unanswered(Unanswered::Refused) => {
                format!("the gateway is gone: nothing listens at its admin address {address}")
            }
            Missed::Unanswered(Unanswered::NoSocket) => {
                format!("the gateway is gone: its admin socket {address} is not there")
            }
            Missed::Unanswered(Unanswered::Closed) => format!(
                "the gateway closes connections to its admin address {address} without an answer"
            ),
            _ => format!("the gateway does not answer at its admin address {address}: it hangs"),
        };
        Finding {
            state: State::Down,
            cause: None,
            confidence: 0.0,
            summary,
            stage: Some(Stage::Connect),
            blame: Some(Blame::Gateway),
            components,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    fn answering() -> Process {
        let mut process = Process::new("127.0.0.1:9502".to_owned(), second(0));
        process.take(Ok(()), second(0));
        process
    }

    #[test]
    fn one_question_without_an_answer_says_nothing() {
        for missed in
            [Unanswered::Refused, Unanswered::NoSocket, Unanswered::Late, Unanswered::Closed]
        {
            let (mut process, missed) = (answering(), Missed::from(missed));

            assert_eq!(process.take(Err(&missed), second(5)), None, "{missed}");
            let said = process.take(Ok(()), second(6)).expect("an answer");
            assert_eq!(said.outcome, Outcome::Good);
        }
    }

    #[test]
    fn two_in_a_row_say_that_it_is_gone() {
        let mut process = answering();
        process.take(Err(&Unanswered::Late.into()), second(5));

        let said = process.take(Err(&Unanswered::Refused.into()), second(7)).expect("a verdict");

        let finding = said.finding.expect("a finding");
        assert_eq!(finding.state, State::Down);
        assert!(finding.summary.contains("nothing listens"), "{}", finding.summary);
        assert!(finding.summary.contains("127.0.0.1:9502"));
    }

    #[test]
    fn one_that_starts_has_time_for_it() {
        let mut process = Process::new("unix:/run/a.sock".to_owned(), second(0));

        for at in 0..5 {
            assert_eq!(process.take(Err(&Unanswered::NoSocket.into()), second(at)), None);
        }
        let said = process.take(Err(&Unanswered::NoSocket.into()), second(5)).expect("a verdict");
        assert!(said.finding.is_some_and(|it| it.summary.contains("unix:/run/a.sock")));
    }

    #[test]
    fn one_that_does_not_let_us_ask_is_not_gone() {
        let mut process = answering();

        for at in 0..5 {
            let said = process.take(Err(&Missed::Denied(401)), second(at)).expect("a doubt");
            assert_eq!(said.outcome, Outcome::Unmeasured(Doubt::Resources));
        }
    }
}
