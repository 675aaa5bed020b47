//! All commands on one page of Markdown, for the reference.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::facts::{self, Said};
use super::page::{is_own, name, shown};
use super::words::behind;
use super::{below, words};

/// Writes the page.
pub(super) fn all(tree: &Command) -> String {
    let mut out = "# Command line\n\n\
        Every command with its options. `goodgate COMMAND --help` and the manual pages \
        (`goodgate man COMMAND`) say the same.\n"
        .to_owned();
    for command in below(tree) {
        one(&mut out, command);
    }
    out
}

fn one(out: &mut String, command: &Command) {
    // Writing into a string cannot fail, here and below.
    writeln!(out, "\n## goodgate {}\n\n{}", command.get_name(), about(command)).ok();
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let behind: words::Behind = behind(&text);
    for note in &behind.notes {
        if note.lines().any(words::is_literal) {
            write!(out, "\n```text\n{note}\n```\n").ok();
        } else {
            write!(out, "\n{}\n", text_of(note)).ok();
        }
    }
    let own = |it: &&Arg| is_own(it, &Command::new(""));
    arguments(out, command.get_arguments().filter(own));
    for inner in below(command) {
        writeln!(out, "\n### {}\n\n{}", name(inner).replace('-', " "), about(inner)).ok();
        arguments(out, inner.get_arguments().filter(|it| is_own(it, command)));
    }
    if let Some(facts) = facts::of(command.get_name()) {
        table(out, "exit code", facts.exit);
        table(out, "environment", facts.environment);
        table(out, "file", facts.files);
    }
    if !behind.examples.is_empty() {
        write!(out, "\n```sh\n{}\n```\n", behind.examples.join("\n")).ok();
    }
}

fn about(command: &Command) -> String {
    full_stop(&text_of(&command.get_about().map(ToString::to_string).unwrap_or_default()))
}

fn arguments<'a>(out: &mut String, all: impl Iterator<Item = &'a Arg>) {
    let mut rows = all.peekable();
    if rows.peek().is_none() {
        return;
    }
    out.push_str("\n| argument | what it does |\n| --- | --- |\n");
    for argument in rows {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let defaults = argument.get_default_values();
        let takes = argument.get_num_args().is_some_and(|it| it.takes_values());
        let default = match defaults.first() {
            Some(value) if takes => format!(" Default `{}`.", value.to_string_lossy()),
            _ => String::new(),
        };
        let may_be: Vec<String> = argument
            .get_possible_values()
            .iter()
            .filter(|_| takes)
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let may_be = match may_be.as_slice() {
            [] => String::new(),
            words => format!(" One of {}.", words.join(", ")),
        };
        let shown = shown(argument).replace('|', "\\|");
        writeln!(out, "| `{shown}` | {}{may_be}{default} |", full_stop(&text_of(&help))).ok();
    }
}

fn full_stop(text: &str) -> String {
    if text.is_empty() || text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

fn table(out: &mut String, heading: &str, said: &[Said]) {
    if said.is_empty() {
        return;
    }
    write!(out, "\n| {heading} | meaning |\n| --- | --- |\n").ok();
    for (word, meaning) in said {
        writeln!(out, "| `{word}` | {} |", text_of(meaning)).ok();
    }
}

/// Returns text on one line that begins no markup.
fn text_of(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|").replace('<', "&lt;").replace("[[", "\\[\\[")
}
