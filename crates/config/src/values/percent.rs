//! Shares, written as "20%".

/// A share of something, exact to a hundredth of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

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
