//! The end of a gateway: in order, in time, at once.

use std::io::{Read as _, Write as _};

use goodgate_lab::wait::{DEADLINE, wait_until};

use super::load::websocket;
use super::origin::{BODY, Origin};
use super::support::{Gateway, LISTEN, Signal, app, base, connect, get};

const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n";

#[test]
fn an_answer_under_way_is_finished() {
    let origin = Origin::start();
    let mut gateway = Gateway::with(&(base(2, "60s") + LISTEN + &app(origin.address)));
    let address = gateway.address();
    let mut stream = connect(address).expect("it listens");
    stream.write_all(SLOW).expect("sent");
    origin.wait_for_waiting(1);

    gateway.signal(Signal::TERM);
    gateway.wait_for("ending (SIGTERM): 1 connection open, 60 s at most");
    let refused = || Ok(connect(address).is_err().then_some(()));
    wait_until("nobody else is let in", DEADLINE, refused).expect("it is closed");
    origin.go_on();

    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with(&format!("{BODY}{BODY}")), "{answer}");
    assert!(gateway.ended().success());
    gateway.wait_for("] ended");
}

#[test]
fn an_answer_that_begins_later_says_that_its_connection_ends() {
    let origin = Origin::start();
    let mut gateway = Gateway::with(&(base(1, "60s") + LISTEN + &app(origin.address)));
    let mut stream = connect(gateway.address()).expect("it listens");
    stream.write_all(b"GET /late HTTP/1.1\r\nHost: a.example\r\n\r\n").expect("sent");
    origin.wait_for_waiting(1);

    gateway.signal(Signal::TERM);
    gateway.wait_for("ending (SIGTERM): 1 connection open");
    // It is said before it is so.
    let refused = || Ok(connect(gateway.address()).is_err().then_some(()));
    wait_until("nobody new is let in", DEADLINE, refused).expect("it does not listen any more");
    origin.go_on();

    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with(BODY), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(gateway.ended().success());
}

#[test]
fn a_websocket_goes_on_until_the_deadline() {
    let origin = Origin::start();
    let mut gateway = Gateway::with(&(base(1, "1s") + LISTEN + &app(origin.address)));
    let mut stream = websocket(gateway.address()).expect("a WebSocket");

    gateway.signal(Signal::TERM);
    gateway.wait_for("1 connection open");
    super::reload::echoes(&mut stream);

    assert!(gateway.ended().success());
    gateway.wait_for("ended; 1 connection cut off");
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let origin = Origin::start();
    let mut gateway = Gateway::with(&(base(1, "10m") + LISTEN + &app(origin.address)));
    let _stays = websocket(gateway.address()).expect("a WebSocket");

    gateway.signal(Signal::INT);
    gateway.wait_for("ending (SIGINT): 1 connection open, 600 s at most");
    gateway.signal(Signal::TERM);

    assert!(gateway.ended().success());
    gateway.wait_for("warning: ending at once (SIGTERM again)");
}

#[test]
fn new_connections_are_taken_for_the_delay() {
    let origin = Origin::start();
    let text = base(1, "5s").replace("drain = ", "delay = \"10m\"\ndrain = ");
    let mut gateway = Gateway::with(&(text + LISTEN + &app(origin.address)));

    gateway.signal(Signal::TERM);
    gateway.wait_for("0 connections open");
    let answer = get(gateway.address(), "/").expect("it serves still");
    assert!(answer.ends_with(BODY), "{answer}");

    gateway.signal(Signal::TERM);
    assert!(gateway.ended().success());
}

#[test]
fn its_unix_socket_goes_with_it() {
    let origin = Origin::start();
    let folder = goodgate_lab::Workdir::new().expect("a folder");
    let path = folder.join("g.sock");
    let listen = format!("[[listen]]\naddress = \"unix:{}\"\n", path.display());
    let text = base(2, "5s") + &listen + &app(origin.address);
    let gateway = Gateway::within(folder, super::support::command(), &text);
    assert!(path.exists());

    assert!(gateway.end().success());

    assert!(!path.exists());
}

/// SIGUSR1 is how other servers are told to open their logs anew; it must not end this one.
#[test]
fn the_log_is_opened_anew() {
    let origin = Origin::start();
    let text = base(1, "5s").replace("access = \"off\"", "access = \"access.log\"");
    let gateway = Gateway::with(&(text + LISTEN + &app(origin.address)));
    let log = gateway.folder.join("access.log");
    let has = |text: &str| std::fs::read_to_string(&log).is_ok_and(|log| log.contains(text));
    get(gateway.address(), "/first").expect("an answer");
    wait_until("a line", DEADLINE, || Ok(has("/first").then_some(()))).expect("it is logged");

    std::fs::rename(&log, gateway.folder.join("access.log.1")).expect("moved");
    gateway.signal(Signal::USR1);
    let moved = || {
        get(gateway.address(), "/second").expect("an answer");
        Ok(has("/second").then_some(()))
    };

    wait_until("a line in the new file", DEADLINE, moved).expect("it is logged there");
    assert!(!has("/first"));
}
