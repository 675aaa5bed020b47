//! The lines of the chunked coding (RFC 9112 section 7.1), read strictly.

use super::head::{quoted, trim};

/// Reads the line before a chunk: its size, and what a lenient reader would pass over.
pub(super) fn size_line(line: &[u8]) -> Result<(u64, Option<String>), String> {
    let digits = line.iter().position(|b| !b.is_ascii_hexdigit()).unwrap_or(line.len());
    let (size, rest) = line.split_at_checked(digits).unwrap_or((line, &[]));
    let size = hexadecimal(size).ok_or_else(|| format!("the chunk size is `{}`", quoted(line)))?;
    if rest.contains(&0) || rest.contains(&b'\r') {
        return Err("a NUL or a carriage return in a chunk extension".to_owned());
    }
    match trim(rest) {
        [] if rest.is_empty() => Ok((size, None)),
        [] => Ok((size, Some("white space after a chunk size".to_owned()))),
        [b';', ..] => Ok((size, None)),
        _ => Err(format!("the chunk size is `{}`", quoted(line))),
    }
}

/// Checks one line of the trailer section.
pub(super) fn trailer_line(line: &[u8]) -> Result<(), String> {
    if line.contains(&0) || line.contains(&b'\r') {
        return Err("a NUL or a carriage return in a trailer field".to_owned());
    }
    if !line.contains(&b':') {
        return Err(format!("no colon in the trailer field `{}`", quoted(line)));
    }
    Ok(())
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, &digit| {
        let value = char::from(digit).to_digit(16)?;
        sum.checked_mul(16)?.checked_add(u64::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_hexadecimal() {
        let lines: [&[u8]; 4] = [b"0", b"1a", b"FF;name=value", b"10 ; x"];

        let sizes = lines.map(|line| size_line(line).unwrap());

        assert_eq!(sizes, [(0, None), (26, None), (255, None), (16, None)]);
    }

    #[test]
    fn white_space_after_a_size_is_noted() {
        let (size, departure) = size_line(b"5  ").unwrap();

        assert_eq!((size, departure.is_some()), (5, true));
    }

    #[test]
    fn broken_sizes_are_errors() {
        let lines: [&[u8]; 8] =
            [b"", b"x", b"-1", b"0x5", b"5g", b" 5", b"11111111111111111", b"5;a\0"];

        let failed = lines.map(|line| size_line(line).is_err());

        assert_eq!(failed, [true; 8]);
    }
}
