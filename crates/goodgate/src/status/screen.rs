//! The screen: what is broken first, one sentence each; then what is well, in few lines.

use std::fmt::Write as _;

use serde_json::Value;

use crate::ask::said::{between, bytes, count, length, list, number, text as field};
use crate::render::style::{Style, wrap};

/// Columns of the name of a state.
const STATE: usize = 9;

/// Columns of a label.
const LABEL: usize = 10;

/// Monitors of one sentence that are named.
const NAMED: usize = 3;

/// Incidents that are shown; `goodgate incident` lists all.
const INCIDENTS: usize = 10;

/// Returns how many monitors are in each state.
fn counts(status: &Value) -> String {
    let monitors = status.get("monitors").unwrap_or(&Value::Null);
    let words = ["down", "partial", "unknown", "suspect", "up", "maintenance", "paused"];
    let some = words.iter().filter(|state| number(monitors, state) > 0);
    let known: Vec<String> =
        some.map(|state| format!("{} {}", number(monitors, state), word(state))).collect();
    let all = number(monitors, "total").to_string();
    if known.is_empty() {
        "none: nothing is watched".to_owned()
    } else {
        format!("{all}: {}", known.join(", "))
    }
}

/// Returns the word of a state for people.
fn word(state: &str) -> &str {
    match state {
        "partial" => "partly down",
        "unknown" => "not measured",
        other => other,
    }
}

/// Writes the whole screen.
pub(super) fn text(status: &Value, style: Style) -> String {
    let at = field(status, "at");
    let mut out = heading(status, style);
    for group in groups(list(status, "broken")) {
        out.push_str(&broken(&group, style));
    }
    let unnamed =
        number(status, "broken_total").saturating_sub(list(status, "broken").len() as u64);
    if unnamed > 0 {
        // Writing into a string cannot fail, here and below.
        writeln!(out, "and {unnamed} more: GET /monitors").ok();
    }
    if number(status, "broken_total") > 0 {
        out.push('\n');
    }
    incidents(&mut out, status, &at, style);
    row(&mut out, "Monitors", &counts(status), style);
    for doubt in list(status, "doubts") {
        let since = between(&field(doubt, "since"), &at);
        let monitors = count(number(doubt, "monitors"), "monitor");
        let word = field(doubt, "doubt");
        let why = doubted(&word);
        row(&mut out, "", &format!("{monitors} cannot be measured for {since}: {why}"), style);
    }
    for (index, channel) in list(status, "channels").iter().enumerate() {
        row(&mut out, if index == 0 { "Channels" } else { "" }, &proven(channel, &at), style);
    }
    if list(status, "channels").is_empty() {
        row(&mut out, "Channels", "none: nobody is told of anything", style);
    }
    row(&mut out, "Alerts", &alerts(status), style);
    row(&mut out, "Store", &store(status), style);
    out
}

fn heading(status: &Value, style: Style) -> String {
    let watch = field(status, "watch");
    let (incidents, broken) = (number(status, "incidents_total"), number(status, "broken_total"));
    let verdict = match (incidents, broken) {
        (0, 0) => "all is well".to_owned(),
        (0, _) => "something is amiss, and no incident is open yet".to_owned(),
        (some, _) => format!("{} open", count(some, "incident")),
    };
    let since = between(&field(status, "since"), &field(status, "at"));
    let about = format!("goodgate {}, watching for {since}", field(status, "version"));
    let columns = [&watch, &verdict, &about].map(|part| part.chars().count()).iter().sum::<usize>();
    let gap = if columns + 4 > style.width { "\n" } else { "  " };
    let verdict = match (incidents, broken) {
        (0, 0) => style.good(&verdict),
        (0, _) => style.warn(&verdict),
        _ => style.bad(&verdict),
    };
    format!("{}: {verdict}{gap}{}\n\n", style.bold(&watch), style.dim(&about))
}

/// Monitors in the same state for the same reason, in the order of the first of each.
struct Group {
    state: String,
    why: String,
    incident: String,
    names: Vec<String>,
    seconds: i64,
}

fn groups(all: &[Value]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for monitor in all {
        let state = field(monitor, "state");
        let (why, incident) = (why(monitor, &state), field(monitor, "incident"));
        let name = field(monitor, "id");
        let seconds = monitor.get("for_seconds").and_then(Value::as_i64).unwrap_or_default();
        let is_same =
            |it: &&mut Group| it.state == state && it.why == why && it.incident == incident;
        match groups.iter_mut().find(is_same) {
            Some(group) => {
                group.names.push(name);
                group.seconds = group.seconds.max(seconds);
            }
            None => groups.push(Group { state, why, incident, names: vec![name], seconds }),
        }
    }
    groups
}

/// Monitors that are not up: a sentence with the cause and since when.
fn broken(group: &Group, style: Style) -> String {
    let capitals = match group.state.as_str() {
        "partial" => "PARTLY".to_owned(),
        other => other.to_uppercase(),
    };
    let padded = format!("{capitals:<STATE$}");
    let dressed = match group.state.as_str() {
        "down" => style.bad(&padded),
        _ => style.warn(&padded),
    };
    let mut names = group.names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if group.names.len() > NAMED {
        write!(names, " and {} more", group.names.len() - NAMED).ok();
    }
    let mut sentence = format!("for {}: {}", length(group.seconds), group.why);
    if !group.incident.is_empty() {
        write!(sentence, " (incident {})", group.incident).ok();
    }
    let hanging = " ".repeat(STATE);
    let whole = wrap(&format!("{names} {sentence}"), style.width, &hanging);
    let whole = whole.trim_start();
    match whole.strip_prefix(&names) {
        Some(rest) => format!("{dressed}{}{rest}\n", style.bold(&names)),
        // The names are longer than a line.
        None => format!("{dressed}{whole}\n"),
    }
}

fn why(monitor: &Value, state: &str) -> String {
    let finding = monitor.get("finding").unwrap_or(&Value::Null);
    let summary = field(finding, "summary");
    if !summary.is_empty() {
        let cause = field(finding, "cause");
        return if cause.is_empty() { summary } else { format!("{summary} [{cause}]") };
    }
    let doubt = field(monitor, "doubt");
    match (state, doubt.as_str()) {
        (_, doubt) if !doubt.is_empty() => format!("not measured, since {}", doubted(doubt)),
        ("suspect", _) => "a check failed; it is being examined".to_owned(),
        ("unknown", _) => "not measured yet".to_owned(),
        _ => "it fails, and why is not known yet".to_owned(),
    }
}

/// Says what a doubt is.
fn doubted(doubt: &str) -> &str {
    match doubt {
        "network" => "our own network cannot be trusted",
        "resolver" => "our own resolver does not answer",
        "clock" => "the clock of this host has jumped",
        "processor" => "this host is too busy",
        "resources" => "this host lacks descriptors, memory or ports",
        other => other,
    }
}

fn incidents(out: &mut String, status: &Value, at: &str, style: Style) {
    let all = list(status, "incidents");
    for (index, incident) in all.iter().rev().take(INCIDENTS).enumerate() {
        let label = if index == 0 { "Incidents" } else { "" };
        row(out, label, &in_short(incident, at), style);
    }
    let total = number(status, "incidents_total");
    if total > INCIDENTS as u64 {
        let more = total - INCIDENTS as u64;
        row(out, "", &format!("and {more} more: goodgate incident"), style);
    }
}

/// An incident in one line.
fn in_short(incident: &Value, at: &str) -> String {
    let since = between(&field(incident, "opened_at"), at);
    let who = incident.get("acknowledged").map(|it| field(it, "by"));
    let care = match who {
        Some(who) => format!("{who} takes care of it"),
        None => "nobody takes care of it".to_owned(),
    };
    let summary = field(incident, "summary");
    format!("#{} for {since}, {care}: {summary}", field(incident, "id"))
}

/// When a channel was last proven.
fn proven(channel: &Value, at: &str) -> String {
    let mut said: Vec<String> = list(channel, "proofs")
        .iter()
        .map(|proof| {
            let what = match field(proof, "kind").as_str() {
                "message" => "message",
                _ => "log-in",
            };
            let since = between(&field(proof, "at"), at);
            if proof.get("succeeded").and_then(Value::as_bool) == Some(true) {
                format!("{what} accepted {since} ago")
            } else {
                format!("{what} FAILED {since} ago: {}", field(proof, "failure"))
            }
        })
        .collect();
    let name = field(channel, "name");
    if said.is_empty() {
        said.push(format!("never proven: goodgate alert test {name}"));
    }
    let dead = number(channel, "dead_7d");
    if dead > 0 {
        said.push(format!("{} given up in a week", count(dead, "alert")));
    }
    format!("{name} ({}): {}", field(channel, "kind"), said.join("; "))
}

fn alerts(status: &Value) -> String {
    let alerts = status.get("alerts").unwrap_or(&Value::Null);
    let (pending, dead) = (number(alerts, "pending"), number(alerts, "dead_7d"));
    match (pending, dead) {
        (0, 0) => "all delivered".to_owned(),
        _ => format!("{pending} waiting, {dead} given up in a week: goodgate alert list"),
    }
}

fn store(status: &Value) -> String {
    let store = status.get("store").unwrap_or(&Value::Null);
    let mut said = vec![bytes(number(store, "bytes"))];
    if store.get("full").and_then(Value::as_bool) == Some(true) {
        let waiting = count(number(store, "waiting_in_memory"), "change");
        said.push(format!("the disk is FULL: {waiting} wait in memory, results are dropped"));
    }
    let trouble = field(store, "trouble");
    if !trouble.is_empty() {
        said.push(trouble);
    }
    for (name, noun) in [("results_dropped", "result"), ("evidence_dropped", "piece of evidence")] {
        let dropped = number(store, name);
        if dropped > 0 {
            said.push(format!("{dropped} × {noun} dropped since the start"));
        }
    }
    let lost = number(store, "changes_lost");
    if lost > 0 {
        said.push(format!("{} LOST", count(lost, "change")));
    }
    let aside = field(store, "started_anew");
    if !aside.is_empty() {
        said.push(format!("started anew; the damaged file is {aside}"));
    }
    if said.len() == 1 {
        said.push("writes everything".to_owned());
    }
    said.join(", ")
}

fn row(out: &mut String, label: &str, text: &str, style: Style) {
    let hanging = " ".repeat(LABEL);
    let wrapped = wrap(text, style.width, &hanging);
    out.push_str(&style.dim(&format!("{label:<LABEL$}")));
    out.push_str(wrapped.trim_start());
    out.push('\n');
}
