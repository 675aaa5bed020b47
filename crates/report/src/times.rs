//! Lengths of time as people read them.

/// Returns how long something lasted: `45 s`, `12 min`, `3 h 20 min`, `5 d`.
pub fn lasted(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{minutes} min"),
        7_200..172_800 if minutes % 60 == 0 => format!("{hours} h"),
        7_200..172_800 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d"),
    }
}
