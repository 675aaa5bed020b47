//! Amounts of bytes, written as "64KiB".

use std::fmt;
use std::ops::RangeInclusive;

use super::quantity::{self, Unit};
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, mismatch};
use crate::tree::{Node, Value};

/// An amount of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

const UNITS: &[Unit] = &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

const EXAMPLE: &str = "\"64KiB\" or \"1MiB\"";

impl Size {
    /// This many bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// This many KiB.
    pub const fn kib(kib: u64) -> Self {
        Self(kib.saturating_mul(1024))
    }

    /// This many MiB.
    pub const fn mib(mib: u64) -> Self {
        Self::kib(mib.saturating_mul(1024))
    }

    /// This many GiB.
    pub const fn gib(gib: u64) -> Self {
        Self::mib(gib.saturating_mul(1024))
    }

    /// Returns the bytes.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the bytes as a length in memory.
    pub fn len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Whether it is zero bytes.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&quantity::write(self.0, UNITS))
    }
}

impl Scalar for Size {
    type Bound = RangeInclusive<Self>;
    const CAN_BE_OFF: bool = true;

    fn allowed(bound: Option<&Self::Bound>) -> String {
        quantity::allowed("a size", bound, Self::to_string, EXAMPLE)
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match (&node.value, node.text()) {
            (_, Some(text)) => quantity::parse(text, UNITS, EXAMPLE).map(Self),
            (Value::Integer(Some(number)), _) => Err(Fault::new(format!("{number} has no unit"))
                .hint(format!("write \"{number}B\" for bytes, \"{number}KiB\" for KiB"))),
            _ => Err(mismatch("a size", node)),
        }
    }

    fn beyond(&self, bound: &Self::Bound) -> Option<String> {
        quantity::beyond(self, bound, Self::to_string)
    }

    fn write(&self) -> String {
        format!("\"{self}\"")
    }
}

crate::scalar!(Size);
