//! Phrases that every format shares: what kind of message it is, how long, whose part.

use std::time::Duration;

use goodgate_evidence::{Blame, Stage, Timestamp};
use goodgate_incident::incident::{Ending, Hush, Why};
use goodgate_incident::{AlertKind, Doubt, State};

use super::Alert;

/// How urgent a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nobody has to act.
    Info,
    /// Something fails in part, or cannot be measured.
    Warning,
    /// Users are hit.
    Critical,
}

impl Severity {
    /// Returns how urgent an alert is: how its state is, unless it is over, a digest or a proof.
    pub fn of(alert: &Alert) -> Self {
        match (alert.key.kind, alert.state) {
            (AlertKind::Resolved | AlertKind::Digest | AlertKind::Proof | AlertKind::Report, _)
            | (_, State::Up | State::Paused | State::Maintenance) => Self::Info,
            (_, State::Suspect | State::Partial | State::Unknown) => Self::Warning,
            (_, State::Down) => Self::Critical,
        }
    }

    /// Returns the word for it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// Returns the capitals with which a message begins, such as `DOWN` or `STILL DOWN for 40 min`.
pub(super) fn mark(alert: &Alert) -> String {
    let state = capitals(alert.state);
    let lasted = || length(lasting(alert));
    match alert.key.kind {
        AlertKind::Opened if alert.why == Why::FailsAgain => format!("{state} AGAIN"),
        AlertKind::Opened => state.to_owned(),
        AlertKind::Updated => format!("UPDATE, {state}"),
        AlertKind::Reminder => format!("STILL {state} for {}", lasted()),
        AlertKind::Escalated => format!("NOT ACKNOWLEDGED for {}, {state}", lasted()),
        AlertKind::Resolved => format!("RESOLVED after {}", lasted()),
        AlertKind::Digest => "TOLD LATE".to_owned(),
        AlertKind::Proof => "TEST".to_owned(),
        AlertKind::Report => "REPORT".to_owned(),
    }
}

const fn capitals(state: State) -> &'static str {
    match state {
        State::Up => "UP",
        State::Suspect => "SUSPECT",
        State::Partial => "PARTLY DOWN",
        State::Down => "DOWN",
        State::Unknown => "CANNOT MEASURE",
        State::Paused => "PAUSED",
        State::Maintenance => "MAINTENANCE",
    }
}

/// Says why something is told only now or once more, where that needs saying.
pub(super) fn why(alert: &Alert) -> Option<String> {
    match &alert.why {
        Why::FailsAgain => Some("It had recovered and fails again.".to_owned()),
        Why::Unhushed(Hush::Silence(_), since) => {
            Some(format!("It was silenced since {} and still fails.", moment(*since)))
        }
        Why::Unhushed(Hush::Parent(parent), since) => Some(format!(
            "It was not told since {}, because {parent} failed; it still fails.",
            moment(*since)
        )),
        Why::Began | Why::News | Why::Lasts | Why::Unanswered | Why::Over(_) | Why::CutOff => None,
    }
}

/// Returns how an incident has ended.
pub(super) const fn ending(why: &Why) -> &'static str {
    match why {
        Why::Over(Ending::Withdrawn) => "Its monitors are not checked any more.",
        Why::Over(Ending::ByHand) => "Somebody who looked after it says so.",
        _ => "It answers again.",
    }
}

/// Returns what is true of an alert in which nothing was found.
pub(super) const fn without_finding(state: State, doubt: Option<Doubt>) -> &'static str {
    match (state, doubt) {
        (_, Some(doubt)) => doubted(doubt),
        (State::Up, None) => "It answers as it should.",
        (State::Suspect, None) => "A check has failed; the cause is not known yet.",
        (State::Partial, None) => "A part of it fails; the cause is not known.",
        (State::Down, None) => "It fails; the cause is not known.",
        (State::Unknown, None) => "It cannot be measured.",
        (State::Paused, None) => "It is not checked.",
        (State::Maintenance, None) => "It is under maintenance.",
    }
}

const fn doubted(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Network => {
            "The network of this watch cannot be trusted, so nothing is known of the targets."
        }
        Doubt::Resolver => {
            "The resolver of this watch does not answer, so nothing is known of the targets."
        }
        Doubt::Clock => "The clock of this watch has jumped, so its measurements mean nothing.",
        Doubt::Processor => "This watch is too busy to measure.",
        Doubt::Resources => "This watch lacks descriptors, memory or ports to measure with.",
    }
}

/// Returns where a chain broke, for people.
pub(super) fn stage(stage: Stage) -> String {
    format!("{} ({stage})", stage.meaning())
}

/// Returns whose part has to change, for people.
pub(super) fn blame(blame: Blame) -> String {
    format!("{blame}: {}", blame.meaning())
}

/// Returns how long the incident has lasted when the alert arose, or lasted in all.
pub(super) fn lasting(alert: &Alert) -> Duration {
    between(alert.since, alert.until.unwrap_or(alert.at))
}

/// Returns the time from one moment to another, or none where they are the other way round.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}

/// Returns a duration for people, in its two largest units: `2 h 5 min`.
pub(super) fn length(time: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let secs = time.as_secs();
    let first = UNITS.iter().position(|(size, _)| secs >= *size).unwrap_or(UNITS.len() - 1);
    let mut rest = secs;
    let mut parts = Vec::new();
    for (size, unit) in UNITS.iter().skip(first).take(2) {
        let count = rest / size;
        rest %= size;
        if count > 0 || parts.is_empty() {
            parts.push(format!("{count} {unit}"));
        }
    }
    parts.join(" ")
}

/// Returns a moment for people, to the second: `2026-11-23 03:02:17 UTC`.
pub(super) fn moment(at: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(at.0) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_its_two_largest_units() {
        for (secs, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "1 min 1 s"),
            (2400, "40 min"),
            (7500, "2 h 5 min"),
            (7205, "2 h"),
            (270_000, "3 d 3 h"),
        ] {
            assert_eq!(length(Duration::from_secs(secs)), expected);
        }
    }

    #[test]
    fn a_moment_is_told_in_utc() {
        assert_eq!(moment(Timestamp(1_795_402_937_000_000)), "2026-11-23 03:02:17 UTC");
    }

    #[test]
    fn a_clock_that_went_back_gives_no_time_at_all() {
        assert_eq!(between(Timestamp(5), Timestamp(3)), Duration::ZERO);
    }
}
