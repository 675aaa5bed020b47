//! The moment after which a client no longer cares for an answer, as gRPC clients say it
//! (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>, `grpc-timeout`).

use std::time::{Duration, Instant};

use crate::http1::{Fields, Known};

/// Returns the deadline of a request that arrived at `began`, if it has one.
pub(super) fn of(fields: &Fields, began: Instant) -> Option<Instant> {
    let content_type = fields.get(Known::ContentType)?;
    if !content_type.starts_with(b"application/grpc") {
        return None;
    }
    began.checked_add(timeout(fields.get_by_name(b"grpc-timeout")?)?)
}

/// Reads at most eight digits and a unit.
fn timeout(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(match unit {
        b'H' => Duration::from_secs(number * 3600),
        b'M' => Duration::from_secs(number * 60),
        b'S' => Duration::from_secs(number),
        b'm' => Duration::from_millis(number),
        b'u' => Duration::from_micros(number),
        b'n' => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_digits_and_a_unit() {
        let cases: [(&[u8], Option<u64>); 9] = [
            (b"1S", Some(1000)),
            (b"250m", Some(250)),
            (b"2M", Some(120_000)),
            (b"99999999H", Some(99_999_999 * 3_600_000)),
            (b"999999999S", None),
            (b"S", None),
            (b"-1S", None),
            (b"1s", None),
            (b"", None),
        ];

        for (value, expected) in cases {
            let millis = timeout(value).map(|timeout| timeout.as_millis() as u64);
            assert_eq!(millis, expected, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn only_grpc_has_one() {
        let mut fields = Fields::new();
        let began = Instant::now();
        fields.push_by_name(b"grpc-timeout", b"1S").expect("a field");
        assert_eq!(of(&fields, began), None);

        fields.push(Known::ContentType, b"application/grpc+proto").expect("a field");
        assert_eq!(of(&fields, began), Some(began + Duration::from_secs(1)));
    }
}
