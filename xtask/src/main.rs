//! Commands for those who work on goodgate: `cargo xtask COMMAND`.
//!
//! One file per command. Few dependencies, because the first command on a new machine waits for
//! this program to be built.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

mod bench;
mod lint;
mod new;
mod packages;
mod process;
mod soak;
mod tally;
mod test;
mod tidy;
mod tree;

use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "\
cargo xtask COMMAND

  test [--install]       run every test and every scenario; --install (or CI=true) first installs
                         the Debian packages of lab/debian-packages.txt
  lint                   format, clippy, documentation, cargo-deny, tidy
  tidy                   the repository's own rules, from cargo metadata and the files
  new cause SLUG         write the four pieces of a cause
  bench [--runs N] [--bin PATH]
                         measure the binary; medians over N runs (default 20)
  soak [--minutes N]     fuzz for longer than the tests do (default 10)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        ["test", rest @ ..] => test::run(rest),
        ["lint"] => lint::run(),
        ["tidy"] => tidy::run(),
        ["new", "cause", slug] => new::cause(slug),
        ["bench", rest @ ..] => bench::run(rest),
        ["soak", rest @ ..] => soak::run(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("no such command: {}\n{USAGE}", other.join(" ")),
    }
}
