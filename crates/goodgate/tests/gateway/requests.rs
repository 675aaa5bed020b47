//! Malformed and smuggling requests through the running gateway: each is refused, or arrives at the
//! origin as exactly one well-framed request. A client's fault is never a 5xx that blames a server.

use super::client::Client;
use super::message::Message;
use super::origin::{Origin, Seen};
use super::support::{Gateway, LISTEN, bare_upstream};

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It is answered with this status, and the connection ends. Nothing complete reaches the origin.
    Refused(u16),
    /// It reaches the origin as one request with this start and this body.
    One(&'static str, &'static str),
}

use Fate::{One, Refused};

/// A request with these lines behind `Host`, and what follows the head.
fn with(method: &str, lines: &str, rest: &str) -> Vec<u8> {
    format!("{method} / HTTP/1.1\r\nHost: a.example\r\n{lines}\r\n{rest}").into_bytes()
}

/// A POST in chunks.
fn chunked(body: &str) -> Vec<u8> {
    with("POST", "Transfer-Encoding: chunked\r\n", body)
}

/// What would be taken for a request where the one before it ends early.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a.example\r\n\r\n";

struct Stand {
    origin: Origin,
    gateway: Gateway,
}

impl Stand {
    fn new() -> Self {
        let origin = Origin::telling();
        let upstream = bare_upstream(&format!("http://{}", origin.address));
        // The smallest limits, so that what is beyond them is small as well.
        let limits = "[listen.limits]\nheader_size = \"4KiB\"\nheader_count = 20\n";
        let route = super::support::BARE_ROUTE;
        let gateway = Gateway::with(&format!("{LISTEN}{limits}{upstream}{route}"));
        Self { origin, gateway }
    }

    /// Sends one case, and tells what came of it, as far as that is not what it should be.
    fn fails(&self, bytes: &[u8], fate: Fate) -> Option<String> {
        let mut client = self.gateway.connect();
        // The gateway may refuse before it has read all of it.
        client.try_send(bytes);
        let answer = match client.reader.response(super::message::Asked::Body) {
            Ok(Some(answer)) => answer,
            other => return Some(format!("no answer: {other:?}")),
        };
        let says = match fate {
            Refused(_) => {
                let rest = client.rest();
                (!rest.is_empty()).then(|| format!("then {}", rest.escape_ascii()))
            }
            One(..) => None,
        };
        drop(client);
        // A second client on the same connection to the origin: it would get what was left there.
        let probe = Client::connect(self.gateway.address()).get("/probe", "");
        let seen = self.origin.take();
        let probed = probe.status() == 200 && probe.text() == "GET /probe ";
        let wrong = match fate {
            _ if says.is_some() => says,
            _ if !probed => Some(format!("the next client got {probe:?}")),
            Refused(status) => refused(&answer, status, &seen),
            One(start, body) => one(&answer, start, body, &seen),
        };
        wrong.map(|wrong| {
            let shown = &bytes[..bytes.len().min(200)];
            format!("{}\n    wanted {fate:?}: {wrong}", shown.escape_ascii())
        })
    }
}

fn refused(answer: &Message, status: u16, seen: &[Seen]) -> Option<String> {
    let whole: Vec<&str> = seen
        .iter()
        .filter(|it| it.fault.is_none())
        .map(|it| it.request.asked())
        .filter(|it| *it != "GET /probe")
        .collect();
    let says_so = answer.field("proxy-status").contains("error=http_request_error");
    if answer.status() != status {
        return Some(format!("status {}", answer.status()));
    }
    if !says_so || answer.field("connection") != "close" {
        return Some(format!("the answer is {answer:?}"));
    }
    (!whole.is_empty()).then(|| format!("the origin got {whole:?}"))
}

fn one(answer: &Message, start: &str, body: &str, seen: &[Seen]) -> Option<String> {
    let all: Vec<(&str, &[u8], Option<&str>)> = seen
        .iter()
        .map(|it| (it.request.asked(), it.request.body.as_slice(), it.fault.as_deref()))
        .collect();
    let wanted = [(start, body.as_bytes(), None), ("GET /probe", &b""[..], None)];
    if all != wanted {
        return Some(format!("the origin got {all:?}"));
    }
    let told = format!("{start} {body}");
    (answer.status() != 200 || answer.text() != told).then(|| format!("the answer is {answer:?}"))
}

fn check(cases: &[(Vec<u8>, Fate)]) {
    let stand = Stand::new();

    let wrong: Vec<String> =
        cases.iter().filter_map(|(bytes, fate)| stand.fails(bytes, *fate)).collect();

    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} of {} differ:\n  {}", cases.len(), wrong.join("\n  "));
}

fn plain(request: &str) -> Vec<u8> {
    request.as_bytes().to_vec()
}

#[test]
fn lines_versions_targets_and_hosts() {
    let long = "a".repeat(5000);
    check(&[
        (plain("\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"), One("GET /a", "")),
        (plain("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\nHost: a\n\n"), Refused(400)),
        (plain("GET / HTTP/1.1\rHost: a\r\n\r\n"), Refused(400)),
        (plain("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET /\r\n\r\n"), Refused(400)),
        (plain("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain(&format!("{} / HTTP/1.1\r\nHost: a\r\n\r\n", "A".repeat(33))), Refused(501)),
        (plain("GET / HTTP/0.9\r\nHost: a\r\n\r\n"), Refused(505)),
        (plain("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), Refused(505)),
        (plain("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), Refused(505)),
        (plain("GET / HTTP/3\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / http/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / ICY/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), Refused(400)),
        (b"\x80\x2e\x01\x00\x02".to_vec(), Refused(400)),
        (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), Refused(400)),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), Refused(400)),
        (plain("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), One("OPTIONS *", "")),
        (plain("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), Refused(501)),
        (plain("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"), One("GET /b", "")),
        (plain("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost:\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), One("GET /", "")),
        (plain(&format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n")), Refused(414)),
    ]);
}

#[test]
fn field_lines() {
    let long = "a".repeat(5000);
    check(&[
        (with("GET", "X: a\r\n b\r\n", ""), Refused(400)),
        (with("GET", "X: a\r\n\tb\r\n", ""), Refused(400)),
        (plain("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), Refused(400)),
        (with("GET", "X : a\r\n", ""), Refused(400)),
        (with("GET", "X\t: a\r\n", ""), Refused(400)),
        (with("GET", "X Y: a\r\n", ""), Refused(400)),
        (with("GET", ": a\r\n", ""), Refused(400)),
        (with("GET", "X\r\n", ""), Refused(400)),
        (with("GET", "X(y): a\r\n", ""), Refused(400)),
        (with("GET", "X\u{e4}: a\r\n", ""), Refused(400)),
        (with("GET", "X: a\nY: b\r\n", ""), Refused(400)),
        (with("GET", "X: a\rY: b\r\n", ""), Refused(400)),
        (with("GET", "X: a\0b\r\n", ""), Refused(400)),
        (with("GET", "X: a\x0bb\r\n", ""), Refused(400)),
        (with("GET", "X: a\x7fb\r\n", ""), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a\r\n\n"), Refused(400)),
        (plain("GET / HTTP/1.1\r\nHost: a\r\n\rX"), Refused(400)),
        (with("GET", "X:\r\nY:b\t c \t\r\n", ""), One("GET /", "")),
        (with("GET", &format!("X: {long}\r\n"), ""), Refused(431)),
        (with("GET", &format!("{long}: a\r\n"), ""), Refused(431)),
        (with("GET", &"X: a\r\n".repeat(21), ""), Refused(431)),
        (
            with(
                "GET",
                &"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(90),
                "",
            ),
            Refused(431),
        ),
        (with("GET", "Connection: host\r\n", ""), Refused(400)),
        (with("POST", "Connection: content-length\r\nContent-Length: 3\r\n", "abc"), Refused(400)),
        (with("GET", "Connection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\r\n", ""), Refused(400)),
        (with("GET", "Connection: keep-alive, X-Mine\r\nX-Mine: a\r\n", ""), One("GET /", "")),
        (with("POST", "Expect: 200-ok\r\nContent-Length: 3\r\n", "abc"), Refused(417)),
        (
            with(
                "GET",
                "Upgrade: h2c\r\nConnection: upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                "",
            ),
            One("GET /", ""),
        ),
        (with("GET", "Upgrade: TLS/1.0\r\nConnection: upgrade\r\n", ""), One("GET /", "")),
    ]);
}

#[test]
fn lengths_that_two_readers_read_in_two_ways() {
    let mut cases = vec![
        (with("POST", "Content-Length: 3\r\n", "abc"), One("POST /", "abc")),
        (with("POST", "Content-Length: 003\r\n", "abc"), One("POST /", "abc")),
        (with("GET", "Content-Length: 3\r\n", "abc"), One("GET /", "abc")),
        (with("POST", "Content-Length: 0\r\n", ""), One("POST /", "")),
        (with("POST", "", ""), One("POST /", "")),
    ];
    for lines in [
        "Content-Length: 3\r\nContent-Length: 3\r\n",
        "Content-Length: 0\r\nContent-Length: 43\r\n",
        "Content-Length: 43\r\nContent-Length: 0\r\n",
        "Content-Length: 3, 3\r\n",
        "Content-Length: 0, 43\r\n",
        "Content-Length: +43\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x2b\r\n",
        "Content-Length: 43 0\r\n",
        "Content-Length: 43.0\r\n",
        "Content-Length: \"43\"\r\n",
        "Content-Length: 4_3\r\n",
        "Content-Length:\r\n",
        "Content-Length: ,43\r\n",
        "Content-Length: 18446744073709551659\r\n",
        "Content-Length: 99999999999999999999999999\r\n",
        "Content-Length: \u{664}3\r\n",
        "Content-Length : 43\r\n",
        "Content-Length: 43\x0b\r\n",
        "Content_Length: 43\r\n",
        "Content-Length:\r\n 43\r\n",
        "X: a\r\n Content-Length: 43\r\n",
        "X: a\nContent-Length: 43\r\n",
        "X: a\rContent-Length: 43\r\n",
    ] {
        cases.push((with("POST", lines, HIDDEN), Refused(400)));
    }
    check(&cases);
}

#[test]
fn codings_that_two_readers_read_in_two_ways() {
    let smuggled = format!("0\r\n\r\n{HIDDEN}");
    let mut cases = vec![
        (
            with("POST", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
            One("POST /", "abc"),
        ),
        (
            with("POST", "transfer-encoding:\tCHUNKED \r\n", "3\r\nabc\r\n0\r\n\r\n"),
            One("POST /", "abc"),
        ),
    ];
    for (lines, status) in [
        // CL.TE and TE.CL
        ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", 400),
        ("Content-Length: 6\r\ntransfer-encoding: identity\r\n", 400),
        ("Content-Length: 48\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: xchunked\r\nContent-Length: 48\r\n", 400),
        // TE.TE
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked, chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400),
        ("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", 501),
        ("Transfer-Encoding: chunked, identity\r\n", 400),
        ("Transfer-Encoding: identity, chunked\r\n", 501),
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: identity\r\n", 400),
        ("Transfer-Encoding: xchunked\r\n", 400),
        ("Transfer-Encoding: chunkedx\r\n", 400),
        ("Transfer-Encoding: chunked;a=b\r\n", 400),
        ("Transfer-Encoding: \"chunked\"\r\n", 400),
        ("Transfer-Encoding: 'chunked'\r\n", 400),
        ("Transfer-Encoding: chunked,\r\n", 400),
        ("Transfer-Encoding: ,chunked\r\n", 501),
        ("Transfer-Encoding:\r\n", 400),
        ("Transfer-Encoding: chun ked\r\n", 400),
        ("Transfer-Encoding: chunked\x0b\r\n", 400),
        ("Transfer-Encoding: \x0cchunked\r\n", 400),
        ("Transfer-Encoding: chunked\0\r\n", 400),
        ("Transfer-Encoding:\r\n chunked\r\n", 400),
        ("Transfer-Encoding : chunked\r\n", 400),
        ("Transfer-Encoding\t: chunked\r\n", 400),
        (" Transfer-Encoding: chunked\r\n", 400),
        ("X: a\nTransfer-Encoding: chunked\r\n", 400),
        ("X: a\rTransfer-Encoding: chunked\r\n", 400),
        ("Transfer_Encoding: chunked\r\n", 400),
        ("Transfer Encoding: chunked\r\n", 400),
        ("Transfer-Encoding\u{a0}: chunked\r\n", 400),
        ("Transfer-Encoding: ch\u{212a}unked\r\n", 400),
    ] {
        cases.push((with("POST", lines, &smuggled), Refused(status)));
    }
    let http10 = "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    cases.push((plain(http10), Refused(400)));
    check(&cases);
}

#[test]
fn chunks_and_trailers() {
    let mut cases = vec![
        (chunked("0\r\n\r\n"), One("POST /", "")),
        (chunked("3;a=\"b;c\"\r\nabc\r\n002\r\nde\r\n000\r\n\r\n"), One("POST /", "abcde")),
        (chunked("A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"), One("POST /", "0123456789")),
    ];
    for body in [
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\na\r\n0\r\n\r\n",
        "0x1\r\na\r\n0\r\n\r\n",
        "1_0\r\n",
        " 1\r\na\r\n0\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n",
        "1 ;a\r\na\r\n0\r\n\r\n",
        "1,a\r\na\r\n0\r\n\r\n",
        "1\na\r\n0\r\n\r\n",
        "1\r\r\na\r\n0\r\n\r\n",
        "1;a\nb\r\na\r\n0\r\n\r\n",
        "1;a\rb\r\na\r\n0\r\n\r\n",
        "1;a\0b\r\na\r\n0\r\n\r\n",
        "10000000000000000\r\n",
        "00000000000000003\r\nabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "3\r\nabc\r\r\n0\r\n\r\n",
        "0\r\n\n",
        "0\r\nX\r\n\r\n",
        "0\r\nX : a\r\n\r\n",
        "0\r\nX: a\r\n b\r\n\r\n",
        "0\r\nX: a\n\r\n",
        "0\r\nX: a\0\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "0\r\nHost: b\r\n\r\n",
        "0\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        cases.push((chunked(body), Refused(400)));
    }
    let long = "a".repeat(9000);
    cases.push((chunked(&format!("1;{long}\r\na\r\n0\r\n\r\n")), Refused(400)));
    cases.push((chunked(&format!("0\r\nX: {long}\r\n\r\n")), Refused(431)));
    cases.push((chunked(&format!("0\r\n{}\r\n", "X: a\r\n".repeat(70))), Refused(431)));
    check(&cases);
}

#[test]
fn a_body_that_hides_a_request_stays_a_body() {
    let stand = Stand::new();
    let hidden = HIDDEN.len();
    let request = with("POST", &format!("Content-Length: {hidden}\r\n"), HIDDEN);

    let wrong = stand.fails(&request, One("POST /", HIDDEN));

    assert_eq!(wrong, None);
}

#[test]
fn requests_one_behind_the_other_are_as_many_at_the_origin() {
    let stand = Stand::new();
    let first = with("POST", "Content-Length: 3\r\n", "abc");
    let second = chunked("3\r\ndef\r\n0\r\n\r\n");
    let third = with("GET", "Connection: close\r\n", "");
    let mut client = stand.gateway.connect();

    client.send([first, second, third].concat());

    let answers: Vec<String> = (0..3).map(|_| client.answer().text().to_owned()).collect();
    client.ended();
    assert_eq!(answers, ["POST / abc", "POST / def", "GET / "]);
    let seen = stand.origin.take();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|it| it.fault.is_none()));
}

#[test]
fn a_refused_request_behind_a_good_one_takes_no_answer_from_it() {
    let stand = Stand::new();
    let bad = with("POST", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    let mut client = stand.gateway.connect();

    client.send([with("GET", "", ""), bad, with("GET", "", "")].concat());

    assert_eq!(client.answer().text(), "GET / ");
    assert_eq!(client.answer().status(), 400);
    client.ended();
    assert_eq!(stand.origin.take().len(), 1);
}

#[test]
fn fields_of_one_connection_go_no_further() {
    let stand = Stand::new();
    let lines = "Connection: keep-alive, X-Mine\r\nX-Mine: a\r\nKeep-Alive: timeout=5\r\n\
                 Proxy-Connection: keep-alive\r\nTE: trailers, gzip\r\nProxy: http://evil\r\n\
                 Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nX-Kept: b\r\n\
                 Proxy-Authorization: Basic YTpi\r\n";

    stand.gateway.connect().get("/", lines);

    let request = stand.origin.only();
    assert_eq!(request.field("x-kept"), "b");
    for gone in [
        "connection",
        "x-mine",
        "keep-alive",
        "proxy-connection",
        "te",
        "proxy",
        "upgrade",
        "http2-settings",
        "proxy-authorization",
        "transfer-encoding",
        "content-length",
    ] {
        assert_eq!(request.all(gone), Vec::<&str>::new(), "{gone}");
    }
}

#[test]
fn an_empty_line_after_a_request_is_no_request() {
    let origin = Origin::telling();
    let address = origin.address;
    let gateway = Gateway::with(&format!(
        "{LISTEN}[listen.limits]\nheader_timeout = \"200ms\"\n\
         [upstream.app]\nendpoints = [\"http://{address}\"]\n[[route]]\nupstream = \"app\"\n"
    ));
    let mut client = gateway.connect();
    client.ask("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1");

    client.send("\r\n");

    client.ended();
    assert_eq!(gateway.log(1).len(), 1);
}
