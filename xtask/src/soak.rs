//! `cargo xtask soak`: the fuzz targets and laws for longer than a test run may take, the watch killed more
//! often, and what of the watch takes minutes.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::process::{capture, cargo, run as run_command};
use crate::tree;

/// Minutes when none are given.
const MINUTES_DEFAULT: u64 = 10;

/// A soak over a weekend; more is a typing error.
const MINUTES_MAX: u64 = 4320;

/// Text of real gateways to begin with, for targets without a folder of their own in `fuzz/seeds`.
const SEEDS: &str = "crates/recognise/tests/corpus";

/// Runs the command with its arguments.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    let seconds = minutes(arguments)? * 60;
    with_kills()?;
    with_minutes()?;
    if has_cargo_fuzz() && tree::root().join("fuzz/Cargo.toml").exists() {
        return with_cargo_fuzz(seconds);
    }
    eprintln!("xtask: no cargo-fuzz with nightly, or no fuzz/; the tests' own harness runs longer");
    with_tests(seconds)
}

fn minutes(arguments: &[&str]) -> anyhow::Result<u64> {
    let minutes = match arguments {
        [] => MINUTES_DEFAULT,
        ["--minutes", number] => number.parse().with_context(|| format!("minutes: {number}"))?,
        other => bail!("soak takes only --minutes N, not {}", other.join(" ")),
    };
    if !(1..=MINUTES_MAX).contains(&minutes) {
        bail!("minutes: {minutes} is not between 1 and {MINUTES_MAX}");
    }
    Ok(minutes)
}

/// The nightly toolchain is chosen by rustup's `cargo`, not by the cargo that runs us.
fn nightly() -> Command {
    let mut command = Command::new("cargo");
    command.arg("+nightly").arg("fuzz").current_dir(tree::root());
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    command
}

fn has_cargo_fuzz() -> bool {
    let mut command = nightly();
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Shares the time among the targets.
fn with_cargo_fuzz(seconds: u64) -> anyhow::Result<()> {
    let listed = capture(nightly().arg("list"))?;
    let targets: Vec<&str> =
        listed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let each = seconds / u64::try_from(targets.len().max(1))?;
    for target in targets {
        let limit = format!("-max_total_time={}", each.max(1));
        // What is found is kept in the first folder; the second is only read.
        let found = format!("fuzz/corpus/{target}");
        fs::create_dir_all(tree::root().join(&found)).with_context(|| format!("create {found}"))?;
        let own = format!("fuzz/seeds/{target}");
        let seeds = if tree::root().join(&own).is_dir() { &own } else { SEEDS };
        run_command(nightly().args(["run", target, &found, seeds, "--", &limit]))?;
    }
    Ok(())
}

/// Runs the tests whose names say `fuzz`; they read how long from the environment.
fn with_tests(seconds: u64) -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast", "--", "fuzz"]);
    run_command(command.env("GOODGATE_FUZZ_SECONDS", seconds.to_string()))
}

/// The kills of each of the tests that kill the watch, or its store, at random points; CI has 20.
const KILLS: &str = "200";

/// Runs the tests of the watch that take minutes.
fn with_minutes() -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["test", "--package", "goodgate", "--test", "watch", "--"]);
    command.args(["long::", "quiet::", "--nocapture"]);
    run_command(command.env("GOODGATE_SOAK", "1"))
}

/// Runs the tests that kill the watch at random points, with more kills.
fn with_kills() -> anyhow::Result<()> {
    for (package, test, name) in
        [("goodgate-watch", "store", "crash::"), ("goodgate", "watch", "crash::")]
    {
        let mut command = cargo();
        command.args(["test", "--package", package, "--test", test, "--", name, "--nocapture"]);
        run_command(command.env("GOODGATE_SOAK_KILLS", KILLS))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read() {
        assert_eq!(minutes(&["--minutes", "3"]).unwrap(), 3);
    }

    #[test]
    fn no_minutes_are_refused() {
        assert!(minutes(&["--minutes", "0"]).is_err());
    }
}
