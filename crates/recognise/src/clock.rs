//! The time in a log line.

use goodgate_evidence::Timestamp;
use jiff::civil::DateTime;

/// Returns the time that a line bears, taken as UTC where it names no zone.
pub fn timestamp(line: &str) -> Option<Timestamp> {
    slashes(line).or_else(|| common_log(line)).or_else(|| apache_error(line)).or_else(|| iso(line))
}

/// `2026/11/23 01:35:42` of nginx and Go, at the beginning.
fn slashes(line: &str) -> Option<Timestamp> {
    let stamp = line.get(..19)?;
    if stamp.as_bytes().get(4) != Some(&b'/') {
        return None;
    }
    civil(
        stamp.get(..4)?,
        number(stamp.get(5..7)?)?,
        number(stamp.get(8..10)?)?,
        stamp.get(11..19)?,
        "",
    )
}

/// `[23/Nov/2026:01:35:42.123 +0100]` of access logs and HAProxy, anywhere.
fn common_log(line: &str) -> Option<Timestamp> {
    let start = line.match_indices('[').find(|(at, _)| {
        let byte = |offset: usize| line.as_bytes().get(at + offset).copied();
        byte(3) == Some(b'/') && byte(7) == Some(b'/') && byte(12) == Some(b':')
    })?;
    let stamp = line.get(start.0 + 1..)?;
    let rest = stamp.get(20..)?;
    let end = rest.find(']')?;
    let (fraction, zone) = rest.get(..end)?.split_once(' ').unwrap_or((rest.get(..end)?, ""));
    let at = civil(
        stamp.get(7..11)?,
        month(stamp.get(3..6)?)?,
        number(stamp.get(..2)?)?,
        stamp.get(12..20)?,
        fraction,
    )?;
    Some(Timestamp(at.0 - zone_seconds(zone).unwrap_or(0) * 1_000_000))
}

/// `[Mon Nov 23 01:41:29.569438 2026]` of Apache's error log.
fn apache_error(line: &str) -> Option<Timestamp> {
    let (stamp, _) = line.strip_prefix('[')?.split_once(']')?;
    let mut words = stamp.split_ascii_whitespace();
    let (_, name, day, clock, year) =
        (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let fraction = clock.get(8..).unwrap_or_default();
    civil(year, month(name)?, number(day)?, clock.get(..8)?, fraction)
}

/// `2026-11-23T01:35:42.123Z` and `2026-11-23 01:35:42,123 +0000`, near the beginning.
fn iso(line: &str) -> Option<Timestamp> {
    let bytes = line.as_bytes();
    let is_stamp = |at: usize| {
        let byte = |offset: usize| bytes.get(at + offset).copied();
        byte(4) == Some(b'-')
            && byte(7) == Some(b'-')
            && matches!(byte(10), Some(b'T' | b' '))
            && byte(13) == Some(b':')
    };
    let start = (0..bytes.len().min(64)).find(|at| is_stamp(*at))?;
    let stamp = line.get(start..)?;
    let rest = stamp.get(19..).unwrap_or_default();
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let zone_at = rest.find(|c: char| !digits(c)).unwrap_or(rest.len());
    let zone = rest.get(zone_at..).unwrap_or_default().trim_start();
    let at = civil(
        stamp.get(..4)?,
        number(stamp.get(5..7)?)?,
        number(stamp.get(8..10)?)?,
        stamp.get(11..19)?,
        rest.get(..zone_at)?,
    )?;
    let offset = zone.replace(':', "");
    Some(Timestamp(at.0 - zone_seconds(offset.get(..5).unwrap_or("")).unwrap_or(0) * 1_000_000))
}

fn civil(year: &str, month: i8, day: i8, clock: &str, fraction: &str) -> Option<Timestamp> {
    let year: i16 = year.parse().ok()?;
    let mut parts = clock.split(':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let micros = micros(fraction);
    let date = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let seconds = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some(Timestamp(seconds.checked_mul(1_000_000)? + micros))
}

fn micros(fraction: &str) -> i64 {
    let digits: String = fraction.chars().filter(char::is_ascii_digit).take(6).collect();
    format!("{digits:0<6}").parse().unwrap_or(0)
}

fn number(text: &str) -> Option<i8> {
    text.trim().parse().ok()
}

fn month(name: &str) -> Option<i8> {
    const NAMES: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.iter().position(|known| *known == name).and_then(|at| i8::try_from(at + 1).ok())
}

/// Seconds east of UTC of `+0130`.
fn zone_seconds(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours: i64 = zone.get(1..3)?.parse().ok()?;
    let minutes: i64 = zone.get(3..5)?.parse().ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn reads_the_forms_of_gateways() {
        for line in [
            "2026/11/23 01:35:42 [error] 7702#7702: *11 connect() failed",
            "127.0.0.1 - - [23/Nov/2026:02:35:42 +0100] \"GET / HTTP/1.1\" 502 1",
            "[Mon Nov 23 01:35:42.000000 2026] [proxy:error] x",
            "127.0.0.1:1 [23/Nov/2026:01:35:42.000] fe app/s1",
            "[2026-11-23T01:35:42.000Z] \"GET / HTTP/1.1\" 503 UF",
            "[2026-11-23 01:35:42 +0000] [31714] [CRITICAL] WORKER TIMEOUT",
            "2026-11-23 01:35:42: (gw_backend.c.274) x",
        ] {
            let at = timestamp(line).map(|at| at.to_string());
            assert_eq!(at.as_deref(), Some("2026-11-23T01:35:42.000Z"), "{line}");
        }
    }

    #[test]
    fn nonsense_has_no_time() {
        for line in
            ["", "[99/Foo/2026:99:99:99 +0000]", "2026/99/99 99:99:99", "ääääääääääääääääääää"]
        {
            assert!(timestamp(line).is_none(), "{line}");
        }
    }
}
