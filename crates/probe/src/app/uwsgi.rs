//! The uwsgi protocol: a packet of variables goes out, and a response in HTTP/1 comes back as it
//! is, without any framing of the protocol's own.
//!
//! A server of HTTP answers such a packet too, with an error of its own. What tells them apart is
//! the version in the status line: uWSGI repeats the one of the variable `SERVER_PROTOCOL`, so it is
//! asked with one that no server has.

use std::net::SocketAddr;

use goodgate_evidence::probe::AppAnswer;

use super::{AppRequest, End, foreign, not_spoken, status_code};
use crate::limits::{APP_ANSWER_MAX, RAW_PREFIX};
use crate::raw::Need;

/// What is sent as `SERVER_PROTOCOL`. The form is right, so no application minds.
const PROTOCOL: &str = "HTTP/1.9";

/// Returns a GET as a packet: `modifier1` 0 (a request to an application), the size, `modifier2` 0,
/// and then the variables, each name and value with its length in front, all in little endian.
pub(super) fn request(wanted: &AppRequest, local: Option<SocketAddr>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in wanted.variables(local) {
        add(&mut body, name, &value);
    }
    add(&mut body, "SERVER_PROTOCOL", PROTOCOL.as_bytes());
    let [low, high] = length(&body);
    let mut packet = vec![0, low, high, 0];
    packet.extend(body);
    packet
}

fn add(body: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), value] {
        body.extend(length(part));
        body.extend_from_slice(part);
    }
}

fn length(bytes: &[u8]) -> [u8; 2] {
    let length = u16::try_from(bytes.len());
    debug_assert!(length.is_ok(), "path and authority are bounded");
    length.unwrap_or(u16::MAX).to_le_bytes()
}

/// Tells what is missing after `bytes`.
pub(super) fn need(bytes: &[u8]) -> Need {
    match read(bytes) {
        Step::More => Need::More,
        Step::Foreign => Need::Soon(RAW_PREFIX),
        Step::Answered(_) => Need::Soon(APP_ANSWER_MAX),
    }
}

/// Returns what `bytes`, all that came, and the way they ended mean.
pub fn answer(bytes: &[u8], end: Option<End>) -> AppAnswer {
    match read(bytes) {
        Step::Answered(status) => AppAnswer::Speaks { status: Some(status), errors: String::new() },
        Step::Foreign => foreign(bytes),
        Step::More => not_spoken(bytes, end),
    }
}

enum Step {
    More,
    Foreign,
    /// A status line with this code.
    Answered(u16),
}

fn read(bytes: &[u8]) -> Step {
    const NAME: &[u8] = b"HTTP/1.";
    let Some(rest) = bytes.strip_prefix(NAME) else {
        return if NAME.starts_with(bytes) { Step::More } else { Step::Foreign };
    };
    let (minor, code) = match rest {
        [minor, b' ', a, b, c, ..] => (*minor, [*a, *b, *c]),
        [_, b' ', ..] | [_] | [] => return Step::More,
        _ => return Step::Foreign,
    };
    match status_code(&code) {
        Some(status) if PROTOCOL.ends_with(char::from(minor)) || !is_refusal(status) => {
            Step::Answered(status)
        }
        _ => Step::Foreign,
    }
}

/// What servers of HTTP answer to bytes that they cannot read. A server of the uwsgi protocol that
/// has a version of its own may mean the same status by its application; then it is not recognised.
fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 405 | 408 | 413 | 414 | 426 | 431 | 501 | 505)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use goodgate_evidence::probe::{AppProtocol, Endpoint, Foreign};
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Timeouts;

    fn wanted() -> AppRequest {
        AppRequest {
            endpoint: Endpoint::Unix("/x".into()),
            protocol: AppProtocol::Uwsgi,
            authority: "a.example:81".to_owned(),
            path: "/a%20b?c=d".to_owned(),
            timeouts: Timeouts { total: Duration::ZERO, ..Timeouts::default() },
        }
    }

    /// Reads the variables of a packet back.
    fn variables(packet: &[u8]) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        let mut rest = &packet[4..];
        while let [low, high, tail @ ..] = rest {
            let (part, tail) = tail.split_at(u16::from_le_bytes([*low, *high]).into());
            parts.push(String::from_utf8(part.to_vec()).unwrap());
            rest = tail;
        }
        parts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
    }

    #[test]
    fn the_packet_has_its_size_and_the_usual_variables() {
        let packet = request(&wanted(), "192.0.2.7:5000".parse().ok());

        let size = usize::from(u16::from_le_bytes([packet[1], packet[2]]));
        assert_eq!((packet[0], size, packet[3]), (0, packet.len() - 4, 0));
        let variables = variables(&packet);
        let expected = [
            ("REQUEST_URI", "/a%20b?c=d"),
            ("PATH_INFO", "/a b"),
            ("QUERY_STRING", "c=d"),
            ("HTTP_HOST", "a.example:81"),
            ("SERVER_NAME", "a.example"),
            ("SERVER_PORT", "81"),
            ("REMOTE_ADDR", "192.0.2.7"),
            ("SERVER_PROTOCOL", "HTTP/1.9"),
        ];
        for (name, value) in expected {
            assert!(variables.contains(&(name.to_owned(), value.to_owned())), "{name}");
        }
    }

    fn spoken(status: u16) -> AppAnswer {
        AppAnswer::Speaks { status: Some(status), errors: String::new() }
    }

    #[test]
    fn our_own_version_in_the_answer_proves_the_protocol_whatever_the_status() {
        let answers = ["HTTP/1.9 200 OK\r\n", "HTTP/1.9 400 Bad Request\r\n\r\n"]
            .map(|text| answer(text.as_bytes(), Some(End::Closed)));

        assert_eq!(answers, [spoken(200), spoken(400)]);
    }

    #[test]
    fn an_answer_that_refuses_no_bytes_is_of_the_application() {
        let answers = ["HTTP/1.1 404 Not Found\r\n", "HTTP/1.1 500 Internal Server Error\r\n"]
            .map(|text| answer(text.as_bytes(), Some(End::Closed)));

        assert_eq!(answers, [spoken(404), spoken(500)]);
    }

    #[test]
    fn the_refusal_of_an_http_server_is_foreign() {
        let text = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

        let answer = answer(text, Some(End::Closed));

        let first_bytes = text.to_vec();
        let foreign = AppAnswer::Foreign { looks: Foreign::Text, is_http: true, first_bytes };
        assert_eq!(answer, foreign);
    }

    #[test]
    fn nothing_and_other_bytes_are_told_apart() {
        let ends = [End::Closed, End::Reset, End::TimedOut].map(|end| answer(b"", Some(end)));
        let banner = answer(b"SSH-2.0-OpenSSH_9.2p1\r\n", None);

        assert_eq!(ends, [AppAnswer::Closed, AppAnswer::Reset, AppAnswer::TimedOut]);
        assert!(
            matches!(banner, AppAnswer::Foreign { looks: Foreign::Ssh, is_http: false, .. }),
            "{banner:?}"
        );
    }

    proptest! {
        #[test]
        fn a_status_that_came_stays(bytes in "HTTP/1\\.[0-9] [0-9]{3}[ -~]{0,9}", cut in 0_usize..24) {
            let start = &bytes.as_bytes()[..cut.min(bytes.len())];
            let is_answered = matches!(read(start), Step::Answered(_));

            prop_assert!(!is_answered || answer(start, None) == answer(bytes.as_bytes(), None));
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let spoken = matches!(answer(&bytes, None), AppAnswer::Speaks { .. });

            prop_assert!(!spoken || bytes.starts_with(b"HTTP/1."));
        }
    }
}
