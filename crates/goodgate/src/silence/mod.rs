//! `goodgate silence`: times in which nobody is told, although checks go on and incidents are kept.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::ask::said::{between, list, moment, text as field, texts};
use crate::ask::{Place, Watch, by, said, write, write_json};
use crate::cli::Format;
use crate::exit::{Failure, Outcome};
use crate::render::style::{Style, wrap};

/// Arguments of `silence`.
#[derive(Debug, Args)]
#[command(after_help = "What still fails when a silence ends is told then.

Examples:
  goodgate silence begin 2h --monitor shop --why \"the database moves\"
  goodgate silence begin 30m --tag eu --cause dns_timeout --why \"new name servers\"
  goodgate silence list
  goodgate silence end 3")]
pub(crate) struct Silence {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Begin one now.
    Begin {
        /// How long, such as 30m, 2h or 1d.
        #[arg(value_name = "LENGTH")]
        length: String,
        /// A monitor that it is for; may be repeated.
        #[arg(long, value_name = "NAME")]
        monitor: Vec<String>,
        /// A tag of monitors that it is for; may be repeated.
        #[arg(long, value_name = "TAG")]
        tag: Vec<String>,
        /// A cause that it is for; may be repeated.
        #[arg(long, value_name = "CAUSE")]
        cause: Vec<String>,
        /// It is for everything.
        #[arg(long, conflicts_with_all = ["monitor", "tag", "cause"])]
        all: bool,
        /// Why, for those who ask.
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// Who wants it; whoever is logged in, unless it is said.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List those that are not over; what is done where nothing is said.
    List,
    /// End one early.
    End {
        /// Its number.
        #[arg(value_name = "N")]
        number: u64,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Silence) -> Result<Outcome, Failure> {
    let watch = Watch::at(&arguments.place)?;
    let style = said::style(arguments.place.color);
    let (answer, text) = match &arguments.what {
        None | Some(What::List) => {
            let answer = watch.get("/silences")?;
            let text = lines(&answer, style);
            (answer, text)
        }
        Some(What::End { number }) => {
            let answer = watch.ask("DELETE", &format!("/silences/{number}"), None)?;
            (answer, format!("silence {number} has ended: what still fails is told now\n"))
        }
        Some(What::Begin { length, monitor, tag, cause, all, why, by: who }) => {
            let answer = watch.post(
                "/silences",
                &json!({
                    "for": length,
                    "monitors": monitor,
                    "tags": tag,
                    "causes": cause,
                    "all": all,
                    "why": why,
                    "by": by(who.as_deref()),
                }),
            )?;
            let number = field(&answer, "id");
            let until = moment(&field(&answer, "until"));
            (answer, format!("silence {number} until {until}; goodgate silence end {number}\n"))
        }
    };
    match arguments.place.format {
        Format::Json => write_json(&answer)?,
        Format::Text => write(&text)?,
    }
    Ok(Outcome::Fine)
}

fn lines(answer: &Value, style: Style) -> String {
    let at = field(answer, "at");
    let mut out = String::new();
    for silence in list(answer, "silences") {
        let is_now = silence.get("is_now").and_then(Value::as_bool) == Some(true);
        let when = if is_now {
            format!("for {} more", between(&at, &field(silence, "until")))
        } else {
            format!("from {}", moment(&field(silence, "from")))
        };
        let head = format!("{}  {when}, {}", field(silence, "id"), about(silence));
        // Writing into a string cannot fail, here and below.
        writeln!(out, "{}", style.bold(&head)).ok();
        let why = format!("{} (by {})", field(silence, "why"), field(silence, "by"));
        writeln!(out, "{}", wrap(&why, style.width, "   ")).ok();
    }
    for silence in list(answer, "in_file") {
        let days = texts(silence, "days");
        let days = if days.is_empty() { String::new() } else { format!(" on {}", days.join(", ")) };
        let (from, until) = (field(silence, "from"), field(silence, "until"));
        let zone = field(silence, "zone");
        let head = format!("in the file  {from} to {until}{days} ({zone}), {}", about(silence));
        writeln!(out, "{head}\n{}", wrap(&field(silence, "why"), style.width, "   ")).ok();
    }
    if out.is_empty() { "no silences\n".to_owned() } else { out }
}

/// Says what a silence is for.
fn about(silence: &Value) -> String {
    let matches = silence.get("matches").unwrap_or(&Value::Null);
    let of = |name: &str, word: &str| {
        let all = texts(matches, name);
        (!all.is_empty()).then(|| format!("{word} {}", all.join(" or ")))
    };
    let parts = [of("monitors", "monitor"), of("tags", "tag"), of("causes", "cause")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "everything".to_owned() } else { parts.join(" with ") }
}
