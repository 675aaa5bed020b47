//! JSON of the gateway's own admin listener: the record of one failure, or a list of failures. Unlike
//! a line of a log it spans many lines.

use serde_json::Value;

use crate::lines::Line;

/// Reads a whole input as such a document: the requests in it, each as a line.
pub(crate) fn read(text: &str) -> Option<Vec<Line>> {
    let text = text.trim();
    // A line of the access log is read as a line, with those that follow.
    if !text.starts_with('{') || !text.contains("\"goodgate.failure") {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let requests = match value.get("schema")?.as_str()? {
        "goodgate.failure/1" => vec![value],
        "goodgate.failures/1" => value.get("failures")?.as_array()?.clone(),
        _ => return None,
    };
    let lines = requests.into_iter().enumerate().map(|(index, request)| {
        let at = request.get("at").and_then(Value::as_str).unwrap_or_default().to_owned();
        Line { number: index + 1, text: at, json: Some(request), program: None }
    });
    Some(lines.collect())
}
