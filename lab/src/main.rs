//! Carries out the declared scenarios, and takes pictures: `cargo xtask lab` and `cargo xtask pictures` run
//! this program.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

use std::process::ExitCode;

use goodgate_lab::declared::traffic;
use goodgate_lab::{lab, pictures};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((command, rest)) if command == traffic::COMMAND => traffic::carry_out(rest),
        Some((command, rest)) if command == pictures::COMMAND => pictures::carry_out(rest),
        _ => lab::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}
