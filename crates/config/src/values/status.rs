//! Ranges of status codes.

use super::{brief, number_in};
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, mismatch};
use crate::tree::{Node, Value};

/// Status codes from one to another, both included, within 100 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    first: u16,
    last: u16,
}

impl StatusRange {
    /// The codes from `first` to `last`.
    pub const fn new(first: u16, last: u16) -> Self {
        Self { first, last }
    }

    /// Whether a code is one of these.
    pub const fn contains(self, code: u16) -> bool {
        self.first <= code && code <= self.last
    }

    /// Returns it as it is written: `200` or `200-299`.
    pub fn words(self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{}-{}", self.first, self.last)
        }
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
            Value::Text(text) => range(text).ok_or_else(|| {
                let fault = Fault::new(format!("{} is no range of statuses", brief(text)));
                match class(text) {
                    Some(class) => fault.hint(format!("write \"{class}00-{class}99\"")),
                    None => fault,
                }
            }),
            _ => Err(mismatch("a status", node)),
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("\"{}\"", self.words())
        }
    }
}

crate::scalar!(StatusRange);

fn range(text: &str) -> Option<StatusRange> {
    let code = |text: &str| text.parse().ok().filter(|code| (100..=599).contains(code));
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (code(first)?, code(last)?);
    (first <= last).then(|| StatusRange::new(first, last))
}

/// The class that `2xx` means.
fn class(text: &str) -> Option<char> {
    let rest = text.to_ascii_lowercase();
    let first = rest.chars().next().filter(|first| ('1'..='5').contains(first))?;
    (rest.get(1..) == Some("xx")).then_some(first)
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
        assert_eq!(class("2XX"), Some('2'));
    }
}
