//! `cargo xtask test`: the one command that runs every test.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, bail, ensure};

use crate::process::{Tee, cargo, has_cargo_command, run as run_command, tee};
use crate::tally::Tally;
use crate::{axe, lab, packages, tree};

/// Says how long the tests whose names begin with `fuzz` search; by hand they take two seconds.
const FUZZ_SECONDS: &str = "GOODGATE_FUZZ_SECONDS";

/// A minute per change: longer searches are the work of `soak`.
const FUZZ_SECONDS_STRICT: &str = "60";

/// How the tests are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Options {
    /// Missing packages are installed first.
    install: bool,
    /// What is left out counts as failed.
    strict: bool,
}

/// Runs the command with its arguments.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    let options = options(arguments, env::var("CI").is_ok_and(|value| value == "true"))?;
    if options.install {
        install()?;
    }
    let left_out = packages::missing()?;
    announce(&left_out);
    let results = tree::target()?.join("goodgate-lab-results.txt");
    let counted = run_all(&results, options.strict)?;
    report(&counted, options.strict)
}

fn options(arguments: &[&str], ci: bool) -> anyhow::Result<Options> {
    match arguments {
        [] => Ok(Options { install: ci, strict: ci }),
        ["--install"] => Ok(Options { install: true, strict: ci }),
        other => bail!("test takes only --install, not {}", other.join(" ")),
    }
}

/// Installs what is missing. A failure is not the end: the tests say what it means.
fn install() -> anyhow::Result<()> {
    let missing = packages::missing()?;
    if !missing.is_empty()
        && let Err(error) = packages::install(&missing)
    {
        eprintln!("xtask: {error:#}");
    }
    if let Err(error) = axe::install() {
        eprintln!("xtask: axe-core: {error:#}");
    }
    Ok(())
}

fn announce(missing: &[String]) {
    if missing.is_empty() {
        return;
    }
    let packages = missing.join(" ");
    eprintln!("==============================================================================");
    eprintln!("NOT INSTALLED: {packages}");
    eprintln!("Every scenario that needs them is left out. To install them, as root:");
    eprintln!("  cargo xtask test --install");
    eprintln!("==============================================================================");
}

/// What was run, and how it went.
#[derive(Debug, Default)]
struct Counted {
    tests: Tally,
    scenarios: Tally,
    /// Names of scenarios that were left out, with the reason.
    left_out: Vec<String>,
    /// Steps that ended with an error.
    broken: Vec<String>,
}

fn run_all(results: &Path, strict: bool) -> anyhow::Result<Counted> {
    let mut counted = Counted::default();
    let binary = match build() {
        Ok(binary) => binary,
        Err(error) => {
            // Without the binary no scenario says anything, and the rest does not build either.
            counted.tests += Tally::ONE_FAILED;
            counted.broken.push(format!("{error:#}"));
            return Ok(counted);
        }
    };
    if results.exists() {
        fs::remove_file(results).with_context(|| format!("remove {}", results.display()))?;
    }
    let mut total = Tally::default();
    for step in steps() {
        let mut command = step.command();
        command.env("GOODGATE_BIN", &binary).env("GOODGATE_LAB_RESULTS", results);
        command.env("GOODGATE_LAB_REQUIRED", if strict { "1" } else { "0" });
        if strict && env::var_os(FUZZ_SECONDS).is_none() {
            command.env(FUZZ_SECONDS, FUZZ_SECONDS_STRICT);
        }
        total += run_step(step, &mut command, &mut counted.broken)?;
    }
    let lines = fs::read_to_string(results).unwrap_or_default();
    counted.scenarios = Tally::of_scenarios(&lines);
    counted.tests = without_scenarios(total, counted.scenarios);
    counted.left_out =
        lines.lines().filter_map(|line| line.strip_prefix("skipped ")).map(str::to_owned).collect();
    let declared = lab::check(&binary, strict)?;
    counted.scenarios += declared.tally;
    counted.left_out.extend(declared.left_out);
    counted.broken.extend(declared.broken);
    Ok(counted)
}

/// Builds the binary that the scenarios run, with the features that the workspace has in common.
fn build() -> anyhow::Result<PathBuf> {
    run_command(cargo().args(["build", "--workspace", "--all-features", "--bin", "goodgate"]))?;
    Ok(tree::target()?.join("debug").join("goodgate"))
}

/// A command that runs tests and counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nextest,
    Doctests,
    Libtest,
}

fn steps() -> Vec<Step> {
    if has_cargo_command("nextest") {
        return vec![Step::Nextest, Step::Doctests];
    }
    eprintln!("xtask: cargo-nextest is not installed; cargo test does its work");
    vec![Step::Libtest]
}

impl Step {
    fn command(self) -> Command {
        let mut command = cargo();
        match self {
            Self::Nextest => command.args(["nextest", "run"]),
            Self::Doctests => command.args(["test", "--doc"]),
            Self::Libtest => command.arg("test"),
        };
        command.args(["--workspace", "--all-features", "--no-fail-fast"]);
        // Our pipe hides the terminal from the runner.
        if env::var_os("CARGO_TERM_COLOR").is_none() && std::io::stderr().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    }

    fn stream(self) -> Tee {
        match self {
            Self::Nextest => Tee::Stderr,
            Self::Doctests | Self::Libtest => Tee::Stdout,
        }
    }

    fn count(self, line: &str) -> Option<Tally> {
        match self {
            Self::Nextest => Tally::of_nextest(line),
            Self::Doctests | Self::Libtest => Tally::of_libtest(line),
        }
    }
}

fn run_step(step: Step, command: &mut Command, broken: &mut Vec<String>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let status = tee(command, step.stream(), |line| tally += step.count(line).unwrap_or_default())?;
    if !status.success() {
        broken.push(format!("{step:?}: {status}"));
        if tally.failed == 0 {
            // It did not come to counting, for example because it did not compile.
            tally += Tally::ONE_FAILED;
        }
    }
    Ok(tally)
}

/// Takes the scenarios out of the total: the runner counts a skipped one as passed.
fn without_scenarios(total: Tally, scenarios: Tally) -> Tally {
    Tally {
        passed: total.passed.saturating_sub(scenarios.passed + scenarios.skipped),
        failed: total.failed.saturating_sub(scenarios.failed),
        skipped: total.skipped,
    }
}

fn report(counted: &Counted, strict: bool) -> anyhow::Result<()> {
    let total = counted.tests + counted.scenarios;
    println!();
    for scenario in &counted.left_out {
        println!("left out: {scenario}");
    }
    for step in &counted.broken {
        println!("ended with an error: {step}");
    }
    println!("tests: {}", counted.tests);
    println!("scenarios: {}", counted.scenarios);
    println!("together: {total}");
    ensure!(total.failed == 0 && counted.broken.is_empty(), "{} failed", total.failed);
    ensure!(total.passed > 0, "nothing was run");
    ensure!(!strict || counted.scenarios.skipped == 0, "scenarios were left out");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_installs_and_is_strict() {
        assert_eq!(options(&[], true).unwrap(), Options { install: true, strict: true });
    }

    #[test]
    fn by_hand_nothing_is_installed() {
        assert_eq!(options(&[], false).unwrap(), Options { install: false, strict: false });
    }

    #[test]
    fn another_argument_is_refused() {
        assert!(options(&["--all"], false).is_err());
    }

    #[test]
    fn a_skipped_scenario_is_no_passed_test() {
        let total = Tally { passed: 10, failed: 2, skipped: 1 };
        let scenarios = Tally { passed: 3, failed: 2, skipped: 4 };

        let tests = without_scenarios(total, scenarios);

        assert_eq!(tests, Tally { passed: 3, failed: 0, skipped: 1 });
    }

    #[test]
    fn nothing_at_all_is_a_failure() {
        assert!(report(&Counted::default(), false).is_err());
    }
}
