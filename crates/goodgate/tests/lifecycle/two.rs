//! `goodgate run` with something to watch: two processes that do not share their fate, and a parent.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Command;

use goodgate_lab::Workdir;
use goodgate_lab::wait::{DEADLINE, wait_until};

use super::load::Load;
use super::origin::{BODY, Origin};
use super::pair::{Pair, both, children, is_alive, monitor, wait_for_end};
use super::support::{
    BINARY, Gateway, LISTEN, Signal, app, base, command, connect, get, send, unwatched,
};

const SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n";

#[test]
fn a_parent_with_one_thread_has_a_gateway_and_a_watch() {
    let origin = Origin::start();
    let pair = Pair::start(&base(1, "5s"), origin.address);

    let of_parent = children(pair.parent());

    assert_eq!(of_parent, BTreeSet::from([pair.gateway(), pair.watch()]));
    let threads = fs::read_dir(format!("/proc/{}/task", pair.parent())).expect("a process");
    assert_eq!(threads.count(), 1);
    assert!(get(pair.address(), "/").expect("it serves").ends_with(BODY));
    assert!(pair.end().success());
}

#[test]
fn a_watch_that_is_killed_comes_back_while_the_gateway_serves() {
    let origin = Origin::start();
    let pair = Pair::start(&base(2, "5s"), origin.address);
    let (gateway, watch) = (pair.gateway(), pair.watch());
    let load = Load::start(pair.address(), true);

    send(watch, Signal::KILL);
    pair.0.wait_for_times("watches 1 monitor: shop", 2);

    pair.0.wait_for(&format!(
        "the watch (process {watch}) has ended: signal 9, SIGKILL; it is started again in 100ms"
    ));
    pair.0.wait_for("warning: the watch before ended at 20");
    load.wait_for_more(true);
    assert_eq!(load.end().1, Vec::<String>::new());
    assert_eq!(pair.gateway(), gateway);
    assert!(pair.watch() != watch && is_alive(pair.watch()));
    assert!(pair.end().success());
}

#[test]
fn a_gateway_that_is_killed_comes_back_while_the_watch_stays() {
    let origin = Origin::start();
    let pair = Pair::start(&base(2, "5s"), origin.address);
    let (gateway, watch) = (pair.gateway(), pair.watch());

    send(gateway, Signal::KILL);
    pair.0.wait_for_times("route / -> app", 2);

    pair.0.wait_for(&format!("the gateway (process {gateway}) has ended: signal 9, SIGKILL"));
    assert!(get(pair.address(), "/").expect("it serves").ends_with(BODY));
    assert!(pair.watch() == watch && is_alive(watch));
    assert!(pair.end().success());
}

#[test]
fn a_child_that_dies_again_and_again_stays_away_longer() {
    let origin = Origin::start();
    let pair = Pair::start(&base(1, "5s"), origin.address);

    for (times, time) in [(2, "100ms"), (3, "200ms"), (4, "400ms")] {
        send(pair.watch(), Signal::KILL);
        pair.0.wait_for_times("watches 1 monitor: shop", times);
        pair.0.wait_for(&format!("it is started again in {time}"));
    }
}

#[test]
fn the_end_of_the_parent_drains_both() {
    let origin = Origin::start();
    let mut pair = Pair::start(&base(2, "60s"), origin.address);
    let mut stream = connect(pair.address()).expect("it listens");
    stream.write_all(SLOW).expect("sent");
    origin.wait_for_waiting(1);

    pair.signal(Signal::TERM);
    pair.0.wait_for("ending (SIGTERM): 1 connection open, 60 s at most");
    pair.0.wait_for("ending (SIGTERM): the watch");
    wait_for_end(pair.watch());
    assert!(is_alive(pair.parent()));
    origin.go_on();

    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with(&format!("{BODY}{BODY}")), "{answer}");
    assert!(pair.0.ended().success());
    assert!(!is_alive(pair.gateway()));
}

#[test]
fn both_end_in_order_when_the_parent_is_killed() {
    let origin = Origin::start();
    let mut pair = Pair::start(&base(2, "60s"), origin.address);
    let mut stream = connect(pair.address()).expect("it listens");
    stream.write_all(SLOW).expect("sent");
    origin.wait_for_waiting(1);

    pair.signal(Signal::KILL);
    pair.0.wait_for("ending (the process that started it is gone): 1 connection open");
    pair.0.wait_for("ending (the process that started it is gone): the watch");
    origin.go_on();

    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with(&format!("{BODY}{BODY}")), "{answer}");
    pair.0.ended();
    wait_for_end(pair.gateway());
    wait_for_end(pair.watch());
}

#[test]
fn a_reload_reaches_both() {
    let origin = Origin::start();
    let pair = Pair::start(&unwatched(1, "5s"), origin.address);
    let text = both(&unwatched(1, "6s"), origin.address, &pair.0.folder);
    let second = monitor(&pair.0.folder).replace("shop", "second");
    let (_, second) = second.split_once("[[monitor]]").expect("a monitor");

    pair.0.write(&format!("{text}[[monitor]]{second}"));
    pair.signal(Signal::HUP);

    pair.0.wait_for("reloaded (SIGHUP): shutdown.drain \"5s\" -> \"6s\"");
    pair.0.wait_for("reloaded (SIGHUP): the watch has 2 monitors, 0 channels");
}

#[test]
fn a_file_with_an_error_anywhere_changes_neither() {
    let origin = Origin::start();
    let pair = Pair::start(&unwatched(1, "5s"), origin.address);

    let text = both(&unwatched(1, "6s"), origin.address, &pair.0.folder);
    pair.0.write(&(text + "interval = 5\n"));
    pair.signal(Signal::HUP);

    pair.0.wait_for_times("error: not reloaded (SIGHUP)", 2);
    assert_eq!(pair.0.times("] reloaded"), 0, "{}", pair.0.said());
}

#[test]
fn a_change_of_the_file_is_noticed_by_both() {
    let origin = Origin::start();
    let pair = Pair::start(&base(1, "5s"), origin.address);

    pair.0.write(&both(&base(1, "6s"), origin.address, &pair.0.folder));

    pair.0.wait_for("goodgate.toml changed): shutdown.drain");
    pair.0.wait_for("goodgate.toml changed): the watch has 1 monitor");
}

#[test]
fn a_hand_over_fails_no_request_and_leaves_the_watch() {
    let origin = Origin::start();
    let pair = Pair::start(&base(4, "5s"), origin.address);
    let (first, watch) = (pair.gateway(), pair.watch());
    let load = Load::start(pair.address(), false);

    pair.signal(Signal::USR2);
    pair.0.wait_for("serves from now on");
    wait_for_end(first);
    load.wait_for_more(false);

    assert_eq!(load.end().1, Vec::<String>::new());
    let second = pair.gateway();
    assert_ne!(second, first);
    assert_eq!(pair.0.times("has ended:"), 0, "{}", pair.0.said());
    // The successor is a child like every other.
    let adopted = || Ok((children(pair.parent()) == BTreeSet::from([second, watch])).then_some(()));
    wait_until("the adoption", DEADLINE, adopted).expect("adopted");
    send(second, Signal::KILL);
    pair.0.wait_for(&format!("the gateway (process {second}) has ended: signal 9"));
    pair.0.wait_for_times("route / -> app", 3);
    assert!(pair.watch() == watch && is_alive(watch));
    assert!(pair.end().success());
}

#[test]
fn a_successor_that_dies_while_the_one_before_drains_is_replaced() {
    let origin = Origin::start();
    let pair = Pair::start(&base(2, "10m"), origin.address);
    let first = pair.gateway();
    let mut stays = super::load::websocket(pair.address()).expect("a WebSocket");
    pair.signal(Signal::USR2);
    pair.0.wait_for("ending (handed over): 1 connection open");

    let second = pair.gateway();
    send(second, Signal::KILL);

    pair.0.wait_for(&format!("the gateway (process {second}) has ended: how is not known"));
    pair.0.wait_for_times("route / -> app", 3);
    assert!(get(pair.address(), "/").expect("it serves").ends_with(BODY));
    super::reload::echoes(&mut stays);
    assert!(is_alive(first));
}

#[test]
fn without_monitors_there_is_one_process() {
    let origin = Origin::start();
    let gateway = Gateway::with(&(base(1, "5s") + LISTEN + &app(origin.address)));

    assert_eq!(children(gateway.last_process()), BTreeSet::new());
    assert_eq!(gateway.processes().len(), 1);
}

#[test]
fn without_a_gateway_there_is_one_process() {
    let folder = Workdir::new().expect("a folder");
    let text = monitor(&folder);
    let watch = Gateway::spawn(folder, command(), &text);
    watch.wait_for("watches 1 monitor: shop");

    assert_eq!(children(watch.last_process()), BTreeSet::new());
    assert_eq!(watch.processes().len(), 1);
    assert!(watch.folder.join("store/watch.db").exists());
    assert!(watch.end().success());
}

#[test]
fn each_part_runs_alone_where_that_is_asked_for() {
    let origin = Origin::start();
    for (part, line) in [("gateway", "route / -> app"), ("watch", "watches 1 monitor: shop")] {
        let folder = Workdir::new().expect("a folder");
        let text = both(&base(1, "5s"), origin.address, &folder);
        // The argument behind the name of the file is the one that Gateway adds last.
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" \"$@\" --only \"$PART\"", BINARY]).env("PART", part);

        let process = Gateway::spawn(folder, shell, &text);
        process.wait_for(line);

        assert_eq!(process.processes().len(), 1, "{}", process.said());
        assert!(process.end().success(), "{part}");
    }
}

#[test]
fn a_part_that_the_file_does_not_have_is_refused() {
    let folder = Workdir::new().expect("a folder");
    let config = folder.write("goodgate.toml", &monitor(&folder)).expect("written");

    let output = command()
        .args(["run", "--only", "gateway", "--config"])
        .arg(config)
        .output()
        .expect("it runs");

    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("goodgate.toml has nothing for a gateway"), "{said}");
}

#[test]
fn a_broken_watch_is_refused_as_check_shows_it() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let text = both(&base(1, "5s"), origin.address, &folder) + "interval = 5\n";
    let config = folder.write("goodgate.toml", &text).expect("written");

    let check = command().arg("check").arg(&config).output().expect("it runs");
    let run = command().args(["run", "--config"]).arg(&config).output().expect("it runs");

    assert_eq!(run.status.code(), Some(2));
    let (checked, said) =
        (String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(checked.contains("error: 5 has no unit"), "{checked}");
    assert!(said.starts_with(checked.trim_end()), "{said}");
    assert!(!said.contains("(process "), "{said}");
}

#[test]
fn a_gateway_that_cannot_start_ends_all_of_it() {
    let origin = Origin::start();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let folder = Workdir::new().expect("a folder");
    let at = taken.local_addr().expect("an address").to_string();
    let text = both(&base(1, "5s"), origin.address, &folder).replace("127.0.0.1:0", &at);

    let mut process = Gateway::spawn(folder, command(), &text);

    assert_eq!(process.ended().code(), Some(2));
    process.wait_for("error: cannot listen on");
    process.wait_for("error: the gateway did not start (exit code 2)");
    // The hint names this process, which has the address.
    for pid in process.processes().into_iter().filter(|pid| *pid != std::process::id()) {
        wait_for_end(pid);
    }
}

#[test]
fn a_watch_that_cannot_start_keeps_no_gateway_from_serving() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    // Where the store is to be made there is a file.
    folder.write("store", "").expect("written");
    let text = both(&base(1, "5s"), origin.address, &folder);

    let process = Gateway::within(folder, command(), &text);

    process.wait_for("has ended: exit code 2; it is started again in 200ms");
    process.wait_for("listening on ");
    let said = process.said();
    let listening = said.lines().find_map(|line| line.strip_prefix("listening on "));
    let address = listening.and_then(|at| at.parse().ok()).expect("an address");
    assert!(get(address, "/").expect("it serves").ends_with(BODY));
    let parent = *process.processes().first().expect("a parent");
    send(parent, Signal::TERM);
}

#[test]
fn a_gateway_alone_hands_over_to_a_parent_of_both() {
    let origin = Origin::start();
    let alone = base(2, "5s") + LISTEN + &app(origin.address);
    let mut gateway = Gateway::with(&alone);
    let first = gateway.last_process();
    let load = Load::start(gateway.address(), false);

    gateway.write(&(alone + &monitor(&gateway.folder)));
    send(first, Signal::USR2);
    gateway.wait_for("serves from now on");
    gateway.wait_for("watches 1 monitor: shop");
    assert!(gateway.ended().success());
    load.wait_for_more(false);

    assert_eq!(load.end().1, Vec::<String>::new());
    let parent = gateway.processes()[1];
    assert_eq!(children(parent).len(), 2);
    send(parent, Signal::TERM);
    wait_for_end(parent);
}
