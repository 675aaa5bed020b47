//! Numbers in words for people.

/// Returns a share in percent, with as many decimals as it takes to tell it from all and nothing.
pub(super) fn percent(share: f64) -> String {
    let share = share.clamp(0.0, 1.0);
    let of = |decimals: usize| format!("{:.decimals$}", share * 100.0);
    // 99.996 % is not 100.00 %: rounded up it would hide a failure.
    let found = (2..=4).map(of).find(|text| {
        let number: f64 = text.parse().unwrap_or_default();
        (number >= 100.0) == (share >= 1.0) && (number <= 0.0) == (share <= 0.0)
    });
    let text = found.unwrap_or_else(|| of(4));
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// Returns the part of a budget in percent; it may be more than all.
pub(super) fn part(spent: f64) -> String {
    format!("{:.0} %", (spent * 100.0).min(999_999.0))
}

/// Returns a length of time in its two largest units.
pub(super) fn length(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let two = |one: u64, unit: &str, other: u64, small: &str| match other {
        0 => format!("{one} {unit}"),
        _ => format!("{one} {unit} {other} {small}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => two(minutes, "min", seconds % 60, "s"),
        3_600..86_400 => two(hours, "h", minutes, "min"),
        _ => two(days, "d", hours, "h"),
    }
}

/// Returns milliseconds as people say them.
pub(super) fn millis(ms: f64) -> String {
    match ms {
        ms if ms >= 10_000.0 => format!("{:.0} s", ms / 1000.0),
        ms if ms >= 1_000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 10.0 => format!("{ms:.0} ms"),
        _ => format!("{ms:.1} ms"),
    }
}

/// Returns a number with its noun.
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns a moment to a minute, as `2026-11-23 16:40 UTC`.
pub(super) fn moment(text: &str) -> String {
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}

/// Returns names one after the other, the first few of them.
pub(super) fn names(all: &[String]) -> String {
    const NAMED: usize = 3;
    let named: Vec<&str> = all.iter().take(NAMED).map(String::as_str).collect();
    match all.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
