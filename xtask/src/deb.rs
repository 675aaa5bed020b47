//! `cargo xtask deb`: the Debian package, with what the binary writes about itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::process::{capture, cargo, has_cargo_command, run as run_command};
use crate::tree;

/// What cargo-deb is installed with.
const INSTALL: &str = "cargo install cargo-deb --version ^3 --locked";

/// Completions: the shell, and the file that it looks for.
const SHELLS: [(&str, &str); 3] =
    [("bash", "goodgate.bash"), ("zsh", "_goodgate"), ("fish", "goodgate.fish")];

/// Builds the binary, lets it write its pages and completions, and packs all of it.
pub(crate) fn run() -> anyhow::Result<()> {
    ensure!(has_cargo_command("deb"), "cargo-deb is not installed: {INSTALL}");
    run_command(cargo().args(["build", "--release", "--locked", "--package", "goodgate"]))?;
    let release = tree::target()?.join("release");
    let folder = release.join("packaging");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("remove {}", folder.display()))?;
    }
    let binary = release.join("goodgate");
    let mut pages = Command::new(&binary);
    run_command(pages.args(["man", "--output"]).arg(folder.join("man")))?;
    compress(&folder.join("man"))?;
    for (shell, name) in SHELLS {
        let text = capture(Command::new(&binary).args(["completions", shell]))?;
        fs::write(folder.join(name), text).with_context(|| format!("write {name}"))?;
    }
    // The profile strips the binary.
    run_command(cargo().args(["deb", "--package", "goodgate", "--no-build", "--no-strip"]))
}

/// Compresses what is in a folder, without the time of it: the same pages are the same bytes.
fn compress(folder: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut gzip = Command::new("gzip");
    gzip.args(["--best", "--no-name", "--force"]);
    for entry in entries {
        gzip.arg(entry?.path());
    }
    run_command(&mut gzip)
}
