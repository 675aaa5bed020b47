//! Status codes.

use std::fmt;
use std::ops::RangeInclusive;

use goodgate_config::show::quoted;
use goodgate_config::tree::Node;
use goodgate_config::{Fault, Reader, Scalar, Text, number_in};

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

impl Scalar for Status {
    type Bound = RangeInclusive<Self>;

    fn allowed(bound: Option<&Self::Bound>) -> String {
        let (first, last) = bound.map_or((100, 599), |bound| (bound.start().0, bound.end().0));
        format!("a status from {first} to {last}")
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        let code = number_in(node, 100, 599)?;
        Ok(Self(u16::try_from(code).unwrap_or(100)))
    }

    fn beyond(&self, bound: &Self::Bound) -> Option<String> {
        (!bound.contains(self)).then(|| format!("{self} is not among them"))
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

goodgate_config::scalar!(Status);

/// As the name of a key: `502 = "page.html"`.
impl Text for Status {
    const KIND: &'static str = "a status";
    const ALLOWED: &'static str = "a status from 400 to 599";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let code = text.parse().ok().filter(|code| (400..=599).contains(code));
        code.map(Self)
            .ok_or_else(|| Fault::new(format!("{} is no status of an error", quoted(text))))
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}
