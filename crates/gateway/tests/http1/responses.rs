//! Responses that are refused, and their near misses that are not.

use goodgate_gateway::http1::{Class, Framing, Method};

use super::drive::Expect::{One, Refused};
use super::drive::{Expect, Outcome, Responses, differs, read_every_way};

fn check_to(asked: Method, cases: &[(&[u8], Expect)]) {
    let wrong = cases.iter().filter_map(|(bytes, expected)| {
        differs(bytes, &read_every_way(|| Responses::to(asked), bytes), *expected)
    });
    let wrong: Vec<String> = wrong.collect();

    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

const fn bad(class: Class) -> Expect {
    Refused(class, class.status())
}

#[test]
fn status_lines() {
    check_to(
        Method::Get,
        &[
            (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx", One("200 OK", b"", b"x")),
            (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", One("200 OK", b"", b"")),
            (b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", One("200 ", b"", b"")),
            (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", One("200 ", b"", b"")),
            (
                b"HTTP/1.1 404 Not  Found \xe4\r\nContent-Length: 0\r\n\r\n",
                One("404 Not  Found \u{fffd}", b"", b""),
            ),
            (b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", One("599 ", b"", b"")),
            (b"HTTP/1.1 099 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 600 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 000 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 2000 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 20 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 2x0 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 -20 A\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1 OK\r\n\r\n", bad(Class::StatusLine)),
            (b"HTTP/1.1  200 OK\r\n\r\n", bad(Class::InvalidStatus)),
            (b"HTTP/1.1\t200 OK\r\n\r\n", bad(Class::StatusLine)),
            (b"HTTP/1.1 200\tOK\r\n\r\n", bad(Class::StatusLine)),
            (b"HTTP/1.1\r\n\r\n", bad(Class::StatusLine)),
            (b"HTTP/1.1200 OK\r\n\r\n", bad(Class::StatusLine)),
            (b"HTTP/1.2 200 OK\r\n\r\n", bad(Class::UnsupportedVersion)),
            (b"HTTP/2.0 200 OK\r\n\r\n", bad(Class::UnsupportedVersion)),
            (b"HTTP/2 200 OK\r\n\r\n", bad(Class::InvalidVersion)),
            (b"http/1.1 200 OK\r\n\r\n", bad(Class::NotHttp)),
            (b"<html>", bad(Class::NotHttp)),
            (b"\r\nHTTP/1.1 200 OK\r\n\r\n", bad(Class::NotHttp)),
            (b"SSH-2.0-OpenSSH_9.2\r\n", bad(Class::NotHttp)),
            (b"\x15\x03\x01\0\x02\x02\x46", bad(Class::TlsHello)),
            (b"\0\0\x12\x04\0\0\0\0\0", bad(Class::UnsupportedVersion)),
            (b"\0\0\x12\x05", bad(Class::NotHttp)),
            (b"\0\x01", bad(Class::NotHttp)),
            (b"HTTP/1.1 200 O\0K\r\n\r\n", bad(Class::NulByte)),
            (b"HTTP/1.1 200 O\x1bK\r\n\r\n", bad(Class::ControlCharacter)),
            (b"HTTP/1.1 200 OK\n\n", bad(Class::BareLf)),
            (b"HTTP/1.1 200 OK\rX\r\n\r\n", bad(Class::BareCr)),
        ],
    );
}

#[test]
fn field_lines() {
    check_to(
        Method::Get,
        &[
            (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", bad(Class::ObsFold)),
            (b"HTTP/1.1 200 OK\r\n X: a\r\n\r\n", bad(Class::ObsFold)),
            (b"HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n", bad(Class::BareLf)),
            (b"HTTP/1.1 200 OK\r\nX: a\rY: b\r\n\r\n", bad(Class::BareCr)),
            (b"HTTP/1.1 200 OK\r\nX: a\0\r\n\r\n", bad(Class::NulByte)),
            (b"HTTP/1.1 200 OK\r\nX: a\x08\r\n\r\n", bad(Class::ControlCharacter)),
            (b"HTTP/1.1 200 OK\r\nX Y: a\r\n\r\n", bad(Class::InvalidName)),
            (b"HTTP/1.1 200 OK\r\n: a\r\n\r\n", bad(Class::InvalidName)),
            (b"HTTP/1.1 200 OK\r\n : a\r\n\r\n", bad(Class::ObsFold)),
            (b"HTTP/1.1 200 OK\r\nPHP Warning\r\n\r\n", bad(Class::MissingColon)),
            // RFC 9112 section 5.1: such white space is removed from a response.
            (b"HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\nab", One("200 OK", b"a", b"b")),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding\t : chunked\r\nContent-Length: 1\r\n\r\na",
                bad(Class::LengthAndCoding),
            ),
        ],
    );
}

#[test]
fn framings() {
    check_to(
        Method::Get,
        &[
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", One("200 OK", b"a", b"b")),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nab", One("200 OK", b"a", b"b")),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nab",
                One("200 OK", b"a", b"b"),
            ),
            (b"HTTP/1.1 200 OK\r\n\r\nab", One("200 OK", b"ab", b"")),
            (b"HTTP/1.0 200 OK\r\n\r\nab", One("200 OK", b"ab", b"")),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nb",
                One("200 OK", b"a", b"b"),
            ),
            (
                b"HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\na",
                One("204 No Content", b"", b"a"),
            ),
            (
                b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
                One("204 No Content", b"", b""),
            ),
            (
                b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\na",
                One("304 Not Modified", b"", b"a"),
            ),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1", One("100 Continue", b"", b"HTTP/1.1")),
            (
                b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP",
                One("103 Early Hints", b"", b"HTTP"),
            ),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                bad(Class::ConflictingLength),
            ),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\na", bad(Class::ConflictingLength)),
            (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na", bad(Class::InvalidLength)),
            (b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", bad(Class::InvalidLength)),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1a\r\n\r\na", bad(Class::InvalidLength)),
            (b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\na", bad(Class::InvalidLength)),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1,\r\n\r\na", bad(Class::InvalidLength)),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na",
                bad(Class::InvalidLength),
            ),
            (b"HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n", bad(Class::InvalidLength)),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                bad(Class::LengthAndCoding),
            ),
            (
                b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                bad(Class::CodingInHttp10),
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
                bad(Class::ChunkedTwice),
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
                bad(Class::ChunkedNotLast),
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                bad(Class::UnknownCoding),
            ),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", bad(Class::ChunkedNotLast)),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n", bad(Class::ChunkedNotLast)),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", bad(Class::ChunkSize)),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                bad(Class::ChunkEnd),
            ),
        ],
    );
}

#[test]
fn an_answer_to_head_has_no_body() {
    check_to(
        Method::Head,
        &[
            (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP", One("200 OK", b"", b"HTTP")),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nHTTP",
                One("200 OK", b"", b"HTTP"),
            ),
            (b"HTTP/1.1 200 OK\r\n\r\nHTTP", One("200 OK", b"", b"HTTP")),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                bad(Class::ConflictingLength),
            ),
        ],
    );
}

#[test]
fn a_connection_persists_where_nothing_speaks_against_it() {
    let cases: [(&[u8], Framing, bool); 9] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Framing::Length(0), true),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n",
            Framing::Length(0),
            false,
        ),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", Framing::Length(0), false),
        (
            b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n",
            Framing::Length(0),
            true,
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n", Framing::UntilClose, false),
        (b"HTTP/1.1 204 No\r\n\r\n", Framing::None, true),
        (b"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", Framing::None, false),
        (b"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n", Framing::None, false),
        (b"HTTP/1.1 304 No\r\nContent-Length: 2\r\n\r\n", Framing::Announced(2), true),
    ];

    for (bytes, framing, persists) in cases {
        let outcome = read_every_way(|| Responses::to(Method::Get), bytes);

        let Outcome::Message(message) = outcome else { panic!("{outcome:?}") };
        let found = (message.framing, message.persists);
        assert_eq!(found, (framing, persists), "{}", bytes.escape_ascii());
    }
}
