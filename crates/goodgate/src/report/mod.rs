//! `goodgate report`: what to send to somebody, as a file.

mod period;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use goodgate_report::document::{Document, html, markdown};

use crate::ask::{Place, Watch, write};
use crate::cli::{Colour, Format};
use crate::exit::{Failure, Outcome};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goodgate report --week --format html --output week.html
  goodgate report --month --tag shop
  goodgate report --week --at 2026-11-18 --zone Europe/Berlin --format json")]
pub(crate) struct Report {
    #[command(flatten)]
    period: period::Period,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Form::Md)]
    format: Form,
    /// The file that is written; without it standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The socket of the watch.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// The configuration of the watch: its socket lies beside its `[watch] store`, and its gateway is asked
    /// too. Without it goodgate.toml in this folder, or else /var/lib/goodgate.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A page that loads nothing from elsewhere.
    Html,
    /// Markdown.
    Md,
    /// For programs.
    Json,
}

/// Runs the command.
pub(crate) fn run(arguments: &Report) -> Result<Outcome, Failure> {
    let place = Place {
        socket: arguments.socket.clone(),
        config: arguments.config.clone(),
        format: Format::Text,
        color: Colour::Never,
    };
    let watch = Watch::at(&place)?;
    let report = period::report(&arguments.period, &watch, place.file().as_deref())?;
    let document = goodgate_report::period::document(&report);
    let text = match arguments.format {
        Form::Json => serde_json::to_string_pretty(&report).map_err(anyhow::Error::from)? + "\n",
        form => text(&document, form),
    };
    match &arguments.output {
        None => write(&text)?,
        Some(file) => std::fs::write(file, text).map_err(|error| {
            Failure::Broken(anyhow::anyhow!("write {}: {error}", file.display()))
        })?,
    }
    Ok(Outcome::Fine)
}

fn text(document: &Document, form: Form) -> String {
    match form {
        Form::Html => html::file(document),
        Form::Md | Form::Json => markdown::file(document),
    }
}
