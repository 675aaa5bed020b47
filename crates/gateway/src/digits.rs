//! Numbers as text. Every request writes a dozen of them; the standard library's formatting costs
//! several times as much.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Writes a number.
pub(crate) fn number(line: &mut Vec<u8>, number: u64) {
    // 2^64 has 20 digits.
    let mut text = [0_u8; 20];
    let mut rest = number;
    let mut begin = text.len();
    for place in text.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        begin -= 1;
        if rest == 0 {
            break;
        }
    }
    line.extend_from_slice(text.get(begin..).unwrap_or_default());
}

/// Writes a number below 1000 with three digits.
pub(crate) fn three(line: &mut Vec<u8>, number: u32) {
    let digit = |number: u32| b'0' + (number % 10) as u8;
    line.extend_from_slice(&[digit(number / 100), digit(number / 10), digit(number)]);
}

/// Writes a duration in milliseconds with three places.
pub(crate) fn millis(line: &mut Vec<u8>, duration: Duration) {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    number(line, micros / 1000);
    line.push(b'.');
    three(line, (micros % 1000) as u32);
}

/// Writes an address.
pub(crate) fn address(line: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(four) => dotted(line, four),
        IpAddr::V6(six) => line.extend_from_slice(six.to_string().as_bytes()),
    }
}

fn dotted(line: &mut Vec<u8>, address: Ipv4Addr) {
    for (place, octet) in address.octets().into_iter().enumerate() {
        if place > 0 {
            line.push(b'.');
        }
        let digit = |value: u8| b'0' + value % 10;
        match octet {
            100.. => line.extend_from_slice(&[digit(octet / 100), digit(octet / 10), digit(octet)]),
            10.. => line.extend_from_slice(&[digit(octet / 10), digit(octet)]),
            _ => line.push(digit(octet)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        write(&mut line);
        String::from_utf8(line).expect("digits")
    }

    #[test]
    fn numbers_read_as_the_standard_library_writes_them() {
        for value in [0, 1, 9, 10, 99, 100, 12_345, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(text(|line| number(line, value)), value.to_string());
        }
    }

    #[test]
    fn milliseconds_have_three_places() {
        let micros = [(0, "0.000"), (7, "0.007"), (1000, "1.000"), (1_234_567, "1234.567")];

        for (value, expected) in micros {
            assert_eq!(text(|line| millis(line, Duration::from_micros(value))), expected);
        }
        assert!(text(|line| millis(line, Duration::MAX)).starts_with("18446744073709551"));
    }

    #[test]
    fn addresses_read_as_the_standard_library_writes_them() {
        for value in ["0.0.0.0", "127.0.0.1", "255.10.9.100", "::1", "2001:db8::7"] {
            let parsed: IpAddr = value.parse().expect("an address");
            assert_eq!(text(|line| address(line, parsed)), value);
        }
    }
}
