//! The whole file of an incident: verdict, timeline, deliveries, what to do.

use std::fmt::Write as _;

use serde_json::Value;

use super::rows::{is_open, members, stands};
use crate::ask::said::{between, bytes, list, moment, number, text as field};
use crate::render::style::{Style, wrap};

/// Monitors that are named.
const NAMED: usize = 20;

/// Columns of a moment, and of the word for what happened.
const MOMENT: usize = 22;
const KIND: usize = 14;

/// Writes the file.
pub(super) fn text(answer: &Value, style: Style) -> String {
    let at = field(answer, "at");
    let incident = answer.get("incident").unwrap_or(&Value::Null);
    let mut out = heading(incident, &at, style);
    verdict(&mut out, incident, style);
    section(&mut out, "Timeline", list(answer, "timeline"), style, line);
    section(&mut out, "Told", list(answer, "deliveries"), style, |it, style| {
        delivery(it, &at, style)
    });
    section(&mut out, "Evidence", list(answer, "evidence"), style, |it, style| {
        evidence(it, &field(incident, "id"), style)
    });
    if is_open(incident) {
        section(&mut out, "What to do", list(answer, "steps"), style, step);
        let cause = field(incident, "cause");
        let id = field(incident, "id");
        if !cause.is_empty() {
            let more = format!("More: goodgate explain {cause}");
            // Writing into a string cannot fail, here and below.
            writeln!(out, "{}", style.dim(&wrap(&more, style.width, "  "))).ok();
        }
        let ack = match incident.get("acknowledged") {
            Some(_) => String::new(),
            None => format!("goodgate incident {id} ack, "),
        };
        let then = format!("Then: {ack}goodgate incident {id} step \"what was done\"");
        writeln!(out, "{}", style.dim(&wrap(&then, style.width, "  "))).ok();
    }
    out
}

fn heading(incident: &Value, at: &str, style: Style) -> String {
    let stands = stands(incident, at);
    let stands = if is_open(incident) { style.bad(&stands) } else { style.good(&stands) };
    let title = style.bold(&format!("Incident {}", field(incident, "id")));
    let summary = wrap(&field(incident, "summary"), style.width, "  ");
    format!("{title}: {stands}\n{summary}\n")
}

fn verdict(out: &mut String, incident: &Value, style: Style) {
    let mut said = Vec::new();
    let cause = field(incident, "cause");
    if !cause.is_empty() {
        let confidence = incident.get("confidence").and_then(Value::as_f64).unwrap_or_default();
        let sure = if confidence > 0.0 {
            format!(" ({:.0} % sure)", confidence * 100.0)
        } else {
            String::new()
        };
        said.push(("Cause", format!("{cause}{sure}: {}", field(incident, "title"))));
    }
    let stage = field(incident, "stage");
    if !stage.is_empty() {
        said.push(("Breaks at", stage));
    }
    let blame = field(incident, "blame");
    if !blame.is_empty() {
        said.push(("Blame", blame));
    }
    let shared: Vec<String> = list(incident, "components")
        .iter()
        .map(|it| format!("{} {}", field(it, "kind"), field(it, "name")))
        .collect();
    if !shared.is_empty() {
        said.push(("In common", shared.join(", ")));
    }
    let members = members(incident, NAMED);
    if !members.is_empty() {
        said.push(("Monitors", members));
    }
    said.push(("Since", moment(&field(incident, "opened_at"))));
    for (label, text) in said {
        let wrapped = wrap(&text, style.width, &" ".repeat(13));
        let label = style.dim(&format!("  {label:<10} "));
        writeln!(out, "{label}{}", wrapped.trim_start()).ok();
    }
}

fn section(
    out: &mut String,
    title: &str,
    all: &[Value],
    style: Style,
    of: impl Fn(&Value, Style) -> String,
) {
    if all.is_empty() {
        return;
    }
    writeln!(out, "\n{}", style.bold(title)).ok();
    for one in all {
        out.push_str(&of(one, style));
        out.push('\n');
    }
}

fn line(entry: &Value, style: Style) -> String {
    let by = field(entry, "by");
    let who = if by.is_empty() { field(entry, "monitor") } else { by };
    let said = field(entry, "text");
    // Who it is stands in many texts already.
    let told = if who.is_empty() || said.contains(&who) { said } else { format!("{who}: {said}") };
    columns(&moment(&field(entry, "at")), &field(entry, "kind").replace('_', " "), &told, style)
}

fn delivery(delivery: &Value, at: &str, style: Style) -> String {
    let decided = field(delivery, "decided_at");
    let why = field(delivery, "why");
    let kind = field(delivery, "kind");
    let channel = field(delivery, "channel");
    let told = match field(delivery, "state").as_str() {
        "accepted" => {
            let after = between(&decided, &field(delivery, "accepted_at"));
            format!("{kind}: accepted after {after}")
        }
        "dead" => format!("{kind}: GIVEN UP: {why}"),
        _ if why.is_empty() => format!("{kind}: waiting"),
        _ => {
            let next = between(at, &field(delivery, "due_at"));
            format!("{kind}: waiting, again in {next}; it failed: {why}")
        }
    };
    columns(&moment(&decided), &channel, &told, style)
}

fn evidence(evidence: &Value, incident: &str, style: Style) -> String {
    let told = format!(
        "{}, {} (goodgate incident {incident} evidence {})",
        field(evidence, "monitor"),
        bytes(number(evidence, "bytes")),
        field(evidence, "id")
    );
    columns(&moment(&field(evidence, "at")), &field(evidence, "kind"), &told, style)
}

fn step(step: &Value, style: Style) -> String {
    let run = field(step, "run");
    if run.is_empty() {
        wrap(&field(step, "say"), style.width, "  ")
    } else {
        format!("      {}", style.code(&run))
    }
}

/// A moment, a word and a text that is wrapped beside them, or below them where there is little room.
fn columns(moment: &str, kind: &str, text: &str, style: Style) -> String {
    let beside = 2 + MOMENT + KIND;
    let head = format!("  {}{kind:<KIND$}", style.dim(&format!("{moment:<MOMENT$}")));
    if style.width < beside + 30 || kind.chars().count() >= KIND {
        return format!("{}\n{}", head.trim_end(), wrap(text, style.width, "      "));
    }
    let wrapped = wrap(text, style.width, &" ".repeat(beside));
    format!("{head}{}", wrapped.trim_start())
}
