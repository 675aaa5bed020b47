//! Side-by-side benchmarks: what a request costs, and how many failures reach a client; and what is
//! promised of the watch.
//!
//! `cargo xtask bench gateway`, `scoreboard`, `checks`, `dashboard` and `watch` build and run this program. The
//! other proxies are Debian's; their configurations stand in `bench/config`. All traffic stays on
//! loopback.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

mod arguments;
mod checks;
mod cores;
mod cost;
mod dashboard;
mod limits;
mod machine;
mod process;
mod proxies;
mod readme;
mod scoreboard;
mod statistics;
mod template;
mod watch;

use std::process::ExitCode;

use anyhow::bail;
use mimalloc::MiMalloc;

/// That of the product: what a check costs is to be what it costs there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const USAGE: &str = "\
goodgate-bench COMMAND

  gateway [--runs N] [--seconds S] [--only CASE] [--proxy NAME] [--goodgate PATH] [--quick] [--dry]
      CPU time per request, memory per idle connection and latency at a fixed load, in turns with
      nginx and HAProxy; writes bench/README.md and bench/results/cost.json unless --dry or a
      selection is given
  scoreboard [--seconds S] [--rate R] [--only SCHEDULE] [--proxy NAME] [--goodgate PATH] [--quick]
             [--dry]
      faults behind each proxy, failures in front of it; writes bench/README.md,
      bench/scoreboard.svg and bench/results/scoreboard.json unless --dry or a selection is given
  checks [--runs N] [--only plain|tls] [--quick] [--check]
      CPU time of a check beside a bare loop with the same handshake and request; with --check it
      fails where a check costs more than 1.25 of it
  dashboard --goodgate PATH [--runs N] [--only 1000|10000] [--quick] [--dry] [--check]
      what the overview costs with many monitors: time of the server, bytes, and when Chromium has
      loaded it; writes bench/README.md and bench/results/dashboard.json unless --dry or a
      selection is given; with --check it fails where a limit is broken
  watch --goodgate PATH [--runs N] [--only latency|delivery|memory|busy|beside] [--quick] [--dry]
        [--check]
      how soon the watch suspects, knows and tells, what memory it takes, what it says on a busy
      host, and the same of Prometheus with blackbox_exporter and Alertmanager; writes
      bench/README.md and bench/results/watch.json unless --dry or a selection is
      given; with --check it fails where a limit is broken
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> anyhow::Result<()> {
    // Folders of runs that were killed.
    goodgate_lab::workdir::remove_leftovers();
    match words {
        ["gateway", rest @ ..] => cost::run(&arguments::Arguments::read(rest)?),
        ["scoreboard", rest @ ..] => scoreboard::run(&arguments::Arguments::read(rest)?),
        ["checks", rest @ ..] => checks::run(&arguments::Arguments::read(rest)?),
        ["dashboard", rest @ ..] => dashboard::run(&arguments::Arguments::read(rest)?),
        ["watch", rest @ ..] => watch::run(&arguments::Arguments::read(rest)?),
        // What the benchmarks themselves start.
        ["relay", rest @ ..] => cost::relay::main(rest),
        ["endpoint", rest @ ..] => scoreboard::endpoint::main(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("no such command: {}\n{USAGE}", other.join(" ")),
    }
}
