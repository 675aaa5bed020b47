//! Requests that are refused, and their near misses that are not.

use goodgate_gateway::http1::Class;

use super::drive::Expect::{One, Refused};
use super::drive::{Expect, Requests, differs, read_every_way};

/// Reads each case, and lists those that came out otherwise.
fn check(cases: &[(&[u8], Expect)]) {
    let wrong = cases.iter().filter_map(|(bytes, expected)| {
        differs(bytes, &read_every_way(Requests::default, bytes), *expected)
    });
    let wrong: Vec<String> = wrong.collect();

    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A request with these lines between `Host` and the empty line.
macro_rules! with {
    ($method:literal, $lines:literal, $rest:literal) => {
        concat!($method, " / HTTP/1.1\r\nHost: a\r\n", $lines, "\r\n", $rest).as_bytes()
    };
}

#[test]
fn request_lines() {
    check(&[
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", One("GET /", b"", b"")),
        (b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", One("GET /", b"", b"")),
        (b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::EmptyLines, 400)),
        (b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::BareLf, 400)),
        (b" GET / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET / HTTP/1.1\nHost: a\r\n\r\n", Refused(Class::BareLf, 400)),
        (b"GET / HTTP/1.1\rHost: a\r\n\r\n", Refused(Class::BareCr, 400)),
        (b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", Refused(Class::BareCr, 400)),
        (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET / a HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::NoVersion, 400)),
        (b"GET\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET \r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"G\"T / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::InvalidMethod, 400)),
        (b"GET: / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::InvalidMethod, 400)),
        (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", One("get /", b"", b"")),
        (b"M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", One("M-SEARCH /", b"", b"")),
        (
            b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refused(Class::LongMethod, 501),
        ),
        (b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::ControlCharacter, 400)),
        (b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::NulByte, 400)),
        (b"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::ControlCharacter, 400)),
    ]);
}

#[test]
fn versions() {
    check(&[
        (b"GET / HTTP/1.0\r\n\r\n", One("GET /", b"", b"")),
        (b"GET /\r\n\r\n", Refused(Class::NoVersion, 400)),
        (b"GET / HTTP/0.9\r\nHost: a\r\n\r\n", Refused(Class::UnsupportedVersion, 505)),
        (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", Refused(Class::UnsupportedVersion, 505)),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", Refused(Class::UnsupportedVersion, 505)),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refused(Class::UnsupportedVersion, 505)),
        (b"GET / HTTP/2\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
        (b"GET / http/1.1\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
        (b"GET / HTTP/1.10\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
        (b"GET / HTTP/01.1\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
        (b"GET / HTTP 1.1\r\nHost: a\r\n\r\n", Refused(Class::RequestLine, 400)),
        (b"GET / HTTP/1,1\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
        (b"GET / RTSP/1.0\r\nHost: a\r\n\r\n", Refused(Class::InvalidVersion, 400)),
    ]);
}

#[test]
fn what_is_no_request_is_refused_at_its_first_byte() {
    check(&[
        (b"\x16\x03\x01\x02\0\x01", Refused(Class::TlsHello, 400)),
        (b"\x80", Refused(Class::NotHttp, 400)),
        (b"\0", Refused(Class::NotHttp, 400)),
        (b"\r\n\x01", Refused(Class::NotHttp, 400)),
    ]);
}

#[test]
fn targets() {
    check(&[
        (b"GET /a?b=%20|{}\"c HTTP/1.1\r\nHost: a\r\n\r\n", One("GET /a?b=%20|{}\"c", b"", b"")),
        (b"GET //a/../b HTTP/1.1\r\nHost: a\r\n\r\n", One("GET //a/../b", b"", b"")),
        (b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetFragment, 400)),
        (b"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::InvalidTarget, 400)),
        (b"GET a HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"GET ?a HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", One("OPTIONS *", b"", b"")),
        (b"GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", Refused(Class::Connect, 501)),
        (b"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
        (b"GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", One("GET /b?c", b"", b"")),
        (b"GET HTTP://A:80?c HTTP/1.1\r\nHost: a\r\n\r\n", One("GET /?c", b"", b"")),
        (b"GET http://a HTTP/1.1\r\nHost: a:80\r\n\r\n", One("GET /", b"", b"")),
        (b"OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", One("OPTIONS *", b"", b"")),
        (b"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", Refused(Class::HostMismatch, 400)),
        (b"GET http://a:8080/ HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::HostMismatch, 400)),
        (b"GET https://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::HostMismatch, 400)),
        (b"GET http://a/ HTTP/1.1\r\n\r\n", Refused(Class::MissingHost, 400)),
        (b"GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetAuthority, 400)),
        (b"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetAuthority, 400)),
        (b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetScheme, 400)),
        (b"GET http:/a HTTP/1.1\r\nHost: a\r\n\r\n", Refused(Class::TargetForm, 400)),
    ]);
}

#[test]
fn hosts() {
    check(&[
        (b"GET / HTTP/1.1\r\n\r\n", Refused(Class::MissingHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Refused(Class::DuplicateHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n", Refused(Class::DuplicateHost, 400)),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", Refused(Class::DuplicateHost, 400)),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: a]:80\r\n\r\n", Refused(Class::InvalidHost, 400)),
        (b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", One("GET /", b"", b"")),
        (b"GET / HTTP/1.1\r\nHost: A_b-c.d.:8080 \t\r\n\r\n", One("GET /", b"", b"")),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", Refused(Class::SpaceBeforeColon, 400)),
    ]);
}

#[test]
fn field_lines() {
    check(&[
        (with!("GET", "X: b\r\n c\r\n", ""), Refused(Class::ObsFold, 400)),
        (with!("GET", "X: b\r\n\tc\r\n", ""), Refused(Class::ObsFold, 400)),
        (with!("GET", "X: b\r\n \r\n", ""), Refused(Class::ObsFold, 400)),
        (b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", Refused(Class::ObsFold, 400)),
        (with!("GET", "X : b\r\n", ""), Refused(Class::SpaceBeforeColon, 400)),
        (with!("GET", "X\t: b\r\n", ""), Refused(Class::SpaceBeforeColon, 400)),
        (with!("GET", "X Y: b\r\n", ""), Refused(Class::InvalidName, 400)),
        (with!("GET", ": b\r\n", ""), Refused(Class::InvalidName, 400)),
        (with!("GET", "X(: b\r\n", ""), Refused(Class::InvalidName, 400)),
        (with!("GET", "\u{e4}: b\r\n", ""), Refused(Class::InvalidName, 400)),
        (with!("GET", "X\r\n", ""), Refused(Class::MissingColon, 400)),
        (with!("GET", "Host\r\n", ""), Refused(Class::MissingColon, 400)),
        (with!("GET", "X Y\r\n", ""), Refused(Class::MissingColon, 400)),
        (with!("GET", "X: b\nY: c\r\n", ""), Refused(Class::BareLf, 400)),
        (with!("GET", "X: b\rY: c\r\n", ""), Refused(Class::BareCr, 400)),
        (with!("GET", "X: b\0\r\n", ""), Refused(Class::NulByte, 400)),
        (with!("GET", "X\0: b\r\n", ""), Refused(Class::NulByte, 400)),
        (with!("GET", "X: b\x0bc\r\n", ""), Refused(Class::ControlCharacter, 400)),
        (with!("GET", "X: b\x7f\r\n", ""), Refused(Class::ControlCharacter, 400)),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\n", Refused(Class::BareLf, 400)),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\rX", Refused(Class::BareCr, 400)),
        (with!("GET", "X:\r\nY:b\t c \t\r\nZ: \u{fc}\r\n", "next"), One("GET /", b"", b"next")),
    ]);
}

#[test]
fn lengths() {
    let two = |class| Refused(class, 400);
    check(&[
        (with!("POST", "Content-Length: 3\r\n", "abcGET"), One("POST /", b"abc", b"GET")),
        (with!("POST", "content-length:003\r\n", "abcGET"), One("POST /", b"abc", b"GET")),
        (with!("GET", "Content-Length: 3\r\n", "abcGET"), One("GET /", b"abc", b"GET")),
        (with!("POST", "Content-Length: 0\r\n", "GET"), One("POST /", b"", b"GET")),
        (with!("POST", "", "GET"), One("POST /", b"", b"GET")),
        (
            with!("POST", "Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
            two(Class::DuplicateLength),
        ),
        (
            with!("POST", "Content-Length: 3\r\ncontent-length: 4\r\n", "abc"),
            two(Class::ConflictingLength),
        ),
        (with!("POST", "Content-Length: 3, 3\r\n", "abc"), two(Class::DuplicateLength)),
        (with!("POST", "Content-Length: 3, 4\r\n", "abc"), two(Class::ConflictingLength)),
        (with!("POST", "Content-Length: 3,\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: +3\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: -3\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: 0x3\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: 3 3\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: 3\u{660}\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: 3.0\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: 3e0\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length: \"3\"\r\n", "abc"), two(Class::InvalidLength)),
        (with!("POST", "Content-Length:\r\n", "abc"), two(Class::InvalidLength)),
        (
            with!("POST", "Content-Length: 18446744073709551616\r\n", "abc"),
            two(Class::InvalidLength),
        ),
        (with!("POST", "Content-Length: 3\x0b\r\n", "abc"), two(Class::ControlCharacter)),
        (with!("POST", "Content-Length : 3\r\n", "abc"), two(Class::SpaceBeforeColon)),
        (with!("POST", "Content_Length: 3\r\n", "abc"), two(Class::FramingLookalike)),
    ]);
}

#[test]
fn transfer_codings() {
    const BODY: Expect = One("POST /", b"abc", b"GET");
    let bad = |class: Class| Refused(class, class.status());
    check(&[
        (with!("POST", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\nGET"), BODY),
        (with!("POST", "transfer-encoding:CHUNKED \r\n", "3\r\nabc\r\n0\r\n\r\nGET"), BODY),
        (with!("POST", "Transfer-Encoding:\tchunked\r\n", "3\r\nabc\r\n0\r\n\r\nGET"), BODY),
        // CL.TE and TE.CL
        (
            with!("POST", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            bad(Class::LengthAndCoding),
        ),
        (
            with!("POST", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
            bad(Class::LengthAndCoding),
        ),
        (
            with!("POST", "Transfer-Encoding: x\r\nContent-Length: 3\r\n", "abc"),
            bad(Class::LengthAndCoding),
        ),
        (
            b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            bad(Class::CodingInHttp10),
        ),
        // TE.TE
        (
            with!("POST", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""),
            bad(Class::ChunkedTwice),
        ),
        (with!("POST", "Transfer-Encoding: chunked, chunked\r\n", ""), bad(Class::ChunkedTwice)),
        (
            with!("POST", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", ""),
            bad(Class::ChunkedNotLast),
        ),
        (
            with!("POST", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", ""),
            bad(Class::UnknownCoding),
        ),
        (with!("POST", "Transfer-Encoding: chunked, identity\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: identity, chunked\r\n", ""), bad(Class::UnknownCoding)),
        (with!("POST", "Transfer-Encoding: gzip, chunked\r\n", ""), bad(Class::UnknownCoding)),
        (with!("POST", "Transfer-Encoding: gzip\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: identity\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: xchunked\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: chunkedx\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: chunked;q=1\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: \"chunked\"\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: chunked,\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: ,chunked\r\n", ""), bad(Class::UnknownCoding)),
        (with!("POST", "Transfer-Encoding:\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: chun ked\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: ch\u{212a}unked\r\n", ""), bad(Class::ChunkedNotLast)),
        (with!("POST", "Transfer-Encoding: chunked\x0b\r\n", ""), bad(Class::ControlCharacter)),
        (with!("POST", "Transfer-Encoding: \x0bchunked\r\n", ""), bad(Class::ControlCharacter)),
        (with!("POST", "Transfer-Encoding: chunked\0\r\n", ""), bad(Class::NulByte)),
        (with!("POST", "Transfer-Encoding:\r\n chunked\r\n", ""), bad(Class::ObsFold)),
        (with!("POST", "Transfer-Encoding : chunked\r\n", ""), bad(Class::SpaceBeforeColon)),
        (with!("POST", "Transfer-Encoding\t: chunked\r\n", ""), bad(Class::SpaceBeforeColon)),
        (with!("POST", " Transfer-Encoding: chunked\r\n", ""), bad(Class::ObsFold)),
        (with!("POST", "X: a\nTransfer-Encoding: chunked\r\n", ""), bad(Class::BareLf)),
        (with!("POST", "Transfer_Encoding: chunked\r\n", ""), bad(Class::FramingLookalike)),
        (with!("POST", "Transfer Encoding: chunked\r\n", ""), bad(Class::InvalidName)),
        (with!("POST", "Transfer-Encoding\u{a0}: chunked\r\n", ""), bad(Class::InvalidName)),
    ]);
}

#[test]
fn connection_options_and_expectations() {
    let bad = |class: Class| Refused(class, class.status());
    check(&[
        (with!("GET", "Connection: close, X-Own\r\n", ""), One("GET /", b"", b"")),
        (with!("GET", "Connection: host\r\n", ""), bad(Class::EndToEndOption)),
        (with!("GET", "Connection: close, Content-Length\r\n", ""), bad(Class::EndToEndOption)),
        (
            with!("GET", "Connection: close\r\nConnection: x-forwarded-for\r\n", ""),
            bad(Class::EndToEndOption),
        ),
        (
            with!("GET", "Connection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\r\n", ""),
            bad(Class::ManyOptions),
        ),
        (
            with!("POST", "Content-Length: 0\r\nExpect: 100-Continue\r\n", ""),
            One("POST /", b"", b""),
        ),
        (
            with!("POST", "Content-Length: 0\r\nExpect: 200-ok\r\n", ""),
            bad(Class::UnknownExpectation),
        ),
        (with!("POST", "Expect: 100-continue, a=b\r\n", ""), bad(Class::UnknownExpectation)),
    ]);
}

#[test]
fn limits() {
    let line = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(length));
    let field =
        |length: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(length));
    let many =
        |number: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: a\r\n".repeat(number));
    let wide = "X: ".to_owned() + &"a".repeat(30_000) + "\r\n";
    let heads = [
        (line((16 << 10) - 14), One("", b"", b"")),
        (line((16 << 10) - 13), Refused(Class::LongRequestLine, 414)),
        (field((32 << 10) - 3), One("", b"", b"")),
        (field((32 << 10) - 2), Refused(Class::LongField, 431)),
        (many(127), One("", b"", b"")),
        (many(128), Refused(Class::ManyFields, 431)),
        (
            format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", wide.repeat(3)),
            Refused(Class::LongHead, 431),
        ),
        (
            format!("GET / HTTP/1.1\r\n{}: a\r\n\r\n", "X".repeat(1025)),
            Refused(Class::LongField, 431),
        ),
    ];

    for (head, expected) in heads {
        let outcome = read_every_way(Requests::default, head.as_bytes());

        let fits = match (&outcome, expected) {
            (super::drive::Outcome::Message(_), One(..)) => true,
            _ => differs(head.as_bytes(), &outcome, expected).is_none(),
        };
        assert!(fits, "{expected:?}: {outcome:?}");
    }
}

#[test]
fn a_pipeline_is_read_one_by_one() {
    use bytes::BytesMut;
    use goodgate_gateway::http1::{HeadLimits, RequestParser};

    let mut input = BytesMut::from(
        &b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\nGET /3 HTTP"[..],
    );
    let mut parser = RequestParser::new();
    let mut targets = Vec::new();
    while let Some(head) = parser.parse(&mut input, &HeadLimits::REQUEST).unwrap() {
        targets.push((head.target().to_vec(), head.host().unwrap_or_default().to_vec()));
        parser.reuse(head);
    }

    assert_eq!(targets, [(b"/1".to_vec(), b"a".to_vec()), (b"/2".to_vec(), b"b".to_vec())]);
    assert_eq!(&input[..], b"GET /3 HTTP");
}

#[test]
fn the_line_of_a_refused_request_can_be_logged() {
    use bytes::BytesMut;
    use goodgate_gateway::http1::{HeadLimits, RequestParser};

    let cases: [(&[u8], &[u8]); 4] = [
        (b"GET /a HTTP/1.1\r\n\r\n", b"GET /a HTTP/1.1"),
        (b"\r\nGET /a HTTP/3.1\r\n\r\n", b"GET /a HTTP/3.1"),
        (b"GET /a HTTP/1.1\r\nHost: a\nX", b"GET /a HTTP/1.1"),
        (b"\x16\x03\x01", b"\x16\x03\x01"),
    ];

    for (bytes, line) in cases {
        let mut input = BytesMut::from(bytes);
        let mut parser = RequestParser::new();
        parser.parse(&mut input, &HeadLimits::REQUEST).unwrap_err();

        assert_eq!(parser.refused_line(&input), line);
    }
}
