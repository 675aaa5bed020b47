//! `goodgate password` on a terminal: it asks twice and shows nothing.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use goodgate_lab::wait::wait_until;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::support::{BINARY, PATIENCE};

/// What somebody saw who typed, and what came of it.
struct Typed {
    seen: String,
    output: Output,
    is_as_before: bool,
}

/// Types each of these when it is asked.
fn typed(answers: &[&str]) -> Typed {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal");
    let name = ptsname(&ours, Vec::new()).expect("a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let theirs: OwnedFd = rustix::fs::open(name, flags, Mode::empty()).expect("a terminal");
    let before = tcgetattr(&theirs).expect("settings").local_modes;
    assert!(before.contains(LocalModes::ECHO));
    let side = |fd: &OwnedFd| fd.as_fd().try_clone_to_owned().expect("another");
    let mut command = Command::new(BINARY);
    command.arg("password").stdin(side(&theirs)).stdout(Stdio::piped()).stderr(side(&theirs));
    let child = command.spawn().expect("it starts");
    drop(command);

    let seen = Arc::new(Mutex::new(Vec::new()));
    let (mut screen, kept) = (File::from(side(&ours)), Arc::clone(&seen));
    let reading = thread::spawn(move || {
        let mut piece = [0; 256];
        while let Ok(count @ 1..) = screen.read(&mut piece) {
            kept.lock().expect("the screen").extend_from_slice(&piece[..count]);
        }
    });
    let text = || String::from_utf8_lossy(&seen.lock().expect("the screen")).into_owned();
    let mut keys = File::from(ours);
    for (turn, answer) in answers.iter().enumerate() {
        let asked = || Ok((text().matches(": ").count() > turn).then_some(()));
        wait_until("a question", PATIENCE, asked).expect("it asks");
        keys.write_all(answer.as_bytes()).expect("typed");
    }
    let output = child.wait_with_output().expect("it ends");
    let is_as_before = tcgetattr(&theirs).expect("settings").local_modes == before;
    // The screen ends with the last of those who write to it.
    drop(theirs);
    reading.join().expect("the screen");
    Typed { seen: text(), output, is_as_before }
}

#[test]
fn it_asks_twice_and_shows_neither() {
    let typed = typed(&["hidden word\r", "hidden word\r"]);

    assert!(typed.output.status.success(), "{}", typed.seen);
    assert!(typed.output.stdout.starts_with(b"$argon2id$"));
    assert_eq!(typed.seen, "Password: \r\nThe same again: \r\n");
    assert!(typed.is_as_before);
}

#[test]
fn two_that_differ_make_no_hash() {
    let typed = typed(&["hidden\r", "hiden\r"]);

    assert_eq!(typed.output.status.code(), Some(2));
    assert!(typed.output.stdout.is_empty());
    assert!(typed.seen.contains("error: the two are not the same"), "{}", typed.seen);
    assert!(typed.is_as_before);
}

#[test]
fn nothing_at_all_is_refused_at_once() {
    let typed = typed(&["\r"]);

    assert_eq!(typed.output.status.code(), Some(2));
    assert!(typed.seen.contains("error: the password is empty"), "{}", typed.seen);
}

#[test]
fn ctrl_c_leaves_the_terminal_as_it_was() {
    let typed = typed(&["hid\x03"]);

    assert_eq!(typed.output.status.code(), Some(2));
    assert!(typed.seen.contains("error: interrupted"), "{}", typed.seen);
    assert!(typed.is_as_before);
}
