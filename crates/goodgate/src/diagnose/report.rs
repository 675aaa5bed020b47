//! The report to send to somebody: one file without anything outside it.
//!
//! Times are in UTC, secrets are masked, and every word from outside is escaped for the form it is
//! put into.

mod drawn;
mod html;
mod markdown;
mod style;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Diagnosis;
use crate::exit::Failure;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Markdown,
}

/// Checks before the first request that the report can be written.
pub(super) fn check(path: &Path) -> Result<(), Failure> {
    form(path)?;
    if path.is_dir() {
        return Err(Failure::usage(format!("--report {} is a folder", path.display())));
    }
    let folder = folder(path);
    if folder.is_dir() {
        return Ok(());
    }
    Err(Failure::hinted(
        format!("--report {}: there is no folder {}", path.display(), folder.display()),
        "make it first, or choose another place",
    ))
}

/// Writes the report.
pub(super) fn write(path: &Path, diagnosis: &Diagnosis) -> Result<(), Failure> {
    let text = match form(path)? {
        Form::Html => html::page(diagnosis),
        Form::Markdown => markdown::page(diagnosis),
    };
    replace(path, &text).map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("write --report {}", path.display()));
        Failure::Broken(error)
    })
}

fn form(path: &Path) -> Result<Form, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("html" | "htm") => Ok(Form::Html),
        Some("md" | "markdown") => Ok(Form::Markdown),
        _ => Err(Failure::usage(format!(
            "--report {} ends neither in .html nor in .md",
            path.display()
        ))),
    }
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes beside the place and renames, so that nobody ever reads half a report.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder(path).join(format!(".{name}.{}.part", std::process::id()));
    let written = write_new(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell; a rest that stays is only untidy.
        fs::remove_file(&beside).ok();
    }
    written
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
