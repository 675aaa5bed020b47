//! Bodies without end: events as they come, and far more bytes than there is memory for.

use std::io::{Read, Write};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use super::message::Reader;
use super::origin::raw;
use super::support::Gateway;

#[test]
fn an_event_arrives_before_the_next_one_is_sent() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Nothing says that it is a stream.
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        let (go, wait) = channel::<()>();
        let wait = Mutex::new(wait);
        let origin = raw(move |stream| {
            let mut reader = Reader::new(stream);
            reader.request().expect("a request");
            reader.from.write_all(head.as_bytes()).expect("it is taken");
            let wait = wait.lock().expect("nobody panics with it");
            for number in 0..5 {
                let event = format!("data: {number}\n\n");
                let chunk = format!("{:x}\r\n{event}\r\n", event.len());
                reader.from.write_all(chunk.as_bytes()).expect("it is taken");
                // The client has it before the next one is written.
                wait.recv_timeout(super::client::PATIENCE).expect("the client got the event");
            }
            reader.from.write_all(b"0\r\n\r\n").expect("it is taken");
        });
        let gateway = Gateway::to(origin);
        let mut client = gateway.connect();

        client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        let answer = client.reader.head().expect("a head").expect("a head");
        assert_eq!((answer.status(), answer.field("transfer-encoding")), (200, "chunked"));
        for number in 0..5 {
            let event = client.reader.chunk().expect("a chunk").expect("a chunk");
            assert_eq!(event, format!("data: {number}\n\n").into_bytes());
            go.send(()).expect("the origin waits");
        }
        assert_eq!(client.reader.chunk().expect("the end"), None);
    }
}

const GIB: u64 = 1 << 30;

/// What may be in memory besides the code: buffers of one connection, and what is held for a retry.
const MEMORY_MAX_KIB: u64 = 64 << 10;

/// Reads so many bytes, of which every one has to be `x`.
fn swallow(from: &mut impl Read, mut left: u64) {
    let mut room = vec![0; 256 << 10];
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(room.len());
        let count = from.read(&mut room[..want]).expect("more comes");
        assert!(count > 0, "{left} bytes too few");
        assert!(room[..count].iter().all(|byte| *byte == b'x'));
        left -= count as u64;
    }
}

fn pour(into: &mut impl Write, bytes: u64) {
    let piece = vec![b'x'; 256 << 10];
    for _ in 0..bytes / piece.len() as u64 {
        into.write_all(&piece).expect("it is taken");
    }
}

#[test]
fn a_gibibyte_goes_down_in_little_memory() {
    let origin = raw(|stream| {
        let mut reader = Reader::new(stream);
        reader.request().expect("a request");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n");
        reader.from.write_all(head.as_bytes()).expect("it is taken");
        pour(&mut reader.from, GIB);
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let answer = client.reader.head().expect("a head").expect("a head");
    assert_eq!(answer.field("content-length"), GIB.to_string());
    let first = client.reader.buffered().len();
    client.reader.exact(first).expect("what is there");
    swallow(&mut client.reader.from, GIB - first as u64);

    let peak = gateway.memory("VmHWM");
    assert!(peak < MEMORY_MAX_KIB, "{peak} KiB");
}

#[test]
fn a_gibibyte_goes_up_in_little_memory() {
    let origin = raw(|stream| {
        let mut reader = Reader::new(stream);
        let head = reader.head().expect("a head").expect("a head");
        assert_eq!(head.field("content-length"), GIB.to_string());
        let first = reader.buffered().len();
        reader.exact(first).expect("what is there");
        swallow(&mut reader.from, GIB - first as u64);
        reader.from.write_all(&super::origin::ok("all of it")).expect("it is taken");
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();

    client.send(format!("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {GIB}\r\n\r\n"));
    let mut writing = client.reader.from.try_clone().expect("a socket");
    let pouring = thread::spawn(move || pour(&mut writing, GIB));
    let answer = client.answer();

    pouring.join().expect("all of it was taken");
    assert_eq!(answer.text(), "all of it");
    let peak = gateway.memory("VmHWM");
    assert!(peak < MEMORY_MAX_KIB, "{peak} KiB");
}

#[test]
fn a_client_that_reads_nothing_holds_the_origin_back_and_not_the_memory() {
    let (sent, progress) = channel();
    let sent = Mutex::new(sent);
    let origin = raw(move |stream| {
        let mut reader = Reader::new(stream);
        reader.request().expect("a request");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {GIB}\r\n\r\n");
        reader.from.write_all(head.as_bytes()).expect("it is taken");
        let piece = vec![b'x'; 64 << 10];
        let mut bytes = 0_u64;
        // Until the gateway takes no more for a while.
        reader.from.set_write_timeout(Some(std::time::Duration::from_secs(1))).expect("a socket");
        while bytes < GIB && reader.from.write_all(&piece).is_ok() {
            bytes += piece.len() as u64;
        }
        sent.lock().expect("nobody panics with it").send(bytes).ok();
    });
    let gateway = Gateway::to(origin);
    let mut client = gateway.connect();

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    let sent = progress.recv_timeout(super::client::PATIENCE).expect("it ends");
    assert!(sent < GIB / 8, "{sent} bytes were taken and went nowhere");
    let peak = gateway.memory("VmHWM");
    assert!(peak < MEMORY_MAX_KIB, "{peak} KiB");
}
