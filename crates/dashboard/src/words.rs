//! Times, shares and names of states as people read them.

use goodgate_evidence::text::{neutralise, shorten};
pub(crate) use goodgate_report::times::lasted;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::limits::{TEXT_IN_A_LIST, TEXT_OF_LINES};

/// Returns the seconds from one moment to another, both in RFC 3339; none where one is no moment.
pub(crate) fn between(from: &str, until: &str) -> Option<u64> {
    let (from, until) = (from.parse::<Timestamp>().ok()?, until.parse::<Timestamp>().ok()?);
    u64::try_from(until.duration_since(from).as_secs().max(0)).ok()
}

/// Returns a moment for people: the day and the time in UTC, to the second.
pub(crate) fn moment(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => text(at),
    }
}

/// Returns a share as percent: `99.98 %`, and never `100 %` for less than all of it.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share >= 1.0 {
        return "100 %".to_owned();
    }
    // Rounding up would claim what was not reached.
    let percent = percent + 1e-9;
    let floored = (percent * 1000.0).floor() / 1000.0;
    match floored {
        ..99.0 => format!("{:.1} %", (percent * 10.0).floor() / 10.0),
        99.0..99.9 => format!("{:.2} %", (percent * 100.0).floor() / 100.0),
        _ => format!("{floored:.3} %"),
    }
}

/// Returns a time in milliseconds as people write it: `0.4 ms`, `12 ms`, `2.3 s`.
pub(crate) fn millis(ms: f64) -> String {
    match ms {
        ..10.0 => format!("{ms:.1} ms"),
        10.0..1_000.0 => format!("{ms:.0} ms"),
        1_000.0..10_000.0 => format!("{:.1} s", ms / 1_000.0),
        _ => format!("{:.0} s", ms / 1_000.0),
    }
}

/// Returns a number of bytes as people write it.
pub(crate) fn bytes(count: u64) -> String {
    let of = |unit: u64| count as f64 / unit as f64;
    match count {
        0..1_024 => format!("{count} B"),
        1_024..1_048_576 => format!("{:.0} KiB", of(1 << 10)),
        1_048_576..1_073_741_824 => format!("{:.1} MiB", of(1 << 20)),
        _ => format!("{:.1} GiB", of(1 << 30)),
    }
}

/// Returns a text from outside, in one line and of a bounded length. A template escapes it for HTML.
pub(crate) fn text(text: &str) -> String {
    neutralise(&shorten(text, TEXT_IN_A_LIST))
}

/// Whether a text from outside is shown as it is, so that a form may hold it.
pub(crate) fn is_plain(name: &str) -> bool {
    text(name) == name
}

/// Returns a text from outside with its lines, of a bounded length. A template escapes it for HTML.
pub(crate) fn lines(text: &str) -> String {
    neutralise(&shorten(text, TEXT_OF_LINES))
}

/// Names the one monitor of an incident, and counts several.
pub(crate) fn members(monitors: &[String]) -> String {
    match monitors {
        [one] => text(one),
        all => counted(all.len(), "monitor"),
    }
}

/// Returns `1 monitor`, `2 monitors`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Returns what people read for a state of a monitor or an incident; the same word for what is not known.
pub(crate) fn state(slug: &str) -> &str {
    match slug {
        "up" => "Up",
        "suspect" => "Suspect",
        "partial" => "Partly down",
        "down" => "Down",
        "unknown" => "Unknown",
        "paused" => "Paused",
        "maintenance" => "Maintenance",
        "open" => "Open",
        "acknowledged" => "Acknowledged",
        "resolved" => "Resolved",
        other => other,
    }
}

/// Returns the sign of a state, so that colour is never the only one.
pub(crate) fn sign(slug: &str) -> &'static str {
    match slug {
        "up" | "resolved" => "\u{2713}",
        "suspect" => "\u{2026}",
        "partial" => "\u{25d0}",
        "down" | "open" => "\u{2715}",
        "unknown" => "?",
        "paused" => "\u{2016}",
        "maintenance" => "\u{2692}",
        "acknowledged" => "\u{2299}",
        _ => "\u{2022}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_the_unit_that_people_would_use() {
        let words = [0, 119, 120, 7_199, 7_200, 12_000, 172_800].map(lasted);

        assert_eq!(words, ["0 s", "119 s", "2 min", "119 min", "2 h", "3 h 20 min", "2 d"]);
        assert_eq!(
            [0.43, 12.4, 999.4, 2_345.0, 65_000.0].map(millis),
            ["0.4 ms", "12 ms", "999 ms", "2.3 s", "65 s"]
        );
        assert_eq!(bytes(430 << 10), "430 KiB");
        assert_eq!(moment("2026-11-23T12:00:05.250Z"), "2026-11-23 12:00:05 UTC");
        assert_eq!(between("2026-11-23T12:00:05Z", "2026-11-23T12:01:05Z"), Some(60));
        assert_eq!(between("2026-11-23T12:01:05Z", "2026-11-23T12:00:05Z"), Some(0));
        assert_eq!(between("now", "then"), None);
    }

    #[test]
    fn a_share_is_never_more_than_it_was() {
        let words = [1.0, 0.999_999_9, 0.999_89, 0.995, 0.5, 0.0].map(percent);

        assert_eq!(words, ["100 %", "99.999 %", "99.989 %", "99.50 %", "50.0 %", "0.0 %"]);
    }
}
