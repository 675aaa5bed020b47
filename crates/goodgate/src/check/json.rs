//! `goodgate check --format json`.

use std::io;

use goodgate_config::{Problem, Severity};
use serde_json::{Value, json};

use super::Tally;
use crate::configuration::Configuration;
use crate::render;

/// The schema of the answer.
const SCHEMA: &str = "goodgate.check/1";

/// Writes the answer.
pub(super) fn write(checked: &Configuration, tally: Tally, explain: bool) -> io::Result<String> {
    let reading = checked.reading();
    let problems: Vec<Value> =
        reading.problems.iter().map(|problem| one(problem, checked)).collect();
    let mut answer = json!({
        "schema": SCHEMA,
        "file": reading.source.name(),
        "valid": tally.errors == 0,
        "errors": tally.errors,
        "warnings": tally.warnings,
        "problems": problems,
    });
    if explain && let Some(fields) = answer.as_object_mut() {
        fields.insert("settings".to_owned(), settings(checked));
    }
    render::json::harmless(&mut answer);
    Ok(serde_json::to_string_pretty(&answer)? + "\n")
}

fn one(problem: &Problem, checked: &Configuration) -> Value {
    let source = &checked.reading().source;
    let place = problem.place(source);
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "file": source.name(),
        "line": place.line,
        "column": place.column,
        "width": place.width,
        "key": problem.path,
        "message": problem.fault.what,
        "allowed": problem.fault.allowed,
        "hint": problem.fault.hint,
        "text": problem.line(source),
    })
}

/// Every key with its value as TOML and the line that sets it; no line means the default.
fn settings(checked: &Configuration) -> Value {
    let all = checked.effective();
    let one = |one: goodgate_config::Effective| json!({ "key": one.path, "value": one.value, "line": one.line });
    Value::Array(all.into_iter().map(one).collect())
}
