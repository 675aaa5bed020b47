//! Splits pasted text into status line, header fields and body.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::fingerprint::{Rule, When};
use super::view;
use super::{BODY_MAX, FIELD_VALUE_MAX, FIELDS_MAX, ITEMS, Page};

/// Bytes of a pasted head, above those of the body; longer text is cut.
const TEXT_MAX: usize = BODY_MAX + 64 * 1024;
/// Characters of a field's name; registered names have at most 40.
const NAME_MAX: usize = 64;

/// What nginx's error log names after a server.
const LOG_TAILS: &[&str] =
    &[", request: \"", ", upstream: \"", ", subrequest: \"", ", host: \"", ", referrer: \""];

/// Fields that say "these are response headers" although no clue looks at them.
const COMMON_FIELDS: &[&str] = &[
    "age",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "proxy-status",
    "retry-after",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "x-cache",
    "x-request-id",
];

/// The parts of pasted text.
#[derive(Debug, Default)]
pub(super) struct Parts {
    status: Option<u16>,
    reason: Option<String>,
    fields: Vec<(String, String)>,
    body: String,
}

impl Parts {
    /// Returns the parts as a page.
    pub(super) fn page(&self) -> Page<'_> {
        Page {
            status: self.status,
            reason: self.reason.as_deref(),
            fields: &self.fields,
            body: &self.body,
        }
    }
}

/// Splits the text.
pub(super) fn split(text: &str) -> Parts {
    let text = view::bounded(text, TEXT_MAX);
    whole_response(text).unwrap_or_else(|| loose_fields(text))
}

/// Text with a status line: the last head of the chain that is no interim or proxy's answer, its
/// fields, and what follows the empty line.
fn whole_response(text: &str) -> Option<Parts> {
    let mut parts: Option<Parts> = None;
    let mut in_head = false;
    let mut marked = false;
    for raw in text.split_inclusive('\n') {
        let full = raw.trim_end_matches(['\n', '\r']);
        let line = full.strip_prefix("< ").or_else(|| (full == "<").then_some("")).unwrap_or(full);
        if let Some((status, reason)) = status_line(line.trim_start()) {
            if parts.as_ref().is_some_and(|parts| parts.status >= Some(400)) && !in_head {
                push_body(&mut parts, raw);
                continue;
            }
            marked = line.len() < full.len();
            parts = Some(Parts { status: Some(status), reason, ..Parts::default() });
            in_head = true;
            continue;
        }
        let Some(found) = &mut parts else { continue };
        if in_head && line.trim().is_empty() {
            in_head = false;
        } else if in_head && let Some(field) = field_line(line.trim_start()) {
            if found.fields.len() < FIELDS_MAX {
                found.fields.push(field);
            }
        } else if !(marked && is_chatter(line)) {
            in_head = false;
            push_body(&mut parts, raw);
        }
    }
    parts
}

fn push_body(parts: &mut Option<Parts>, line: &str) {
    if let Some(parts) = parts {
        parts.body.push_str(line);
    }
}

/// What `curl -v` says about itself between the lines.
fn is_chatter(line: &str) -> bool {
    ["* ", "> ", "{ [", "} ["].iter().any(|start| line.starts_with(start))
}

/// Text without a status line: lines that are well-known response fields, and the rest.
fn loose_fields(text: &str) -> Parts {
    let mut parts = Parts::default();
    for raw in text.split_inclusive('\n') {
        let line = raw.trim();
        let line = line.strip_prefix("< ").unwrap_or(line);
        if parts.status.is_none()
            && let Some((status, reason)) = told_status(line)
        {
            parts.status = Some(status);
            parts.reason = reason;
            continue;
        }
        match field_line(line).filter(|(name, _)| is_known(name)) {
            Some(field) if parts.fields.len() < FIELDS_MAX => parts.fields.push(field),
            _ => parts.body.push_str(raw),
        }
    }
    // A body of blank lines is no body.
    if !parts.fields.is_empty() && parts.body.trim().is_empty() {
        parts.body.clear();
    }
    parts
}

/// Reads `HTTP/1.1 502 Bad Gateway` or `HTTP/2 502`.
fn status_line(line: &str) -> Option<(u16, Option<String>)> {
    let rest = line.strip_prefix("HTTP/")?;
    let (version, rest) = rest.split_once(' ')?;
    if version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    numbered(rest)
}

/// Reads what developer tools show: `Status Code: 502 Bad Gateway`, `:status: 502`.
fn told_status(line: &str) -> Option<(u16, Option<String>)> {
    let starts = ["status code:", ":status:", "status:"];
    let lower = view::bounded(line, 16).to_ascii_lowercase();
    let start = starts.iter().find(|start| lower.starts_with(**start))?;
    let rest = line.get(start.len()..)?.trim_start_matches([' ', '\t', '🔴', '●']);
    numbered(rest)
}

fn numbered(text: &str) -> Option<(u16, Option<String>)> {
    let text = text.trim();
    let (digits, rest) = text.split_at_checked(3)?;
    if !digits.bytes().all(|b| b.is_ascii_digit())
        || rest.starts_with(|c: char| c.is_alphanumeric())
    {
        return None;
    }
    let reason = rest.trim();
    Some((digits.parse().ok()?, (!reason.is_empty()).then(|| reason.to_owned())))
}

fn field_line(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty()
        && name.len() <= NAME_MAX
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    (is_name && !is_log_tail(value)).then(|| (name.to_owned(), value.trim().to_owned()))
}

/// Tells whether a value is the rest of a wrapped line of nginx's error log, as in
/// `server: lab.test, request: "GET / HTTP/1.1"`.
fn is_log_tail(value: &str) -> bool {
    let value = view::bounded(value, FIELD_VALUE_MAX);
    LOG_TAILS.iter().any(|tail| value.contains(tail))
}

/// Tells whether the name is that of a field that some clue looks at.
fn is_known(name: &str) -> bool {
    static KNOWN: LazyLock<BTreeSet<&'static str>> = LazyLock::new(known_fields);
    KNOWN.contains(name.to_ascii_lowercase().as_str())
}

fn known_fields() -> BTreeSet<&'static str> {
    let mut names: BTreeSet<_> = COMMON_FIELDS.iter().copied().collect();
    for item in ITEMS {
        let clues = item.clues.iter().map(|clue| &clue.when);
        clues
            .chain(item.rules.iter().map(Rule::test))
            .for_each(|when| add_fields(when, &mut names));
    }
    names
}

fn add_fields(when: &When, names: &mut BTreeSet<&'static str>) {
    match when {
        When::Any(tests) | When::All(tests) => {
            tests.iter().for_each(|test| add_fields(test, names));
        }
        When::Has(field, _) | When::Starts(field, _) | When::Is(field, _) => {
            names.insert(field);
        }
        _ => {}
    }
}
