//! Lines of pasted text, without what other tools put before them.

use serde_json::Value;

use crate::clients;
use crate::limits::LINE_MAX;

/// A line as it was printed by its product.
#[derive(Debug)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: usize,
    /// The text: without prefixes, JSON decoded into `key: value` pieces.
    pub(crate) text: String,
    /// The fields, where the line is a JSON object.
    pub(crate) json: Option<Value>,
    /// The program that syslog names as the writer.
    pub(crate) program: Option<String>,
}

/// Splits text into lines and strips what is not the product's own.
pub(crate) fn split(text: &str) -> impl Iterator<Item = Line> + '_ {
    text.split(['\n', '\r']).enumerate().filter_map(|(index, raw)| {
        let raw = cut(raw);
        let bare = strip(raw);
        if bare.is_empty() {
            return None;
        }
        let (text, json) = decode(bare);
        let program = program(raw).map(str::to_owned);
        Some(Line { number: index + 1, text, json, program })
    })
}

fn cut(line: &str) -> &str {
    let mut end = line.len().min(LINE_MAX);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

/// Strips quoting marks, container and syslog prefixes, as often as they are stacked.
fn strip(line: &str) -> &str {
    let mut line = line.trim();
    for _ in 0..PREFIXES_MAX {
        let stripped = quoting(line)
            .or_else(|| compose(line))
            .or_else(|| container_runtime(line))
            .or_else(|| syslog(line));
        match stripped {
            Some(rest) => line = rest.trim(),
            None => return line,
        }
    }
    line
}

/// More prefixes than this are not stacked by any tool.
const PREFIXES_MAX: usize = 6;

/// `> ` of a reply, `| ` of a table, `` ` `` of Markdown.
fn quoting(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("> ").or_else(|| line.strip_prefix('`'))?;
    Some(rest.trim_end_matches('`'))
}

/// `web-1  | ` of Compose and `[pod/name/container] ` of kubectl.
fn compose(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("[pod/") {
        return rest.split_once("] ").map(|(_, rest)| rest);
    }
    let (name, rest) = line.split_once(" | ").or_else(|| line.split_once("\t| "))?;
    let name = name.trim_end();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (!name.is_empty() && name.len() <= 64 && name.chars().all(plain)).then_some(rest)
}

/// `2026-11-23T01:02:03.456789012Z stdout F ` of a container runtime.
fn container_runtime(line: &str) -> Option<&str> {
    let (stamp, rest) = line.split_once(' ')?;
    let is_stamp = stamp.len() >= 20 && stamp.as_bytes().get(10) == Some(&b'T');
    let (stream, rest) = rest.split_once(' ')?;
    let (tag, rest) = rest.split_once(' ')?;
    let is_stream = matches!(stream, "stdout" | "stderr") && matches!(tag, "F" | "P");
    (is_stamp && is_stream).then_some(rest)
}

/// `Nov 23 01:02:03 host nginx[12]: ` and `<134>1 2026-… host nginx 12 - - ` of syslog; a line of
/// HAProxy keeps its message as well.
fn syslog(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix('<') {
        let (priority, rest) = rest.split_once('>')?;
        return (priority.len() <= 3 && priority.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(rest);
    }
    let month = line.get(..3)?;
    if !MONTHS.contains(&month) || line.as_bytes().get(3) != Some(&b' ') {
        return None;
    }
    let rest = line.get(15..)?;
    let clock = line.get(7..15)?;
    let is_clock = clock.bytes().filter(|byte| *byte == b':').count() == 2;
    let (head, message) = rest.split_once(": ")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_./[]@".contains(c);
    (is_clock && head.len() <= 128 && head.chars().all(plain)).then_some(message)
}

/// The program in a prefix of syslog, below other prefixes.
fn program(line: &str) -> Option<&str> {
    let mut line = line.trim();
    for _ in 0..PREFIXES_MAX {
        if let Some(message) = syslog(line).filter(|_| !line.starts_with('<')) {
            let head = line.strip_suffix(message)?.trim_end_matches([':', ' ']);
            let writer = head.rsplit(' ').next()?;
            return Some(writer.split('[').next().unwrap_or(writer));
        }
        line = quoting(line)
            .or_else(|| compose(line))
            .or_else(|| container_runtime(line))
            .or_else(|| syslog(line))?
            .trim();
    }
    None
}

const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Decodes a JSON object into readable text; other lines stay as they are.
///
/// A container runtime's `{"log": "…"}` gives the inner line.
fn decode(line: &str) -> (String, Option<Value>) {
    let Some(value) = object(line) else {
        return (line.to_owned(), None);
    };
    for key in ["log", "MESSAGE"] {
        if let Some(inner) = value.get(key).and_then(Value::as_str) {
            let inner = strip(inner).to_owned();
            let json = object(&inner);
            let text = json.as_ref().map_or(inner, flatten);
            return (text, json);
        }
    }
    (flatten(&value), Some(value))
}

fn object(line: &str) -> Option<Value> {
    let start = line.find('{')?;
    // Something short may stand before the object: a level, a logger's name.
    if start > 96 || !line.trim_end().ends_with('}') {
        return None;
    }
    let value: Value = serde_json::from_str(line.get(start..)?.trim_end()).ok()?;
    value.is_object().then_some(value)
}

fn flatten(value: &Value) -> String {
    let mut out = String::new();
    write_flat(value, "", 0, &mut out);
    out
}

fn write_flat(value: &Value, key: &str, depth: usize, out: &mut String) {
    if depth > 8 || out.len() > LINE_MAX {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                write_flat(value, key, depth + 1, out);
            }
        }
        Value::Array(values) => {
            for value in values {
                write_flat(value, key, depth + 1, out);
            }
        }
        Value::String(text) if clients::is_field(key, text) => {}
        Value::String(text) => push(key, text, out),
        Value::Null => {}
        other => push(key, &other.to_string(), out),
    }
}

fn push(key: &str, value: &str, out: &mut String) {
    if !out.is_empty() {
        out.push_str("; ");
    }
    out.push_str(key);
    out.push_str(": ");
    out.push_str(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> String {
        split(line).next().map(|line| line.text).unwrap_or_default()
    }

    #[test]
    fn prefixes_are_stripped() {
        for prefixed in [
            "> connect() failed",
            "web-1  | connect() failed",
            "2026-11-23T01:02:03.456789012Z stdout F connect() failed",
            "Nov 23 01:02:03 host nginx[12]: connect() failed",
            "<134>Nov 23 01:02:03 host nginx: connect() failed",
            "web-1  | Nov 23 01:02:03 host nginx[12]: connect() failed",
            r#"{"log":"connect() failed\n","stream":"stderr","time":"2026-11-23T01:02:03Z"}"#,
        ] {
            assert_eq!(text(prefixed), "connect() failed", "{prefixed}");
        }
    }

    #[test]
    fn the_program_of_a_syslog_prefix_is_kept() {
        for prefixed in [
            "Nov 23 01:02:03 host sshd[12]: x",
            "Nov  3 01:02:03 host sshd: x",
            "<134>Nov 23 01:02:03 host sshd[12]: x",
            "web-1  | Nov 23 01:02:03 host sshd[12]: x",
        ] {
            let program = split(prefixed).next().and_then(|line| line.program);
            assert_eq!(program.as_deref(), Some("sshd"), "{prefixed}");
        }
    }

    #[test]
    fn json_is_decoded() {
        assert_eq!(
            text(r#"{"level":"error","msg":"a \"b\"","n":{"s":5}}"#),
            "level: error; msg: a \"b\"; n.s: 5".replace("n.s", "s")
        );
    }

    #[test]
    fn other_lines_stay() {
        let line = "2026/11/23 01:35:42 [error] 7702#7702: *11 connect() failed | more";
        assert_eq!(text(line), line);
    }

    #[test]
    fn long_lines_are_cut_at_a_character() {
        let line = "ä".repeat(LINE_MAX);
        assert!(text(&line).len() <= LINE_MAX);
    }
}
