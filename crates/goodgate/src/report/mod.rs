//! `goodgate report`: a document to send, of an incident, of all incidents of a time, of a week or a
//! month.

mod asking;
mod gateway;
mod incident;
mod output;
mod period;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use goodgate_report::incident::Addressee;

use crate::ask::Spot;
use crate::exit::{Failure, Outcome};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Without --format the ending of --output tells it, else it is Markdown.
The values of queries are masked; what the watch keeps has them masked already.

Examples:
  goodgate report 7 --output incident-7.html
  goodgate report 7 --output incident-7.pdf
  goodgate report 7 --for host            # only the text to send
  goodgate report 7 --post-incident --output review.md
  goodgate report 7 --format json | jq .request_ids
  goodgate report --since 24h --output night.html
  goodgate report --since 2026-11-01 --until 2026-12-01 --output november.pdf
  goodgate report --week --output week.html
  goodgate report --month --tag shop --at 2026-10-01 --zone Europe/Berlin --output october.pdf")]
pub(crate) struct Report {
    /// The number of an incident.
    #[arg(value_name = "INCIDENT", conflicts_with = "since")]
    number: Option<u64>,
    /// All incidents from then on: a time ago (`2h`, `7d`), a day, or a moment in RFC 3339.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Until when; now, unless it is said.
    #[arg(long, value_name = "WHEN", requires = "since")]
    until: Option<String>,
    /// In which form.
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Where to; standard output, unless it is said.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only the text to send to somebody.
    #[arg(
        long = "for",
        value_name = "WHOM",
        value_parser = addressee,
        conflicts_with_all = ["since", "week", "month", "format", "post_incident"]
    )]
    to: Option<Addressee>,
    /// With the page to complete when it is over: impact, cause, what held, what we learn, follow-ups.
    #[arg(long)]
    post_incident: bool,
    /// Show the values of queries, where an answer has them.
    #[arg(long)]
    show_query: bool,
    #[command(flatten)]
    period: period::Period,
    #[command(flatten)]
    spot: Spot,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One page without anything outside it.
    Html,
    /// For tickets and chats.
    Md,
    /// For programs.
    Json,
    /// For print, and for those who want a file.
    Pdf,
}

/// Runs the command.
pub(crate) fn run(arguments: &Report) -> Result<Outcome, Failure> {
    output::check(arguments.output.as_deref())?;
    if arguments.period.is_asked() { period::run(arguments) } else { incident::run(arguments) }
}

fn addressee(word: &str) -> Result<Addressee, String> {
    Addressee::of_slug(word).ok_or_else(|| {
        let all = Addressee::ALL.map(Addressee::slug).join(", ");
        format!("it is one of {all}")
    })
}
