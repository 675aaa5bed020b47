//! The lines of a response head (RFC 9112 sections 4 and 5, RFC 9110 section 5), read strictly.
//!
//! A line comes without its end. What a lenient reader passes over is noted; what it does not is
//! an error in words.

use crate::limits::{FIELD_LINE_NOTED, QUOTED_MAX};

/// What a line says, and what a lenient reader would pass over in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Noted<T> {
    pub(super) value: T,
    pub(super) departures: Vec<String>,
}

/// The parts of a status line that matter later.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StatusLine {
    pub(super) status: u16,
    pub(super) reason: String,
    /// The minor version; HTTP/1.0 knows no transfer codings.
    pub(super) minor: u8,
}

/// One field line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
}

/// Reads `HTTP/1.1 200 OK`.
pub(super) fn status_line(line: &[u8]) -> Result<Noted<StatusLine>, String> {
    let mut departures = Vec::new();
    let after_name = line.strip_prefix(b"HTTP/").ok_or("it does not begin with HTTP/")?;
    let (version, rest) = after_name.split_at_checked(3).ok_or("the version is cut off")?;
    let minor = http_version(version, &mut departures)?;
    let rest = rest.strip_prefix(b" ").ok_or("no space follows the version")?;
    let (code, rest) = rest.split_at_checked(3).ok_or("the status code is cut off")?;
    let status = status_code(code, &mut departures)?;
    let reason = match rest.split_first() {
        None => {
            departures.push("no space follows the status code".to_owned());
            &[][..]
        }
        Some((b' ', reason)) => reason,
        Some(_) => return Err("the status code is not followed by a space".to_owned()),
    };
    if reason.contains(&0) || reason.contains(&b'\r') {
        return Err("the reason phrase has a NUL or a carriage return".to_owned());
    }
    if reason.iter().any(|&b| is_control(b)) {
        departures.push("a control character in the reason phrase".to_owned());
    }
    Ok(Noted { value: StatusLine { status, reason: text(reason), minor }, departures })
}

/// Reads `Name: value`.
pub(super) fn field(line: &[u8]) -> Result<Noted<Field>, String> {
    let mut departures = Vec::new();
    let colon = line.iter().position(|&b| b == b':');
    let Some((name, rest)) = colon.and_then(|at| line.split_at_checked(at)) else {
        return Err(format!("no colon in `{}`", quoted(line)));
    };
    field_name(name, &mut departures)?;
    let value = trim(rest.get(1..).unwrap_or_default());
    field_value(name, value, &mut departures)?;
    if line.len() > FIELD_LINE_NOTED {
        departures.push(format!("the line of {} has {} bytes", quoted(name), line.len()));
    }
    Ok(Noted { value: Field { name: text(name), value: text(value) }, departures })
}

/// Checks what an obsolete line fold adds to the field `name`, and returns it.
pub(super) fn folded(name: &str, line: &[u8]) -> Result<Noted<String>, String> {
    let mut departures = vec![format!("{} is folded over several lines", quoted(name.as_bytes()))];
    let value = trim(line);
    field_value(name.as_bytes(), value, &mut departures)?;
    Ok(Noted { value: text(value), departures })
}

/// Returns text from outside, short enough for a note.
pub(super) fn quoted(bytes: &[u8]) -> String {
    goodgate_evidence::text::shorten(&text(bytes), QUOTED_MAX)
}

/// Removes optional white space (space and tab) at both ends.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let start = bytes.iter().position(|b| !is_blank(b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|b| !is_blank(b)).map_or(start, |last| last + 1);
    bytes.get(start..end).unwrap_or_default()
}

/// Returns the minor version and refuses other major versions than 1.
fn http_version(version: &[u8], departures: &mut Vec<String>) -> Result<u8, String> {
    match version {
        b"1.1" => Ok(1),
        [b'1', b'.', minor @ b'0'..=b'9'] => {
            departures.push(format!("the version is HTTP/{}", quoted(version)));
            Ok(minor - b'0')
        }
        _ => Err(format!("the version is HTTP/{}", quoted(version))),
    }
}

fn status_code(code: &[u8], departures: &mut Vec<String>) -> Result<u16, String> {
    let bad = || format!("the status code is `{}`", quoted(code));
    if !code.iter().all(u8::is_ascii_digit) {
        return Err(bad());
    }
    let status: u16 = text(code).parse().map_err(|_| bad())?;
    match status {
        0..100 => Err(bad()),
        100..600 => Ok(status),
        _ => {
            departures.push(format!("the status code {status} is not between 100 and 599"));
            Ok(status)
        }
    }
}

fn field_name(name: &[u8], departures: &mut Vec<String>) -> Result<(), String> {
    if name.is_empty() {
        return Err("a field line begins with a colon".to_owned());
    }
    if name.last().is_some_and(|b| matches!(b, b' ' | b'\t')) {
        return Err(format!("white space before the colon of {}", quoted(trim(name))));
    }
    if name.iter().any(|&b| b == b' ' || b == b'\t' || is_control(b)) {
        return Err(format!("a space or control character in the field name `{}`", quoted(name)));
    }
    if !name.iter().all(|&b| is_token(b)) {
        departures.push(format!("the field name {} has an unusual character", quoted(name)));
    }
    Ok(())
}

fn field_value(name: &[u8], value: &[u8], departures: &mut Vec<String>) -> Result<(), String> {
    if value.contains(&0) {
        return Err(format!("a NUL in the value of {}", quoted(name)));
    }
    if value.contains(&b'\r') {
        return Err(format!("a carriage return in the value of {}", quoted(name)));
    }
    if value.iter().any(|&b| b != b'\t' && is_control(b)) {
        departures.push(format!("a control character in the value of {}", quoted(name)));
    }
    Ok(())
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 || byte == 0x7f
}

/// A character of a token (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns bytes as text: UTF-8 if they are, else each byte as the character of its number.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proper_status_lines_have_no_departures() {
        let lines = ["HTTP/1.1 200 OK", "HTTP/1.1 404 ", "HTTP/1.1 502 Bad  Gateway\u{e9}"];

        let noted = lines.map(|line| status_line(line.as_bytes()).unwrap());

        assert!(noted.iter().all(|line| line.departures.is_empty()));
    }

    #[test]
    fn lenient_readers_pass_over_odd_status_lines() {
        let lines = ["HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/1.7 200 OK", "HTTP/1.1 999 Denied"];

        let noted = lines.map(|line| status_line(line.as_bytes()).unwrap().departures.len());

        assert_eq!(noted, [1, 1, 1, 1]);
    }

    #[test]
    fn broken_status_lines_are_errors() {
        let lines: [&[u8]; 12] = [
            b"HTTP/",
            b"HTTP/1",
            b"HTTP/1.1",
            b"HTTP/1.1200 OK",
            b"HTTP/1.1  200 OK",
            b"HTTP/1.1 20",
            b"HTTP/1.1 2000 OK",
            b"HTTP/1.1 200OK",
            b"HTTP/1.1 099 Low",
            b"HTTP/1.1 abc OK",
            b"HTTP/2.0 200 OK",
            b"HTTP/1.1 200 a\0b",
        ];

        let failed = lines.map(|line| status_line(line).is_err());

        assert_eq!(failed, [true; 12]);
    }

    #[test]
    fn a_field_value_loses_only_the_space_around_it() {
        let field = field(b"X-Note: \t a  b \t").unwrap().value;

        assert_eq!(field, Field { name: "X-Note".to_owned(), value: "a  b".to_owned() });
    }

    #[test]
    fn broken_fields_are_errors() {
        let lines: [&[u8]; 7] =
            [b"no colon", b": x", b"Name : x", b"Na me: x", b"X: a\0b", b"X: a\rb", b"A\x01: x"];

        let failed = lines.map(|line| field(line).is_err());

        assert_eq!(failed, [true; 7]);
    }

    #[test]
    fn unusual_characters_are_departures() {
        let lines: [&[u8]; 3] = [b"X(y): x", b"X\xe9: x", b"X: a\x01b"];

        let noted = lines.map(|line| field(line).unwrap().departures.len());

        assert_eq!(noted, [1; 3]);
    }

    #[test]
    fn a_line_over_eight_kibibytes_is_noted() {
        let line = format!("Set-Cookie: {}", "a".repeat(9000));

        let departures = field(line.as_bytes()).unwrap().departures;

        assert_eq!(departures, ["the line of Set-Cookie has 9012 bytes"]);
    }

    #[test]
    fn bytes_that_are_not_utf_8_keep_their_numbers() {
        let value = field(b"X: caf\xe9").unwrap().value.value;

        assert_eq!(value, "café");
    }
}
