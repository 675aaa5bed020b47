//! What came back to a `ClientHello`, read from bytes alone: a `ServerHello` (RFC 8446 section
//! 4.1.3, RFC 5246 section 7.4.1.3), an alert, or something else.

use goodgate_evidence::probe::{HelloAnswer, TlsVersion};

use crate::limits::{HELLO_ANSWER_MAX, RAW_PREFIX};
pub use crate::raw::End;
use crate::raw::Need;
use crate::tls::alert_name;

/// Returns what `bytes`, all that came, and the way they ended mean; `end` is none where reading
/// stopped because enough had come.
pub fn answer(bytes: &[u8], end: Option<End>) -> HelloAnswer {
    match read(bytes) {
        Step::Answered(answer) => answer,
        Step::Foreign => {
            let first_bytes = bytes.iter().take(RAW_PREFIX).copied().collect();
            HelloAnswer::NotTls { first_bytes }
        }
        Step::More { warning: Some(number) } => alert(number),
        Step::More { warning: None } => unfinished(bytes, end),
    }
}

/// Tells what is missing after `bytes`.
pub(super) fn need(bytes: &[u8]) -> Need {
    match read(bytes) {
        Step::More { .. } => Need::More,
        Step::Foreign => Need::Soon(RAW_PREFIX),
        Step::Answered(_) => Need::Nothing,
    }
}

enum Step {
    /// The answer is not whole; a warning may have come already.
    More {
        warning: Option<u8>,
    },
    Foreign,
    Answered(HelloAnswer),
}

/// Content types of records (RFC 8446 section 5.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// What a record may hold besides its own header; 2048 more than its content, as TLS 1.2 lets
/// encryption add.
const RECORD_MAX: usize = (1 << 14) + 2048;

fn read(bytes: &[u8]) -> Step {
    if !may_be_tls(bytes) {
        return Step::Foreign;
    }
    let mut messages = Vec::new();
    let mut warning = None;
    let mut rest = bytes;
    while let Some((record, tail)) = Record::split(rest) {
        let found = match record.content_type {
            _ if record.major != 3 => Found::Answer(invalid("a record of another protocol")),
            _ if record.length > RECORD_MAX => Found::Answer(invalid("a record that is too long")),
            HANDSHAKE => {
                messages.extend_from_slice(record.content);
                first_message(&messages)
            }
            ALERT => record.alert(),
            other => Found::Answer(invalid(&format!("a record of type {other}"))),
        };
        match found {
            Found::Answer(answer) => return Step::Answered(answer),
            Found::Warning(number) => warning = Some(number),
            Found::Nothing => {}
        }
        rest = tail;
    }
    Step::More { warning }
}

/// Tells whether an answer that begins like this may still be TLS.
fn may_be_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [] | [20..=24] | [20..=24, 3, ..])
}

/// A record, or as much of it as came.
struct Record<'a> {
    content_type: u8,
    major: u8,
    length: usize,
    content: &'a [u8],
}

impl<'a> Record<'a> {
    fn split(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let ([content_type, major, _, high, low], rest) = bytes.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (content, tail) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        Some((Self { content_type: *content_type, major: *major, length, content }, tail))
    }

    /// Until there is an agreement an alert has two bytes in clear: its level and its number.
    fn alert(&self) -> Found {
        const WARNING: u8 = 1;
        match (self.length, self.content) {
            // Servers that do not know the name warn and go on.
            (2, [WARNING, number]) => Found::Warning(*number),
            (2, [_, number]) => Found::Answer(alert(*number)),
            (2, _) => Found::Nothing,
            (length, _) => Found::Answer(invalid(&format!("an alert of {length} bytes"))),
        }
    }
}

enum Found {
    Nothing,
    Warning(u8),
    Answer(HelloAnswer),
}

fn first_message(messages: &[u8]) -> Found {
    const SERVER_HELLO: u8 = 2;
    // A server may ask for a hello at any time, also while ours is on its way (RFC 5246 section
    // 7.4.1.1).
    const HELLO_REQUEST: &[u8] = &[0, 0, 0, 0];
    let mut messages = messages;
    while let Some(rest) = messages.strip_prefix(HELLO_REQUEST) {
        messages = rest;
    }
    let Some(([kind, high, middle, low], rest)) = messages.split_first_chunk() else {
        return Found::Nothing;
    };
    if *kind != SERVER_HELLO {
        return Found::Answer(invalid(&format!("a handshake message of type {kind}")));
    }
    let length = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
    if length > HELLO_ANSWER_MAX {
        return Found::Answer(invalid("a ServerHello that is too long"));
    }
    match rest.get(..length) {
        None => Found::Nothing,
        Some(body) => Found::Answer(server_hello(body).unwrap_or_else(invalid)),
    }
}

/// Reads a `ServerHello`. A `HelloRetryRequest` has the same form and means the same here.
fn server_hello(body: &[u8]) -> Result<HelloAnswer, &'static str> {
    const CUT: &str = "a ServerHello that is cut off";
    let ([major, minor], rest) = body.split_first_chunk().ok_or(CUT)?;
    let (_random, rest) = rest.split_at_checked(32).ok_or(CUT)?;
    let (session_length, rest) = rest.split_first().ok_or(CUT)?;
    let (_session, rest) = rest.split_at_checked(usize::from(*session_length)).ok_or(CUT)?;
    let ([high, low, _compression], rest) = rest.split_first_chunk().ok_or(CUT)?;
    let mut number = u16::from_be_bytes([*major, *minor]);
    if let Some((length, extensions)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        let extensions = extensions.get(..length).ok_or(CUT)?;
        number = selected_version(extensions, number).ok_or("extensions that do not add up")?;
    } else if !rest.is_empty() {
        return Err(CUT);
    }
    let version = version(number).ok_or("a version that does not exist")?;
    Ok(HelloAnswer::Agreed { version, cipher: u16::from_be_bytes([*high, *low]) })
}

/// Looks for the extension `supported_versions` (RFC 8446 section 4.2.1), without which the version
/// is the `legacy` one; none if the extensions are malformed.
fn selected_version(extensions: &[u8], legacy: u16) -> Option<u16> {
    const SUPPORTED_VERSIONS: u16 = 43;
    let mut rest = extensions;
    let mut selected = legacy;
    while !rest.is_empty() {
        let ([type_high, type_low, high, low], tail) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (content, tail) = tail.split_at_checked(length)?;
        if u16::from_be_bytes([*type_high, *type_low]) == SUPPORTED_VERSIONS {
            selected = u16::from_be_bytes(content.try_into().ok()?);
        }
        rest = tail;
    }
    Some(selected)
}

fn version(number: u16) -> Option<TlsVersion> {
    use TlsVersion::{Ssl3, Tls10, Tls11, Tls12, Tls13};
    [Ssl3, Tls10, Tls11, Tls12, Tls13].into_iter().find(|version| version.wire() == number)
}

fn unfinished(bytes: &[u8], end: Option<End>) -> HelloAnswer {
    match (end, bytes) {
        (Some(End::Closed), []) => HelloAnswer::Closed,
        (Some(End::Reset), []) => HelloAnswer::Reset,
        (_, []) => HelloAnswer::TimedOut,
        (Some(End::Closed), _) => invalid("a part of an answer, and then closed"),
        (Some(End::Reset), _) => invalid("a part of an answer, and then reset the connection"),
        (Some(End::TimedOut), _) => invalid("a part of an answer, and then nothing more"),
        (_, _) => invalid("a long answer without a ServerHello"),
    }
}

fn alert(number: u8) -> HelloAnswer {
    HelloAnswer::Alert { number, name: alert_name(number) }
}

fn invalid(what: &str) -> HelloAnswer {
    HelloAnswer::Invalid(format!("it sent {what}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WARNING: &[u8] = b"\x15\x03\x01\x00\x02\x01\x70";
    const FATAL: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";
    const HELLO_REQUEST: &[u8] = b"\x16\x03\x03\x00\x04\x00\x00\x00\x00";

    /// A `ServerHello` in a record of its own, with these extensions at its end.
    fn server_hello(version: u16, cipher: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.extend([2, 9, 9]);
        body.extend(cipher.to_be_bytes());
        body.push(0);
        body.extend(extensions);
        let mut out = vec![22, 3, 3, 0, u8::try_from(body.len() + 4).unwrap()];
        out.extend([2, 0, 0, u8::try_from(body.len()).unwrap()]);
        out.extend(body);
        out
    }

    fn agreed(version: TlsVersion, cipher: u16) -> HelloAnswer {
        HelloAnswer::Agreed { version, cipher }
    }

    fn alerted(number: u8, name: &str) -> HelloAnswer {
        HelloAnswer::Alert { number, name: name.to_owned() }
    }

    #[test]
    fn the_version_of_tls_1_2_and_older_stands_in_the_message() {
        let answers = [0x0300, 0x0301, 0x0302, 0x0303]
            .map(|version| answer(&server_hello(version, 0x000a, b""), None));

        let versions = [TlsVersion::Ssl3, TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12];
        assert_eq!(answers, versions.map(|version| agreed(version, 0x000a)));
    }

    #[test]
    fn the_version_of_tls_1_3_stands_in_an_extension() {
        let extensions = b"\x00\x0c\x00\x33\x00\x02\x00\x17\x00\x2b\x00\x02\x03\x04";

        let answer = answer(&server_hello(0x0303, 0x1301, extensions), None);

        assert_eq!(answer, agreed(TlsVersion::Tls13, 0x1301));
    }

    #[test]
    fn a_message_may_be_split_over_records_and_share_one() {
        let whole = server_hello(0x0303, 0xc02f, b"");
        let message = &whole[5..];
        let (first, second) = message.split_at(20);
        let mut split = vec![22, 3, 3, 0, 20];
        split.extend(first);
        split.extend([22, 3, 3, 1, 0]);
        split.extend(second);
        split.extend([11, 0, 1]);

        let answer = answer(&split, None);

        assert_eq!(answer, agreed(TlsVersion::Tls12, 0xc02f));
    }

    #[test]
    fn a_request_for_a_hello_is_passed_over() {
        let bytes = [HELLO_REQUEST, &server_hello(0x0303, 0xc02f, b"")].concat();

        let answer = answer(&bytes, None);

        assert_eq!(answer, agreed(TlsVersion::Tls12, 0xc02f));
    }

    #[test]
    fn a_warning_counts_only_where_nothing_follows() {
        let goes_on = [WARNING, &server_hello(0x0303, 0xc02f, b"")].concat();

        let answers = [
            answer(&goes_on, None),
            answer(WARNING, Some(End::Closed)),
            answer(&[WARNING, FATAL].concat(), None),
        ];

        let expected = [
            agreed(TlsVersion::Tls12, 0xc02f),
            alerted(112, "unrecognized_name"),
            alerted(40, "handshake_failure"),
        ];
        assert_eq!(answers, expected);
    }

    #[test]
    fn nothing_at_all_is_named_by_its_end() {
        let ends = [End::Closed, End::Reset, End::TimedOut].map(|end| answer(b"", Some(end)));

        assert_eq!(ends, [HelloAnswer::Closed, HelloAnswer::Reset, HelloAnswer::TimedOut]);
    }

    #[test]
    fn other_protocols_are_not_tls() {
        let text = b"HTTP/1.1 400 Bad Request\r\n\r\n";

        let answer = answer(text, Some(End::Closed));

        assert_eq!(answer, HelloAnswer::NotTls { first_bytes: text.to_vec() });
    }

    #[test]
    fn what_breaks_the_protocol_is_invalid() {
        let whole = server_hello(0x0303, 0xc02f, b"");
        let cases: [&[u8]; 9] = [
            &whole[..30],
            &whole[..3],
            b"\x16\x03\x03\x50\x00",
            b"\x15\x03\x03\x00\x05",
            b"\x17\x03\x03\x00\x01\x00",
            b"\x16\x03\x03\x00\x04\x0b\x00\x00\x00",
            b"\x16\x03\x03\x00\x04\x02\x00\x00\x00",
            &server_hello(0x7f1c, 0xc02f, b""),
            &server_hello(0x0303, 0x1301, b"\x00\x05\x00\x2b\x00\x03\x03"),
        ];

        let answers = cases.map(|bytes| answer(bytes, Some(End::Closed)));

        assert!(answers.iter().all(|it| matches!(it, HelloAnswer::Invalid(_))), "{answers:?}");
    }

    /// Pieces from which arbitrary but deep answers are made.
    fn pieces() -> Vec<Vec<u8>> {
        let hello = server_hello(0x0303, 0x1301, b"\x00\x06\x00\x2b\x00\x02\x03\x04");
        let (start, rest) = hello.split_at(9);
        vec![
            hello.clone(),
            start.to_vec(),
            rest.to_vec(),
            WARNING.to_vec(),
            FATAL.to_vec(),
            HELLO_REQUEST.to_vec(),
            vec![22, 3, 3, 0, 3],
            vec![22, 3, 3, 0, 0],
            vec![0],
            vec![2],
            vec![255],
        ]
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let deep = proptest::collection::vec(proptest::sample::select(pieces()), 0..12);
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..256),
            deep.prop_map(|pieces| pieces.concat()),
        ]
    }

    proptest! {
        #[test]
        fn what_enough_bytes_say_more_of_them_do_not_change(bytes in bytes(), cut in 0_usize..256) {
            let start = bytes.get(..cut).unwrap_or(&bytes);
            let says = |bytes: &[u8]| (need(bytes) == Need::Nothing).then(|| answer(bytes, None));

            prop_assert!(says(start).is_none() || says(start) == says(&bytes));
        }
    }
}
