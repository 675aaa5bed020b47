//! Malformed and smuggling responses through the running gateway: each ends in a 502 that says why,
//! or as exactly one well-framed response.

use std::io::Write;
use std::sync::Arc;

use super::message::{Asked, Message, Reader};
use super::origin::raw;
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream};

/// What becomes of a response.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is answered with 502, this error (RFC 9209) and this cause.
    Failed(&'static str, &'static str),
    /// It arrives with this status and this body.
    One(u16, &'static str),
}

use Fate::{Failed, One};

const HEAD: Fate = Failed("http_protocol_error", "invalid_response_head");
const NOT_HTTP: Fate = Failed("http_protocol_error", "not_http");
const VERSION: Fate = Failed("http_protocol_error", "http_version_mismatch");
const FRAMING: Fate = Failed("http_protocol_error", "invalid_framing");
const CODING: Fate = Failed("http_response_transfer_coding", "invalid_framing");
const CHUNKS: Fate = Failed("http_response_transfer_coding", "invalid_chunking");
const TRUNCATED: Fate = Failed("http_response_incomplete", "body_truncated");
const HEAD_TRUNCATED: Fate = Failed("http_response_incomplete", "response_header_truncated");
const HEAD_SIZE: Fate = Failed("http_response_header_section_size", "response_header_too_large");

/// What a client would take for an answer of its own where the one before it ends early.
const HIDDEN: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden";

/// An answer with these lines and what follows its head.
fn with(lines: &str, rest: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{lines}\r\n{rest}").into_bytes()
}

fn plain(response: &str) -> Vec<u8> {
    response.as_bytes().to_vec()
}

fn chunked(body: &str) -> Vec<u8> {
    with("Transfer-Encoding: chunked\r\n", body)
}

/// Starts an origin that answers `/N` with the case of that number and closes, and a gateway.
fn stand(cases: &[(Vec<u8>, Fate)]) -> Gateway {
    let answers: Arc<Vec<Vec<u8>>> =
        Arc::new(cases.iter().map(|(bytes, _)| bytes.clone()).collect());
    let origin = raw(move |stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        let Ok(Some(request)) = reader.request() else { return };
        let target = request.asked().rsplit('/').next().unwrap_or_default();
        let number: usize = target.parse().expect("the number of a case");
        // A gateway that has seen enough may have gone.
        writing.write_all(&answers[number]).ok();
    });
    let upstream = bare_upstream(&format!("http://{origin}"));
    // The origin closes without a word: a kept connection would be one that is about to end.
    let limits = "[upstream.app.limits]\nheader_size = \"4KiB\"\nheader_count = 20\n\
                  [upstream.app.keepalive]\nmax_idle = 0\n";
    Gateway::with(&format!("{LISTEN}{upstream}{limits}{BARE_ROUTE}"))
}

fn check_with(method: &str, cases: &[(Vec<u8>, Fate)]) {
    let gateway = stand(cases);
    let asked = if method == "HEAD" { Asked::Head } else { Asked::Body };
    let mut answers = Vec::new();
    for (number, (bytes, _)) in cases.iter().enumerate() {
        let mut client = gateway.connect();
        client.send(format!("{method} /{number} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        let mut next = || match client.reader.response(asked) {
            Ok(Some(answer)) => answer,
            other => panic!("{}: no answer: {other:?}", bytes.escape_ascii()),
        };
        let mut answer = next();
        if answer.status() == 103 {
            answer = next();
        }
        answers.push((answer, client.rest()));
    }

    let mut wrong = Vec::new();
    for (number, ((bytes, fate), (answer, rest))) in cases.iter().zip(&answers).enumerate() {
        let fails = if rest.is_empty() {
            differs(&gateway, number, answer, *fate)
        } else {
            Some(format!("then {}", rest.escape_ascii()))
        };
        if let Some(found) = fails {
            let shown = bytes[..bytes.len().min(200)].escape_ascii();
            wrong.push(format!("{shown}\n    wanted {fate:?}: {found}"));
        }
    }

    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} of {} differ:\n  {}", cases.len(), wrong.join("\n  "));
}

fn check(cases: &[(Vec<u8>, Fate)]) {
    check_with("GET", cases);
}

fn differs(gateway: &Gateway, number: usize, answer: &Message, fate: Fate) -> Option<String> {
    match fate {
        One(status, body) => {
            let is_it = answer.status() == status && answer.body == body.as_bytes();
            (!is_it).then(|| format!("{answer:?}"))
        }
        Failed(error, cause) => {
            let logged = gateway.logged(&format!("/{number}"));
            let member = format!("goodgate; error={error}");
            let is_it = answer.status() == 502
                && answer.field("proxy-status") == member
                && logged["cause"] == cause
                && logged["error"] == error
                && logged["status"] == 502
                && logged["blame"] != "client";
            (!is_it).then(|| {
                format!("{} {:?}, logged {logged}", answer.status(), answer.all("proxy-status"))
            })
        }
    }
}

#[test]
fn status_lines() {
    let empty = "Content-Length: 0\r\n\r\n";
    let line = |line: &str| plain(&format!("{line}\r\n{empty}"));
    check(&[
        (line("HTTP/1.1 200 OK"), One(200, "")),
        (line("HTTP/1.0 200 OK"), One(200, "")),
        (line("HTTP/1.1 200 "), One(200, "")),
        (line("HTTP/1.1 200"), One(200, "")),
        (line("HTTP/1.1 599 Odd"), One(599, "")),
        (line("HTTP/1.1 099 A"), HEAD),
        (line("HTTP/1.1 600 A"), HEAD),
        (line("HTTP/1.1 000 A"), HEAD),
        (line("HTTP/1.1 2000 A"), HEAD),
        (line("HTTP/1.1 20 A"), HEAD),
        (line("HTTP/1.1 2x0 A"), HEAD),
        (line("HTTP/1.1 -20 A"), HEAD),
        (line("HTTP/1.1 OK"), HEAD),
        (line("HTTP/1.1  200 OK"), HEAD),
        (line("HTTP/1.1\t200 OK"), HEAD),
        (line("HTTP/1.1"), HEAD),
        (line("HTTP/1.1 200 O\0K"), HEAD),
        (line("HTTP/1.1 200 O\x1bK"), HEAD),
        (line("HTTP/1.2 200 OK"), VERSION),
        (line("HTTP/2.0 200 OK"), VERSION),
        (line("HTTP/2 200 OK"), NOT_HTTP),
        (line("http/1.1 200 OK"), NOT_HTTP),
        (line("ICY 200 OK"), NOT_HTTP),
        (plain("<html>no head</html>"), NOT_HTTP),
        (plain("\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), NOT_HTTP),
        (plain("SSH-2.0-OpenSSH_9.2\r\n"), NOT_HTTP),
        (plain("220 mail.example ESMTP\r\n"), NOT_HTTP),
        (
            b"\x15\x03\x03\x00\x02\x02\x28".to_vec(),
            Failed("http_protocol_error", "plaintext_to_tls_port"),
        ),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00".to_vec(), VERSION),
        (plain("HTTP/1.1 200 OK\n\n"), HEAD),
        (plain("HTTP/1.1 200 OK\rX\r\n\r\n"), HEAD),
        (plain("HTTP/1.1 20"), HEAD_TRUNCATED),
        (plain("HTTP/1.1 200 OK\r\nX: a"), HEAD_TRUNCATED),
        (plain(""), Failed("connection_terminated", "closed_before_response")),
    ]);
}

#[test]
fn field_lines() {
    let long = "a".repeat(5000);
    check(&[
        (with("X: a\r\n b\r\n", ""), HEAD),
        (with(" X: a\r\n", ""), HEAD),
        (with("X: a\nY: b\r\n", ""), HEAD),
        (with("X: a\rY: b\r\n", ""), HEAD),
        (with("X: a\0\r\n", ""), HEAD),
        (with("X: a\x08\r\n", ""), HEAD),
        (with("X Y: a\r\n", ""), HEAD),
        (with(": a\r\n", ""), HEAD),
        (with("PHP Warning\r\n", ""), HEAD),
        (with("X\u{e4}: a\r\n", ""), HEAD),
        (with(&format!("X: {long}\r\nContent-Length: 0\r\n"), ""), HEAD_SIZE),
        (with(&"X: a\r\n".repeat(21), ""), HEAD_SIZE),
        (with("Content-Length : 1\r\n", "ab"), One(200, "a")),
        (with("Connection: content-length\r\nContent-Length: 1\r\n", "a"), One(200, "a")),
    ]);
}

#[test]
fn framings() {
    let mut cases = vec![
        (with("Content-Length: 1\r\n", "a"), One(200, "a")),
        (with("Content-Length: 1\r\n", "abc"), One(200, "a")),
        (with("Content-Length: 1\r\n", &format!("a{HIDDEN}")), One(200, "a")),
        (with("Content-Length: 1, 1\r\n", "a"), One(200, "a")),
        (with("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), One(200, "a")),
        (with("", "until the end"), One(200, "until the end")),
        (plain("HTTP/1.0 200 OK\r\n\r\nuntil the end"), One(200, "until the end")),
        (chunked("1\r\na\r\n0\r\n\r\n"), One(200, "a")),
        (chunked("1;b=c\r\na\r\n000\r\nX: 1\r\n\r\n"), One(200, "a")),
        (chunked(&format!("0\r\n\r\n{HIDDEN}")), One(200, "")),
        (plain("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello"), One(204, "")),
        (plain("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), One(204, "")),
        (plain("HTTP/1.1 304 Not\r\nContent-Length: 5\r\n\r\nhello"), One(304, "")),
        (plain(&format!("HTTP/1.1 304 Not\r\n\r\n{HIDDEN}")), One(304, "")),
        (plain("HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n"), HEAD_TRUNCATED),
        (
            plain("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            Failed("http_upgrade_failed", "upgrade_failed"),
        ),
    ];
    for lines in [
        "Content-Length: 0\r\nContent-Length: 50\r\n",
        "Content-Length: 0, 50\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: 0x1\r\n",
        "Content-Length: 1a\r\n",
        "Content-Length:\r\n",
        "Content-Length: 1,\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 1 1\r\n",
        "Content-Length: 50\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 50\r\n",
        "Transfer-Encoding\t : chunked\r\nContent-Length: 50\r\n",
    ] {
        cases.push((with(lines, HIDDEN), FRAMING));
    }
    for lines in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked;a=b\r\n",
        "Transfer-Encoding:\r\n",
    ] {
        cases.push((with(lines, HIDDEN), CODING));
    }
    let http10 = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    cases.push((plain(http10), FRAMING));
    check(&cases);
}

#[test]
fn bodies_that_break_off_or_are_no_chunks() {
    let mut cases = vec![
        (with("Content-Length: 5\r\n", "abc"), TRUNCATED),
        (with("Content-Length: 5\r\n", ""), TRUNCATED),
        (chunked("5\r\nabc"), TRUNCATED),
        (chunked("3\r\nabc\r\n"), TRUNCATED),
        (chunked("3\r\nabc\r\n0\r\n"), TRUNCATED),
        (chunked("3\r\nabc\r\n0\r\nX: a"), TRUNCATED),
        (chunked(""), TRUNCATED),
    ];
    for body in [
        "x\r\n",
        "\r\n",
        "-1\r\na\r\n0\r\n\r\n",
        "+1\r\na\r\n0\r\n\r\n",
        "0x1\r\na\r\n0\r\n\r\n",
        " 1\r\na\r\n0\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n",
        "1\na\r\n0\r\n\r\n",
        "1\r\r\na\r\n0\r\n\r\n",
        "1;a\nb\r\na\r\n0\r\n\r\n",
        "10000000000000000\r\n",
        "1\r\nab\r\n0\r\n\r\n",
        "1\r\na\n0\r\n\r\n",
        "1\r\na0\r\n\r\n",
        "0\r\nX\r\n\r\n",
        "0\r\nX : a\r\n\r\n",
        "0\r\nX: a\r\n b\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        cases.push((chunked(body), CHUNKS));
    }
    let long = format!("1;{}\r\na\r\n0\r\n\r\n", "a".repeat(9000));
    cases.push((chunked(&long), CHUNKS));
    check(&cases);
}

#[test]
fn answers_to_head() {
    check_with(
        "HEAD",
        &[
            (with("Content-Length: 5\r\n", ""), One(200, "")),
            (with("Content-Length: 5\r\n", "hello"), One(200, "")),
            (with("Transfer-Encoding: chunked\r\n", ""), One(200, "")),
            (with("", ""), One(200, "")),
            (with("", HIDDEN), One(200, "")),
            (with("Content-Length: 5\r\nContent-Length: 6\r\n", ""), FRAMING),
        ],
    );
}

#[test]
fn what_follows_an_answer_is_nobodys_answer() {
    // The bytes behind the first answer come before, with, or after the second request.
    let origin = raw(|stream| {
        let mut writing = stream.try_clone().expect("a socket");
        let mut reader = Reader::new(stream);
        while let Ok(Some(request)) = reader.request() {
            let target = request.asked().trim_start_matches("GET ").to_owned();
            let body =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{target}", target.len());
            writing.write_all(format!("{body}{HIDDEN}").as_bytes()).ok();
        }
    });
    let gateway = Gateway::bare(origin);
    let mut client = gateway.connect();

    for number in 0..50 {
        let target = format!("/{number}");

        let answer = client.get(&target, "");

        assert_eq!((answer.status(), answer.text()), (200, target.as_str()));
    }
}

#[test]
fn fields_of_the_connection_to_the_origin_go_no_further() {
    let origin = super::origin::Origin::answering(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive, X-Mine\r\n\
          X-Mine: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n\
          Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Kept: b\r\n\r\n"
            .to_vec()
    });
    let gateway = Gateway::to(origin.address);

    let answer = gateway.connect().get("/", "");

    assert_eq!(answer.field("x-kept"), "b");
    for gone in
        ["connection", "x-mine", "keep-alive", "proxy-connection", "proxy-authenticate", "upgrade"]
    {
        assert_eq!(answer.all(gone), Vec::<&str>::new(), "{gone}");
    }
}
