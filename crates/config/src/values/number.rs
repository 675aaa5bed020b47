//! Whole numbers.

use std::ops::RangeInclusive;

use super::quantity;
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, mismatch};
use crate::tree::{Node, Value};

macro_rules! numbers {
    ($($type:ty),+) => { $(
        impl Scalar for $type {
            type Bound = RangeInclusive<Self>;
            const CAN_BE_OFF: bool = true;

            fn allowed(bound: Option<&Self::Bound>) -> String {
                let (least, most) = bound.map_or((0, Self::MAX), |bound| (*bound.start(), *bound.end()));
                format!("a whole number from {least} to {most}")
            }

            fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
                number_in(node, i128::from(Self::MIN), i128::from(Self::MAX))
                    .and_then(|number| Self::try_from(number).map_err(|_| out_of_reach(node)))
            }

            fn beyond(&self, bound: &Self::Bound) -> Option<String> {
                quantity::beyond(self, bound, Self::to_string)
            }

            fn write(&self) -> String {
                self.to_string()
            }
        }
        crate::scalar!($type);
    )+ };
}

numbers!(u16, u32, u64);

/// Reads a whole number between two others, both included.
pub fn number_in(node: &Node, least: i128, most: i128) -> Result<i128, Fault> {
    match &node.value {
        Value::Integer(Some(number)) if (least..=most).contains(number) => Ok(*number),
        Value::Integer(_) => Err(out_of_reach(node)),
        Value::Text(text) if text.trim().parse::<i128>().is_ok() => {
            Err(mismatch("a number", node).hint("write it without quotes"))
        }
        _ => Err(mismatch("a whole number", node)),
    }
}

fn out_of_reach(node: &Node) -> Fault {
    Fault::new(format!("{} is out of bounds", node.describe()))
}
