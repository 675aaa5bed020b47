//! Status codes.

use std::fmt;

/// A status code, from 100 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Status(u16);

impl Status {
    /// This code; what is no status becomes the nearest one.
    pub const fn of(code: u16) -> Self {
        match code {
            0..100 => Self(100),
            100..600 => Self(code),
            _ => Self(599),
        }
    }

    /// Returns the code.
    pub const fn code(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// Status codes from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    first: Status,
    last: Status,
}

impl StatusRange {
    /// The codes from `first` to `last`.
    pub const fn new(first: u16, last: u16) -> Self {
        Self { first: Status::of(first), last: Status::of(last) }
    }

    /// Whether a code is one of these.
    pub const fn contains(self, code: u16) -> bool {
        self.first.0 <= code && code <= self.last.0
    }
}
