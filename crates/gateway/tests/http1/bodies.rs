//! Chunked bodies, of a request: those of responses are read by the same decoder.

use goodgate_gateway::http1::Class;

use super::drive::Expect::{One, Refused};
use super::drive::{Expect, Outcome, Requests, differs, read_every_way};

const HEAD: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

fn read(body: &[u8]) -> Outcome {
    read_every_way(Requests::default, &[HEAD, body].concat())
}

fn check(cases: &[(&[u8], Expect)]) {
    let wrong = cases.iter().filter_map(|(body, expected)| differs(body, &read(body), *expected));
    let wrong: Vec<String> = wrong.collect();

    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

const fn bad(class: Class) -> Expect {
    Refused(class, class.status())
}

const fn body(body: &'static [u8]) -> Expect {
    One("POST /", body, b"GET")
}

#[test]
fn chunk_lines() {
    check(&[
        (b"0\r\n\r\nGET", body(b"")),
        (b"000\r\n\r\nGET", body(b"")),
        (b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", body(b"abcde")),
        (b"A\r\n0123456789\r\n00a\r\n0123456789\r\n0\r\n\r\nGET", body(b"01234567890123456789")),
        (b"3;a=\"b;c\";d\r\nabc\r\n0;e\r\n\r\nGET", body(b"abc")),
        (b"0000000000000003\r\nabc\r\n0\r\n\r\nGET", body(b"abc")),
        (b"00000000000000003\r\nabc\r\n0\r\n\r\nGET", bad(Class::ChunkSizeOverflow)),
        (b"10000000000000000\r\n", bad(Class::ChunkSizeOverflow)),
        (b"\r\n", bad(Class::ChunkSize)),
        (b"g\r\n", bad(Class::ChunkSize)),
        (b"-1\r\n", bad(Class::ChunkSize)),
        (b"+1\r\n", bad(Class::ChunkSize)),
        (b"0x1\r\n", bad(Class::ChunkSize)),
        (b"1_0\r\n", bad(Class::ChunkSize)),
        (b" 1\r\n", bad(Class::ChunkSize)),
        (b"\t1\r\n", bad(Class::ChunkSize)),
        (b"1 \r\n", bad(Class::ChunkExtension)),
        (b"1 ;a\r\n", bad(Class::ChunkExtension)),
        (b"1\t;a\r\n", bad(Class::ChunkExtension)),
        (b"1,a\r\n", bad(Class::ChunkSize)),
        (b"\xd9\xa1\r\n", bad(Class::ChunkSize)),
        (b"1\na\r\n", bad(Class::BareLf)),
        (b"1\r\r\na", bad(Class::BareCr)),
        (b"1;a\nb\r\n", bad(Class::BareLf)),
        (b"1;a\rb\r\n", bad(Class::BareCr)),
        (b"1;a\0b\r\n", bad(Class::NulByte)),
        (b"1;a\x7fb\r\n", bad(Class::ControlCharacter)),
        (b"3\r\nabcd\r\n", bad(Class::ChunkEnd)),
        (b"3\r\nabc\n0\r\n\r\n", bad(Class::ChunkEnd)),
        (b"3\r\nabc\rd", bad(Class::ChunkEnd)),
        (b"3\r\nabc0\r\n\r\n", bad(Class::ChunkEnd)),
    ]);
}

#[test]
fn trailers() {
    check(&[
        (b"0\r\nX: a\r\nY: b\r\n\r\nGET", body(b"")),
        (b"0\r\nContent-Length: 5\r\n\r\n", bad(Class::ForbiddenTrailer)),
        (b"0\r\ntransfer-encoding: chunked\r\n\r\n", bad(Class::ForbiddenTrailer)),
        (b"0\r\nHost: b\r\n\r\n", bad(Class::ForbiddenTrailer)),
        (b"0\r\nX\r\n\r\n", bad(Class::MissingColon)),
        (b"0\r\nX : a\r\n\r\n", bad(Class::SpaceBeforeColon)),
        (b"0\r\nX: a\r\n b\r\n\r\n", bad(Class::ObsFold)),
        (b"0\r\nX: a\n\r\n", bad(Class::BareLf)),
        (b"0\r\n\n", bad(Class::BareLf)),
        (b"0\r\nX: a\0\r\n\r\n", bad(Class::NulByte)),
        (b"0\r\nGET / HTTP/1.1\r\n", bad(Class::MissingColon)),
    ]);
}

#[test]
fn trailers_that_come_too_late_are_left_out() {
    let outcome = read(b"0\r\nX-Sum: 1\r\nCookie: a\r\nETag: \"b\"\r\nSet-Cookie: c\r\n\r\n");

    let Outcome::Message(message) = outcome else { panic!("{outcome:?}") };
    let names: Vec<&[u8]> = message.trailers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, [&b"X-Sum"[..], b"ETag"]);
}

#[test]
fn extensions_and_trailers_have_bounds() {
    let long = format!("1;{}\r\n", "a".repeat(260));
    let many = format!("1;{}\r\na\r\n", "a".repeat(200)).repeat(100);
    let line = format!("0\r\nX: {}\r\n\r\n", "a".repeat(9000));
    let lines = format!("0\r\n{}\r\n", "X: a\r\n".repeat(65));
    let bytes = format!("0\r\n{}\r\n", format!("X: {}\r\n", "a".repeat(6000)).repeat(3));

    let cases = [
        (long, Class::LongChunkLine),
        (many, Class::LongChunkLine),
        (line, Class::LongTrailer),
        (lines, Class::LongTrailers),
        (bytes, Class::LongTrailers),
    ];

    for (body, class) in cases {
        let outcome = read(body.as_bytes());

        assert!(matches!(&outcome, Outcome::Refused(it) if it.class == class), "{outcome:?}");
    }
}

#[test]
fn the_decoder_tells_what_is_left_and_copies_nothing() {
    use bytes::BytesMut;
    use goodgate_gateway::http1::{ChunkedDecoder, Decoded, HeadLimits};

    let mut decoder = ChunkedDecoder::new(HeadLimits::TRAILERS);
    let mut input = BytesMut::from(&b"a\r\n0123"[..]);
    let place = input.as_ptr().wrapping_add(3);

    let Ok(Decoded::Data(data)) = decoder.decode(&mut input) else { panic!("no data") };

    assert_eq!((&data[..], data.as_ptr()), (&b"0123"[..], place));
    assert_eq!((decoder.remaining(), decoder.is_at_end()), (6, false));
}
