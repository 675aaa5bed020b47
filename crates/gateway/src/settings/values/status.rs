//! Status codes.

use std::fmt;
use std::ops::RangeInclusive;

use goodgate_config::show::quoted;
use goodgate_config::tree::{Node, Value};
use goodgate_config::{Fault, Reader, Scalar, Text, mismatch, number_in};

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

impl Scalar for StatusRange {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "a status such as 200, or several such as \"200-399\"".to_owned()
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match &node.value {
            Value::Integer(_) => {
                let code = u16::try_from(number_in(node, 100, 599)?).unwrap_or(100);
                Ok(Self::new(code, code))
            }
            Value::Text(text) => range(text)
                .ok_or_else(|| Fault::new(format!("{} is no range of statuses", quoted(text)))),
            _ => Err(mismatch("a status", node)),
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match (self.first.0, self.last.0) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("\"{first}-{last}\""),
        }
    }
}

goodgate_config::scalar!(StatusRange);

fn range(text: &str) -> Option<StatusRange> {
    let code = |text: &str| text.parse().ok().filter(|code| (100..=599).contains(code));
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (code(first)?, code(last)?),
        None => (code(text)?, code(text)?),
    };
    (first <= last).then(|| StatusRange::new(first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_ordered_and_in_bounds() {
        assert!(range("200-399").is_some_and(|range| range.contains(399) && !range.contains(400)));
        for text in ["", "399-200", "2xx", "200-", "-", "99-200", "200-600"] {
            assert!(range(text).is_none(), "{text}");
        }
    }
}
