//! The record of one failure of the gateway (`/failures/ID`), told as it happened.

use std::io::{self, Write};

use goodgate_evidence::text::{neutralise, shorten};
use serde_json::Value;

use crate::render::style::{Style, wrap};

/// Attempts that are told; a route allows fewer.
const ATTEMPTS_MAX: usize = 16;

/// The longest word from the record that is shown.
const WORD_MAX: usize = 160;

/// Reads an input as such a record.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    (value.get("schema")?.as_str()? == "goodgate.failure/1").then_some(value)
}

/// Tells it.
pub(super) fn write(out: &mut dyn Write, record: &Value, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.bold("What happened"))?;
    writeln!(out, "{}", wrap(&opening(record), style.width, "  "))?;
    let attempts = list(record, "attempts");
    for attempt in attempts.iter().take(ATTEMPTS_MAX) {
        writeln!(out, "{}", wrap(&of_attempt(attempt), style.width, "  "))?;
    }
    let rest = [names(record), held(record), not_retried(record), endpoints(record)];
    for line in rest.into_iter().flatten() {
        writeln!(out, "{}", wrap(&line, style.width, "  "))?;
    }
    avoided(out, record, style)?;
    writeln!(out)
}

fn opening(record: &Value) -> String {
    let empty = Value::Null;
    let request = record.get("request").unwrap_or(&empty);
    let (method, host, path) =
        (word(request, "method"), word(request, "host"), word(request, "path"));
    let status = number(record, "status");
    let took = millis(record, "took_ms").map(|took| format!("after {took} ")).unwrap_or_default();
    let end = match word(record, "end").as_str() {
        "failed" => format!("the gateway answered {status}: no attempt brought an answer"),
        "refused" => {
            let why = word(record, "summary");
            format!("the gateway answered {status} by itself: {}", why.trim_end_matches('.'))
        }
        "broken_off" => format!("the upstream's answer ({status}) broke off on its way"),
        "saved" => format!("the client got {status}; what failed before was made good"),
        "client_gone" => "the client went away".to_owned(),
        _ => format!("the upstream answered {status}"),
    };
    let (at, id) = (word(record, "at"), word(record, "id"));
    format!("{at}: {method} {host}{path}; {took}{end}. Request {id}.")
}

fn of_attempt(attempt: &Value) -> String {
    let (place, endpoint) = (number(attempt, "number"), word(attempt, "endpoint"));
    let is_hedge = attempt.get("hedge") == Some(&Value::Bool(true));
    let hedge = if is_hedge { " (beside a slow one)" } else { "" };
    let began = millis(attempt, "began_ms").unwrap_or_default();
    let took = millis(attempt, "took_ms").unwrap_or_default();
    let over = match word(attempt, "connection").as_str() {
        "fresh" => "fresh connection",
        "kept" => &format!(
            "kept connection (idle for {}, {} old, {} requests before)",
            millis(attempt, "idle_ms").unwrap_or_default(),
            millis(attempt, "connection_age_ms").unwrap_or_default(),
            number(attempt, "requests_before"),
        ),
        _ => "no connection",
    };
    let end = match (attempt.get("cause"), attempt.get("status")) {
        (Some(_), _) => failed(attempt, &took),
        (None, Some(status)) => format!("answered {status} after {took}."),
        (None, None) => format!("given up after {took}."),
    };
    let stood = match word(attempt, "endpoint_stood").as_str() {
        "" | "up" => String::new(),
        other => format!(" The endpoint was chosen as {}.", other.replace('_', " ")),
    };
    let name = name(attempt);
    format!("Attempt {place}, {endpoint}{hedge}, at +{began}: {over}; {end}{stood}{name}")
}

fn failed(attempt: &Value, took: &str) -> String {
    let (cause, stage) = (word(attempt, "cause"), word(attempt, "stage"));
    let (sent, received) = (number(attempt, "bytes_sent"), number(attempt, "bytes_received"));
    let bytes = match sent + received {
        0 => String::new(),
        _ => format!(", {sent} bytes sent and {received} received"),
    };
    let proof = word(attempt, "proof");
    let proof = if proof.is_empty() { word(attempt, "summary") } else { proof };
    format!("{cause} ({stage}) after {took}{bytes}. {proof}")
}

/// What the name of the endpoint had resolved to.
fn name(attempt: &Value) -> String {
    let Some(dns) = attempt.get("dns") else { return String::new() };
    let addresses: Vec<String> = list(dns, "addresses").iter().map(text).collect();
    let ttl = millis(dns, "ttl_ms").unwrap_or_default();
    format!(" {} had resolved to {} (TTL {ttl}).", word(dns, "name"), addresses.join(", "))
}

/// What is wrong with the names of the upstream, where no attempt was made.
fn names(record: &Value) -> Option<String> {
    let wrong = list(record, "names").iter().filter(|name| name.get("wrong").is_some());
    let wrong: Vec<String> =
        wrong.map(|name| format!("{} {}.", word(name, "name"), word(name, "wrong"))).collect();
    (!wrong.is_empty()).then(|| wrong.join(" "))
}

fn held(record: &Value) -> Option<String> {
    let held = millis(record, "held_ms")?;
    let end = match word(record, "held_until").as_str() {
        "its_time_was_over" => "until the time for that was over",
        "there_was_no_room" => "as far as there was room",
        _ => "until an endpoint was usable",
    };
    Some(format!("It was held for {held}, {end}."))
}

fn not_retried(record: &Value) -> Option<String> {
    let meaning = word(record.get("not_retried")?, "meaning");
    Some(format!("It was not tried again: {meaning}"))
}

fn endpoints(record: &Value) -> Option<String> {
    let away = list(record, "endpoints").iter().filter_map(|endpoint| {
        let standing = word(endpoint, "standing");
        if standing == "up" {
            return None;
        }
        let last = endpoint.get("last_failure");
        let cause = last.map(|last| format!(", {} before", word(last, "cause")));
        Some(format!("{} {standing}{}", word(endpoint, "endpoint"), cause.unwrap_or_default()))
    });
    let away: Vec<String> = away.collect();
    (!away.is_empty()).then(|| format!("Endpoints at the end: {}.", away.join("; ")))
}

fn avoided(out: &mut dyn Write, record: &Value, style: Style) -> io::Result<()> {
    let Some(counterfactual) = record.get("counterfactual") else { return Ok(()) };
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What would have avoided it"))?;
    writeln!(out, "{}", wrap(&word(counterfactual, "sentence"), style.width, "  "))?;
    for setting in list(counterfactual, "settings") {
        let (section, key) = (word(setting, "section"), word(setting, "key"));
        let value = setting.get("value").map(|value| format!(" = \"{}\"", text(value)));
        let line = format!("[{section}] {key}{}", value.unwrap_or_default());
        writeln!(out, "  {}", style.code(&line))?;
        writeln!(out, "{}", wrap(&word(setting, "why"), style.width, "      "))?;
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word(value: &Value, name: &str) -> String {
    value.get(name).map(text).unwrap_or_default()
}

/// What a file holds may come from anywhere.
fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    shorten(&neutralise(&text), WORD_MAX)
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// A number of milliseconds for people.
fn millis(value: &Value, name: &str) -> Option<String> {
    let millis = value.get(name)?.as_f64()?;
    Some(match millis {
        ..1.0 => format!("{millis:.1} ms"),
        ..1000.0 => format!("{millis:.0} ms"),
        ..120_000.0 => format!("{:.1} s", millis / 1000.0),
        _ => format!("{:.0} min", millis / 60_000.0),
    })
}
