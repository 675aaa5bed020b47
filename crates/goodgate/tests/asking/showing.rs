//! What is shown, and with which exit code.

use std::io::Read as _;
use std::process::Stdio;

use goodgate_watch::desk::MonitorView;
use rustix::process::{Pid, Signal, kill_process};

use crate::stand::{Stand, id};
use crate::{ask, command, run};

fn nothing(_: &goodgate_watch::store::Sqlite) {}

#[test]
fn the_status_begins_with_what_is_broken_and_why() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["status"]);

    println!("{}", ran.out);
    assert_eq!(ran.code, 1, "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].starts_with("watch-1: 2 incidents open"), "{}", ran.out);
    assert!(lines[2].starts_with("DOWN     shop for 4 min: nginx answers 502"), "{}", ran.out);
    assert!(ran.out.contains("UNKNOWN  edge for 60 s: not measured"), "{}", ran.out);
    assert!(ran.out.contains("mail (slack): message accepted"), "{}", ran.out);
    assert!(ran.out.contains("log-in FAILED"), "{}", ran.out);
}

#[test]
fn monitors_that_fail_for_the_same_reason_are_told_in_one_sentence() {
    let stand = Stand::with("[watch]\n");
    let mut views = stand.views.lock().expect("a lock");
    let shop = views.iter().find(|view| view.id == id("shop")).expect("a view").clone();
    views.extend(
        (1..=50).map(|number| MonitorView { id: id(&format!("w{number:02}")), ..shop.clone() }),
    );
    drop(views);

    let ran = ask(&stand.socket, &["status"]);

    println!("{}", ran.out);
    assert!(
        ran.out.contains("DOWN     shop, w01, w02 and 48 more for 4 min: nginx"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("DOWN ").count(), 1, "{}", ran.out);
}

#[test]
fn a_narrow_screen_is_respected() {
    let stand = Stand::with("[watch]\n");
    let mut command = command(&["status"]);
    command.arg("--socket").arg(&stand.socket).env("COLUMNS", "50");

    let ran = run(command);

    println!("{}", ran.out);
    let long = ran.out.lines().find(|line| line.chars().count() > 50);
    assert_eq!(long, None, "{}", ran.out);
}

#[test]
fn no_colour_is_written_where_nobody_sees_it_and_where_it_is_unwanted() {
    let stand = Stand::with("[watch]\n");
    let coloured = ask(&stand.socket, &["status", "--color", "always"]);

    assert!(coloured.out.contains("\u{1b}[1;31mDOWN"), "{}", coloured.out);
    assert!(!ask(&stand.socket, &["status"]).out.contains('\u{1b}'));
    assert!(!ask(&stand.socket, &["incident", "3"]).out.contains('\u{1b}'), "nor what notes hold");
}

#[test]
fn a_watch_without_trouble_says_so() {
    let stand = Stand::of("[watch]\n", nothing);
    stand.views.lock().expect("a lock").retain(|view| view.id == id("nightly"));

    let ran = ask(&stand.socket, &["status"]);

    println!("{}", ran.out);
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("watch-1: all is well"), "{}", ran.out);
    assert!(ran.out.contains("never proven: goodgate alert test mail"), "{}", ran.out);
    let ran = ask(&stand.socket, &["incident"]);
    assert_eq!((ran.code, &*ran.out), (0, "no incidents\n"));
    let ran = ask(&stand.socket, &["alert", "list"]);
    assert_eq!((ran.code, &*ran.out), (0, "every alert was delivered\n"));
}

#[test]
fn for_programs_there_is_json_with_a_schema() {
    let stand = Stand::with("[watch]\n");

    for (arguments, schema) in [
        (vec!["status"], "goodgate.status/1"),
        (vec!["incident"], "goodgate.incidents/1"),
        (vec!["incident", "3"], "goodgate.incident/1"),
        (vec!["incident", "3", "note", "x"], "goodgate.incident_told/1"),
        (vec!["event", "deploy", "v1"], "goodgate.event/1"),
        (vec!["alert", "list"], "goodgate.alerts/1"),
        (vec!["alert", "test", "mail"], "goodgate.channel_tests/1"),
        (vec!["silence"], "goodgate.silences/1"),
    ] {
        let mut arguments = arguments;
        arguments.extend(["--format", "json"]);
        assert_eq!(ask(&stand.socket, &arguments).json()["schema"], schema, "{arguments:?}");
    }
}

#[test]
fn incidents_are_listed_with_who_takes_care() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["incident"]);

    println!("{}", ran.out);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("3  open for 4 min, nobody takes care of it  shop"), "{}", ran.out);
    assert!(ran.out.contains("2  open for 60 min, bob takes care of it  edge"), "{}", ran.out);
    assert!(ran.out.contains("1  resolved after 100 min, 22 h ago"), "{}", ran.out);
    let last = ask(&stand.socket, &["incident", "--before", "2"]);
    assert_eq!(last.code, 0, "the first one is over");
}

#[test]
fn the_file_of_an_incident_has_verdict_timeline_deliveries_and_what_to_do() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["incident", "3"]);

    println!("{}", ran.out);
    assert_eq!(ran.code, 1);
    for part in [
        "Incident 3: open for 4 min, nobody takes care of it",
        "connect_refused (97 % sure)",
        "endpoint 10.0.0.7:8080",
        "ann: looking \\u{1b}[31mat it",
        "opened: accepted after 2 s",
        "it failed: no route",
        "What to do",
        "goodgate incident 3 ack",
        "goodgate incident 3 evidence ",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let over = ask(&stand.socket, &["incident", "1"]);
    assert_eq!(over.code, 0);
    assert!(!over.out.contains("What to do"), "{}", over.out);
}

#[test]
fn lost_alerts_are_a_problem_and_are_listed_with_why() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["alert", "list"]);

    println!("{}", ran.out);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("1 given up"), "{}", ran.out);
    assert!(ran.out.contains("the provider answers 403"), "{}", ran.out);
    assert!(ran.out.contains("sms, incident 3 opened"), "{}", ran.out);
}

#[test]
fn the_status_is_drawn_again_until_it_is_interrupted() {
    let stand = Stand::with("[watch]\n");
    let mut command = command(&["status", "--watch", "--format", "json"]);
    command.arg("--socket").arg(&stand.socket).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut out = child.stdout.take().expect("its output");

    let mut seen = String::new();
    let mut bytes = [0; 4096];
    while seen.matches("goodgate.status/1").count() < 2 {
        let count = out.read(&mut bytes).expect("output");
        assert!(count > 0, "it ended: {seen}");
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    let pid = Pid::from_raw(child.id().cast_signed()).expect("a number");
    kill_process(pid, Signal::INT).expect("a signal");

    assert_eq!(child.wait().expect("its end").code(), Some(1), "an incident is open");
}

#[test]
fn a_watch_that_is_not_there_is_told_from_one_that_is_gone() {
    let mut stand = Stand::with("[watch]\n");
    let socket = stand.socket.clone();
    stand.end();

    let ran = ask(&socket, &["status"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("no watch has its socket there") && ran.err.contains("hint: "));

    drop(std::os::unix::net::UnixListener::bind(&socket).expect("a socket"));
    let ran = ask(&socket, &["incident"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("is gone"), "{}", ran.err);
}

#[test]
fn the_configuration_says_where_the_watch_is() {
    let stand = Stand::with("[watch]\n");
    let folder = stand.folder.path();
    let config = folder.join("goodgate.toml");
    // What belongs to the gateway is no matter here.
    let text = "[[listen]]\naddress = \"127.0.0.1:0\"\n[watch]\nstore = \"watch.db\"\n";
    std::fs::write(&config, text).expect("a file");

    let mut named = command(&["incident", "3"]);
    named.arg("--config").arg(&config);
    let mut here = command(&["incident", "3"]);
    here.current_dir(folder);

    assert_eq!((run(named).code, run(here).code), (1, 1));
    let ran = run(command(&["status", "--config", "/nowhere.toml"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("/nowhere.toml") && ran.err.contains("--socket"), "{}", ran.err);
}
