//! Many at once.

use std::io::Write as _;
use std::net::TcpStream;

use crate::stand::{JOB_TOKEN, Stand, answer, request};

/// Connections at the same time.
const MANY: usize = 1_000;

#[test]
fn a_thousand_jobs_that_call_at_the_same_time_are_all_heard() {
    let stand = Stand::new();
    let target = format!("/beat/nightly?token={JOB_TOKEN}");
    let call = request("POST", &target, "localhost", "", "");

    let mut calls: Vec<TcpStream> = (0..MANY).map(|_| stand.connect()).collect();
    for stream in &mut calls {
        stream.write_all(call.as_bytes()).expect("a request");
    }
    let heard = calls.iter_mut().map(answer).filter(|answer| answer.status == 200).count();

    assert_eq!(heard, MANY);
    assert_eq!(stand.told().len(), MANY);
}

#[test]
fn strangers_who_fill_tcp_keep_nobody_from_the_unix_socket() {
    let stand = Stand::new();

    let idle: Vec<TcpStream> = (0..MANY).map(|_| stand.connect()).collect();

    assert_eq!(stand.get("/status").status, 200);
    drop(idle);
    assert_eq!(stand.over_tcp("GET", "/status", "", "").status, 401);
}
