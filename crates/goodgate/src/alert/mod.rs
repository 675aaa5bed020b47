//! `goodgate alert`: whether people would be told, and what they were not told.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::ask::said::{between, list, moment, number, text as field};
use crate::ask::{Place, Watch, said, segment, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};
use crate::render::style::{Style, wrap};

/// Arguments of `alert`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goodgate alert test mail
  goodgate alert test --all
  goodgate alert list")]
pub(crate) struct Alert {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Send a message that says that it is a test. Exit code 1 if it is not accepted.
    Test {
        /// The channel, as it is called in the configuration.
        #[arg(value_name = "CHANNEL", required_unless_present = "all")]
        channel: Option<String>,
        /// Every channel.
        #[arg(long, conflicts_with = "channel")]
        all: bool,
    },
    /// List the alerts that wait and those that were given up. Exit code 1 if there are any of these.
    List {
        /// How many of each.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Alert) -> Result<Outcome, Failure> {
    let watch = Watch::at(&arguments.place)?;
    match &arguments.what {
        What::Test { channel: Some(channel), .. } => {
            test(arguments, &watch, std::slice::from_ref(channel))
        }
        What::Test { channel: None, .. } => {
            let status = watch.get("/status")?;
            let names: Vec<String> = list(&status, "channels")
                .iter()
                .filter_map(|channel| channel.get("name")?.as_str().map(str::to_owned))
                .collect();
            if names.is_empty() {
                let hint = "a [[channel]] in the configuration tells somebody";
                return Err(Failure::hinted("there is no channel", hint));
            }
            test(arguments, &watch, &names)
        }
        What::List { limit } => show(arguments, &watch, *limit),
    }
}

/// Tries channels, one after the other; what each said is written as it comes.
fn test(arguments: &Alert, watch: &Watch, names: &[String]) -> Result<Outcome, Failure> {
    let style = said::style(arguments.place.color);
    let mut all = Vec::new();
    for name in names {
        let answer = watch.post(&format!("/channels/{}/test", segment(name)), &json!({}))?;
        if arguments.place.format == Format::Text {
            write(&tested(&answer, style))?;
        }
        all.push(answer);
    }
    let is_accepted = |it: &Value| it.get("accepted").and_then(Value::as_bool) == Some(true);
    let are_all = all.iter().all(is_accepted);
    if arguments.place.format == Format::Json {
        write_json(&json!({ "schema": "goodgate.channel_tests/1", "tests": all }))?;
    }
    Ok(if are_all { Outcome::Fine } else { Outcome::Problem })
}

fn tested(answer: &Value, style: Style) -> String {
    let name = field(answer, "channel");
    let (verdict, said) = if answer.get("accepted").and_then(Value::as_bool) == Some(true) {
        (style.good("accepted"), field(answer, "said"))
    } else {
        (style.bad("FAILED"), field(answer, "why"))
    };
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    format!("{}  {verdict}{said}\n", style.bold(&name))
}

fn show(arguments: &Alert, watch: &Watch, limit: u16) -> Result<Outcome, Failure> {
    let answer = watch.get(&format!("/alerts?limit={limit}"))?;
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => write(&lines(&answer, said::style(arguments.place.color)))?,
    }
    let is_lost = number(&answer, "dead_total") > 0;
    Ok(if is_lost { Outcome::Problem } else { Outcome::Fine })
}

fn lines(answer: &Value, style: Style) -> String {
    let at = field(answer, "at");
    let mut out = String::new();
    for (word, name, total) in
        [("waiting", "pending", "pending_total"), ("given up", "dead", "dead_total")]
    {
        let (all, total) = (list(answer, name), number(answer, total));
        if total == 0 {
            continue;
        }
        // Writing into a string cannot fail, here and below.
        writeln!(out, "{}", style.bold(&format!("{total} {word}"))).ok();
        for delivery in all {
            out.push_str(&line(delivery, &at, style));
        }
        let more = total.saturating_sub(all.len() as u64);
        if more > 0 {
            writeln!(out, "  and {more} more").ok();
        }
    }
    if out.is_empty() { "every alert was delivered\n".to_owned() } else { out }
}

fn line(delivery: &Value, at: &str, style: Style) -> String {
    let head = format!(
        "{}  {}, incident {} {}",
        moment(&field(delivery, "decided_at")),
        field(delivery, "channel"),
        field(delivery, "incident"),
        field(delivery, "kind"),
    );
    let mut said = match field(delivery, "state").as_str() {
        "pending" => {
            let due = field(delivery, "due_at");
            let is_later = due > field(delivery, "decided_at") && due.as_str() > at;
            if is_later { format!("again in {}", between(at, &due)) } else { "due now".to_owned() }
        }
        _ => String::new(),
    };
    let why = field(delivery, "why");
    if !why.is_empty() {
        said = if said.is_empty() { why } else { format!("{said}; it failed: {why}") };
    }
    let said = wrap(&said, style.width, "      ");
    format!("  {head}\n{said}\n")
}
