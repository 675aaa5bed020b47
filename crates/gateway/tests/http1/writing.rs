//! What is written: fields of one connection stay behind, and nothing can be injected.

use bytes::BytesMut;
use goodgate_gateway::http1::chunked::{ChunkHead, put_end};
use goodgate_gateway::http1::{
    Ending, Fields, Framing, HeadLimits, InvalidField, KeepAlive, Known, Method, Persistence,
    RequestHead, RequestParser, ResponseHead, ResponseParser, write,
};

fn request(text: &str) -> RequestHead {
    let mut input = BytesMut::from(text);
    RequestParser::new().parse(&mut input, &HeadLimits::REQUEST).unwrap().unwrap()
}

fn response(text: &str) -> ResponseHead {
    let mut input = BytesMut::from(text);
    let parsed = ResponseParser::new().parse(&mut input, Method::Get, &HeadLimits::RESPONSE);
    parsed.unwrap().unwrap()
}

fn plain(framing: Framing) -> Ending<'static> {
    Ending { framing, persistence: Persistence::Silent, added: &[] }
}

fn written_request(head: &RequestHead, ending: &Ending<'_>) -> String {
    let mut out = BytesMut::new();
    write::request(&mut out, head, head.target(), ending).unwrap();
    String::from_utf8(out.to_vec()).unwrap()
}

fn written_response(head: &ResponseHead, ending: &Ending<'_>) -> String {
    let mut out = BytesMut::new();
    write::response(&mut out, head, ending).unwrap();
    String::from_utf8(out.to_vec()).unwrap()
}

#[test]
fn a_request_goes_on_without_the_fields_of_its_connection() {
    let mut head = request(
        "POST http://a.example/b?c HTTP/1.1\r\nHost: A.example:80\r\nX-First:1 \r\nX-Own: 2\r\n\
         Connection: close, x-own\r\nKeep-Alive: 5\r\nProxy-Connection: a\r\nTE: trailers\r\n\
         Upgrade: a\r\nProxy: b\r\nAccept: */*\r\nContent-Length: 3\r\nX-Last: 4\r\n\r\n",
    );
    head.strip_hop_by_hop();

    let text = written_request(
        &head,
        &Ending {
            framing: head.framing(),
            persistence: Persistence::Close,
            added: &[(Known::Via, b"1.1 goodgate"), (Known::TransferEncoding, b"chunked")],
        },
    );

    assert_eq!(
        text,
        "POST /b?c HTTP/1.1\r\nHost: a.example\r\nX-First: 1\r\nAccept: */*\r\nX-Last: 4\r\n\
         Via: 1.1 goodgate\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
    );
    assert!(head.connection().takes_trailers);
}

#[test]
fn fields_of_a_connection_are_not_written_even_when_they_were_not_stripped() {
    let mut head = request("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nTE: a\r\n\r\n");
    head.fields_mut().push(Known::ContentLength, b"7").unwrap();

    let text = written_request(&head, &plain(Framing::None));

    assert_eq!(text, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

#[test]
fn a_request_without_a_host_gets_an_empty_one() {
    let head = request("GET / HTTP/1.0\r\nA: b\r\n\r\n");

    let text = written_request(&head, &plain(Framing::None));

    assert_eq!(text, "GET / HTTP/1.1\r\nA: b\r\nHost:\r\n\r\n");
}

#[test]
fn an_expectation_in_http_1_0_goes_no_further() {
    let head = request("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");

    assert!(!head.expects_continue());
    assert!(!head.fields().has(Known::Expect));
}

#[test]
fn an_upgrade_goes_on_where_it_is_meant() {
    let upgrade = |lines: &str| {
        let mut head = request(&format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n"));
        head.strip_hop_by_hop();
        head.upgrade().map(|it| String::from_utf8(it.to_vec()).unwrap())
    };

    assert_eq!(
        upgrade("Connection: Upgrade\r\nUpgrade: websocket\r\n").as_deref(),
        Some("websocket")
    );
    assert_eq!(upgrade("Upgrade: websocket\r\n"), None);
    assert_eq!(upgrade("Connection: Upgrade\r\n"), None);
    assert_eq!(upgrade("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"), None);
    assert_eq!(upgrade("Connection: Upgrade\r\nUpgrade: websocket, H2C\r\n"), None);
    assert_eq!(upgrade("Connection: Upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n"), None);
}

#[test]
fn a_response_is_written_with_its_framing() {
    let head = response(
        "HTTP/1.0 200\r\nServer : a\r\nContent-Length: 2\r\nContent-Length: 2\r\nX: b\r\n\r\n",
    );

    let text = written_response(&head, &plain(head.framing()));

    assert_eq!(text, "HTTP/1.1 200 OK\r\nServer: a\r\nX: b\r\nContent-Length: 2\r\n\r\n");
}

#[test]
fn endings_are_written_as_they_are_meant() {
    let head = ResponseHead::from_parts(304, Fields::new(), Framing::None).unwrap();
    let with = |framing, persistence| {
        let text = written_response(&head, &Ending { framing, persistence, added: &[] });
        text.strip_prefix("HTTP/1.1 304 Not Modified\r\n").unwrap().to_owned()
    };

    assert_eq!(with(Framing::None, Persistence::Silent), "\r\n");
    assert_eq!(with(Framing::UntilClose, Persistence::Close), "Connection: close\r\n\r\n");
    assert_eq!(with(Framing::Announced(0), Persistence::Silent), "Content-Length: 0\r\n\r\n");
    assert_eq!(
        with(Framing::Length(u64::MAX), Persistence::KeepAlive),
        "Content-Length: 18446744073709551615\r\nConnection: keep-alive\r\n\r\n"
    );
    assert_eq!(with(Framing::Chunked, Persistence::Silent), "Transfer-Encoding: chunked\r\n\r\n");
    assert_eq!(
        with(Framing::None, Persistence::Upgrade(b"websocket")),
        "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    );
}

#[test]
fn nothing_can_be_injected() {
    let head = request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut out = BytesMut::from("before");
    let mut fields = Fields::new();
    let evil: &[u8] = b"a\r\nX: b";

    let outcomes = [
        fields.push(Known::Via, evil),
        fields.push(Known::Via, b" a"),
        fields.push(Known::Via, b"a\0"),
        fields.set(Known::Via, evil),
        fields.push_by_name(b"X", evil),
        fields.set_by_name(b"X", evil),
        write::request(&mut out, &head, b"/ HTTP/1.1\r\nX:", &plain(Framing::None)),
        write::request(&mut out, &head, b"", &plain(Framing::None)),
        write::request(
            &mut out,
            &head,
            b"/",
            &Ending { added: &[(Known::Via, evil)], ..plain(Framing::None) },
        ),
        write::request(
            &mut out,
            &head,
            b"/",
            &Ending { persistence: Persistence::Upgrade(evil), ..plain(Framing::None) },
        ),
        ResponseHead::from_parts(200, Fields::new(), Framing::None).unwrap().set_reason(evil),
    ];

    assert_eq!(outcomes, [Err(InvalidField::Value); 11]);
    for name in [&b""[..], b"a b", b"a:", b"a\r\nb", b"\xe4", &[b'a'; 2000]] {
        assert_eq!(fields.push_by_name(name, b"c"), Err(InvalidField::Name));
        assert_eq!(fields.set_by_name(name, b"c"), Err(InvalidField::Name));
    }
    assert_eq!((fields.len(), &out[..]), (0, &b"before"[..]));
}

#[test]
fn parts_that_are_no_head_are_refused() {
    let of = |method: &[u8], authority: &[u8], target: &[u8]| {
        RequestHead::from_parts(method, authority, target, Fields::new(), Framing::None).is_ok()
    };

    assert!(of(b"GET", b"a", b"/"));
    assert!(of(b"OPTIONS", b"[::1]:80", b"*"));
    assert!(!of(b"G T", b"a", b"/"));
    assert!(!of(b"GET", b"a\r\n", b"/"));
    assert!(!of(b"GET", b"", b"/"));
    assert!(!of(b"GET", b"a", b"/ b"));
    assert!(!of(b"GET", b"a", b"http://a/"));
    assert!(!of(b"GET", b"a", b""));
    assert!(ResponseHead::from_parts(99, Fields::new(), Framing::None).is_err());
    assert!(ResponseHead::from_parts(600, Fields::new(), Framing::None).is_err());
}

#[test]
fn fields_are_found_changed_and_removed() {
    let mut head = request(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Own: 1\r\nCookie: b\r\nx-own: 2\r\nCookie: c\r\nVia: d\r\n\r\n",
    );
    let fields = head.fields_mut();

    assert_eq!(fields.get(Known::Cookie), Some(&b"b"[..]));
    assert_eq!(fields.all(Known::Cookie).collect::<Vec<_>>(), [b"b", b"c"]);
    assert_eq!(fields.all_by_name(b"X-OWN").collect::<Vec<_>>(), [b"1", b"2"]);
    assert_eq!(fields.get_by_name(b"cookie"), Some(&b"b"[..]));
    assert_eq!(fields.get_by_name(b"none"), None);
    fields.set(Known::Cookie, b"e").unwrap();
    fields.set_by_name(b"x-OWN", b"3").unwrap();
    fields.push(Known::Via, b"f").unwrap();
    assert_eq!(fields.remove(Known::Date), 0);
    let all: Vec<(&[u8], &[u8])> = fields.iter().collect();
    let expected: [(&[u8], &[u8]); 5] =
        [(b"Host", b"a"), (b"Cookie", b"e"), (b"Via", b"d"), (b"x-OWN", b"3"), (b"Via", b"f")];
    assert_eq!(all, expected);
    assert_eq!((fields.remove(Known::Via), fields.has(Known::Via)), (2, false));
    assert_eq!((fields.remove_by_name(b"x-own"), fields.len()), (1, 2));
    assert_eq!(fields.bytes(), "Host: a\r\nCookie: e\r\n".len());
    assert_eq!(fields.detached(), fields.clone());
}

#[test]
fn names_that_a_server_takes_for_others_are_removed() {
    let mut fields = Fields::new();
    for name in ["x_forwarded_for", "X_Own", "X-Forwarded_Proto", "X-Forwarded-Host", "via"] {
        fields.push_by_name(name.as_bytes(), b"a").unwrap();
    }

    assert_eq!((fields.remove_lookalikes(), fields.remove_lookalikes()), (2, 0));
    let names: Vec<&[u8]> = fields.iter().map(|(name, _)| name).collect();
    assert_eq!(names, [&b"X_Own"[..], b"X-Forwarded-Host", b"via"]);
}

#[test]
fn what_a_server_says_of_its_connection_is_kept_when_its_fields_are_not() {
    let mut head =
        response("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n");
    head.strip_hop_by_hop();

    assert_eq!(head.keep_alive().timeout, Some(5));
    assert!(!head.fields().has(Known::KeepAlive));
}

#[test]
fn keep_alive_is_read_where_it_is_a_number() {
    let of = |value: &[u8]| {
        let mut fields = Fields::new();
        fields.push(Known::KeepAlive, value).unwrap();
        let read = KeepAlive::of(&fields);
        (read.timeout, read.max)
    };

    assert_eq!(of(b"timeout=5, max=100"), (Some(5), Some(100)));
    assert_eq!(of(b"Timeout = 5"), (Some(5), None));
    assert_eq!(of(b"timeout=x, max=-1, other"), (None, None));
}

#[test]
fn chunks_are_written_in_hexadecimal() {
    let head = |size: u64| {
        let head = ChunkHead::new(size.try_into().unwrap());
        String::from_utf8(head.as_bytes().to_vec()).unwrap()
    };
    let mut trailers = Fields::new();
    let mut out = BytesMut::new();
    put_end(&mut out, &trailers);
    trailers.push_by_name(b"X-Sum", b"1").unwrap();
    put_end(&mut out, &trailers);

    assert_eq!([head(1), head(16), head(u64::MAX)], ["1\r\n", "10\r\n", "ffffffffffffffff\r\n"]);
    assert_eq!(&out[..], b"0\r\n\r\n0\r\nX-Sum: 1\r\n\r\n");
}
