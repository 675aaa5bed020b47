//! Commands for those who work on goodgate: `cargo xtask COMMAND`.
//!
//! One file per command. Few dependencies, because the first command on a new machine waits for
//! this program to be built.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

mod axe;
mod bench;
mod deb;
#[cfg(feature = "docs")]
mod docs;
mod lab;
mod lint;
mod new;
mod packages;
mod process;
#[cfg(feature = "score")]
mod score;
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
                         the Debian packages of lab/debian-packages.txt and axe-core
  lab [--only PART] [--check] [--list] [--show] [--keep] [--jobs N] [--wrong FILE]
                         carry out the declared scenarios with real gateways, as root, and write
                         lab/matrix; --check compares with it instead, --only takes those with
                         PART in their name, --show prints wrong verdicts, --keep leaves the folders
  lint                   format, clippy, documentation, cargo-deny, generated pages, tidy
  tidy                   the repository's own rules, from cargo metadata and the files
  new cause SLUG         write the four pieces of a cause
  docs [--check]         write the generated pages of docs/reference; --check only compares them
  pictures               take the pictures of docs/pictures in Chromium while `goodgate demo` runs
  pictures [--height PIXELS] REPORT.html...
                         the same of reports
  bench [--runs N] [--bin PATH]
                         measure the binary; medians over N runs (default 20)
  bench gateway|scoreboard [--quick] [--only PART] [--proxy NAME] ...
                         beside nginx, HAProxy and Caddy: what a request costs, and how many
                         failures reach a client; writes bench/README.md (see there)
  bench checks [--check] CPU time of a check of the watch beside a bare loop
  deb                    build the Debian package with cargo-deb
  score FOLDER [--show]  how well labelled text is explained; --show prints what was not right
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
        ["lab", rest @ ..] => lab::run(rest),
        ["lint"] => lint::run(),
        ["tidy"] => tidy::run(),
        ["new", "cause", slug] => new::cause(slug),
        ["docs", rest @ ..] => docs(rest),
        ["pictures", ..] => lab::run(arguments),
        ["bench", rest @ ..] => bench::run(rest),
        ["deb"] => deb::run(),
        ["soak", rest @ ..] => soak::run(rest),
        ["score", rest @ ..] => score(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("no such command: {}\n{USAGE}", other.join(" ")),
    }
}

/// Writes or compares the generated pages with the product that is built into this program.
#[cfg(feature = "docs")]
fn docs(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        [] => docs::write(),
        ["--check"] => docs::check(),
        other => bail!("docs takes only --check, not {}", other.join(" ")),
    }
}

/// Builds this program again with the product in it.
#[cfg(not(feature = "docs"))]
fn docs(arguments: &[&str]) -> anyhow::Result<()> {
    process::run(process::xtask_with("docs").arg("docs").args(arguments))
}

/// Scores labelled text with the product that is built into this program.
#[cfg(feature = "score")]
fn score(arguments: &[&str]) -> anyhow::Result<()> {
    let (folder, show) = match arguments {
        [folder] => (folder, false),
        [folder, "--show"] => (folder, true),
        other => bail!("score takes FOLDER [--show], not {}", other.join(" ")),
    };
    print!("{}", score::run(std::path::Path::new(folder), show)?);
    Ok(())
}

/// Builds this program again with the product in it.
#[cfg(not(feature = "score"))]
fn score(arguments: &[&str]) -> anyhow::Result<()> {
    // Folders on the command line are meant from where it was typed.
    let here = std::env::current_dir()?;
    let absolute =
        |word: &&str| if word.starts_with("--") { (*word).into() } else { here.join(word) };
    let mut command = process::xtask_with("score");
    process::run(command.arg("score").args(arguments.iter().map(absolute)))
}
