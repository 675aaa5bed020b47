//! What comes of telling somebody: a receipt, or a failure that says whether to try again.

use std::fmt;
use std::time::Duration;

use crate::message;

use super::limits;

/// A provider has taken a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What the provider calls it, where it says so: the id of a message, the answer of a mail server.
    pub id: Option<String>,
    /// Recipients that the provider refuses for good, each with the reason, while others were reached.
    pub refused: Vec<String>,
}

/// What is known of a channel without a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was tried; what that shows.
    Proven(&'static str),
    /// It cannot be tried without a message; why.
    OnlyByMessage(&'static str),
}

/// Why a message was not taken. Its text holds no secret and is harmless to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    what: String,
    /// Whether it is worth trying again.
    pub again: Again,
}

/// Whether a message is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// After the time that the provider asks for, else after a wait that grows.
    Later(Option<Duration>),
    /// The same message would fail in the same way until somebody changes something.
    Never,
}

impl Failure {
    /// A failure that may heal by itself.
    pub fn later(what: &str) -> Self {
        Self::after(what, None)
    }

    /// A failure that may heal by itself, after a time that the provider asks for; more than an hour is
    /// an hour.
    pub fn after(what: &str, wait: Option<Duration>) -> Self {
        let again = Again::Later(wait.map(|wait| wait.min(limits::WAIT)));
        Self { what: told(what), again }
    }

    /// A failure that does not heal by itself.
    pub fn never(what: &str) -> Self {
        Self { what: told(what), again: Again::Never }
    }
}

/// Makes a text of a provider one harmless line.
fn told(text: &str) -> String {
    message::sentence(text, 2 * limits::EXCERPT)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

impl std::error::Error for Failure {}
