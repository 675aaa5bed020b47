//! `goodgate`: finds out why a gateway answers "502 Bad Gateway", and says how to fix it.

mod alert;
mod ask;
mod backup;
mod check;
mod cli;
mod completions;
mod configuration;
mod demo;
mod diagnose;
mod event;
mod exit;
mod explain;
mod faults;
mod incident;
mod manual;
mod monitor;
mod password;
mod prober;
mod render;
mod report;
mod run;
mod silence;
mod status;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Before anything is in them; `run` has them for a gateway.
    goodgate_watch::pages::take_small();
    let arguments = match cli::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let outcome = match arguments.command {
        cli::Command::Diagnose(arguments) => diagnose::run(&arguments),
        cli::Command::Explain(arguments) => explain::run(&arguments),
        cli::Command::Check(arguments) => check::run(&arguments),
        cli::Command::Run(arguments) => run::run(&arguments),
        cli::Command::Demo(arguments) => demo::run(&arguments),
        cli::Command::Faults(arguments) => faults::run(&arguments),
        cli::Command::Status(arguments) => status::run(&arguments),
        cli::Command::Incident(arguments) => incident::run(&arguments),
        cli::Command::Report(arguments) => report::run(&arguments),
        cli::Command::Monitor(arguments) => monitor::run(&arguments),
        cli::Command::Event(arguments) => event::run(&arguments),
        cli::Command::Alert(arguments) => alert::run(&arguments),
        cli::Command::Silence(arguments) => silence::run(&arguments),
        cli::Command::Password(arguments) => password::run(&arguments),
        cli::Command::Backup(arguments) => backup::run(&arguments),
        cli::Command::Restore(arguments) => backup::restore(&arguments),
        cli::Command::Completions(arguments) => completions::run(&arguments),
        cli::Command::Man(arguments) => manual::run(&arguments),
    };
    exit::finish(outcome)
}
