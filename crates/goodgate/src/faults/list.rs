//! `goodgate faults list`: every fault of the catalogue.

use std::io::{self, Write as _};

use goodgate_faults::{Argument, Fault, catalogue};
use serde::Serialize;

use crate::cli::Format;

/// The schema of the list.
const SCHEMA: &str = "goodgate.faults-list/1";

/// Writes the list.
pub(super) fn write(format: Format) -> io::Result<()> {
    let text = match format {
        Format::Text => catalogue::ALL.iter().map(|fault| text(fault)).collect(),
        Format::Json => json()? + "\n",
    };
    io::stdout().lock().write_all(text.as_bytes())
}

/// One fault for reading: how it is written, what it does, its arguments, its causes.
fn text(fault: &Fault) -> String {
    let line = |argument: &Argument| {
        let Argument { name, meaning, default } = argument;
        format!("    {name}: {meaning} (default {default})\n")
    };
    let arguments = fault.arguments.iter().map(line).collect::<Vec<_>>().concat();
    let (usage, summary) = (fault.usage(), fault.summary);
    format!("{usage}\n    {summary}\n{arguments}    makes: {}\n", fault.causes.join(", "))
}

fn json() -> io::Result<String> {
    let faults = catalogue::ALL.iter().map(|fault| Item::of(fault)).collect();
    Ok(serde_json::to_string_pretty(&List { schema: SCHEMA, faults })?)
}

#[derive(Serialize)]
struct List {
    schema: &'static str,
    faults: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    name: &'static str,
    usage: String,
    summary: &'static str,
    arguments: Vec<ItemArgument>,
    causes: &'static [&'static str],
    protocols: Vec<&'static str>,
}

#[derive(Serialize)]
struct ItemArgument {
    name: &'static str,
    meaning: &'static str,
    default: &'static str,
}

impl Item {
    fn of(fault: &'static Fault) -> Self {
        let argument = |argument: &Argument| ItemArgument {
            name: argument.name,
            meaning: argument.meaning,
            default: argument.default,
        };
        Self {
            name: fault.name,
            usage: fault.usage(),
            summary: fault.summary,
            arguments: fault.arguments.iter().map(argument).collect(),
            causes: fault.causes,
            protocols: fault.protocols.iter().map(|protocol| protocol.name()).collect(),
        }
    }
}
