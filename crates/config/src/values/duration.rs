//! Durations, written as "250ms", "5s", "2m", "1h".

use std::ops::RangeInclusive;
use std::time::Duration;

use super::quantity::{self, Unit};
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, mismatch};
use crate::tree::{Node, Value};

const UNITS: &[Unit] = &[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

const EXAMPLE: &str = "\"5s\" or \"250ms\"";

impl Scalar for Duration {
    type Bound = RangeInclusive<Self>;
    const CAN_BE_OFF: bool = true;

    fn allowed(bound: Option<&Self::Bound>) -> String {
        quantity::allowed("a duration", bound, text, EXAMPLE)
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match (&node.value, node.text()) {
            (_, Some(text)) => quantity::parse(text, UNITS, EXAMPLE).map(Self::from_millis),
            (Value::Integer(Some(number)), _) => Err(Fault::new(format!("{number} has no unit"))
                .hint(format!("write \"{number}s\" for seconds, \"{number}ms\" for milliseconds"))),
            _ => Err(mismatch("a duration", node)),
        }
    }

    fn beyond(&self, bound: &Self::Bound) -> Option<String> {
        quantity::beyond(self, bound, text)
    }

    fn write(&self) -> String {
        format!("\"{}\"", text(self))
    }
}

crate::scalar!(Duration);

fn text(duration: &Duration) -> String {
    quantity::write(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX), UNITS)
}
