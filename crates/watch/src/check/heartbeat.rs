//! Heartbeats: whether a job has called in time. Nothing is sent, so that only the clock decides.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_incident::{Outcome, Result, Timestamp};

/// Judges a heartbeat at `now`. `last` is the last call, `since` when somebody began to wait for it: a
/// job that has never called is given a whole period after a start.
pub fn judge(
    last: Option<Timestamp>,
    since: Timestamp,
    now: Timestamp,
    every: Duration,
    grace: Duration,
) -> Result {
    let from = last.map_or(since, |last| last.max(since));
    let is_overdue = now > due(from, every, grace);
    let outcome = if is_overdue {
        Outcome::Bad { cause: None, components: BTreeSet::new() }
    } else {
        Outcome::Good
    };
    Result { at: now, took: Duration::ZERO, outcome }
}

/// Returns when a job is overdue that called, or was begun to be waited for, at `from`. Whoever waits
/// looks again then, so that a job that is late is noticed at once.
pub fn due(from: Timestamp, every: Duration, grace: Duration) -> Timestamp {
    let wait = i64::try_from(every.saturating_add(grace).as_micros()).unwrap_or(i64::MAX);
    Timestamp(from.0.saturating_add(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_mins(1);
    const GRACE: Duration = Duration::from_secs(10);

    fn is_good(last: Option<i64>, since: i64, now: i64) -> bool {
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        judge(last.map(at), at(since), at(now), EVERY, GRACE).outcome == Outcome::Good
    }

    #[test]
    fn a_job_is_late_only_after_its_grace() {
        for (last, since, now, expected) in [
            (Some(0), 0, 70, true),
            (Some(0), 0, 71, false),
            (None, 0, 70, true),
            (None, 0, 71, false),
            // We were away: what it did in that time is not known.
            (Some(0), 1000, 1070, true),
            (Some(0), 1000, 1071, false),
            // The clock was put back.
            (Some(500), 0, 100, true),
        ] {
            assert_eq!(is_good(last, since, now), expected, "{last:?} {since} {now}");
        }
    }
}
