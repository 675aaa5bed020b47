//! How it ends: in the middle, killed, without its child, without a reader, before it began.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use goodgate_lab::Workdir;
use rustix::process::{Pid, kill_process};

use super::support::{BINARY, Demo, Signal, text};

#[test]
fn a_signal_in_the_middle_ends_all_of_it() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut demo = Demo::start(&[]);
        demo.wait_for("fault");
        assert!(demo.processes().len() >= 4, "{:?}", demo.processes());

        demo.send(signal);

        assert_eq!(demo.end().code(), Some(0), "{signal:?}");
        assert!(demo.processes().is_empty(), "{signal:?}");
        assert_eq!(demo.folders(), Vec::<String>::new(), "{signal:?}");
    }
}

#[test]
fn killed_it_takes_its_processes_along() {
    let mut demo = Demo::start(&[]);
    demo.wait_for("started");
    assert!(demo.processes().len() >= 4, "{:?}", demo.processes());

    demo.send(Signal::KILL);

    demo.end();
    demo.wait_until_gone();
}

#[test]
fn it_says_when_its_processes_have_ended_and_fails() {
    let mut demo = Demo::start(&[]);
    demo.wait_for("fault");
    // The one without a part is the parent of the others.
    let is_parent = |id: &u32| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        !String::from_utf8_lossy(&line).contains("--only")
    };
    let parent = demo.processes().into_iter().find(is_parent).expect("a parent");

    kill_process(Pid::from_raw(parent.cast_signed()).expect("a process"), Signal::KILL)
        .expect("killed");

    let died = demo.wait_for("died");
    assert!(text(&died, "/text").contains("goodgate run has ended"), "{died:#}");
    assert_eq!(demo.end().code(), Some(1));
    demo.wait_until_gone();
    assert_eq!(demo.folders(), Vec::<String>::new());
}

#[test]
fn ports_that_others_have_are_left_to_them() {
    // Whoever has one already leaves it taken as well.
    let taken = [8080, 9502, 9504].map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let mut demo = Demo::start(&[]);

    let started = demo.wait_for("started");

    for (pointer, port) in
        [("/data/gateway", ":8080"), ("/data/admin", ":9502"), ("/data/dashboard", ":9504")]
    {
        assert!(!text(&started, pointer).ends_with(port), "{started:#}");
    }
    drop(taken);
    demo.send(Signal::INT);
    assert_eq!(demo.end().code(), Some(0));
}

#[test]
fn without_a_place_for_its_folder_it_says_so() {
    let folder = Workdir::new().expect("a folder");
    let mut command = Command::new(BINARY);
    command.arg("demo").env("TMPDIR", folder.join("not-there"));

    let output = command.output().expect("it runs");

    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("make a folder in") && said.contains("TMPDIR"), "{said}");
}

#[test]
fn a_reader_who_has_seen_enough_ends_it() {
    let folder = Workdir::new().expect("a folder");
    let mut command = Command::new(BINARY);
    command.arg("demo").env("TMPDIR", folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0; 20]).expect("its first words");

    drop(out);

    assert_eq!(child.wait().expect("an end").code(), Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn kept_the_folder_stays_and_is_named() {
    let mut demo = Demo::start(&["--keep"]);
    demo.wait_for("started");

    demo.send(Signal::INT);

    assert_eq!(demo.end().code(), Some(0));
    let folders = demo.folders();
    let [kept] = folders.as_slice() else { panic!("{folders:?}") };
    let text = std::fs::read_to_string(demo.folder.join(kept).join("goodgate.toml"));
    assert!(text.expect("a file").contains("[[monitor]]"));
}
