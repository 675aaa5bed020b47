//! How long the body of a response is (RFC 9112 section 6.3), and what contradicts itself there.

use goodgate_evidence::probe::{Http, ResponseHead};

use super::head::{quoted, trim};
use crate::limits::DEPARTURES_MAX;

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is no body.
    None,
    /// As many bytes as `Content-Length` says.
    Length(u64),
    /// Chunks.
    Chunked,
    /// Until the connection closes.
    UntilClose,
}

/// Decides how the body of the final response `head` ends; what a lenient reader would pass over
/// goes to `departures`.
///
/// `to_head` tells that the request was HEAD.
pub(super) fn decide(
    head: &ResponseHead,
    to_head: bool,
    departures: &mut Vec<String>,
) -> Result<Framing, Http> {
    let length = content_length(head, departures)?;
    let coding = transfer_coding(head, departures)?;
    if let (Some(length), Coding::Chunked | Coding::Other) = (length, coding) {
        return Err(conflict(format!("Content-Length {length} and Transfer-Encoding together")));
    }
    let bodiless = matches!(head.status, 204 | 304);
    if coding != Coding::None {
        note_misplaced_coding(head, departures);
    }
    if head.status == 204 && length.is_some() {
        note(departures, "Content-Length in a response with status 204".to_owned());
    }
    Ok(match (coding, length) {
        _ if to_head || bodiless => Framing::None,
        (Coding::Chunked, _) => Framing::Chunked,
        (Coding::None, Some(length)) => Framing::Length(length),
        (Coding::None | Coding::Other, _) => Framing::UntilClose,
    })
}

/// Tells whether the connection may take another request after the response `head` (RFC 9112
/// section 9.3). HTTP/1.0 has to say so, later versions have to say that it may not.
pub(super) fn persists(head: &ResponseHead, framing: Framing) -> bool {
    let options = || values(head, "connection").flat_map(|value| value.split(','));
    let says = |word: &str| options().any(|option| option.trim().eq_ignore_ascii_case(word));
    if framing == Framing::UntilClose || says("close") {
        return false;
    }
    head.minor != Some(0) || says("keep-alive")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    None,
    Chunked,
    /// Chunked is not the last coding, so only the close ends the body.
    Other,
}

/// A hostile list repeats itself a hundred thousand times; nobody reads more than the first notes.
fn note(departures: &mut Vec<String>, departure: String) {
    if departures.len() < DEPARTURES_MAX {
        departures.push(departure);
    }
}

fn conflict(why: String) -> Http {
    Http::FramingConflict(why)
}

fn values<'a>(head: &'a ResponseHead, name: &'a str) -> impl Iterator<Item = &'a str> {
    let of_name = move |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
    head.fields.iter().filter(of_name).map(|(_, value)| value.as_str())
}

fn content_length(head: &ResponseHead, departures: &mut Vec<String>) -> Result<Option<u64>, Http> {
    let mut found: Option<u64> = None;
    let members = values(head, "content-length").flat_map(|value| value.split(','));
    for member in members {
        let length = decimal(trim(member.as_bytes()))?;
        match found {
            None => found = Some(length),
            Some(first) if first == length => {
                note(departures, format!("Content-Length {length} is repeated"));
            }
            Some(first) => return Err(conflict(format!("Content-Length {first} and {length}"))),
        }
    }
    Ok(found)
}

/// Reads digits and nothing else: a sign, a hexadecimal or an empty length is refused.
fn decimal(digits: &[u8]) -> Result<u64, Http> {
    let invalid = || Http::FramingConflict(format!("Content-Length is `{}`", quoted(digits)));
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(invalid());
    }
    let add = |sum: u64, digit: &u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    digits.iter().try_fold(0, add).ok_or_else(invalid)
}

fn transfer_coding(head: &ResponseHead, departures: &mut Vec<String>) -> Result<Coding, Http> {
    let mut last = Coding::None;
    let mut chunked = 0_u32;
    for member in values(head, "transfer-encoding").flat_map(|value| value.split(',')) {
        let member = trim(member.as_bytes());
        if member.eq_ignore_ascii_case(b"chunked") {
            chunked = chunked.saturating_add(1);
            last = Coding::Chunked;
            continue;
        }
        note(departures, format!("the transfer coding `{}`", quoted(member)));
        if !member.is_empty() && !member.eq_ignore_ascii_case(b"identity") {
            last = Coding::Other;
        }
    }
    if chunked > 1 {
        return Err(conflict("chunked is named more than once".to_owned()));
    }
    if chunked == 1 && last == Coding::Other {
        return Err(conflict("chunked is not the last transfer coding".to_owned()));
    }
    Ok(last)
}

fn note_misplaced_coding(head: &ResponseHead, departures: &mut Vec<String>) {
    if head.minor == Some(0) {
        note(departures, "Transfer-Encoding in an HTTP/1.0 response".to_owned());
    }
    if matches!(head.status, 204 | 304) {
        let status = head.status;
        note(departures, format!("Transfer-Encoding in a response with status {status}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = &'static [(&'static str, &'static str)];

    fn head(minor: u8, status: u16, fields: &[(&str, &str)]) -> ResponseHead {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let fields = fields.iter().map(owned).collect();
        ResponseHead { minor: Some(minor), status, reason: String::new(), fields, bytes: 0 }
    }

    fn decided(status: u16, fields: &[(&str, &str)]) -> (Result<Framing, Http>, usize) {
        let head = head(1, status, fields);
        let mut departures = Vec::new();
        let framing = decide(&head, false, &mut departures);
        (framing, departures.len())
    }

    #[test]
    fn the_framing_follows_the_fields() {
        let cases: [(u16, Fields, Framing, usize); 9] = [
            (200, &[], Framing::UntilClose, 0),
            (200, &[("Content-Length", "5")], Framing::Length(5), 0),
            (200, &[("content-length", "5, 5")], Framing::Length(5), 1),
            (200, &[("Content-Length", "5"), ("Content-Length", "5")], Framing::Length(5), 1),
            (200, &[("Transfer-Encoding", "Chunked")], Framing::Chunked, 0),
            (200, &[("Transfer-Encoding", "gzip, chunked")], Framing::Chunked, 1),
            (200, &[("Transfer-Encoding", "identity")], Framing::UntilClose, 1),
            (204, &[("Content-Length", "0")], Framing::None, 1),
            (304, &[("Content-Length", "5")], Framing::None, 0),
        ];

        let decisions = cases.each_ref().map(|(status, fields, _, _)| decided(*status, fields));

        assert_eq!(decisions, cases.map(|(_, _, framing, notes)| (Ok(framing), notes)));
    }

    #[test]
    fn a_connection_persists_unless_the_response_says_or_means_otherwise() {
        let cases: [(u8, Fields, Framing, bool); 7] = [
            (1, &[], Framing::Length(1), true),
            (1, &[("Connection", "x, Close")], Framing::Length(1), false),
            (1, &[], Framing::UntilClose, false),
            (1, &[("Connection", "keep-alive")], Framing::UntilClose, false),
            (0, &[], Framing::Length(1), false),
            (0, &[("Connection", "Keep-Alive")], Framing::Length(1), true),
            (1, &[("Connection", "x"), ("connection", "close")], Framing::None, false),
        ];

        let told = cases
            .each_ref()
            .map(|(minor, fields, it, _)| persists(&head(*minor, 200, fields), *it));

        assert_eq!(told, cases.map(|(_, _, _, persists)| persists));
    }

    #[test]
    fn contradictions_are_named() {
        let cases: [Fields; 5] = [
            &[("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
            &[("Content-Length", "5"), ("Content-Length", "7")],
            &[("Content-Length", "5, 7")],
            &[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            &[("Transfer-Encoding", "chunked, gzip")],
        ];

        let decisions = cases.map(|fields| decided(200, fields).0);

        assert!(decisions.iter().all(|it| matches!(it, Err(Http::FramingConflict(_)))));
    }

    #[test]
    fn a_length_is_digits_only() {
        let lengths = ["", "+5", "-1", "0x5", "5 5", "5,", "99999999999999999999"];

        let decisions = lengths.map(|length| decided(200, &[("Content-Length", length)]).0);

        assert!(decisions.iter().all(|it| matches!(it, Err(Http::FramingConflict(_)))));
    }
}
