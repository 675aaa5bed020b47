//! Durations, sizes and shares as people write them: `250ms`, `5s`, `1m`, `64k`, `5%`.

use std::time::Duration;

/// How a duration is written, for messages.
pub(crate) const DURATION_FORM: &str = "a duration such as 250ms, 5s or 1m";

/// How a duration that cannot be nothing is written, for messages.
pub(crate) const LASTING_FORM: &str = "a duration above zero, such as 250ms, 5s or 1m";

/// How a size is written, for messages.
pub(crate) const SIZE_FORM: &str = "a size such as 900, 64k or 2m";

/// How a share is written, for messages.
pub(crate) const SHARE_FORM: &str = "a share from 0% to 100%, such as 5% or 0.5%";

/// Reads `250ms`, `1.5s`, `2m` or `1h`; a bare number has no unit and is refused.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, milliseconds) = [("ms", 1.0), ("s", 1e3), ("m", 60e3), ("h", 3600e3)]
        .into_iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    let value = decimal(number)? * milliseconds / 1e3;
    Duration::try_from_secs_f64(value).ok()
}

/// Writes a duration so that [`duration`] reads it.
pub(crate) fn show_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds.is_multiple_of(3_600_000) && milliseconds > 0 {
        format!("{}h", milliseconds / 3_600_000)
    } else if milliseconds.is_multiple_of(60_000) && milliseconds > 0 {
        format!("{}m", milliseconds / 60_000)
    } else if milliseconds.is_multiple_of(1000) {
        format!("{}s", milliseconds / 1000)
    } else {
        format!("{milliseconds}ms")
    }
}

/// Reads a number of bytes: `900`, `64k` (1024 each), `2m`.
pub(crate) fn size(text: &str) -> Option<usize> {
    let (number, factor) = match text.strip_suffix(['k', 'K']) {
        Some(number) => (number, 1024),
        None => text.strip_suffix(['m', 'M']).map_or((text, 1), |number| (number, 1024 * 1024)),
    };
    whole(number)?.checked_mul(factor)
}

/// Reads a whole number without a sign.
pub(crate) fn whole(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Reads `5%` or `0.5%` as a part of one.
pub(crate) fn share(text: &str) -> Option<f64> {
    let percent = decimal(text.strip_suffix('%')?)?;
    (percent <= 100.0).then_some(percent / 100.0)
}

/// Reads digits with at most one point; no sign, no exponent, no words.
fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_plain && text.starts_with(|first: char| first.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(duration("1m"), Some(Duration::from_mins(1)));
        for wrong in ["5", "", "s", "-1s", "1e3s", "infs", "5 s", "1.2.3s", ".5s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_shown_duration_is_read_back() {
        for milliseconds in [0, 1, 250, 1000, 1500, 60_000, 90_000, 3_600_000, 5_400_000] {
            let duration_given = Duration::from_millis(milliseconds);
            assert_eq!(duration(&show_duration(duration_given)), Some(duration_given));
        }
    }

    #[test]
    fn sizes_count_in_powers_of_two() {
        assert_eq!(size("64k"), Some(65_536));
        assert_eq!(size("2m"), Some(2 * 1024 * 1024));
        assert_eq!(size("17"), Some(17));
        for wrong in ["", "k", "+1", "-1", "1g", "99999999999999999999m"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(share("5%"), Some(0.05));
        assert_eq!(share("0.5%"), Some(0.005));
        assert_eq!(share("100%"), Some(1.0));
        for wrong in ["5", "101%", "-1%", "%", "nan%"] {
            assert_eq!(share(wrong), None, "{wrong}");
        }
    }
}
