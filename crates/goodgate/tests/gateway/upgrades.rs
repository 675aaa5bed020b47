//! Connections that change to another protocol: WebSocket, and others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::{ServerConnection, StreamOwned};

use super::certificates::Authority;
use super::client::Client;
use super::message::Reader;
use super::origin::{ok, raw};
use super::support::{Gateway, LISTEN, workdir};

/// The example of RFC 6455 section 1.3.
const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\n\
    Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Version: 13\r\n\r\n";

const SWITCHED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: chat\r\n\r\n";

/// A text frame of a client: masked (RFC 6455 section 5.3).
fn masked(text: &str) -> Vec<u8> {
    let mask = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).expect("a short text")];
    frame.extend(mask);
    frame.extend(text.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// A text frame of a server.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81, u8::try_from(text.len()).expect("a short text")];
    frame.extend(text.bytes());
    frame
}

fn unmask(frame: &[u8]) -> String {
    let mask = &frame[2..6];
    let bytes = frame[6..].iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    String::from_utf8(bytes.collect()).expect("text")
}

/// Serves WebSocket: greets with the handshake, says every text twice, and ends with `bye`.
fn serve<S: Read + Write>(stream: S) {
    let mut reader = Reader::new(stream);
    let Ok(Some(request)) = reader.request() else { return };
    assert_eq!(request.field("upgrade"), "websocket");
    assert_eq!(request.field("connection"), "upgrade");
    assert_eq!(request.field("sec-websocket-key"), "dGhlIHNhbXBsZSBub25jZQ==");
    // The first frame comes with the handshake, in one piece.
    let hello = [SWITCHED, &frame("hello")].concat();
    reader.from.write_all(&hello).expect("it is taken");
    reader.from.flush().expect("it is taken");
    while let Ok(head) = reader.exact(2) {
        let rest = reader.exact(4 + usize::from(head[1] & 0x7f)).expect("a frame");
        let text = unmask(&[head, rest].concat());
        let twice = [frame(&text), frame(&text)].concat();
        if reader.from.write_all(&twice).and_then(|()| reader.from.flush()).is_err()
            || text == "bye"
        {
            return;
        }
    }
}

fn plain() -> SocketAddr {
    raw(|stream: TcpStream| serve(stream))
}

/// Talks over WebSocket, the first frame in one piece with the handshake.
fn talk<S: Read + Write>(client: &mut Client<S>) {
    client.send([HANDSHAKE.as_bytes(), &masked("early")].concat());
    let switched = client.reader.head().expect("a head").expect("a head");
    assert_eq!(switched.status(), 101, "{switched:?}");
    assert_eq!(switched.field("upgrade"), "websocket");
    assert_eq!(switched.field("connection"), "upgrade");
    assert_eq!(switched.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(client.reader.exact(7).expect("a frame"), frame("hello"));
    assert_eq!(client.reader.exact(14).expect("frames"), [frame("early"), frame("early")].concat());
    for number in 0..20 {
        let text = format!("text {number}");
        client.send(masked(&text));
        let twice = [frame(&text), frame(&text)].concat();
        assert_eq!(client.reader.exact(twice.len()).expect("frames"), twice);
    }
    client.send(masked("bye"));
    let twice = [frame("bye"), frame("bye")].concat();
    assert_eq!(client.reader.exact(twice.len()).expect("frames"), twice);
    client.ended();
}

#[test]
fn frames_go_both_ways() {
    let gateway = Gateway::to(plain());

    talk(&mut gateway.connect());

    let logged = gateway.logged("/chat");
    assert_eq!(logged["status"], 101);
}

#[test]
fn frames_go_both_ways_through_tls_on_both_sides() {
    // The origin would rather speak HTTP/2, over which the gateway cannot switch.
    for protocols in [&["h2", "http/1.1"][..], &["http/1.1"], &[]] {
        let authority = Authority::new();
        let issued = authority.issue(&["localhost", "a.example"]);
        let config = Arc::new(authority.server(&issued, protocols, false));
        let origin = raw(move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a configuration");
            serve(StreamOwned::new(connection, stream));
        });
        let folder = workdir();
        authority.write(&folder);
        issued.write(&folder, "own");
        let gateway = Gateway::within(
            folder,
            &format!(
                "{LISTEN}[listen.tls]\n\
                 certificates = [{{ certificate = \"own.pem\", key = \"own.key\" }}]\n\
                 [upstream.app]\nendpoints = [\"https://{origin}\"]\n\
                 [upstream.app.tls]\nca = \"ca.pem\"\nserver_name = \"localhost\"\n\
                 [[route]]\nupstream = \"app\"\n"
            ),
        );

        talk(&mut authority.connect(gateway.address(), "a.example", &["http/1.1"]));
    }
}

#[test]
fn a_server_that_does_not_switch_answers_as_ever() {
    let origin = super::origin::Origin::answering(|request| match request.asked() {
        "GET /chat" => b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nUpgrade: other\r\n\
            Connection: upgrade\r\n\r\n"
            .to_vec(),
        _ => ok("ok"),
    });
    let gateway = Gateway::to(origin.address);
    let mut client = gateway.connect();

    let answer = client.ask(HANDSHAKE);

    assert_eq!(answer.status(), 426);
    assert_eq!(client.get("/next", "").text(), "ok");
}

#[test]
fn other_protocols_are_switched_to_as_well() {
    let origin = raw(|stream| {
        let mut reader = Reader::new(stream);
        let request = reader.request().expect("a request").expect("a request");
        let switched = format!(
            "HTTP/1.1 101 Switching\r\nUpgrade: {}\r\nConnection: upgrade\r\n\r\n",
            request.field("upgrade")
        );
        reader.from.write_all(switched.as_bytes()).expect("it is taken");
        let rest = reader.rest().expect("the end");
        reader.from.write_all(&rest).expect("it is taken");
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();

    client
        .send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: tcp-tunnel/2\r\nConnection: upgrade\r\n\r\n");
    let switched = client.reader.head().expect("a head").expect("a head");
    client.send(b"\x00\x01binary\xff");
    client.reader.from.shutdown(std::net::Shutdown::Write).expect("a socket");

    assert_eq!((switched.status(), switched.field("upgrade")), (101, "tcp-tunnel/2"));
    // The end of one direction is passed on, and the other one goes on.
    assert_eq!(client.rest(), b"\x00\x01binary\xff");
}

#[test]
fn nobody_gets_to_http_2_past_the_gateway() {
    for fields in [
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "Upgrade: websocket, h2c\r\nConnection: upgrade\r\n",
        "Upgrade: TLS/1.3\r\nConnection: upgrade\r\n",
        "Upgrade: HTTP/2.0\r\nConnection: upgrade\r\n",
    ] {
        let origin = super::origin::Origin::answering(|_| ok("plain"));
        let gateway = Gateway::to(origin.address);

        let answer = gateway.connect().get("/", fields);

        assert_eq!(answer.text(), "plain");
        let seen = origin.only();
        assert_eq!(seen.all("upgrade").len() + seen.all("http2-settings").len(), 0, "{fields}");
    }
}

#[test]
fn an_end_of_the_client_ends_the_other_side() {
    let (said, ended) = std::sync::mpsc::channel();
    let said = std::sync::Mutex::new(said);
    let origin = raw(move |stream| {
        serve(stream);
        said.lock().expect("nobody panics with it").send(()).ok();
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();
    client.send(HANDSHAKE);
    client.reader.head().expect("a head").expect("a head");

    drop(client);

    ended.recv_timeout(super::client::PATIENCE).expect("the origin sees the end");
}
