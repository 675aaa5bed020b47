//! A fault with its occasions, as words of a command line, a schedule or a control request.

use std::time::Duration;

use thiserror::Error;

use crate::fault::{Spec, SpecError};
use crate::plan::{Entry, Share};
use crate::units;

/// A fault with its occasions, not yet read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    /// `NAME[:ARG[:ARG]]`.
    pub fault: &'a str,
    /// A percentage.
    pub share: Option<&'a str>,
    /// The beginning of the paths that are struck.
    pub path: Option<&'a str>,
    /// A duration from the start of the plan.
    pub after: Option<&'a str>,
    /// A duration.
    pub lasts: Option<&'a str>,
}

impl Words<'_> {
    /// Reads them; `place` is where they stand, for later messages.
    pub fn read(&self, place: &str) -> Result<Entry, WordsError> {
        let fault = Spec::parse(self.fault).map_err(WordsError::Fault)?;
        let share = self.share.map_or(Ok(Share::ALL), |given| {
            Share::parse(given).ok_or_else(|| unfit(Key::Share, given, units::SHARE_FORM))
        })?;
        let path = self.path.map(path).transpose()?;
        let after = self.after.map_or(Ok(Duration::ZERO), |given| duration(Key::After, given))?;
        let lasts = self.lasts.map(lasts).transpose()?;
        check(&fault, share, path.as_deref())?;
        Ok(Entry { place: place.to_owned(), fault, share, path, after, lasts })
    }
}

/// Checks that the fault can be chosen as it is to be.
fn check(fault: &Spec, share: Share, path: Option<&str>) -> Result<(), WordsError> {
    let name = fault.fault().name;
    if share != Share::ALL && !fault.hook.can_share() {
        return Err(WordsError::NoShare { fault: name });
    }
    if path.is_some() && !fault.hook.knows_path() {
        return Err(WordsError::NoPath { fault: name });
    }
    Ok(())
}

fn path(given: &str) -> Result<String, WordsError> {
    let fault = || unfit(Key::Path, given, "the beginning of a path, such as /api");
    given.starts_with('/').then(|| given.to_owned()).ok_or_else(fault)
}

fn duration(key: Key, given: &str) -> Result<Duration, WordsError> {
    units::duration(given).ok_or_else(|| unfit(key, given, units::DURATION_FORM))
}

fn lasts(given: &str) -> Result<Duration, WordsError> {
    let lasts = duration(Key::For, given)?;
    // What lasts no time would never strike.
    (!lasts.is_zero()).then_some(lasts).ok_or_else(|| unfit(Key::For, given, units::LASTING_FORM))
}

fn unfit(key: Key, given: &str, wanted: &'static str) -> WordsError {
    WordsError::Unfit { key, given: given.to_owned(), wanted }
}

/// Which of the words is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The fault.
    Fault,
    /// The share.
    Share,
    /// The path.
    Path,
    /// When it begins.
    After,
    /// How long it lasts.
    For,
}

/// A word is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WordsError {
    /// The fault.
    #[error(transparent)]
    Fault(SpecError),
    /// One of the others.
    #[error("{given:?} is not {wanted}")]
    Unfit {
        /// Which one.
        key: Key,
        /// What was given.
        given: String,
        /// What may be given.
        wanted: &'static str,
    },
    /// A share of a fault that strikes the listener as a whole.
    #[error("{fault} strikes the listener as a whole and has no share; leave the share away")]
    NoShare {
        /// The fault.
        fault: &'static str,
    },
    /// A path of a fault that strikes before there is one.
    #[error("{fault} strikes before the path is known; leave the path away")]
    NoPath {
        /// The fault.
        fault: &'static str,
    },
}

impl WordsError {
    /// Returns which of the words is wrong.
    pub const fn key(&self) -> Key {
        match self {
            Self::Fault(_) => Key::Fault,
            Self::Unfit { key, .. } => *key,
            Self::NoShare { .. } => Key::Share,
            Self::NoPath { .. } => Key::Path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_word_is_named() {
        let good = Words { fault: "status:503", ..Words::default() };

        for (words, key) in [
            (Words { fault: "status:9", ..good }, Key::Fault),
            (Words { share: Some("5"), ..good }, Key::Share),
            (Words { path: Some("api"), ..good }, Key::Path),
            (Words { after: Some("5"), ..good }, Key::After),
            (Words { lasts: Some("x"), ..good }, Key::For),
            (Words { lasts: Some("0s"), ..good }, Key::For),
            (Words { fault: "refuse", share: Some("5%"), ..good }, Key::Share),
            (Words { fault: "accept_close", path: Some("/"), ..good }, Key::Path),
        ] {
            assert_eq!(words.read("here").expect_err("an error").key(), key);
        }
    }
}
