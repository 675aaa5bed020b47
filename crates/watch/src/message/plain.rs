//! A message as plain text: for mail, and for whoever has nothing better.

use std::fmt::Write as _;

use super::Brief;
use super::fix::Step;

/// Writes a message as text, the verdict first.
pub(super) fn plain(brief: &Brief) -> String {
    let mut out = format!("{}: {}\n", brief.mark, brief.verdict);
    section(&mut out, "", brief.facts.iter().map(|(label, value)| format!("{label}: {value}")));
    section(&mut out, "Told late:", brief.missed.iter().map(|line| format!("  {line}")));
    section(
        &mut out,
        "Changed shortly before:",
        brief.changes.iter().map(|line| format!("  {line}")),
    );
    section(&mut out, "What to do:", brief.steps.iter().map(step));
    section(&mut out, "", brief.links.iter().map(|(label, url)| format!("{label}: {url}")));
    out
}

fn section(out: &mut String, heading: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    out.push('\n');
    if !heading.is_empty() {
        out.push_str(heading);
        out.push('\n');
    }
    for line in lines {
        // Writing into a string cannot fail.
        writeln!(out, "{line}").ok();
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::Say(text) => format!("  {text}"),
        Step::Run(command) => format!("    {command}"),
    }
}
