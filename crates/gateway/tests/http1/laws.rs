//! Laws over any bytes: no panic, the same result however they are split, and what is written reads
//! back.

use bytes::BytesMut;
use goodgate_gateway::http1::chunked::{CHUNK_END, ChunkHead, put_end};
use goodgate_gateway::http1::{
    Ending, Fields, Framing, Method, Persistence, RequestHead, ResponseHead, write,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::drive::{
    Outcome, Requests, Responses, changes_underway, forwarded_request, forwarded_response, read,
};

/// Text in which the parser's words are frequent.
fn near_http() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![
            "GET ", "POST ", "HEAD ", "/", "* ", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 ", "204", "304 ", "Host: a\r\n", "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Connection: ", "Expect: ",
            "\r\n", "\r", "\n", " ", "\t", ":", "0\r\n\r\n", "3\r\nabc\r\n", "a", "X: b\r\n", "http://a",
        ]).prop_map(|word| word.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(word, 0..20).prop_map(|words| words.concat())
}

fn pieces<'a>(bytes: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    let mut sizes = sizes.iter().copied().chain([usize::MAX]);
    std::iter::from_fn(move || {
        let size = sizes.next()?.min(rest.len());
        let (piece, after) = rest.split_at(size);
        rest = after;
        Some(piece)
    })
}

fn name() -> impl Strategy<Value = String> {
    // Names that mean nothing to the codec.
    "[!#$%&'*+.^`|~0-9A-Za-z-]{1,20}".prop_map(|name| format!("x-{name}"))
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![0x20..0x7f_u8, 0x80..=0xff_u8, Just(b'\t')];
    vec(byte, 0..40).prop_map(|value| value.trim_ascii().to_vec())
}

fn fields() -> impl Strategy<Value = Fields> {
    vec((name(), value()), 0..12).prop_map(|pairs| {
        let mut fields = Fields::new();
        for (name, value) in pairs {
            fields.push_by_name(name.as_bytes(), &value).unwrap();
        }
        fields
    })
}

proptest! {
    #[test]
    fn requests_are_the_same_however_they_are_split(
        bytes in near_http(),
        sizes in vec(0..30_usize, 0..12),
    ) {
        let whole = read(Requests::default(), [&bytes[..]]);
        let split = read(Requests::default(), pieces(&bytes, &sizes));

        prop_assert_eq!(whole, split);
    }

    #[test]
    fn responses_are_the_same_however_they_are_split(
        bytes in near_http(),
        sizes in vec(0..30_usize, 0..12),
        to_head in any::<bool>(),
    ) {
        let asked = if to_head { Method::Head } else { Method::Get };
        let whole = read(Responses::to(asked), [&bytes[..]]);
        let split = read(Responses::to(asked), pieces(&bytes, &sizes));

        prop_assert_eq!(whole, split);
    }

    #[test]
    fn what_is_sent_on_is_read_as_it_was(bytes in near_http(), to_head in any::<bool>()) {
        let asked = if to_head { Method::Head } else { Method::Get };
        let responses = || Responses::to(asked);

        prop_assert!(!changes_underway(Requests::default, &bytes, forwarded_request(&bytes)));
        prop_assert!(!changes_underway(responses, &bytes, forwarded_response(&bytes, asked)));
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in vec(any::<u8>(), 0..300)) {
        read(Requests::default(), [&bytes[..]]);
        read(Responses::to(Method::Get), [&bytes[..]]);
    }

    #[test]
    fn a_written_request_reads_back(
        method in "[A-Z]{1,10}",
        target in "/[!-\"$-~]{0,30}",
        fields in fields(),
        length in prop::option::of(0..1000_u64),
    ) {
        prop_assume!(method != "CONNECT");
        let framing = length.map_or(Framing::None, Framing::Length);
        let head = RequestHead::from_parts(
            method.as_bytes(), b"host:1", target.as_bytes(), fields, framing,
        ).unwrap();
        let mut out = BytesMut::new();
        let ending = Ending { framing, persistence: Persistence::Silent, added: &[] };
        write::request(&mut out, &head, head.target(), &ending).unwrap();
        let body = vec![b'a'; usize::try_from(length.unwrap_or(0)).unwrap()];
        out.extend_from_slice(&body);

        let outcome = read(Requests::default(), [&out[..]]);

        let Outcome::Message(mut read) = outcome else { panic!("{outcome:?}") };
        read.fields.remove_by_name(b"content-length");
        prop_assert_eq!(read.start, format!("{method} {target}"));
        prop_assert_eq!(read.framing, framing);
        prop_assert_eq!(&read.fields, head.fields());
        prop_assert_eq!(read.body, body);
    }

    #[test]
    fn a_written_response_reads_back(
        status in 200..=599_u16,
        reason in value(),
        fields in fields(),
        chunks in vec(vec(any::<u8>(), 1..50), 0..5),
        trailers in fields(),
    ) {
        prop_assume!(status != 204 && status != 304);
        let mut head = ResponseHead::from_parts(status, fields, Framing::Chunked).unwrap();
        head.set_reason(&reason).unwrap();
        let mut out = BytesMut::new();
        let ending =
            Ending { framing: Framing::Chunked, persistence: Persistence::Silent, added: &[] };
        write::response(&mut out, &head, &ending).unwrap();
        for chunk in &chunks {
            let size = u64::try_from(chunk.len()).unwrap().try_into().unwrap();
            out.extend_from_slice(ChunkHead::new(size).as_bytes());
            out.extend_from_slice(chunk);
            out.extend_from_slice(CHUNK_END);
        }
        put_end(&mut out, &trailers);

        let outcome = read(Responses::to(Method::Get), [&out[..]]);

        let Outcome::Message(mut read) = outcome else { panic!("{outcome:?}") };
        read.fields.remove_by_name(b"transfer-encoding");
        prop_assert_eq!(&read.fields, head.fields());
        prop_assert_eq!(read.body, chunks.concat());
        prop_assert_eq!(read.trailers, trailers);
        prop_assert!(read.rest.is_empty());
    }
}
