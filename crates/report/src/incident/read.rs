//! Reading answers: what is missing is none, whatever else the answer is.

use goodgate_evidence::text::{neutralise, redact, shorten};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::limits::SAID;

/// Reads texts, and masks what is secret in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    /// Whether the values of queries are shown.
    pub(super) show_query: bool,
}

impl Reader {
    /// Returns a text of an object, bounded and masked; none where there is none.
    pub(super) fn text(self, of: &Value, name: &str) -> Option<String> {
        let text = of.get(name)?.as_str()?;
        (!text.trim().is_empty()).then(|| self.masked(text))
    }

    /// Returns the texts of a list.
    pub(super) fn texts(self, of: &Value, name: &str, most: usize) -> Vec<String> {
        let texts = list(of, name).iter().filter_map(Value::as_str).take(most);
        texts.map(|text| self.masked(text)).collect()
    }

    /// Returns a text from outside: bounded, harmless, and masked.
    pub(super) fn masked(self, text: &str) -> String {
        // Bounded first: what is longer than this is not worth the time of the masks.
        let text = shorten(text, SAID);
        neutralise(&if self.show_query { text } else { redact(&text) })
    }
}

/// Returns the entries of a list.
pub(super) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns a number that is one.
pub(super) fn number(of: &Value, name: &str) -> Option<f64> {
    of.get(name)?.as_f64().filter(|number| number.is_finite())
}

/// Returns a part of an object.
pub(super) fn part<'a>(of: &'a Value, name: &str) -> &'a Value {
    of.get(name).unwrap_or(&Value::Null)
}

/// Returns a moment for people: to the second, in UTC.
pub(super) fn moment(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => at.to_owned(),
    }
}

/// Returns the seconds from one moment to another, negative where the second was first.
pub(super) fn between(from: &str, until: &str) -> Option<i64> {
    let (from, until) = (from.parse::<Timestamp>().ok()?, until.parse::<Timestamp>().ok()?);
    Some(until.duration_since(from).as_secs())
}

/// Returns a time in milliseconds as people write it.
pub(super) fn millis(ms: f64) -> String {
    match ms {
        0.000_1..0.1 => "< 0.1 ms".to_owned(),
        ..10.0 => format!("{ms:.1} ms"),
        10.0..1_000.0 => format!("{ms:.0} ms"),
        1_000.0..10_000.0 => format!("{:.1} s", ms / 1_000.0),
        _ => format!("{:.0} s", ms / 1_000.0),
    }
}

/// Returns `1 request`, `2 requests`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// Returns what people read for a word of the watch.
pub(super) fn word(slug: &str) -> String {
    slug.replace('_', " ")
}

/// Returns what happens at a stage.
pub(super) fn stage(slug: &str) -> String {
    match slug {
        "resolve" => "looking up the name".to_owned(),
        "connect" => "opening the connection".to_owned(),
        "tls" => "the TLS handshake".to_owned(),
        "request" => "sending the request".to_owned(),
        "response_head" => "waiting for the answer".to_owned(),
        "response_body" => "reading the answer".to_owned(),
        "downstream" => "between the client and the gateway".to_owned(),
        "gateway" => "inside the gateway".to_owned(),
        other => word(other),
    }
}
