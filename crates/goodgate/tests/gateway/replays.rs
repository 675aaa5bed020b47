//! Bodies of requests that go again to another endpoint: kept in memory, then on disk.

use super::message::Message;
use super::origin::{Origin, ok};
use super::support::{Gateway, LISTEN};

/// Two endpoints of which the first one takes a request whole and ends without an answer.
fn broken_and_good() -> (Origin, Origin) {
    let broken = Origin::answering(|_| Vec::new());
    let good = Origin::answering(|request| ok(&format!("{}", request.body.len())));
    (broken, good)
}

fn gateway(broken: &Origin, good: &Origin, more: &str) -> Gateway {
    let (broken, good) = (broken.address, good.address);
    Gateway::with(&format!(
        "{LISTEN}[upstream.app]\nendpoints = [{{ url = \"http://{broken}\", weight = 1000 }}, \
         {{ url = \"http://{good}\", weight = 1, backup = true }}]\n\
         [[route]]\nupstream = \"app\"\nretry.methods = [\"GET\", \"PUT\", \"DELETE\"]\n{more}"
    ))
}

fn put(gateway: &Gateway, body: &[u8]) -> Message {
    let head = format!("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len());
    gateway.connect().send(head).send(body).answer()
}

fn body(len: usize) -> Vec<u8> {
    // No period of a power of two: a piece in the wrong place shows.
    (0..len).map(|place| (place % 251) as u8).collect()
}

#[test]
fn a_body_that_is_larger_than_the_memory_for_it_goes_again_from_the_disk() {
    let (broken, good) = broken_and_good();
    let gateway = gateway(&broken, &good, "[spool]\nmemory = \"64KiB\"\n");
    let body = body(5_000_000);

    let answer = put(&gateway, &body);

    assert_eq!((answer.status(), answer.text()), (200, "5000000"));
    assert!(broken.only().body == body && good.only().body == body);
}

#[test]
fn a_body_that_fits_nowhere_goes_once() {
    let (broken, good) = broken_and_good();
    let more = "[spool]\nmemory = \"64KiB\"\ndisk = \"1MiB\"\n";
    let gateway = gateway(&broken, &good, more);

    let answer = put(&gateway, &body(5_000_000));

    assert_eq!(answer.status(), 502);
    assert_eq!(good.take().len(), 0);
    assert_eq!(gateway.logged("/a")["not_retried"], "body_gone");
}

#[test]
fn a_disk_that_is_not_there_costs_the_retry_and_no_more() {
    let (broken, good) = broken_and_good();
    let more = "[spool]\nmemory = \"64KiB\"\nfolder = \"/proc\"\n";
    let gateway = gateway(&broken, &good, more);
    let body = body(5_000_000);

    let answer = put(&gateway, &body);

    assert_eq!(answer.status(), 502);
    assert!(broken.only().body == body);
}
