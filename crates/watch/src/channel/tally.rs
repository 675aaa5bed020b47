//! One message to several recipients, each on its own.
//!
//! A recipient that is refused must not keep the message from the others, and one that was reached must
//! not get it again because another one could not be: so the channel remembers, within bounds, whom it
//! has reached. After a restart everybody may get it again, with the same key.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::message::Message;

use super::limits;
use super::outcome::{Again, Failure, Receipt};

/// Whom a channel has reached with which message.
#[derive(Debug, Default)]
pub(super) struct Reached(Mutex<VecDeque<(String, String)>>);

impl Reached {
    fn holds(&self, message: &str, recipient: &str) -> bool {
        let reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reached.iter().any(|(known, to)| known == message && to == recipient)
    }

    fn remember(&self, message: &str, recipient: &str) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reached.len() >= limits::REACHED {
            reached.pop_front();
        }
        reached.push_back((message.to_owned(), recipient.to_owned()));
    }
}

/// The outcomes of one message for each of its recipients.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    reached: &'a Reached,
    message: String,
    taken: usize,
    ids: Vec<String>,
    refused: Vec<String>,
    failed: Vec<(String, Option<std::time::Duration>)>,
}

impl<'a> Tally<'a> {
    /// Begins with nobody reached.
    pub(super) fn new(message: &Message, reached: &'a Reached) -> Self {
        let message = format!("{} {}", message.thread(), message.key());
        Self {
            reached,
            message,
            taken: 0,
            ids: Vec::new(),
            refused: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Whether an earlier attempt has reached a recipient.
    pub(super) fn knows(&mut self, recipient: &str) -> bool {
        let known = self.reached.holds(&self.message, recipient);
        self.taken += usize::from(known);
        known
    }

    /// Takes down what came of one recipient; `recipient` is repeated in failures and is no secret.
    pub(super) fn count(&mut self, recipient: &str, outcome: Result<Option<String>, Failure>) {
        match outcome {
            Ok(id) => {
                self.taken += 1;
                self.ids.extend(id);
                self.reached.remember(&self.message, recipient);
            }
            Err(failure) => match failure.again {
                Again::Never => self.refused.push(format!("{recipient}: {failure}")),
                Again::Later(wait) => self.failed.push((format!("{recipient}: {failure}"), wait)),
            },
        }
    }

    /// Says what came of the message: tried again while anybody may still be reached, refused if nobody
    /// can be.
    pub(super) fn finish(self) -> Result<Receipt, Failure> {
        if let Some(wait) = self.failed.iter().map(|(_, wait)| *wait).max() {
            let all: Vec<String> =
                self.failed.into_iter().map(|(what, _)| what).chain(self.refused).collect();
            return Err(Failure::after(&all.join("; "), wait));
        }
        if self.taken == 0 {
            return Err(Failure::never(&self.refused.join("; ")));
        }
        let id = (!self.ids.is_empty()).then(|| self.ids.join(", "));
        Ok(Receipt { id, refused: self.refused })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::message::{Message, Templates, sample};

    fn message() -> Message {
        Message::new(sample::full(), &Templates::default(), true, 1)
    }

    #[test]
    fn whoever_was_reached_is_not_told_again() {
        let (message, reached) = (message(), Reached::default());
        let mut first = Tally::new(&message, &reached);
        first.count("a", Ok(Some("1".to_owned())));
        first.count("b", Err(Failure::after("busy", Some(Duration::from_secs(9)))));
        let failure = first.finish().unwrap_err();

        let mut second = Tally::new(&message, &reached);
        let known = (second.knows("a"), second.knows("b"));
        second.count("b", Ok(Some("2".to_owned())));

        assert_eq!(failure.again, Again::Later(Some(Duration::from_secs(9))));
        assert_eq!(known, (true, false));
        assert_eq!(second.finish(), Ok(Receipt { id: Some("2".to_owned()), refused: Vec::new() }));
    }

    #[test]
    fn one_that_is_refused_does_not_stop_the_others() {
        let (message, reached) = (message(), Reached::default());
        let mut tally = Tally::new(&message, &reached);
        tally.count("a", Err(Failure::never("no such number")));
        tally.count("b", Ok(None));

        let receipt = tally.finish().unwrap();

        assert_eq!(receipt.refused, ["a: no such number"]);
    }

    #[test]
    fn nobody_reached_is_a_failure_for_good() {
        let (message, reached) = (message(), Reached::default());
        let mut tally = Tally::new(&message, &reached);
        tally.count("a", Err(Failure::never("no such number")));

        assert_eq!(tally.finish().unwrap_err().again, Again::Never);
    }

    #[test]
    fn the_memory_is_bounded() {
        let reached = Reached::default();
        for number in 0..=limits::REACHED {
            reached.remember("m", &number.to_string());
        }

        assert_eq!((reached.holds("m", "0"), reached.holds("m", "1")), (false, true));
    }
}
