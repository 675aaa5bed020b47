//! Numbers and times in sentences.

use std::time::Duration;

use goodgate_evidence::text::{neutralise, shorten};

use super::limits::NAME_SHOWN;

/// Returns a name from outside as it may stand in a sentence.
pub(super) fn name(text: &str) -> String {
    shorten(&neutralise(text), NAME_SHOWN).replace(['\n', '\t'], " ")
}

/// Returns a share with one digit after the point below 100 %: `12.4 %`.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 99.95 || (percent - percent.round()).abs() < 0.05 {
        // Nearly all is not all.
        let rounded = if share < 1.0 && percent > 99.0 { 99.9 } else { percent.round() };
        return format!("{rounded} %");
    }
    format!("{percent:.1} %")
}

/// Returns a number with its thousands apart: `1,834`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a time as it stands after "in the last": `minute`, `10 minutes`, `90 s`.
pub(super) fn last(time: Duration) -> String {
    let seconds = time.as_secs().max(1);
    let (number, unit) = match seconds {
        s if s.is_multiple_of(86_400) => (s / 86_400, "day"),
        s if s.is_multiple_of(3600) => (s / 3600, "hour"),
        s if s.is_multiple_of(60) => (s / 60, "minute"),
        s => return format!("{s} s"),
    };
    if number == 1 { unit.to_owned() } else { format!("{number} {unit}s") }
}

/// Returns about how long something takes: `50 s`, `2 h 10 min`, `3 days`.
pub(super) fn about(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match hours {
        48.. => format!("{} days", hours / 24),
        1.. if minutes % 60 == 0 => format!("{hours} h"),
        1.. => format!("{hours} h {} min", minutes % 60),
        0 if minutes > 0 => format!("{minutes} min"),
        0 => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_counts_read_well() {
        let shares = [(0.124, "12.4 %"), (0.05, "5 %"), (1.0, "100 %"), (0.9999, "99.9 %")];
        for (share, text) in shares {
            assert_eq!(percent(share), text);
        }
        assert_eq!((count(7).as_str(), count(1834).as_str()), ("7", "1,834"));
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn times_read_well() {
        assert_eq!(last(Duration::from_mins(1)), "minute");
        assert_eq!(last(Duration::from_secs(90)), "90 s");
        assert_eq!(last(Duration::from_mins(10)), "10 minutes");
        assert_eq!(about(Duration::from_mins(130)), "2 h 10 min");
        assert_eq!(about(Duration::from_hours(80)), "3 days");
    }

    #[test]
    fn a_name_from_outside_obeys_nothing() {
        assert_eq!(name("a\u{1b}[31m\nb"), "a\\u{1b}[31m b");
        assert!(name(&"x".repeat(10_000)).chars().count() < 100);
    }
}
