//! The working tree: its root, its files, its packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::process;

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// A file of the tree.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// The path from the root, with `/`.
    pub(crate) path: String,
    /// The content; what is not UTF-8 is replaced.
    pub(crate) text: String,
}

/// Says whether a path ends in `.ENDING`.
pub(crate) fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == ending)
}

/// Lists the paths of tracked files and of new files that git does not ignore.
pub(crate) fn paths() -> anyhow::Result<Vec<String>> {
    let mut git = Command::new("git");
    // A clone may belong to another user than the one who checks it.
    git.arg("-c").arg(format!("safe.directory={}", root().display()));
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let listed = process::capture(&mut git)?;
    let mut paths: Vec<String> = listed.lines().map(str::to_owned).collect();
    // A file can be listed that was deleted a moment ago.
    paths.retain(|path| root().join(path).is_file());
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Reads every file that [`paths`] lists.
pub(crate) fn files() -> anyhow::Result<Vec<File>> {
    paths()?.into_iter().map(read).collect()
}

fn read(path: String) -> anyhow::Result<File> {
    let bytes = fs::read(root().join(&path)).with_context(|| format!("read {path}"))?;
    Ok(File { text: String::from_utf8_lossy(&bytes).into_owned(), path })
}

/// Asks cargo about the workspace; `extra` are more arguments.
pub(crate) fn metadata(extra: &[&str]) -> anyhow::Result<Value> {
    let mut command = process::cargo();
    command.args(["metadata", "--format-version", "1"]).args(extra);
    let text = process::capture(&mut command)?;
    serde_json::from_str(&text).context("read cargo metadata")
}

/// Returns cargo's target folder.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let metadata = metadata(&["--no-deps"])?;
    let folder = metadata.get("target_directory").and_then(Value::as_str);
    folder.map(PathBuf::from).context("no target folder in cargo metadata")
}
