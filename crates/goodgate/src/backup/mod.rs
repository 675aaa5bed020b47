//! `goodgate backup` and `goodgate restore`: copies of the store of the watch.

use std::path::{Path, PathBuf};

use clap::Args;
use goodgate_watch::store::{Sqlite, StoreError};
use serde_json::{Value, json};

use crate::ask::{Place, Watch, said, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};

/// Arguments of `backup`.
#[derive(Debug, Args)]
#[command(
    after_help = "A running watch writes the copy itself, as its user, while everything goes on.

Examples:
  goodgate backup /var/backups/watch.db
  goodgate backup watch.db --config /etc/goodgate/goodgate.toml"
)]
pub(crate) struct Backup {
    /// Where the copy goes; nothing may be there.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
#[command(after_help = "The copy is checked first. The store of before is kept beside it.

Examples:
  goodgate restore /var/backups/watch.db")]
pub(crate) struct Restore {
    /// The copy.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Runs `backup`.
pub(crate) fn run(arguments: &Backup) -> Result<Outcome, Failure> {
    let file = absolute(&arguments.file)?;
    let watch = Watch::at(&arguments.place)?;
    let answer = if watch.is_running() {
        watch.post("/backup", &json!({ "file": text(&file)? }))?
    } else {
        let folder = arguments.place.folder()?;
        let bytes = Sqlite::backup_of(&folder, &file).map_err(|error| failure(&error))?;
        json!({ "schema": "goodgate.backup/1", "file": text(&file)?, "bytes": bytes })
    };
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => {
            let bytes = said::bytes(said::number(&answer, "bytes"));
            write(&format!("{}: {bytes}\n", said::text(&answer, "file")))?;
        }
    }
    Ok(Outcome::Fine)
}

/// Runs `restore`.
pub(crate) fn restore(arguments: &Restore) -> Result<Outcome, Failure> {
    let folder = arguments.place.folder()?;
    if !arguments.file.is_file() {
        return Err(Failure::usage(format!("there is no file {}", arguments.file.display())));
    }
    let before = Sqlite::restore(&folder, &arguments.file).map_err(|error| failure(&error))?;
    let before = before.map(|path| path.display().to_string());
    match arguments.place.format {
        Format::Json => write_json(&json!({
            "schema": "goodgate.restore/1",
            "folder": folder.display().to_string(),
            "before": before.map_or(Value::Null, Value::from),
        }))?,
        Format::Text => {
            let kept = before.map(|it| format!("; the store of before is {it}"));
            write(&format!("restored into {}{}\n", folder.display(), kept.unwrap_or_default()))?;
        }
    }
    Ok(Outcome::Fine)
}

fn absolute(file: &Path) -> Result<PathBuf, Failure> {
    let whole = |error| Failure::usage(format!("{}: {error}", file.display()));
    let absolute = std::path::absolute(file).map_err(whole)?;
    // `..` is taken away here, where the folder is one's own.
    let Some(name) = absolute.file_name() else {
        return Err(Failure::usage(format!("{} is no file", file.display())));
    };
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let folder = folder.canonicalize().map_err(|error| {
        Failure::hinted(format!("{}: {error}", folder.display()), "make the folder first")
    })?;
    Ok(folder.join(name))
}

fn text(file: &Path) -> Result<&str, Failure> {
    let wrong = || Failure::usage(format!("{} is not written in UTF-8", file.display()));
    file.to_str().ok_or_else(wrong)
}

/// What the store refuses is a matter of the arguments where another file or folder would do.
fn failure(error: &StoreError) -> Failure {
    let message = format!("failed to {error}");
    let hint = match error {
        StoreError::InUse { .. } => Some("stop the watch first".to_owned()),
        StoreError::Exists { .. } => Some("name a file that is not there yet".to_owned()),
        _ => error.hint(),
    };
    match error {
        StoreError::InUse { .. }
        | StoreError::Exists { .. }
        | StoreError::Foreign { .. }
        | StoreError::Newer { .. }
        | StoreError::Damaged { .. } => Failure::Usage { message, hint },
        _ => {
            let hint = hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            Failure::Broken(anyhow::anyhow!("{message}{hint}"))
        }
    }
}
