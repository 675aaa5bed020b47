//! What a fault is: its name, its arguments, what it makes go wrong, and where it takes hold.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::dns::DnsFault;
use crate::fastcgi::FastcgiFault;
use crate::http1::{Exchange, Request};
use crate::http2::Http2Fault;
use crate::listen::Door;
use crate::protocol::Protocol;
use crate::tls::TlsFault;
use crate::units;
use crate::wire::{BoxedWire, Step};
use crate::{catalogue, limits};

/// A fault of the catalogue.
pub struct Fault {
    /// Its name on the command line; public, and does not change.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Its arguments in their order; all of them may be left out.
    pub arguments: &'static [Argument],
    /// The causes of the taxonomy that it makes, at the gateway in front.
    pub causes: &'static [&'static str],
    /// The protocols on which it can be made; the first is spoken where nothing else is asked for.
    pub protocols: &'static [Protocol],
    /// Makes the fault from its arguments.
    pub(crate) make: fn(&Given<'_>) -> Result<Hook, ArgumentError>,
}

/// One argument of a fault.
#[derive(Debug)]
pub struct Argument {
    /// Its name in capitals, as in `slow_head[:DURATION]`.
    pub name: &'static str,
    /// What it sets, with its unit, its range or its words.
    pub meaning: &'static str,
    /// Its value where it is left out.
    pub default: &'static str,
}

/// No arguments.
pub(crate) const NONE: &[Argument] = &[];

/// Where a fault takes hold.
#[derive(Clone)]
pub(crate) enum Hook {
    /// At the listening socket, before anybody is accepted.
    Listener(Door),
    /// On an accepted connection, before a byte is read from it.
    Accepted(Arc<dyn Accepted>),
    /// In the TLS handshake.
    Tls(Arc<dyn TlsFault>),
    /// In how long a connection is kept for further requests.
    Kept(Kept),
    /// In place of the answer to an HTTP/1.1 request.
    Exchange(Arc<dyn Strike>),
    /// On an HTTP/2 connection.
    Http2(Arc<dyn Http2Fault>),
    /// On a FastCGI request.
    Fastcgi(Arc<dyn FastcgiFault>),
    /// In the answer to a DNS question.
    Dns(Arc<dyn DnsFault>),
}

impl Hook {
    /// Whether a share of the occasions can be struck: a listener is there for all of them.
    pub(crate) const fn can_share(&self) -> bool {
        !matches!(self, Self::Listener(_))
    }

    /// Whether the path of a request is known when the fault takes hold.
    pub(crate) const fn knows_path(&self) -> bool {
        matches!(self, Self::Exchange(_) | Self::Http2(_) | Self::Fastcgi(_))
    }
}

/// A fault on a connection that was just accepted.
pub(crate) trait Accepted: Send + Sync {
    /// Strikes; gives back the connection if it goes on.
    fn strike(&self, wire: BoxedWire) -> Step<'_, Option<BoxedWire>>;
}

/// A fault in place of the answer to an HTTP/1.1 request.
pub(crate) trait Strike: Send + Sync {
    /// Whether the fault can show on this request.
    fn applies(&self, _request: &Request) -> bool {
        true
    }

    /// Strikes, and says how the connection goes on.
    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then>;
}

/// How a connection goes on after a request was struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The next request is read.
    Keep,
    /// The connection ends with a FIN.
    Close,
    /// The connection is closed without regard for what the peer still sends, which resets it.
    Drop,
    /// The connection ends with a reset.
    Reset,
    /// The connection stays open and silent until the peer ends it.
    Hold,
    /// The request is answered as if no fault had struck.
    Answer,
}

/// How long a connection is kept for further requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Closed after it was idle for that long.
    Idle {
        /// How long it may be idle.
        after: Duration,
        /// How it ends.
        end: Then,
        /// Whether it ends only when the next request comes, as if both had crossed on the way.
        is_late: bool,
    },
    /// Closed after so many responses, none of which says so.
    Requests(usize),
}

/// The arguments that were given to a fault.
pub(crate) struct Given<'a> {
    declared: &'static [Argument],
    words: Vec<&'a str>,
}

impl<'a> Given<'a> {
    /// Returns an argument as a duration of at most [`limits::HOLD_MAX`].
    pub(crate) fn duration(&self, name: &'static str) -> Result<Duration, ArgumentError> {
        let parse = |word: &str| units::duration(word).filter(|time| *time <= limits::HOLD_MAX);
        self.parsed(name, parse, || format!("{} of at most 1h", units::DURATION_FORM))
    }

    /// Returns an argument as a number of bytes in a range.
    pub(crate) fn size(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, ArgumentError> {
        let wanted = || format!("{} from {} to {}", units::SIZE_FORM, range.start(), range.end());
        self.parsed(name, |word| units::size(word).filter(|size| range.contains(size)), wanted)
    }

    /// Returns an argument as a whole number in a range.
    pub(crate) fn number(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, ArgumentError> {
        let wanted = || format!("a number from {} to {}", range.start(), range.end());
        self.parsed(name, |word| units::whole(word).filter(|count| range.contains(count)), wanted)
    }

    /// Returns an argument as an IP address.
    pub(crate) fn address(&self, name: &'static str) -> Result<IpAddr, ArgumentError> {
        self.parsed(name, |word| word.parse().ok(), || "an IP address".to_owned())
    }

    /// Returns what stands beside the argument in a table of words.
    pub(crate) fn word<T: Clone>(
        &self,
        name: &'static str,
        table: &[(&'static str, T)],
    ) -> Result<T, ArgumentError> {
        let find = |given: &str| {
            table.iter().find(|(word, _)| *word == given).map(|(_, value)| value.clone())
        };
        let wanted = || {
            let words: Vec<&str> = table.iter().map(|(word, _)| *word).collect();
            format!("one of {}", words.join(", "))
        };
        self.parsed(name, find, wanted)
    }

    fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        wanted: impl FnOnce() -> String,
    ) -> Result<T, ArgumentError> {
        let word = self.text(name);
        parse(word).ok_or_else(|| ArgumentError {
            argument: name,
            given: word.to_owned(),
            wanted: wanted(),
        })
    }

    /// Returns what was given, or the default; empty for an argument that is not declared.
    fn text(&self, name: &str) -> &'a str {
        let position = self.declared.iter().position(|argument| argument.name == name);
        debug_assert!(position.is_some(), "{name} is declared");
        let given = position.and_then(|position| self.words.get(position));
        let declared = position.and_then(|position| self.declared.get(position));
        given.copied().or(declared.map(|argument| argument.default)).unwrap_or_default()
    }
}

/// An argument is not what the fault takes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{argument} is {given:?}, not {wanted}")]
pub struct ArgumentError {
    /// The argument's name.
    pub argument: &'static str,
    /// What was given.
    pub given: String,
    /// What may be given.
    pub wanted: String,
}

/// A fault with its arguments, as `NAME[:ARG[:ARG]]` names it.
#[derive(Clone)]
pub struct Spec {
    text: String,
    fault: &'static Fault,
    pub(crate) hook: Hook,
}

impl Spec {
    /// Reads `NAME[:ARG[:ARG]]`. The last argument takes the rest, so that it may hold colons.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let (name, rest) = text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)));
        let fault = catalogue::find(name)
            .ok_or_else(|| SpecError::Unknown { name: name.to_owned(), near: near(name) })?;
        let words: Vec<&str> = match (rest, fault.arguments.len()) {
            (None, _) => Vec::new(),
            (Some(_), 0) => return Err(SpecError::NoArguments { name: fault.name }),
            (Some(rest), count) => rest.splitn(count, ':').collect(),
        };
        let given = Given { declared: fault.arguments, words };
        let hook = (fault.make)(&given)
            .map_err(|source| SpecError::Argument { usage: fault.usage(), source })?;
        Ok(Self { text: text.to_owned(), fault, hook })
    }

    /// Returns the text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the fault of the catalogue.
    pub const fn fault(&self) -> &'static Fault {
        self.fault
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Spec").field(&self.text).finish()
    }
}

/// `NAME[:ARG[:ARG]]` names no fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// There is no fault of that name.
    #[error("there is no fault {name:?}{}; `goodgate faults list` shows all", did_you_mean(*near))]
    Unknown {
        /// The name.
        name: String,
        /// A name that is much like it.
        near: Option<&'static str>,
    },
    /// The fault takes no arguments.
    #[error("{name} takes no argument; write {name}")]
    NoArguments {
        /// The fault.
        name: &'static str,
    },
    /// An argument is not what the fault takes.
    #[error("{usage}: {source}")]
    Argument {
        /// How the fault is written.
        usage: String,
        /// What is wrong.
        source: ArgumentError,
    },
}

fn did_you_mean(near: Option<&'static str>) -> String {
    near.map_or_else(String::new, |near| format!(", did you mean {near}"))
}

/// Finds the name that is least different from a misspelt one, if it is not too different.
fn near(name: &str) -> Option<&'static str> {
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    let best = catalogue::ALL.iter().min_by_key(|fault| difference(fault.name, &name))?;
    (difference(best.name, &name) <= best.name.len() / 3).then_some(best.name)
}

/// The most characters of a misspelt name that are looked at: more than any name has.
const NAME_CHARS_MAX: usize = 64;

/// Returns how many letters have to be put in, taken out or changed (the Levenshtein distance).
fn difference(one: &str, other: &str) -> usize {
    let mut costs: Vec<usize> = (0..=other.chars().count()).collect();
    for (row, letter) in one.chars().enumerate() {
        let mut corner = row;
        let mut left = row + 1;
        let letters = std::iter::once(None).chain(other.chars().map(Some));
        for (cost, other) in costs.iter_mut().zip(letters) {
            let above = *cost;
            if let Some(other) = other {
                let changed = corner + usize::from(letter != other);
                left = changed.min(above + 1).min(left + 1);
            }
            corner = above;
            *cost = left;
        }
    }
    costs.last().copied().unwrap_or_default()
}

impl Fault {
    /// Returns how the fault is written: `close_idle[:AFTER[:HOW]]`.
    pub fn usage(&self) -> String {
        let names = self.arguments.iter().map(|argument| format!("[:{}", argument.name));
        let opened: String = names.collect();
        format!("{}{opened}{}", self.name, "]".repeat(self.arguments.len()))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Fault").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, count) in
            [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("status", "stauts", 2), ("ab", "axb", 1)]
        {
            assert_eq!(difference(one, other), count, "{one} {other}");
        }
    }

    #[test]
    fn a_misspelt_name_finds_the_right_one_and_nonsense_none() {
        assert_eq!(near("stauts"), Some("status"));
        assert_eq!(near("close_after_request_"), Some("close_after_request"));
        assert_eq!(near("xyzzy"), None);
        assert_eq!(near(""), None);
    }

    #[test]
    fn the_last_argument_takes_the_rest() {
        let spec = Spec::parse("close_idle:1s:fin:more");

        assert!(spec.is_err_and(|error| error.to_string().contains("\"fin:more\"")));
    }

    #[test]
    fn usage_shows_what_may_be_left_out() {
        let usage = |name| catalogue::find(name).map(Fault::usage);

        assert_eq!(usage("refuse").as_deref(), Some("refuse"));
        assert_eq!(
            usage("close_idle").as_deref(),
            Some("close_idle[:AFTER[:fin|rst|late_fin|late_rst]]")
        );
    }
}
