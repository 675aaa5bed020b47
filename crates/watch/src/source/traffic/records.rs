//! The gateway's records of failures: which cause leads, where, and what is kept of them as evidence.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use goodgate_causes::catalogue;
use goodgate_incident::Timestamp;
use serde_json::{Map, Value, json};

use crate::source::limits::{EVIDENCE, LISTED, NAMED, WHOLE};
use crate::source::span;

/// A failure in one line, of `goodgate.failures/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) route: String,
    pub(super) cause: Option<&'static str>,
    /// Whether the client got the failure, whoever made it.
    pub(super) is_seen: bool,
}

/// What the records say about the failures of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    /// The cause of most of them.
    pub(super) cause: Option<&'static str>,
    /// The endpoints at which they failed, the one of the newest first.
    pub(super) endpoints: Vec<Arc<str>>,
    /// The newest of them, as `goodgate.traffic/1`.
    pub(super) evidence: Option<Vec<u8>>,
}

/// How much earlier than its failure a request may have begun.
const BEGAN: Duration = Duration::from_mins(1);

/// Reads the list of failures, the newest first.
pub(super) fn list(body: &[u8]) -> Vec<Listed> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let all = body.get("failures").and_then(Value::as_array);
    all.into_iter().flatten().take(LISTED).filter_map(listed).collect()
}

fn listed(value: &Value) -> Option<Listed> {
    let word = |key: &str| value.get(key).and_then(Value::as_str);
    let at: jiff::Timestamp = word("at")?.parse().ok()?;
    let id = word("id").filter(|id| is_id(id))?;
    Some(Listed {
        id: id.to_owned(),
        at: Timestamp(at.as_microsecond()),
        route: word("route").unwrap_or_default().to_owned(),
        cause: word("cause").and_then(catalogue::find).map(|cause| cause.id),
        is_seen: word("end").is_some_and(|end| end != "saved"),
    })
}

/// Whether a text can be the id of a request: it becomes part of a path.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
}

/// Returns the cause of most failures of a route in the last time, and the ids of the newest of them.
/// `is_seen` says whether those are meant that clients got, or those that were made good.
pub(super) fn leading(
    all: &[Listed],
    route: &str,
    is_seen: bool,
    within: Duration,
    now: Timestamp,
) -> Option<(Option<&'static str>, Vec<String>)> {
    let oldest = span::before(now, within.saturating_add(BEGAN));
    let is_meant = |it: &&Listed| it.route == route && it.is_seen == is_seen && it.at >= oldest;
    let meant: Vec<&Listed> = all.iter().filter(is_meant).collect();
    let mut tally: BTreeMap<Option<&'static str>, usize> = BTreeMap::new();
    for one in &meant {
        *tally.entry(one.cause).or_default() += 1;
    }
    let (cause, _) = tally.into_iter().max_by_key(|(_, count)| *count)?;
    let newest = meant.into_iter().filter(|one| one.cause == cause).take(WHOLE);
    Some((cause, newest.map(|one| one.id.clone()).collect()))
}

/// Makes the details of whole records (`goodgate.failure/1`), the newest first.
pub(super) fn details(route: &str, cause: Option<&'static str>, records: &[Vec<u8>]) -> Details {
    let read = |body: &Vec<u8>| serde_json::from_slice::<Value>(body).ok();
    let records: Vec<Map<String, Value>> = records
        .iter()
        .filter_map(read)
        .filter_map(|value| match value {
            Value::Object(fields) => Some(story(fields)),
            _ => None,
        })
        .collect();
    let mut endpoints: Vec<Arc<str>> = Vec::new();
    for endpoint in records.iter().filter_map(endpoint) {
        if endpoints.len() < NAMED && !endpoints.contains(&endpoint) {
            endpoints.push(endpoint);
        }
    }
    Details { cause, endpoints, evidence: evidence(route, &records) }
}

/// Leaves out the verdict: whoever reads the story comes to the same one.
fn story(mut fields: Map<String, Value>) -> Map<String, Value> {
    for key in ["verdict", "also", "evidence"] {
        fields.remove(key);
    }
    fields
}

/// The endpoint at which a request failed for the last time.
fn endpoint(record: &Map<String, Value>) -> Option<Arc<str>> {
    let attempts = record.get("attempts").and_then(Value::as_array)?;
    let is_bad = |it: &&Value| {
        let status = it.get("status").and_then(Value::as_u64);
        it.get("cause").is_some() || status.is_some_and(|status| status >= 500)
    };
    let failed = attempts.iter().rev().find(is_bad)?;
    let name = failed.get("endpoint").and_then(Value::as_str)?;
    Some(crate::source::words::name(name).into())
}

/// Keeps as many records as there is room for.
fn evidence(route: &str, records: &[Map<String, Value>]) -> Option<Vec<u8>> {
    (1..=records.len()).rev().find_map(|count| {
        let kept: Vec<&Map<String, Value>> = records.iter().take(count).collect();
        let body = json!({ "schema": "goodgate.traffic/1", "route": route, "failures": kept });
        serde_json::to_vec(&body).ok().filter(|body| body.len() <= EVIDENCE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

    fn one(id: &str, route: &str, cause: &str, end: &str, at: &str) -> Value {
        json!({ "id": id, "at": at, "status": 502, "end": end, "cause": cause, "route": route })
    }

    #[test]
    fn the_cause_of_most_failures_of_the_route_leads() {
        let (soon, late) = ("2026-11-23T11:59:50Z", "2026-11-23T11:00:00Z");
        let all = [
            one("a", "shop", "connect_refused", "failed", soon),
            one("b", "shop", "response_timeout", "failed", soon),
            one("c", "shop", "connect_refused", "failed", soon),
            one("d", "other", "body_truncated", "failed", soon),
            one("e", "shop", "stale_keepalive", "saved", soon),
            one("f", "shop", "body_truncated", "failed", late),
            one("../x", "shop", "body_truncated", "failed", soon),
        ];
        let body = json!({ "failures": all }).to_string();
        let listed = list(body.as_bytes());
        let of = |is_seen| leading(&listed, "shop", is_seen, Duration::from_mins(1), NOW);

        assert_eq!(of(true), Some((Some("connect_refused"), vec!["a".into(), "c".into()])));
        assert_eq!(of(false), Some((Some("stale_keepalive"), vec!["e".into()])));
        assert_eq!(leading(&listed, "nobody", true, Duration::from_mins(1), NOW), None);
    }

    #[test]
    fn evidence_names_the_endpoint_and_keeps_within_its_bound() {
        let record = |letters: usize| {
            let attempts = json!([
                { "endpoint": "10.0.0.7:8080", "cause": "connect_refused" },
                { "endpoint": "10.0.0.8:8080", "status": 200 },
            ]);
            json!({ "id": "a", "path": "x".repeat(letters), "attempts": attempts, "verdict": {} })
                .to_string()
                .into_bytes()
        };

        let details = details("shop", None, &[record(10), record(EVIDENCE)]);

        assert_eq!(details.endpoints, ["10.0.0.7:8080".into()]);
        let evidence: Value =
            serde_json::from_slice(&details.evidence.expect("one")).expect("JSON");
        assert_eq!(evidence["failures"].as_array().map(Vec::len), Some(1));
        assert!(evidence["failures"][0].get("verdict").is_none());
    }

    #[test]
    fn what_is_no_list_is_empty() {
        for body in [&b""[..], b"{}", b"[1]", br#"{"failures":[{}]}"#] {
            assert_eq!(list(body), []);
        }
    }
}
