//! How answers are wanted, and the words for times in them.

use std::time::{Duration, SystemTime};

use serde::Deserialize;

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// For programs.
    Json,
    /// For people: a line for each thing.
    Text,
}

/// Writes a moment as RFC 3339 in UTC, to a millisecond.
pub(super) fn rfc3339(at: SystemTime) -> String {
    let micros = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros();
    goodgate_evidence::Timestamp(i64::try_from(micros).unwrap_or(i64::MAX)).to_string()
}

/// Writes a duration for people: `250 ms`, `4.2 s`, `3 min`, `2 h`.
pub(super) fn human(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..10_000 => format!("{:.1} s", duration.as_secs_f64()),
        10_000..120_000 => format!("{} s", duration.as_secs()),
        120_000..7_200_000 => format!("{} min", duration.as_secs() / 60),
        _ => format!("{} h", duration.as_secs() / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let human = [7, 999, 4242, 65_000, 180_000, 9_000_000]
            .map(|millis| human(Duration::from_millis(millis)));

        assert_eq!(human, ["7 ms", "999 ms", "4.2 s", "65 s", "3 min", "2 h"]);
    }
}
