//! `goodgate incident`: the list, the file of one, and what people say and do about it.

mod file;
mod rows;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::ask::{Place, Watch, by, said, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};

/// Arguments of `incident`.
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 while an incident is open that is listed or shown.

Examples:
  goodgate incident
  goodgate incident 7
  goodgate incident 7 ack
  goodgate incident 7 note \"the disk of db-2 is full\"
  goodgate incident 7 step \"restarted php-fpm\"
  goodgate incident 7 resolve
  goodgate incident 7 evidence 31 | jq .evidence")]
pub(crate) struct Incident {
    /// The number of an incident; without one the latest are listed.
    #[arg(value_name = "N")]
    number: Option<u64>,
    /// What is said about it.
    #[command(subcommand)]
    action: Option<Action>,
    /// How many are listed.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Only those with lower numbers are listed.
    #[arg(long, value_name = "N")]
    before: Option<u64>,
    #[command(flatten)]
    place: Place,
}

/// What is said about an incident.
#[derive(Debug, Subcommand)]
enum Action {
    /// Take care of it: nobody else is called.
    #[command(visible_alias = "acknowledge")]
    Ack {
        /// Who does; whoever is logged in, unless it is said.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Write a note into its timeline.
    Note {
        /// What.
        text: String,
        /// Who says so; whoever is logged in, unless it is said.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Write into its timeline what was done about it.
    Step {
        /// What.
        text: String,
        /// Who did; whoever is logged in, unless it is said.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Say that it is over, before it is by itself; refused while one of its monitors fails.
    Resolve {
        /// Who does; whoever is logged in, unless it is said.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Show a piece of its evidence, as JSON.
    Evidence {
        /// Its number, which the file of the incident shows.
        piece: u64,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Incident) -> Result<Outcome, Failure> {
    let watch = Watch::at(&arguments.place)?;
    match (arguments.number, &arguments.action) {
        (None, None) => all(arguments, &watch),
        (Some(number), None) => one(arguments, &watch, number),
        (Some(number), Some(action)) => act(arguments, &watch, number, action),
        (None, Some(_)) => {
            let hint = "goodgate incident 7 ack; `goodgate incident` lists them";
            Err(Failure::hinted("which incident? its number stands first", hint))
        }
    }
}

fn all(arguments: &Incident, watch: &Watch) -> Result<Outcome, Failure> {
    let before = arguments.before.map(|before| format!("&before={before}")).unwrap_or_default();
    let answer = watch.get(&format!("/incidents?limit={}{before}", arguments.limit))?;
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => write(&rows::text(&answer, said::style(arguments.place.color)))?,
    }
    let is_open = said::list(&answer, "incidents").iter().any(rows::is_open);
    Ok(if is_open { Outcome::Problem } else { Outcome::Fine })
}

fn one(arguments: &Incident, watch: &Watch, number: u64) -> Result<Outcome, Failure> {
    let answer = watch.get(&format!("/incidents/{number}"))?;
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => write(&file::text(&answer, said::style(arguments.place.color)))?,
    }
    let is_open = answer.get("incident").is_some_and(rows::is_open);
    Ok(if is_open { Outcome::Problem } else { Outcome::Fine })
}

fn act(
    arguments: &Incident,
    watch: &Watch,
    number: u64,
    action: &Action,
) -> Result<Outcome, Failure> {
    let (what, body) = match action {
        Action::Ack { by: who } => ("acknowledge", json!({ "by": by(who.as_deref()) })),
        Action::Note { text, by: who } => {
            ("notes", json!({ "text": text, "by": by(who.as_deref()) }))
        }
        Action::Step { text, by: who } => {
            ("steps", json!({ "text": text, "by": by(who.as_deref()) }))
        }
        Action::Resolve { by: who } => ("resolve", json!({ "by": by(who.as_deref()) })),
        Action::Evidence { piece } => {
            write_json(&watch.get(&format!("/incidents/{number}/evidence/{piece}"))?)?;
            return Ok(Outcome::Fine);
        }
    };
    let answer = watch.post(&format!("/incidents/{number}/{what}"), &body)?;
    if arguments.place.format == Format::Json {
        write_json(&answer)?;
        return Ok(Outcome::Fine);
    }
    let incident = answer.get("incident").unwrap_or(&serde_json::Value::Null);
    let done = match action {
        Action::Ack { .. } => {
            let who = incident.get("acknowledged").map(|it| said::text(it, "by"));
            format!("incident {number}: {} takes care of it\n", who.unwrap_or_default())
        }
        Action::Resolve { .. } => format!("incident {number}: over\n"),
        _ => format!("incident {number}: written into its timeline\n"),
    };
    write(&done)?;
    Ok(Outcome::Fine)
}
