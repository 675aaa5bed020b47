//! The same as in the access log, at the admin listener: records of failures, and counts.
//!
//! A gateway's own answer, the upstream's and a client that left have to be three things everywhere.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::recorded::line::Line;

/// How long the admin listener may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The word for a request that the upstream answered.
const ANSWERED: &str = "answered";

/// The word for one that was answered after attempts that failed.
const SAVED: &str = "saved";

/// Lists in what the admin listener at `socket` contradicts the lines of the access log.
///
/// # Errors
///
/// When it does not answer.
pub fn contradictions(socket: &Path, lines: &[Line]) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for line in lines.iter().filter(|line| fails(line)) {
        let text = get(socket, &format!("/failures/{}", line.id))?;
        let record: Value = serde_json::from_str(&text).context("/failures/ID is no JSON")?;
        wrong.extend(of_record(line, &record));
    }
    let counted = counts(&get(socket, "/metrics")?);
    let logged = logged(lines);
    if counted != logged {
        wrong.push(format!("metrics: {counted:?} and not {logged:?}"));
    }
    Ok(wrong)
}

fn fails(line: &Line) -> bool {
    line.attempts.iter().any(|attempt| attempt.cause.is_some())
        || line.end == "failed"
        || line.end == "broken_off"
}

/// Compares a record with its line.
fn of_record(line: &Line, record: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let end = if line.end.is_empty() { SAVED } else { &line.end };
    let mut compare = |what: &str, recorded: &Value, logged: Value| {
        if *recorded != logged {
            wrong.push(format!("the record's {what} is {recorded} and not {logged}"));
        }
    };
    compare("end", &record["end"], end.into());
    compare("status", &record["status"], line.status.into());
    let attempts = record["attempts"].as_array().cloned().unwrap_or_default();
    let causes: Vec<Value> = attempts.iter().map(|it| it["cause"].clone()).collect();
    let logged: Vec<Value> =
        line.attempts.iter().map(|it| it.cause.clone().map_or(Value::Null, Value::from)).collect();
    compare("causes", &causes.into(), logged.into());
    wrong
}

/// Counts the requests in the log by end and class of the status.
fn logged(lines: &[Line]) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    for line in lines {
        let end = if line.end.is_empty() { ANSWERED } else { &line.end };
        let class = format!("{}xx", line.status / 100);
        *counts.entry((end.to_owned(), class)).or_default() += 1;
    }
    counts
}

/// Reads the same from the metrics.
fn counts(metrics: &str) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    let samples = metrics.lines().filter_map(|line| line.strip_prefix("goodgate_requests_total{"));
    for sample in samples {
        let label = |name: &str| {
            let (_, rest) = sample.split_once(&format!("{name}=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let count = sample.rsplit(' ').next().and_then(|count| count.parse::<u64>().ok());
        if let (Some(end), Some(class), Some(count)) = (label("end"), label("status"), count) {
            *counts.entry((end, class)).or_default() += count;
        }
    }
    counts
}

fn get(socket: &Path, path: &str) -> anyhow::Result<String> {
    let mut stream = UnixStream::connect(socket).context("connect to the admin listener")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(|| path.to_owned())?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no head")?;
    let status = head.split(' ').nth(1);
    ensure!(status == Some("200"), "GET {path}: {head}\n{body}");
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_alike() {
        let line = |end: &str, status| Line { end: end.to_owned(), status, ..Line::default() };
        let metrics = "# HELP x\n\
            goodgate_requests_total{route=\"/one\",upstream=\"one\",end=\"failed\",status=\"5xx\"} 2\n\
            goodgate_requests_total{route=\"/two\",upstream=\"two\",end=\"answered\",status=\"2xx\"} 1\n";

        let lines = [line("failed", 502), line("", 200), line("failed", 504)];

        assert_eq!(counts(metrics), logged(&lines));
    }

    #[test]
    fn a_record_with_another_cause_is_told() {
        let attempt = crate::recorded::line::Attempt {
            cause: Some("a".to_owned()),
            ..crate::recorded::line::Attempt::default()
        };
        let line = Line {
            end: "failed".to_owned(),
            status: 502,
            attempts: vec![attempt],
            ..Line::default()
        };
        let record = serde_json::json!({
            "end": "failed", "status": 502, "attempts": [{ "cause": "b" }],
        });

        assert_eq!(of_record(&line, &record).len(), 1);
    }
}
