//! `cargo xtask lint`: format, clippy, documentation, dependencies, generated pages, tidy.

use std::process::Command;

use anyhow::ensure;

use crate::process::{cargo, has_cargo_command, run as run_command, xtask_with};
use crate::{tidy, tree};

/// A part of the lint.
type Check = fn() -> anyhow::Result<()>;

/// Runs every check, also after one has failed, so that one run shows everything.
pub(crate) fn run() -> anyhow::Result<()> {
    let checks: [(&str, Check); 6] = [
        ("format", format),
        ("clippy", clippy),
        ("documentation", documentation),
        ("dependencies", dependencies),
        ("generated pages", generated_pages),
        ("tidy", tidy::run),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        if let Err(error) = check() {
            eprintln!("xtask: {name}: {error:#}");
            failed.push(name);
        }
    }
    ensure!(failed.is_empty(), "lint: {} failed", failed.join(", "));
    println!("lint: all checks passed");
    Ok(())
}

/// Formats by list of files: `cargo fmt` would leave out what no crate declares yet.
fn format() -> anyhow::Result<()> {
    let files: Vec<String> =
        tree::paths()?.into_iter().filter(|path| tree::has_ending(path, "rs")).collect();
    let mut command = Command::new("rustfmt");
    command.args(["--check", "--edition", "2024", "--config-path", "rustfmt.toml"]);
    run_command(command.args(files).current_dir(tree::root()))
}

fn clippy() -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--all-features"]);
    run_command(command.args(["--", "-D", "warnings"]))
}

fn documentation() -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-Dwarnings");
    run_command(&mut command)
}

fn dependencies() -> anyhow::Result<()> {
    if !has_cargo_command("deny") {
        eprintln!("xtask: cargo-deny is not installed; bans, licences and sources are not checked");
        return Ok(());
    }
    run_command(cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

/// The pages that `cargo xtask docs` writes say what the code says.
fn generated_pages() -> anyhow::Result<()> {
    run_command(xtask_with("docs").args(["docs", "--check"]))
}
