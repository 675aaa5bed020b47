//! One process dies, and the others go on.

use std::os::unix::net::UnixDatagram;
use std::process::Command;

use goodgate_lab::Workdir;
use goodgate_lab::wait::wait_until;

use super::browser::get;
use super::origin::Origin;
use super::support::{BINARY, DASHBOARD, PATIENCE, Program, Signal, gateway, monitor, send};

fn all(origin: &Origin) -> String {
    gateway(origin.address) + &monitor(origin.address) + DASHBOARD
}

#[test]
fn a_dashboard_that_is_killed_comes_back_and_costs_the_others_nothing() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));
    program.until("/", |page| page.body.contains("Everything works"));
    let before = program.children();

    send(program.child("dashboard"), Signal::KILL);
    assert_eq!(get(program.gateway(), "/", &[]).status, 200);
    program.wait_for("has ended: signal 9, SIGKILL; it is started again in 100ms");
    program.wait_for_times("people look at ", 2);

    let after = program.children();
    assert_ne!(after.get("dashboard"), before.get("dashboard"));
    assert_eq!(after.get("gateway"), before.get("gateway"));
    assert_eq!(after.get("watch"), before.get("watch"));
    // The new one shows what the watch was told of the old one.
    program.until("/", |page| page.body.contains("the dashboard died at "));
    assert!(program.end().success());
}

#[test]
fn pages_say_that_the_watch_is_away_and_show_it_again_when_it_is_back() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));
    program.until("/", |page| page.body.contains("shop"));
    let watch = program.child("watch");

    // Stopped it answers nobody; killed it would be back too soon to be seen away.
    send(watch, Signal::STOP);
    let away = program.page("/");
    send(watch, Signal::KILL);

    assert_eq!(away.status, 502, "{}", away.body);
    assert!(away.body.contains("the watch at unix:"), "{}", away.body);
    assert!(away.body.contains("does not answer in time"), "{}", away.body);
    program.until("/", |page| page.status == 200 && page.body.contains("shop"));
}

#[test]
fn pages_say_that_a_watch_cannot_start() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    // Where the store is to be made there is a file.
    folder.write("store", "").expect("written");

    let program = Program::within(folder, &all(&origin), &[]);

    let page = program.page("/");
    assert_eq!(page.status, 502);
    assert!(page.body.contains("the watch at unix:"), "{}", page.body);
    assert_eq!(get(program.gateway(), "/", &[]).status, 200);
}

#[test]
fn a_dashboard_that_cannot_start_keeps_nobody_from_work() {
    let origin = Origin::start();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let at = taken.local_addr().expect("an address");
    let text = gateway(origin.address) + &monitor(origin.address);
    let text = format!("{text}[dashboard]\nlisten = \"{at}\"\n");

    let program =
        Program::spawned(Command::new(BINARY), Workdir::new().expect("a folder"), &text, &[]);

    program.wait_for(&format!("error: the dashboard cannot listen on {at}: "));
    program.wait_for("has ended: exit code 2; it is started again in 200ms");
    program.wait_for("watches 1 monitor: shop");
    assert_eq!(get(program.gateway(), "/", &[]).status, 200);
    drop(taken);
    program.wait_for("people look at ");
}

#[test]
fn the_pages_end_with_a_parent_that_is_killed() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));
    let dashboard = program.child("dashboard");

    send(program.id(), Signal::KILL);

    program.wait_for("ending (the process that started it is gone): the dashboard");
    let folder = format!("/proc/{dashboard}");
    let gone = || Ok((!std::path::Path::new(&folder).exists()).then_some(()));
    wait_until("its end", PATIENCE, gone).expect("it has ended");
}

#[test]
fn the_service_manager_hears_of_all_three() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("notify");
    let manager = UnixDatagram::bind(&path).expect("a socket");
    manager.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let mut command = Command::new(BINARY);
    command.env("NOTIFY_SOCKET", &path);

    let _program = Program::of(command, folder, &all(&origin), &[]);

    let mut room = [0; 4096];
    let ready = loop {
        let count = manager.recv(&mut room).expect("a message");
        let text = String::from_utf8_lossy(&room[..count]).into_owned();
        if text.starts_with("READY=1") {
            break text;
        }
    };
    for part in ["gateway: serves on ", "watch: watches; ", "dashboard: shows pages; no users"] {
        assert!(ready.contains(part), "{ready}");
    }
}
