//! Shares, written as "20%".

use std::fmt;
use std::ops::RangeInclusive;

use super::quantity::{self, Unit};
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, mismatch};
use crate::tree::{Node, Value};

/// A share of something, exact to a hundredth of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

/// Hundredths in a percent.
const UNITS: &[Unit] = &[("%", 100)];

const EXAMPLE: &str = "\"20%\"";

impl Percent {
    /// A whole number of percent.
    pub const fn whole(percent: u32) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// Returns the share as a fraction: 0.2 of 20 %.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0 / 100)?;
        if !self.0.is_multiple_of(100) {
            write!(formatter, ".{:02}", self.0 % 100)?;
        }
        formatter.write_str("%")
    }
}

impl Scalar for Percent {
    type Bound = RangeInclusive<Self>;

    fn allowed(bound: Option<&Self::Bound>) -> String {
        quantity::allowed("a share", bound, Self::to_string, EXAMPLE)
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match (&node.value, node.text()) {
            (_, Some(text)) => quantity::parse(text, UNITS, EXAMPLE).and_then(of_hundredths),
            (Value::Integer(_) | Value::Float(_), _) => {
                Err(mismatch("a share", node).hint(format!("write {EXAMPLE}")))
            }
            _ => Err(mismatch("a share", node)),
        }
    }

    fn beyond(&self, bound: &Self::Bound) -> Option<String> {
        quantity::beyond(self, bound, Self::to_string)
    }

    fn write(&self) -> String {
        format!("\"{self}\"")
    }
}

crate::scalar!(Percent);

fn of_hundredths(hundredths: u64) -> Result<Percent, Fault> {
    let share = u32::try_from(hundredths);
    share.map(Percent).map_err(|_| Fault::new("that is more than can be counted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_it_is_read() {
        for (hundredths, text) in [(2000, "20%"), (50, "0.50%"), (10_000, "100%"), (0, "0%")] {
            assert_eq!(Percent(hundredths).to_string(), text);
            assert_eq!(quantity::parse(text, UNITS, ""), Ok(u64::from(hundredths)));
        }
    }
}
