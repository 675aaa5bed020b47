//! What comes along with the binary: manual pages, completions, units, panels and rules.
//!
//! Programs of Debian packages that are not installed are left out and named; the list is
//! `lab/debian-packages.txt`, and with `GOODGATE_LAB_REQUIRED=1` nothing may be left out.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test fails by a panic, and says what it left out"
)]

mod pages;
mod rules;
mod shells;
mod units;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use goodgate_lab::program::Program;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_goodgate");

/// Returns a file or folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Returns a program of a Debian package; none where it is not installed, which is said.
pub(crate) fn program(needed: Program) -> Option<Command> {
    let Some(path) = needed.find() else {
        let Program { command, package } = needed;
        let is_required = std::env::var("GOODGATE_LAB_REQUIRED").is_ok_and(|it| it == "1");
        assert!(!is_required, "{command} is not installed: apt-get install {package}");
        eprintln!("left out: {command} is not installed (Debian package {package})");
        return None;
    };
    let mut command = Command::new(path);
    command.stdin(Stdio::null());
    Some(command)
}

/// Returns what a program says, standard error behind standard output.
pub(crate) fn said(output: &Output) -> String {
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

/// Runs the binary, which has to succeed, and returns its standard output.
pub(crate) fn goodgate(arguments: &[&str]) -> String {
    let mut command = Command::new(BINARY);
    let output = command.args(arguments).stdin(Stdio::null()).output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("text")
}
