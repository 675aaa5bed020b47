//! Where a report goes: to standard output, or whole into a file.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use goodgate_report::document::{Document, html, markdown, pdf};

use super::{Form, Report};
use crate::exit::Failure;

/// Checks before anything is asked that the report can be written.
pub(super) fn check(to: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = to else { return Ok(()) };
    if path.is_dir() {
        return Err(Failure::usage(format!("--output {} is a folder", path.display())));
    }
    let folder = folder(path);
    if folder.is_dir() {
        return Ok(());
    }
    Err(Failure::hinted(
        format!("--output {}: there is no folder {}", path.display(), folder.display()),
        "make it first, or choose another place",
    ))
}

/// Writes a document in the form that is asked for.
pub(super) fn put(
    arguments: &Report,
    page: &dyn Fn() -> Document,
    as_json: &dyn Fn() -> anyhow::Result<String>,
) -> Result<(), Failure> {
    let to = arguments.output.as_deref();
    let form = form(arguments.format, to)?;
    let bytes = match form {
        Form::Html => html::file(&page()).into_bytes(),
        Form::Md => markdown::file(&page()).into_bytes(),
        Form::Json => as_json()?.into_bytes(),
        Form::Pdf => {
            refuse_terminal(to)?;
            pdf::file(&page()).map_err(|error| Failure::Broken(anyhow::Error::new(error)))?
        }
    };
    write(to, &bytes, form == Form::Pdf)
}

/// Returns the form: the one that is asked for, else that of the file's ending.
pub(super) fn form(asked: Option<Form>, to: Option<&Path>) -> Result<Form, Failure> {
    if let Some(form) = asked {
        return Ok(form);
    }
    let Some(path) = to else { return Ok(Form::Md) };
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("html" | "htm") => Ok(Form::Html),
        Some("md" | "markdown") => Ok(Form::Md),
        Some("json") => Ok(Form::Json),
        Some("pdf") => Ok(Form::Pdf),
        _ => Err(Failure::hinted(
            format!("--output {} does not tell the form", path.display()),
            "end it in .html, .md, .json or .pdf, or add --format",
        )),
    }
}

/// Refuses to write bytes that are no text onto a screen.
pub(super) fn refuse_terminal(to: Option<&Path>) -> Result<(), Failure> {
    if to.is_none() && io::stdout().is_terminal() {
        let hint = "--output report.pdf writes it into a file";
        return Err(Failure::hinted("a PDF is no text for a terminal", hint));
    }
    Ok(())
}

/// Writes a report. A file is never left half written.
pub(super) fn write(to: Option<&Path>, bytes: &[u8], is_binary: bool) -> Result<(), Failure> {
    let Some(path) = to else {
        if is_binary {
            refuse_terminal(to)?;
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()?;
        return Ok(());
    };
    replace(path, bytes).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "\nhint: the disk is full; nothing was changed: make room, or choose another place"
            }
            io::ErrorKind::PermissionDenied => {
                "\nhint: choose a place where you may write, or ask whoever owns this one"
            }
            _ => "",
        };
        Failure::Broken(anyhow::anyhow!("write --output {}: {error}{hint}", path.display()))
    })
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes beside the place and renames, so that nobody ever reads half a report. A device or a pipe is
/// written to as it is.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder(path).join(format!(".{name}.{}.part", std::process::id()));
    let written = write_new(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell; a rest that stays is only untidy.
        fs::remove_file(&beside).ok();
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
