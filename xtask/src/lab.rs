//! `cargo xtask lab`: the declared scenarios with real gateways, scored; `cargo xtask pictures` goes to the same
//! program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::Context as _;

use crate::process::{Tee, cargo, run as run_command, tee};
use crate::tally::Tally;
use crate::{packages, tree};

/// Names the binary that is asked.
const BINARY: &str = "GOODGATE_BIN";

/// Names the file with the outcomes, one line each.
const RESULTS: &str = "GOODGATE_LAB_RESULTS";

/// Runs the command with its arguments, which are those of the program in `lab/`.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    // Paths on the command line are meant from where it was typed.
    let folder = build()?;
    let binary = env::var_os(BINARY).map_or_else(|| folder.join("goodgate"), PathBuf::from);
    run_command(lab(&folder, &binary).args(arguments).current_dir(env::current_dir()?))
}

/// How the scenarios went as a part of all tests.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The scenarios.
    pub(crate) tally: Tally,
    /// Why none was run.
    pub(crate) left_out: Option<String>,
    /// Why the whole is not as committed or demanded.
    pub(crate) broken: Option<String>,
}

/// Runs every scenario with `binary` and compares with what is committed.
///
/// Where something is missing that the scenarios need, none is run: this is a failure when `strict`.
pub(crate) fn check(binary: &Path, strict: bool) -> anyhow::Result<Outcome> {
    if let Some(reason) = missing()? {
        let count =
            if strict { Tally::ONE_FAILED } else { Tally { skipped: 1, ..Tally::default() } };
        return Ok(Outcome { tally: count, left_out: Some(reason), broken: None });
    }
    let results = tree::target()?.join("goodgate-lab-declared.txt");
    if results.exists() {
        fs::remove_file(&results).with_context(|| format!("remove {}", results.display()))?;
    }
    let mut command = lab(&build()?, binary);
    command.arg("--check").env(RESULTS, &results);
    let status = tee(&mut command, Tee::Stdout, |_| ())?;
    let tally = Tally::of_scenarios(&fs::read_to_string(&results).unwrap_or_default());
    let broken = (!status.success()).then(|| format!("lab --check: {status}"));
    Ok(Outcome { tally, left_out: None, broken })
}

/// Says what is missing to run the scenarios.
fn missing() -> anyhow::Result<Option<String>> {
    if !packages::is_root() {
        return Ok(Some("the lab needs root: it makes network namespaces".to_owned()));
    }
    let packages = packages::missing()?;
    let names = packages.join(" ");
    Ok((!packages.is_empty()).then(|| format!("the lab needs the packages {names}")))
}

/// Builds the lab and the binary with the features that all of the workspace is built with.
fn build() -> anyhow::Result<PathBuf> {
    let both = ["--bin", "goodgate", "--bin", "goodgate-lab"];
    run_command(cargo().args(["build", "--quiet", "--workspace", "--all-features"]).args(both))?;
    Ok(tree::target()?.join("debug"))
}

/// Prepares the program in `lab/` with the binary that it asks.
fn lab(folder: &Path, binary: &Path) -> Command {
    let mut command = Command::new(folder.join("goodgate-lab"));
    command.current_dir(tree::root()).env(BINARY, binary);
    command
}
