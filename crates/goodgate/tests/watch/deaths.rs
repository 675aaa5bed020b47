//! The gateway and the watch are two processes: one goes on without the other, and says so.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use goodgate_lab::wait::wait_until;
use rustix::process::Signal;

use super::origin::Origin;
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, children, send};

fn both(origin: &Origin, sink: &Sink) -> String {
    let address = origin.address;
    format!(
        "[[listen]]\naddress = \"127.0.0.1:0\"\n[admin]\naddress = \"unix:FOLDER/admin.sock\"\n\
         [log]\naccess = \"off\"\n[upstream.app]\nendpoints = [\"http://{address}\"]\n\
         [[route]]\nupstream = \"app\"\n[[monitor]]\nname = \"app\"\nhttp = \"http://{address}/\"\n\
         interval = \"1s\"\n[[channel]]\nname = \"ops\"\nwebhook = {{ url = \"http://{}/\" }}\n",
        sink.address
    )
}

/// Returns the child that runs one of the two.
fn child(watch: &Watch, which: &str) -> Option<u32> {
    children(watch.id()).into_iter().find(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).split('\0').any(|word| word == which)
    })
}

fn wait_for_child(watch: &Watch, which: &str, not: Option<u32>) -> u32 {
    wait_until(which, PATIENCE, || Ok(child(watch, which).filter(|pid| Some(*pid) != not)))
        .unwrap_or_else(|error| panic!("{error}; it said:\n{}", watch.said()))
}

fn serves(watch: &Watch) -> bool {
    let said = watch.said();
    let mut listening = said.lines().rev().filter_map(|line| line.split("listening on ").nth(1));
    let Some(address) = listening.next().and_then(|rest| rest.split(' ').next()) else {
        return false;
    };
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let mut answer = String::new();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").ok();
    stream.read_to_string(&mut answer).ok();
    answer.starts_with("HTTP/1.1 200")
}

#[test]
fn a_gateway_that_is_killed_is_told_of_by_the_watch_and_serves_again() {
    let (origin, sink) = (Origin::new(), Sink::new());
    let watch = Watch::new(&both(&origin, &sink));
    let gateway = wait_for_child(&watch, "gateway", None);
    let other = wait_for_child(&watch, "watch", None);
    watch.until(&["status"], |status| are_well(status, 2));

    send(gateway, Signal::KILL);
    let told = sink.wait_for("opened");

    assert_eq!(told["monitors"][0], "gateway/process", "{told:#}");
    wait_for_child(&watch, "gateway", Some(gateway));
    wait_until("it serves", PATIENCE, || Ok(serves(&watch).then_some(()))).expect("it serves");
    assert_eq!(child(&watch, "watch"), Some(other));
}

#[test]
fn a_watch_that_is_killed_says_so_when_it_is_back_and_the_gateway_never_stopped() {
    let (origin, sink) = (Origin::new(), Sink::new());
    let watch = Watch::new(&both(&origin, &sink));
    let gateway = wait_for_child(&watch, "gateway", None);
    let other = wait_for_child(&watch, "watch", None);
    watch.until(&["status"], |status| are_well(status, 2));

    send(other, Signal::KILL);
    assert!(serves(&watch));
    let told = sink.wait_for("opened");

    assert_eq!(told["monitors"][0], "watch/process", "{told:#}");
    let summary = told["verdict"]["summary"].as_str().unwrap_or_default();
    assert!(summary.contains("signal 9"), "{summary}");
    assert_eq!(child(&watch, "gateway"), Some(gateway));
}
