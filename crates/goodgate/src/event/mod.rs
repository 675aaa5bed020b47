//! `goodgate event`: tells the watch that something was changed.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::ask::{Place, Watch, by, said, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};

/// Arguments of `event`.
#[derive(Debug, Args)]
#[command(after_help = "What was changed shortly before stands in the message about an incident.

Examples:
  goodgate event deploy v1.2
  goodgate event dns \"shop moves to 192.0.2.7\" --tag eu
  goodgate event other \"new firewall rules\" --by ann")]
pub(crate) struct Event {
    /// What sort of change.
    #[arg(value_name = "KIND", value_enum)]
    kind: Kind,
    /// What was changed, in a few words.
    #[arg(value_name = "TEXT")]
    text: String,
    /// A tag of the monitors that it can have to do with; may be repeated. Without any it is about all.
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Who says so; whoever is logged in, unless it is said.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// What sort of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A version went live.
    Deploy,
    /// A configuration was loaded.
    Reload,
    /// A name has other addresses.
    Dns,
    /// A certificate was replaced.
    Certificate,
    /// A file is another one.
    File,
    /// Something else.
    Other,
}

/// Runs the command.
pub(crate) fn run(arguments: &Event) -> Result<Outcome, Failure> {
    let kind = match arguments.kind {
        Kind::Deploy => "deploy",
        Kind::Reload => "reload",
        Kind::Dns => "dns",
        Kind::Certificate => "certificate",
        Kind::File => "file",
        Kind::Other => "other",
    };
    let body = json!({
        "kind": kind,
        "text": arguments.text,
        "tags": arguments.tag,
        "by": by(arguments.by.as_deref()),
    });
    let answer = Watch::at(&arguments.place)?.post("/events", &body)?;
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => {
            let event = answer.get("event").unwrap_or(&serde_json::Value::Null);
            let at = said::moment(&said::text(event, "at"));
            write(&format!("{at}  {kind} {}: noted\n", said::text(event, "text")))?;
        }
    }
    Ok(Outcome::Fine)
}
