//! How long a child may take to start.

use std::env;
use std::time::Duration;

use crate::exit::Failure;
use crate::run::limits::{START, START_VARIABLE};

/// Returns how long a child may take to start, as the environment says it, or as long as usual.
pub(super) fn start() -> Result<Duration, Failure> {
    let Some(text) = env::var_os(START_VARIABLE) else { return Ok(START) };
    of(&text.to_string_lossy()).ok_or_else(|| {
        let hint = format!("unset it for {} s", START.as_secs());
        Failure::hinted(format!("{START_VARIABLE} is no number of seconds from 1 to 86400"), hint)
    })
}

/// A day: whoever wants to wait longer does not want to be told.
const MOST: u64 = 86_400;

fn of(text: &str) -> Option<Duration> {
    let seconds = text.parse().ok().filter(|seconds| (1..=MOST).contains(seconds))?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_makes_no_sense_is_none() {
        assert_eq!(of("900"), Some(Duration::from_mins(15)));
        assert_eq!(of("86400"), Some(Duration::from_hours(24)));
        for text in ["", "0", "-1", "10m", "1.5", "86401", "99999999999999999999999"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
