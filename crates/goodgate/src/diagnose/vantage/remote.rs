//! Reads the JSON of a `goodgate diagnose` that ran elsewhere.
//!
//! Only the keys that are compared are read. A missing key is nothing seen; another schema is
//! refused.

use std::time::Duration;

use goodgate_causes::State;
use goodgate_evidence::Sign;
use goodgate_evidence::text::{neutralise, redact, shorten};
use serde_json::Value;

use super::Sight;

/// The schema that is understood.
const SCHEMA: &str = "goodgate.diagnose/1";

/// Characters of a text that are kept.
const TEXT_MAX: usize = 200;

/// Addresses that are kept: pools behind one name seldom have more.
const ADDRESSES_MAX: usize = 16;

/// Pieces of evidence that are kept: more than one examination gives.
const EVIDENCE_MAX: usize = 64;

/// A duration of more than this is a mistake, in milliseconds: a day.
const MS_MAX: f64 = 86_400_000.0;

/// Reads what was seen, or says why it cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Sight, String> {
    let whole: Value =
        serde_json::from_slice(bytes).map_err(|_| "its answer is no JSON".to_owned())?;
    match whole.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let other = text(other);
            return Err(format!("its answer has the schema {other}, not {SCHEMA}"));
        }
        None => return Err(format!("its answer has no schema, {SCHEMA} was expected")),
    }
    let Some(state) = whole.pointer("/verdict/state").and_then(Value::as_str).and_then(state)
    else {
        return Err("its answer has no state".to_owned());
    };
    let none = Value::Null;
    let link = whole.pointer("/chain/0").unwrap_or(&none);
    if is_blind(link) {
        return Err("nothing could be measured from there".to_owned());
    }
    Ok(sight(&whole, link, state))
}

fn sight(whole: &Value, link: &Value, state: State) -> Sight {
    let exchange = first(link, "exchanges");
    let broken = link.pointer("/broken/words").and_then(Value::as_str);
    let outcome = exchange.and_then(|exchange| exchange.get("outcome")?.as_str());
    let status = exchange.and_then(|exchange| exchange.get("status")?.as_u64());
    let id = whole.pointer("/verdict/mechanism/id").and_then(Value::as_str);
    let confidence = whole.pointer("/verdict/mechanism/confidence").and_then(Value::as_f64);
    Sight {
        fails: broken.is_some(),
        state,
        mechanism: id.map(|id| (text(id), confidence.unwrap_or_default().clamp(0.0, 1.0))),
        status: status.and_then(|status| u16::try_from(status).ok()),
        words: text(broken.or(outcome).unwrap_or_default()),
        latency: latency(link),
        addresses: addresses(link),
        evidence: evidence(whole),
    }
}

fn state(slug: &str) -> Option<State> {
    Some(match slug {
        "healthy" => State::Healthy,
        "failing" => State::Failing,
        "partial" => State::Partial,
        "intermittent" => State::Intermittent,
        "unknown" => State::Unknown,
        _ => return None,
    })
}

/// Tells whether not even a lookup could be carried out.
fn is_blind(link: &Value) -> bool {
    let empty = |key: &str| link.get(key).and_then(Value::as_array).is_none_or(Vec::is_empty);
    empty("lookups") && empty("connects")
}

/// Returns the entry of a list that belongs to the first request, or else the first one.
fn first<'a>(link: &'a Value, list: &str) -> Option<&'a Value> {
    let list = link.get(list)?.as_array()?;
    let is_first = |one: &&Value| one.get("purpose").and_then(Value::as_str) == Some("first");
    list.iter().find(is_first).or(list.first())
}

fn latency(link: &Value) -> Option<Duration> {
    let took = |list: &str, key: &str| first(link, list)?.get(key)?.as_f64();
    let connect = took("connects", "took_ms")?;
    let tls = took("handshakes", "took_ms").unwrap_or_default();
    let head = took("exchanges", "first_byte_ms").or_else(|| took("exchanges", "took_ms"));
    let all = connect + tls + head.unwrap_or_default();
    (0.0..MS_MAX).contains(&all).then(|| Duration::from_secs_f64(all / 1e3))
}

fn addresses(link: &Value) -> Vec<std::net::IpAddr> {
    let lookups = link.get("lookups").and_then(Value::as_array);
    let by_system = |one: &&Value| one.get("resolver").and_then(Value::as_str) == Some("system");
    let lookup = lookups.into_iter().flatten().find(by_system);
    let listed = lookup.and_then(|lookup| lookup.get("addresses")?.as_array());
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    listed.filter_map(|address| address.parse().ok()).take(ADDRESSES_MAX).collect()
}

/// Returns what was seen; a sign that this version does not know says nothing.
fn evidence(whole: &Value) -> Vec<(Sign, String)> {
    let listed = whole.get("evidence").and_then(Value::as_array);
    let one = |seen: &Value| {
        let sign = Sign::from_slug(seen.get("kind")?.as_str()?)?;
        Some((sign, text(seen.get("quote").and_then(Value::as_str).unwrap_or_default())))
    };
    listed.into_iter().flatten().filter_map(one).take(EVIDENCE_MAX).collect()
}

fn text(text: &str) -> String {
    shorten(&neutralise(&redact(text)).replace('\n', " "), TEXT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(state: &str, broken: &Value) -> Vec<u8> {
        let answer = serde_json::json!({
            "schema": SCHEMA,
            "verdict": { "state": state, "mechanism": { "id": "connect_refused", "confidence": 0.9 } },
            "evidence": [
                { "kind": "connect_refused", "quote": "\u{1b}[31mrefused" },
                { "kind": "a_sign_of_the_future", "quote": "" },
            ],
            "chain": [{
                "hop": "gateway",
                "broken": broken,
                "lookups": [{ "resolver": "system", "addresses": ["192.0.2.7", "no address"] }],
                "connects": [{ "purpose": "first", "took_ms": 2.0 }],
                "handshakes": [],
                "exchanges": [{ "purpose": "first", "first_byte_ms": 3.0, "status": 502, "outcome": "HTTP/1.1 502" }],
            }],
        });
        serde_json::to_vec(&answer).unwrap_or_default()
    }

    #[test]
    fn what_is_compared_is_read() {
        let broken =
            serde_json::json!({ "stage": "response_head", "words": "HTTP/1.1 502 Bad Gateway" });

        let Ok(seen) = read(&answer("failing", &broken)) else { panic!("it is read") };

        assert_eq!((seen.fails, seen.status, seen.state), (true, Some(502), State::Failing));
        assert_eq!(seen.latency, Some(Duration::from_millis(5)));
        assert_eq!(seen.addresses.len(), 1);
    }

    #[test]
    fn signs_of_a_later_version_are_passed_over_and_escapes_are_shown() {
        let Ok(seen) = read(&answer("failing", &Value::Null)) else { panic!("it is read") };

        assert_eq!(seen.evidence, [(Sign::ConnectRefused, "\\u{1b}[31mrefused".to_owned())]);
    }

    #[test]
    fn another_schema_is_refused() {
        for (bytes, why) in [
            (&b"{\"schema\":\"goodgate.diagnose/2\"}"[..], "goodgate.diagnose/2"),
            (b"{}", "no schema"),
            (b"[]", "no schema"),
            (b"bash: goodgate: command not found", "no JSON"),
            (b"", "no JSON"),
            (b"{\"schema\":\"goodgate.diagnose/1\"}", "no state"),
        ] {
            let refused = read(bytes);

            assert!(refused.as_ref().is_err_and(|error| error.contains(why)), "{refused:?}");
        }
    }

    #[test]
    fn a_place_that_could_measure_nothing_is_not_seen() {
        let blind = br#"{"schema":"goodgate.diagnose/1","verdict":{"state":"unknown"},"chain":[]}"#;

        assert!(read(blind).is_err());
    }

    #[test]
    fn senseless_values_are_nothing_seen() {
        let odd = br#"{"schema":"goodgate.diagnose/1","verdict":{"state":"healthy"},"evidence":7,
            "chain":[{"lookups":[{"resolver":"system","addresses":"x"}],"connects":[{"took_ms":-1e300}],
            "exchanges":[{"status":70000,"first_byte_ms":"x"}]}]}"#;

        let Ok(seen) = read(odd) else { panic!("it is read") };

        assert_eq!((seen.status, seen.latency, seen.addresses.len()), (None, None, 0));
    }
}
