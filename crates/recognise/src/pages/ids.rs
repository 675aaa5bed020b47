//! Identifiers of the request, to quote to whoever runs the gateway.

use super::view::{self, View};

/// Identifiers that are kept.
const IDS_MAX: usize = 16;
/// Characters of one identifier; the longest known ones have about 100.
const ID_MAX: usize = 128;

/// Fields that identify the request.
const FIELDS: &[&str] = &[
    "akamai-grn",
    "apigw-requestid",
    "cf-ray",
    "fly-request-id",
    "ngrok-trace-id",
    "rndr-id",
    "request-id",
    "traceparent",
    "x-amz-apigw-id",
    "x-amz-cf-id",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-azure-ref",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-github-request-id",
    "x-iinfo",
    "x-kong-request-id",
    "x-ms-request-id",
    "x-nf-request-id",
    "x-railway-request-id",
    "x-reference-error",
    "x-request-id",
    "x-trace-id",
    "x-varnish",
    "x-vercel-id",
];

/// Words before an identifier in the text of a page, and its name.
const LABELS: &[(&str, &str)] = &[
    ("ray id:", "cf-ray"),
    ("\"request_id\":", "request id"),
    ("\"request_id\": ", "request id"),
    ("request id:", "request id"),
    ("xid:", "xid"),
    ("reference #", "reference"),
    ("incident id:", "incident id"),
    ("error id:", "error id"),
    ("support id", "support id"),
    ("azure ref:", "x-azure-ref"),
];

/// Returns the identifiers, fields first.
pub(super) fn find(view: &View<'_>) -> Vec<(String, String)> {
    let mut ids: Vec<(String, String)> = Vec::new();
    let fields = FIELDS.iter().filter_map(|name| Some((*name, view.field(name)?.value.to_owned())));
    let labels = LABELS.iter().filter_map(|(label, name)| Some((*name, labelled(view, label)?)));
    for (name, value) in fields.chain(labels) {
        let value = view::quotation(view::bounded(&value, ID_MAX));
        let known = ids.iter().any(|(_, id)| id.starts_with(&value));
        if !value.is_empty() && !known && ids.len() < IDS_MAX {
            ids.push((name.to_owned(), value));
        }
    }
    ids
}

fn labelled(view: &View<'_>, label: &str) -> Option<String> {
    let at = view.folded.find(label)? + label.len();
    let word = view.word_at(at);
    word.bytes().any(|b| b.is_ascii_digit()).then_some(word)
}
