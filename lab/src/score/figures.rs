//! Counting: how many verdicts hold what the lab asks of them.

use std::collections::BTreeMap;

use crate::declared::file::{Product, Question};
use crate::score::judge::Judgement;
use crate::score::record::{Entry, Record};

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many hold.
    pub part: usize,
    /// How many there are.
    pub of: usize,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, holds: bool) {
        self.of += 1;
        self.part += usize::from(holds);
    }

    /// Returns the share in per cent; of nothing all hold.
    pub fn percent(self) -> f64 {
        if self.of == 0 { 100.0 } else { self.part as f64 * 100.0 / self.of as f64 }
    }
}

/// The verdicts on one question, of one gateway or of all.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// The true mechanism is the verdict's.
    pub mechanism: Share,
    /// The same, or one that looks the same from there, with the experiment that tells them apart.
    pub mechanism_within_set: Share,
    /// The labelled cause is the best candidate.
    pub cause: Share,
    /// The labelled cause or its mechanism is the best candidate, where the client's view decides.
    pub top_where_decided: Share,
    /// The labelled cause is among the candidates.
    pub named: Share,
    /// No candidate contradicts what the client saw.
    pub consistent: Share,
    /// A proposed experiment splits the true one from each other leading candidate.
    pub splits: Share,
    /// Of the verdicts that are right by the question's own measure, those that are confident.
    pub confident_of_right: Share,
    /// Verdicts that claim something false with 0.8 and more, controls included.
    pub confident_and_wrong: usize,
    /// Verdicts that came in time, controls included.
    pub in_time: Share,
    /// Controls without a false alarm.
    pub quiet: Share,
    /// By tenths of stated confidence: verdicts whose best candidate is true.
    pub reliability: BTreeMap<u32, Share>,
}

impl Figures {
    /// Counts the verdicts on a question; `gateway` leaves out those of others.
    pub fn count(record: &Record, question: Question, gateway: Option<Product>) -> Self {
        let mut figures = Self::default();
        for entry in &record.scenarios {
            let is_other = gateway.is_some_and(|product| product.folder() != entry.gateway());
            let judgement = entry.questions.get(question.name());
            if let (false, Some(judgement)) = (is_other, judgement) {
                figures.add(entry, question, judgement);
            }
        }
        figures
    }

    fn add(&mut self, entry: &Entry, question: Question, judgement: &Judgement) {
        self.in_time.add(judgement.in_time);
        self.confident_and_wrong += usize::from(judgement.confident_and_wrong);
        if entry.is_control() {
            self.quiet.add(!judgement.false_alarm);
            return;
        }
        self.mechanism.add(judgement.mechanism_right);
        self.mechanism_within_set.add(judgement.mechanism_within_set);
        self.cause.add(judgement.cause_right);
        self.named.add(judgement.named);
        self.consistent.add(judgement.contradictions.is_empty());
        self.splits.add(judgement.splits);
        if entry.outside_decides {
            self.top_where_decided.add(judgement.top_right);
        }
        if is_right(entry, question, judgement) {
            self.confident_of_right.add(judgement.confident);
        }
        if !judgement.cause.is_empty() {
            self.reliability.entry(judgement.tenths).or_default().add(judgement.top_right);
        }
    }
}

/// Says whether a verdict is right by the question's own measure: from outside the best candidate
/// where the client's view decides, with the origin and from the logs the mechanism, on the host the
/// cause. Where the client's view does not decide there is no best candidate to be right about.
pub fn is_right(entry: &Entry, question: Question, judgement: &Judgement) -> bool {
    match question {
        Question::Outside => entry.outside_decides && judgement.top_right,
        Question::Origin | Question::Explain => judgement.mechanism_right,
        Question::Local => judgement.cause_right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_whole() {
        assert!(Share::default().percent() > 99.9);
    }

    #[test]
    fn a_share_counts_what_holds() {
        let mut share = Share::default();

        share.add(true);
        share.add(false);

        assert_eq!(share, Share { part: 1, of: 2 });
    }
}
