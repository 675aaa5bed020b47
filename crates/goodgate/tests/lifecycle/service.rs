//! What the service manager is told (`sd_notify(3)`).

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::Command;

use goodgate_lab::Workdir;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::origin::{BODY, Origin};
use super::pair::{Pair, both};
use super::support::{
    BINARY, Gateway, LISTEN, PATIENCE, Signal, app, base, command, get, replace, send,
};

/// A socket as systemd has one.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    fn new(folder: &Workdir) -> Self {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a socket");
        Self { socket, path }
    }

    /// Waits for a message with this line and returns the whole message.
    fn wait_for(&self, line: &str) -> String {
        loop {
            let message = self.next();
            if message.lines().any(|it| it.starts_with(line)) {
                return message;
            }
        }
    }

    fn next(&self) -> String {
        let mut room = [0; 4096];
        let count = self.socket.recv(&mut room).expect("a message");
        String::from_utf8_lossy(&room[..count]).into_owned()
    }
}

#[test]
fn it_is_told_of_start_reload_and_end() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path);
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::within(folder, command, &text);

    let ready = manager.next();
    assert!(ready.starts_with("READY=1\nSTATUS=serves on 127.0.0.1:"), "{ready}");

    gateway.reload();
    let reloading = manager.next();
    let since = reloading.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC="));
    assert!(reloading.starts_with("RELOADING=1\n"), "{reloading}");
    assert!(since.is_some_and(|micros| micros.parse::<u64>().is_ok_and(|it| it > 0)));
    assert!(manager.next().starts_with("READY=1\n"));

    assert!(gateway.end().success());
    let stopping = manager.next();
    assert!(stopping.starts_with("STOPPING=1\nEXTEND_TIMEOUT_USEC=10000000\n"), "{stopping}");
}

#[test]
fn it_is_told_which_process_took_over_before_that_one_speaks() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path).env("WATCHDOG_USEC", "60000000");
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let mut gateway = Gateway::within(folder, command, &text);
    manager.wait_for("READY=1");

    gateway.signal(Signal::USR2);

    let message = manager.wait_for("MAINPID=");
    let ready = manager.wait_for("READY=1");
    assert!(ready.contains("serves on"), "{ready}");
    assert!(gateway.ended().success());
    assert_eq!(message, format!("MAINPID={}", gateway.last_process()));
}

#[test]
fn it_is_told_that_the_workers_are_alive() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path).env("WATCHDOG_USEC", "500000");
    let text = base(2, "5s") + LISTEN + &app(origin.address);
    let _gateway = Gateway::within(folder, command, &text);

    for _ in 0..3 {
        manager.wait_for("WATCHDOG=1");
    }
}

/// A gateway that is not meant says nothing: a variable that was inherited names another process.
#[test]
fn a_watchdog_of_another_process_is_none_of_its_business() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = Command::new(BINARY);
    command.env("NOTIFY_SOCKET", &manager.path);
    command.env("WATCHDOG_USEC", "2000").env("WATCHDOG_PID", "1");
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::within(folder, command, &text);

    gateway.reload();
    assert!(gateway.end().success());

    let all: Vec<String> = (0..4).map(|_| manager.next()).collect();
    assert!(all.iter().all(|message| !message.contains("WATCHDOG")), "{all:?}");
}

#[test]
fn the_parent_speaks_for_both() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path);
    let pair = Pair::within(command, &base(1, "5s"), origin.address);

    assert_eq!(manager.next(), "EXTEND_TIMEOUT_USEC=605000000\nSTATUS=starts");
    let ready = manager.next();
    assert!(ready.starts_with("READY=1\nSTATUS=gateway: serves on 127.0.0.1:"), "{ready}");
    assert!(ready.ends_with("; watch: watches; 1 monitor, 0 channels"), "{ready}");

    pair.signal(Signal::HUP);
    assert!(manager.next().starts_with("RELOADING=1\n"));
    manager.wait_for("READY=1");

    // The main process is the parent, whoever serves.
    pair.signal(Signal::USR2);
    pair.0.wait_for("serves from now on");
    assert!(pair.end().success());
    let stopping = loop {
        let message = manager.next();
        assert!(!message.contains("MAINPID"), "{message}");
        if message.starts_with("STOPPING=1\nEXTEND_TIMEOUT_USEC=10000000\n") {
            break message;
        }
    };
    assert!(stopping.contains("STATUS="), "{stopping}");
}

#[test]
fn a_child_that_is_stuck_is_ended_and_started_again() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path).env("WATCHDOG_USEC", "3000000");
    let pair = Pair::within(command, &base(1, "5s"), origin.address);
    let (gateway, watch) = (pair.gateway(), pair.watch());
    // Both have started; whoever has not is waited for.
    manager.wait_for("READY=1");
    manager.wait_for("WATCHDOG=1");

    send(watch, Signal::STOP);

    pair.0.wait_for(&format!("the watch (process {watch}) is stuck"));
    pair.0.wait_for_times("watches 1 monitor: shop", 2);
    assert_eq!(pair.gateway(), gateway);
    manager.wait_for("WATCHDOG=1");
}

#[test]
fn a_child_that_is_stuck_while_it_starts_is_ended_and_started_again() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let manager = Manager::new(&folder);
    // A secret that neither comes nor fails, as on a file system that hangs.
    let secret = folder.join("secret");
    mknodat(CWD, &secret, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    let channel = format!(
        "[[channel]]\nname = \"hook\"\nwebhook = {{ url = \"http://127.0.0.1:9/\", \
         secret = \"file:{}\" }}\n",
        secret.display()
    );
    let text = both(&base(1, "5s"), origin.address, &folder) + &channel;
    let mut command = command();
    command.env("NOTIFY_SOCKET", &manager.path).env("GOODGATE_START_SECONDS", "2");

    let pair = Pair(Gateway::within(folder, command, &text));

    let first = pair.0.wait_for("is stuck: it has not said within 2s that it has started");
    assert!(first.contains(&format!("the watch (process {})", pair.watch())), "{first}");
    pair.0.wait_for("has ended: signal 9, SIGKILL; it is started again in 100ms");
    let ready = manager.wait_for("READY=1");
    assert!(ready.ends_with("watch: is being started again (signal 9, SIGKILL)"), "{ready}");
    let gateway = pair.gateway();
    assert!(get(pair.address(), "/").expect("it serves").ends_with(BODY));
    pair.0.wait_for("has ended: signal 9, SIGKILL; it is started again in 200ms");
    replace(&secret, "s3cr3t");
    let status = loop {
        let status = manager.wait_for("STATUS=");
        if status.ends_with("; watch: watches; 1 monitor, 1 channel") {
            break status;
        }
    };
    assert!(status.starts_with("STATUS=gateway: serves"), "{status}");
    pair.0.wait_for("warning: the watch before ended at 20");
    assert_eq!(pair.gateway(), gateway);
    assert!(pair.end().success());
}

#[test]
fn a_time_to_start_that_makes_no_sense_is_refused() {
    let folder = Workdir::new().expect("a folder");
    let text = both(&base(1, "5s"), ([127, 0, 0, 1], 9).into(), &folder);
    let config = folder.write("goodgate.toml", &text).expect("written");
    let mut command = command();
    command.env("GOODGATE_START_SECONDS", "10m").args(["run", "--config"]).arg(config);

    let output = command.output().expect("it runs");

    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("GOODGATE_START_SECONDS is no number of seconds"), "{said}");
}
