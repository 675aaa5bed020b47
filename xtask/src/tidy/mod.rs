//! `cargo xtask tidy`: the repository's own rules.
//!
//! A check takes texts or cargo's metadata and gives back faults; only this file reads the tree.

mod catalogue;
mod dependencies;
mod docs;
mod layers;
mod sizes;
mod words;

pub(crate) use catalogue::registered;

use std::process::Command;

use anyhow::bail;
use serde_json::Value;

use crate::process;
use crate::tree::{self, File};

/// Runs every check and reports all faults at once.
pub(crate) fn run() -> anyhow::Result<()> {
    let files = tree::files()?;
    let mut faults = layers::faults(&layers::Graph::of_metadata(&metadata()?)?);
    faults.extend(sizes::faults(&files));
    faults.extend(catalogue::faults(&files));
    faults.extend(words::faults(&files));
    faults.extend(dependencies::faults(&files));
    faults.extend(docs::faults(&files));
    faults.extend(licences(&files));
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        bail!("tidy: {} faults", faults.len());
    }
    println!("tidy: {} files in order", files.len());
    Ok(())
}

/// Asks for what is built on this machine; other platforms would have to be downloaded first.
fn metadata() -> anyhow::Result<Value> {
    let host = process::capture(Command::new("rustc").args(["--print", "host-tuple"]))?;
    tree::metadata(&["--filter-platform", host.trim()])
}

/// The licences of the workspace come with their texts.
fn licences(files: &[File]) -> Vec<String> {
    ["LICENSE-APACHE", "LICENSE-MIT"]
        .iter()
        .filter(|name| text_of(files, name).is_none_or(|text| text.trim().is_empty()))
        .map(|name| format!("{name}: missing or empty"))
        .collect()
}

/// Returns the text of the file at `path`.
fn text_of<'a>(files: &'a [File], path: &str) -> Option<&'a str> {
    files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes files for the checks.
    pub(super) fn files(list: &[(&str, &str)]) -> Vec<File> {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        list.iter().map(file).collect()
    }

    #[test]
    fn an_empty_licence_is_a_fault() {
        let files = files(&[("LICENSE-MIT", ""), ("LICENSE-APACHE", "text")]);

        assert_eq!(licences(&files), ["LICENSE-MIT: missing or empty"]);
    }
}
