//! What share of the time has to be good.

use std::fmt;

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// A share in thousandths of a percent: five nines are 99999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Objective(u32);

/// Thousandths of a percent in the whole.
const WHOLE: u32 = 100_000;

impl Objective {
    /// The share of `thousandths` of a percent; 99900 is 99.9 %.
    pub const fn thousandths(thousandths: u32) -> Self {
        Self(if thousandths < WHOLE { thousandths } else { WHOLE - 1 })
    }

    /// Returns the share as a fraction, 0.999 of 99.9 %.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

impl Default for Objective {
    /// 99.9 %.
    fn default() -> Self {
        Self(99_900)
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:03}", self.0 % 1000);
        let digits = digits.trim_end_matches('0');
        let dot = if digits.is_empty() { "" } else { "." };
        write!(formatter, "{}{dot}{digits}%", self.0 / 1000)
    }
}

impl Text for Objective {
    const KIND: &'static str = "a share of the time";
    const ALLOWED: &'static str = "a share from 50% to 99.999%, such as \"99.9%\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fault = || {
            let shown: String = text.chars().take(40).collect();
            Fault::new(format!("{} is no share of the time", quoted(&shown)))
        };
        let number = text.strip_suffix('%').ok_or_else(|| fault().hint("write \"99.9%\""))?;
        let thousandths = thousandths(number).ok_or_else(fault)?;
        match thousandths {
            50_000..WHOLE => Ok(Self(thousandths)),
            WHOLE => Err(fault().hint("100% leaves no room for a single failed check")),
            _ => Err(fault()),
        }
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Objective);

fn thousandths(number: &str) -> Option<u32> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() > 3 || fraction.len() > 3 {
        return None;
    }
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(fraction).filter(|all| *all <= WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["99%", "99.9%", "99.95%", "99.999%", "50%", "99.005%"] {
            assert_eq!(Objective::from_text(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn refuses_what_cannot_be_kept_or_means_nothing() {
        for text in ["", "99.9", "100%", "101%", "49.9%", "99.9999%", "-1%", ".9%", "99.%", "a%"] {
            assert!(Objective::from_text(text).is_err(), "{text}");
        }
    }
}
