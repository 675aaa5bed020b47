//! Incidents, each in one paragraph.

use serde_json::Value;

use crate::ask::said::{between, list, text as field, texts};
use crate::render::style::{Style, wrap};

/// Monitors that are named.
const NAMED: usize = 3;

/// Whether an incident is not over.
pub(super) fn is_open(incident: &Value) -> bool {
    field(incident, "state") != "resolved"
}

/// Writes the list.
pub(super) fn text(answer: &Value, style: Style) -> String {
    let at = field(answer, "at");
    let all = list(answer, "incidents");
    if all.is_empty() {
        return "no incidents\n".to_owned();
    }
    let numbers = all.iter().map(|incident| field(incident, "id").len()).max().unwrap_or(1);
    all.iter().map(|incident| row(incident, &at, numbers, style)).collect()
}

fn row(incident: &Value, at: &str, columns: usize, style: Style) -> String {
    let number = format!("{:>columns$}", field(incident, "id"));
    let stands = stands(incident, at);
    let stands = if is_open(incident) { style.bad(&stands) } else { style.good(&stands) };
    let members = members(incident, NAMED);
    let hanging = " ".repeat(columns + 2);
    let summary = wrap(&field(incident, "summary"), style.width, &hanging);
    format!("{}  {stands}  {}\n{summary}\n", style.bold(&number), style.dim(&members))
}

/// Says how an incident stands, since when and who takes care of it.
pub(super) fn stands(incident: &Value, at: &str) -> String {
    let opened = field(incident, "opened_at");
    let resolved = field(incident, "resolved_at");
    if !resolved.is_empty() {
        let (lasted, ago) = (between(&opened, &resolved), between(&resolved, at));
        return format!("resolved after {lasted}, {ago} ago");
    }
    let since = between(&opened, at);
    match incident.get("acknowledged") {
        Some(it) => format!("open for {since}, {} takes care of it", field(it, "by")),
        None => format!("open for {since}, nobody takes care of it"),
    }
}

/// Names the first monitors, and how many more there are.
pub(super) fn members(incident: &Value, most: usize) -> String {
    let all = texts(incident, "monitors");
    let mut named: Vec<&str> = all.iter().take(most).map(String::as_str).collect();
    let more = format!("and {} more", all.len().saturating_sub(most));
    if all.len() > most {
        named.push(&more);
    }
    named.join(", ")
}
