//! HTTP/2 frame by frame: requests that become others in HTTP/1.1, and floods.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};

use super::client::{Client, is_reset};
use super::origin::Origin;
use super::support::{Gateway, LISTEN};

/// A client that writes frames.
struct Frames {
    client: Client<TcpStream>,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
enum Back {
    /// A head; its first byte is the status, where that has a byte of its own (RFC 7541 appendix A).
    Head(u8),
    /// The stream ended with this code.
    Reset(u32),
    /// The connection ended with this code.
    Away(u32),
    /// The connection ended.
    Ended,
}

/// `:status: 200`, `400` in the static table.
const OK: Back = Back::Head(0x88);
const BAD_REQUEST: Back = Back::Head(0x8c);
const PROTOCOL_ERROR: Back = Back::Reset(1);

impl Frames {
    fn connect(address: SocketAddr) -> Self {
        let mut client = Client::connect(address);
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut frames = Self { client };
        frames.send(SETTINGS, 0, 0, b"");
        frames
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.client.try_send(frame)
    }

    /// Reads what becomes of a stream.
    fn back(&mut self, stream: u32) -> Back {
        loop {
            let head = match self.client.reader.exact(9) {
                Ok(head) => head,
                Err(error) if is_reset(&error) || error.kind() == ErrorKind::InvalidData => {
                    return Back::Ended;
                }
                Err(error) => panic!("{error}"),
            };
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let of = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let payload = self.client.reader.exact(length as usize).expect("a frame");
            let code = |at: usize| {
                let bytes = payload[at..at + 4].try_into().expect("four bytes");
                u32::from_be_bytes(bytes)
            };
            match head[3] {
                HEADERS if of == stream => return Back::Head(payload[0]),
                RST_STREAM if of == stream => return Back::Reset(code(0)),
                GOAWAY => return Back::Away(code(4)),
                _ => {}
            }
        }
    }
}

/// Fields as HPACK writes them without a table and without Huffman codes (RFC 7541 section 6.2.2).
fn fields(list: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in list {
        block.push(0);
        for text in [name, value] {
            let length = u8::try_from(text.len()).ok().filter(|length| *length < 127);
            block.push(length.expect("a short text"));
            block.extend(text.bytes());
        }
    }
    block
}

const GET: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "http"), (":authority", "a.example"), (":path", "/a")];

/// The fields of a head.
type Head = Vec<(&'static str, &'static str)>;

fn with(more: &[(&'static str, &'static str)]) -> Head {
    [&GET[..], more].concat()
}

fn instead(name: &str, value: &'static str) -> Head {
    GET.iter().map(|(it, old)| (*it, if *it == name { value } else { *old })).collect()
}

#[test]
fn what_would_be_another_request_in_http_1_is_refused() {
    const REFUSED: &[Back] = &[BAD_REQUEST, PROTOCOL_ERROR, Back::Away(1)];
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    let cases: Vec<(Head, &[Back])> = vec![
        (with(&[]), &[OK]),
        (with(&[("x", "a")]), &[OK]),
        (with(&[("te", "trailers")]), &[OK]),
        (with(&[("host", "a.example")]), &[OK]),
        // A value, a name, a path or a method with a line end is a request behind the first one.
        (with(&[("x", "a\r\nTransfer-Encoding: chunked")]), REFUSED),
        (with(&[("x", "a\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n")]), REFUSED),
        (with(&[("x", "a\nb")]), REFUSED),
        (with(&[("x", "a\rb")]), REFUSED),
        (with(&[("x", "a\0b")]), REFUSED),
        (with(&[("x: a\r\ny", "b")]), REFUSED),
        (with(&[("x\r\n", "b")]), REFUSED),
        (with(&[("x y", "b")]), REFUSED),
        (with(&[("x:", "b")]), REFUSED),
        (with(&[("", "b")]), REFUSED),
        (with(&[("X-Upper", "b")]), REFUSED),
        (instead(":path", "/a HTTP/1.1\r\nHost: b\r\n\r\nGET /hidden"), REFUSED),
        (instead(":path", "/a b"), REFUSED),
        (instead(":path", "/a\r\nx: y"), REFUSED),
        (instead(":path", ""), REFUSED),
        (instead(":path", "a"), REFUSED),
        (instead(":path", "*"), REFUSED),
        (instead(":method", "GET / HTTP/1.1\r\nx: y\r\n\r\nGET"), REFUSED),
        (instead(":method", "GE T"), REFUSED),
        (instead(":method", ""), REFUSED),
        (instead(":authority", "a.example\r\nx: y"), REFUSED),
        (instead(":authority", "a b"), REFUSED),
        (instead(":authority", "u@a.example"), REFUSED),
        (instead(":authority", "a.example/b"), REFUSED),
        (instead(":scheme", "ht tp"), REFUSED),
        // Framing of HTTP/1.1 has no place here.
        (with(&[("transfer-encoding", "chunked")]), REFUSED),
        (with(&[("transfer_encoding", "chunked")]), REFUSED),
        (with(&[("connection", "x")]), REFUSED),
        (with(&[("keep-alive", "timeout=5")]), REFUSED),
        (with(&[("proxy-connection", "close")]), REFUSED),
        (with(&[("upgrade", "websocket")]), REFUSED),
        (with(&[("te", "gzip")]), REFUSED),
        (with(&[("content-length", "5")]), REFUSED),
        (with(&[("content-length", "0"), ("content-length", "5")]), REFUSED),
        (with(&[("content-length", "0"), ("content-length", "0")]), REFUSED),
        (with(&[("content-length", "+0")]), REFUSED),
        (with(&[("content-length", "0, 0")]), REFUSED),
        (with(&[("content_length", "5")]), REFUSED),
        // Two readers, two hosts.
        (with(&[("host", "b.example")]), REFUSED),
        (with(&[("host", "a.example"), ("host", "a.example")]), REFUSED),
        (with(&[("host", "a.example:81")]), REFUSED),
        (with(&[(":authority", "b.example")]), REFUSED),
        (with(&[(":path", "/b")]), REFUSED),
        (with(&[(":status", "200")]), REFUSED),
        (with(&[(":x", "y")]), REFUSED),
        (GET[1..].to_vec(), REFUSED),
        (GET[..3].to_vec(), REFUSED),
        ([&[("x", "a")], &GET[..]].concat(), REFUSED),
    ];
    let mut wrong = Vec::new();

    for (list, allowed) in &cases {
        let mut frames = Frames::connect(gateway.address());
        frames.send(HEADERS, END_STREAM | END_HEADERS, 1, &fields(list));
        let back = frames.back(1);
        let probe = Client::connect(gateway.address()).get("/probe", "");
        let seen: Vec<String> =
            origin.take().iter().map(|it| it.request.asked().to_owned()).collect();
        let reached: Vec<&str> =
            if back == OK { vec!["GET /a", "GET /probe"] } else { vec!["GET /probe"] };
        if !allowed.contains(&back) || probe.text() != "GET /probe " || seen != reached {
            wrong.push(format!("{list:?}: {back:?}, the origin got {seen:?}"));
        }
    }

    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} of {} differ:\n  {}", cases.len(), wrong.join("\n  "));
}

#[test]
fn a_body_that_is_not_as_long_as_it_says_is_refused() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    for (length, data) in [("5", "abc"), ("2", "abc"), ("0", "abc")] {
        let mut frames = Frames::connect(gateway.address());
        let mut list = instead(":method", "POST");
        list.push(("content-length", length));
        frames.send(HEADERS, END_HEADERS, 1, &fields(&list));
        frames.send(DATA, END_STREAM, 1, data.as_bytes());

        assert_eq!(frames.back(1), PROTOCOL_ERROR, "{length}");
    }
    let answer = gateway.connect().get("/probe", "");
    assert_eq!(answer.text(), "GET /probe ");
    let whole: Vec<String> = origin
        .take()
        .iter()
        .filter(|it| it.fault.is_none())
        .map(|it| it.request.asked().to_owned())
        .collect();
    assert_eq!(whole, ["GET /probe"]);
}

#[test]
fn connect_is_refused() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    let mut frames = Frames::connect(gateway.address());

    let list = [(":method", "CONNECT"), (":authority", "a.example:443")];
    frames.send(HEADERS, END_STREAM | END_HEADERS, 1, &fields(&list));

    // 501 has no byte of its own; no answer of 200 begins a tunnel.
    assert!(matches!(frames.back(1), Back::Head(first) if first != 0x88));
    assert!(origin.take().is_empty());
}

#[test]
fn a_client_that_leaves_no_room_for_an_answer_is_not_waited_for() {
    let origin = Origin::telling();
    let limits = "[listen.limits]\nsend_timeout = \"200ms\"\n";
    let gateway = Gateway::with(&format!(
        "{LISTEN}{limits}[upstream.app]\nendpoints = [\"http://{}\"]\n\
         [[route]]\npath = \"/a\"\nupstream = \"app\"\n",
        origin.address
    ));
    for path in ["/a", "/none"] {
        let mut frames = Frames::connect(gateway.address());
        // SETTINGS_INITIAL_WINDOW_SIZE of 0: no byte of a body may be sent.
        frames.send(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);

        frames.send(HEADERS, END_STREAM | END_HEADERS, 1, &fields(&instead(":path", path)));

        assert!(matches!(frames.back(1), Back::Head(_)), "{path}");
        assert!(matches!(frames.back(1), Back::Reset(_)), "{path}");
    }
}

/// Asks on a connection that was there before.
fn others_are_served(client: &mut Client<TcpStream>, gateway: &Gateway) {
    assert_eq!(client.get("/other", "").text(), "GET /other ");
    assert_eq!(gateway.connect().get("/another", "").text(), "GET /another ");
}

#[test]
fn a_flood_of_resets_ends_its_connection_and_no_other() {
    // The origin answers nothing that is reset, so that work would pile up.
    let origin = Origin::telling();
    let limits = "[listen.limits]\nh2_resets = 20\n";
    let gateway = Gateway::with(&format!(
        "{LISTEN}{limits}[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
        origin.address
    ));
    let mut other = gateway.connect();
    others_are_served(&mut other, &gateway);
    let mut frames = Frames::connect(gateway.address());
    let list = fields(&instead(":method", "POST"));

    let mut sent = 0;
    for number in 0..10_000_u32 {
        let stream = 2 * number + 1;
        // The body is still to come, so that the stream is open when it is reset.
        let goes = frames.send(HEADERS, END_HEADERS, stream, &list)
            && frames.send(RST_STREAM, 0, stream, &8_u32.to_be_bytes());
        if !goes {
            break;
        }
        sent = number;
    }

    let back = frames.back(u32::MAX);
    assert!(matches!(back, Back::Away(11) | Back::Ended), "after {sent}: {back:?}");
    others_are_served(&mut other, &gateway);
}

#[test]
fn a_head_without_end_ends_its_connection_and_no_other() {
    let origin = Origin::telling();
    let gateway = Gateway::to(origin.address);
    let mut other = gateway.connect();
    others_are_served(&mut other, &gateway);
    for empty in [true, false] {
        let mut frames = Frames::connect(gateway.address());
        frames.send(HEADERS, END_STREAM, 1, &fields(&GET));
        let more = if empty {
            Vec::new()
        } else {
            fields(&[("x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")])
        };

        let mut sent = 0;
        while sent < 1_000_000 && frames.send(CONTINUATION, 0, 1, &more) {
            sent += 1;
        }

        assert!(sent < 1_000_000, "all of it was taken");
        others_are_served(&mut other, &gateway);
    }
    let peak = gateway.memory("VmHWM");
    assert!(peak < 64 << 10, "{peak} KiB");
}

#[test]
fn a_head_above_the_limit_is_refused() {
    let origin = Origin::telling();
    let limits = "[listen.limits]\nheader_size = \"1KiB\"\n";
    let gateway = Gateway::with(&format!(
        "{LISTEN}{limits}[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
        origin.address
    ));
    let mut frames = Frames::connect(gateway.address());
    let value: &'static str =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let many = with(&[("x", value); 20]);

    frames.send(HEADERS, END_STREAM | END_HEADERS, 1, &fields(&many));

    assert_ne!(frames.back(1), OK);
    assert!(origin.take().is_empty());
}
