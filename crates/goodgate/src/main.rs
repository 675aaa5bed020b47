//! `goodgate`: finds out why a gateway answers "502 Bad Gateway", and says how to fix it.

mod check;
mod cli;
mod diagnose;
mod exit;
mod explain;
mod faults;
mod render;
mod run;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let outcome = match arguments.command {
        cli::Command::Diagnose(arguments) => diagnose::run(&arguments),
        cli::Command::Explain(arguments) => explain::run(&arguments),
        cli::Command::Check(arguments) => check::run(&arguments),
        cli::Command::Run(arguments) => run::run(&arguments),
        cli::Command::Faults(arguments) => faults::run(&arguments),
    };
    exit::finish(outcome)
}
