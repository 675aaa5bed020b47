//! FastCGI 1.0: records of eight bytes of header and their content (FastCGI Specification, sections
//! 3 to 5).
//!
//! The first question is one of management: what the limits of the server are (section 4.1). It
//! runs nothing. The second is a request without a script, to which php-fpm answers 404 without
//! running anything either, and in which other servers see a GET.

use std::net::SocketAddr;

use goodgate_evidence::probe::AppAnswer;
use goodgate_evidence::text::shorten;

use super::{AppRequest, End, foreign, not_spoken, status_code};
use crate::limits::{APP_ERRORS_MAX, RAW_PREFIX};
use crate::raw::Need;

const VERSION: u8 = 1;
const BEGIN_REQUEST: u8 = 1;
const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const STDERR: u8 = 7;
const GET_VALUES: u8 = 9;
const GET_VALUES_RESULT: u8 = 10;
const UNKNOWN_TYPE: u8 = 11;

/// The identifier of management records, and of our one request.
const MANAGEMENT: u8 = 0;
const REQUEST: u8 = 1;

/// Returns the question for the limits of the server.
pub(super) fn values() -> Vec<u8> {
    let mut names = Vec::new();
    for name in ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"] {
        add(&mut names, name, b"");
    }
    record(GET_VALUES, MANAGEMENT, &names)
}

/// Returns a GET without a script and without a document root, on a connection that ends with it.
///
/// An empty `SCRIPT_FILENAME` makes php-fpm complain of its extension; without one it finds no
/// script.
pub(super) fn request(wanted: &AppRequest, local: Option<SocketAddr>) -> Vec<u8> {
    const RESPONDER: u8 = 1;
    let mut variables = Vec::new();
    for (name, value) in wanted.variables(local) {
        add(&mut variables, name, &value);
    }
    add(&mut variables, "GATEWAY_INTERFACE", b"CGI/1.1");
    add(&mut variables, "SERVER_PROTOCOL", b"HTTP/1.1");
    add(&mut variables, "SCRIPT_NAME", b"");
    add(&mut variables, "DOCUMENT_ROOT", b"");
    [
        record(BEGIN_REQUEST, REQUEST, &[0, RESPONDER, 0, 0, 0, 0, 0, 0]),
        record(PARAMS, REQUEST, &variables),
        record(PARAMS, REQUEST, &[]),
        record(STDIN, REQUEST, &[]),
    ]
    .concat()
}

/// Adds a name and a value, each with its length in one byte, or in four from 128 on.
fn add(variables: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), value] {
        if let Ok(length @ 0..128) = u8::try_from(part.len()) {
            variables.push(length);
        } else {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX) | 1 << 31;
            variables.extend(length.to_be_bytes());
        }
    }
    variables.extend_from_slice(name.as_bytes());
    variables.extend_from_slice(value);
}

fn record(kind: u8, id: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len());
    debug_assert!(length.is_ok(), "path and authority are bounded");
    let [high, low] = length.unwrap_or(u16::MAX).to_be_bytes();
    let mut out = vec![VERSION, kind, 0, id, high, low, 0, 0];
    out.extend_from_slice(content);
    out
}

/// Tells what is missing after `bytes`.
pub(super) fn need(bytes: &[u8]) -> Need {
    match Reply::read(bytes) {
        None => Need::Soon(RAW_PREFIX),
        Some(reply) if reply.ended => Need::Nothing,
        Some(_) => Need::More,
    }
}

/// Returns what `bytes`, all that came, and the way they ended mean.
pub fn answer(bytes: &[u8], end: Option<End>) -> AppAnswer {
    match Reply::read(bytes) {
        None => foreign(bytes),
        Some(reply) if reply.records == 0 => not_spoken(bytes, end),
        Some(reply) => AppAnswer::Speaks { status: reply.status(), errors: reply.errors() },
    }
}

/// How the records of an answer begin: version, type, and the identifier of our request or of
/// management.
const STARTS: [[u8; 4]; 5] = [
    [VERSION, STDOUT, 0, REQUEST],
    [VERSION, STDERR, 0, REQUEST],
    [VERSION, END_REQUEST, 0, REQUEST],
    [VERSION, GET_VALUES_RESULT, 0, MANAGEMENT],
    [VERSION, UNKNOWN_TYPE, 0, MANAGEMENT],
];

/// What the records of an answer hold together.
#[derive(Default)]
struct Reply {
    records: usize,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Why the server refuses the request.
    refusal: Option<&'static str>,
    ended: bool,
}

impl Reply {
    /// Reads the records as far as they came; none if the first one is no record of an answer.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reply = Self::default();
        let mut rest = bytes;
        while let Some((header, tail)) = rest.split_first_chunk::<8>() {
            let [_, kind, _, _, high, low, padding, _] = *header;
            if !STARTS.iter().any(|start| header.starts_with(start)) {
                // Behind proper records it only says that the answer is broken.
                reply.ended = true;
                return (reply.records > 0).then_some(reply);
            }
            let length = usize::from(u16::from_be_bytes([high, low]));
            let whole = tail.len() >= length;
            let content = tail.get(..length).unwrap_or(tail);
            reply.records += 1;
            reply.take(kind, content, whole);
            let next = length.saturating_add(usize::from(padding));
            rest = tail.get(next..).unwrap_or_default();
        }
        let agrees = STARTS.iter().any(|start| start.starts_with(rest) || rest.starts_with(start));
        (reply.records > 0 || agrees).then_some(reply)
    }

    fn take(&mut self, kind: u8, content: &[u8], whole: bool) {
        match kind {
            STDOUT => self.stdout.extend_from_slice(content),
            STDERR => self.stderr.extend_from_slice(content),
            END_REQUEST => {
                self.ended = whole;
                self.refusal = content.get(4).and_then(|status| refusal(*status));
            }
            _ => self.ended = whole,
        }
    }

    /// Returns the status of the response, once its head is whole (RFC 3875 section 6).
    fn status(&self) -> Option<u16> {
        let text = String::from_utf8_lossy(&self.stdout);
        let head: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
        let is_whole = text.contains("\r\n\r\n") || text.contains("\n\n");
        if !is_whole {
            return None;
        }
        let field = |name: &str| {
            let fields = head.iter().filter_map(|line| line.split_once(':'));
            let mut found = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.trim())
        };
        match (field("Status"), field("Location")) {
            (Some(status), _) => status_code(status.as_bytes()),
            (None, Some(_)) => Some(302),
            (None, None) => Some(200),
        }
    }

    fn errors(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let refusal = self.refusal.unwrap_or_default();
        let parts: Vec<&str> =
            [text.trim(), refusal].into_iter().filter(|part| !part.is_empty()).collect();
        shorten(&parts.join("\n"), APP_ERRORS_MAX)
    }
}

/// The names of section 5.5 for the statuses of a request that is not carried out.
fn refusal(status: u8) -> Option<&'static str> {
    match status {
        1 => Some("FCGI_CANT_MPX_CONN"),
        2 => Some("FCGI_OVERLOADED"),
        3 => Some("FCGI_UNKNOWN_ROLE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use goodgate_evidence::probe::{AppProtocol, Endpoint, Foreign};
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Timeouts;

    /// What php-fpm 8.2 answers to the question for its limits.
    const PHP_VALUES: &[u8] =
        b"\x01\x0a\x00\x00\x00\x12\x06\x00\x0f\x01FCGI_MPXS_CONNS0\0\0\0\0\0\0";

    /// What it answers to a request without a script; the padding is not always zero.
    const PHP_NO_SCRIPT: &[u8] = b"\x01\x07\x00\x01\x00\x16\x02\x00Primary script unknown\0\0\
        \x01\x06\x00\x01\x00\x51\x07\x00Status: 404 Not Found\r\n\
        Content-type: text/html; charset=UTF-8\r\n\r\nFile not found.\n\0\0\0\0\0\0\0\
        \x01\x03\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00et=";

    fn speaks(status: Option<u16>, errors: &str) -> AppAnswer {
        AppAnswer::Speaks { status, errors: errors.to_owned() }
    }

    fn stdout(text: &str) -> Vec<u8> {
        [record(STDOUT, REQUEST, text.as_bytes()), record(END_REQUEST, REQUEST, &[0; 8])].concat()
    }

    #[test]
    fn the_limits_of_php_fpm_prove_the_protocol() {
        assert_eq!(need(PHP_VALUES), Need::Nothing);
        assert_eq!(answer(PHP_VALUES, None), speaks(None, ""));
    }

    #[test]
    fn a_request_without_a_script_gives_status_and_errors() {
        assert_eq!(need(PHP_NO_SCRIPT), Need::Nothing);
        assert_eq!(answer(PHP_NO_SCRIPT, None), speaks(Some(404), "Primary script unknown"));
    }

    #[test]
    fn the_status_of_a_response_follows_cgi() {
        let heads = [
            "Content-Type: text/plain\r\n\r\nhi",
            "Location: /x\n\n",
            "status: 503 Busy\r\n\r\n",
            "Status: +50\r\n\r\n",
            "Content-Type: cut",
        ];

        let answers = heads.map(|head| answer(&stdout(head), None));

        let statuses = [Some(200), Some(302), Some(503), None, None];
        assert_eq!(answers, statuses.map(|status| speaks(status, "")));
    }

    #[test]
    fn a_server_that_is_overloaded_says_so() {
        let bytes = record(END_REQUEST, REQUEST, &[0, 0, 0, 0, 2, 0, 0, 0]);

        let answer = answer(&bytes, None);

        assert_eq!(answer, speaks(None, "FCGI_OVERLOADED"));
    }

    #[test]
    fn a_record_that_is_cut_off_proves_the_protocol_too() {
        let bytes = &PHP_NO_SCRIPT[..16];

        assert_eq!(need(bytes), Need::More);
        assert_eq!(answer(bytes, Some(End::TimedOut)), speaks(None, "Primary"));
    }

    #[test]
    fn other_protocols_are_foreign() {
        let http = answer(b"HTTP/1.1 400 Bad Request\r\n\r\n", Some(End::Closed));
        let begin = answer(&record(BEGIN_REQUEST, REQUEST, &[0; 8]), Some(End::Closed));

        assert!(
            matches!(http, AppAnswer::Foreign { is_http: true, looks: Foreign::Text, .. }),
            "{http:?}"
        );
        assert!(matches!(begin, AppAnswer::Foreign { is_http: false, .. }), "{begin:?}");
    }

    #[test]
    fn nothing_is_named_by_its_end() {
        let ends = [End::Closed, End::Reset, End::TimedOut].map(|end| answer(b"", Some(end)));

        assert_eq!(ends, [AppAnswer::Closed, AppAnswer::Reset, AppAnswer::TimedOut]);
    }

    #[test]
    fn long_variables_have_a_length_of_four_bytes() {
        let mut variables = Vec::new();

        add(&mut variables, "A", &[b'b'; 300]);

        assert_eq!(variables.get(..6), Some(&[1, 0x80, 0, 1, 44, b'A'][..]));
    }

    #[test]
    fn the_request_names_no_script() {
        let wanted = AppRequest {
            endpoint: Endpoint::Unix("/x".into()),
            protocol: AppProtocol::Fastcgi,
            authority: "a.example".to_owned(),
            path: "/index.php".to_owned(),
            timeouts: Timeouts::default(),
        };

        let text = String::from_utf8_lossy(&request(&wanted, None)).into_owned();

        assert!(text.contains("REQUEST_URI/index.php"), "{text}");
        assert!(!text.contains("SCRIPT_FILENAME"), "{text}");
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = vec![
            PHP_VALUES.to_vec(),
            PHP_NO_SCRIPT.to_vec(),
            stdout("Status: 200 OK\r\n\r\n"),
            record(STDERR, REQUEST, b"oops"),
            vec![1, 6, 0, 1],
            vec![0, 9, 0, 0],
            vec![255],
        ];
        let deep = proptest::collection::vec(proptest::sample::select(pieces), 0..6);
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..64),
            deep.prop_map(|pieces| pieces.concat()),
        ]
    }

    proptest! {
        #[test]
        fn what_proves_the_protocol_is_not_lost_by_more_bytes(bytes in bytes(), cut in 0_usize..200) {
            let start = bytes.get(..cut).unwrap_or(&bytes);
            let spoken = |bytes: &[u8]| matches!(answer(bytes, None), AppAnswer::Speaks { .. });

            prop_assert!(!spoken(start) || spoken(&bytes));
        }
    }
}
