//! How answers are written: JSON with a schema, readable as it stands.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::guard::Refusal;

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// For programs.
    Json,
    /// For people: a line for each thing.
    Text,
}

/// An object that is put together field by field; what is not known is left out.
#[derive(Debug, Default)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    /// Begins an answer.
    pub(super) fn answer(schema: &str) -> Self {
        Self::default().with("schema", schema)
    }

    /// Adds a field.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a field if its value is known.
    #[must_use]
    pub(super) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a duration in milliseconds, to a thousandth.
    #[must_use]
    pub(super) fn with_ms(self, name: &str, value: Option<Duration>) -> Self {
        self.with_some(name, value.map(|value| value.as_micros() as f64 / 1000.0))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

/// Answers with JSON.
pub(super) fn json(status: StatusCode, body: impl Into<Value>) -> Response<Body> {
    let mut text = format!("{:#}", body.into());
    text.push('\n');
    typed(status, "application/json", text)
}

/// Answers with JSON in which each entry of a list stands on a line of its own.
pub(super) fn json_lines(mut body: Object, name: &str, entries: &[Value]) -> Response<Body> {
    // A place in the text that no value can hold: strings are escaped.
    let list = entries.iter().map(|entry| format!("    {entry}")).collect::<Vec<_>>().join(",\n");
    let list = if list.is_empty() { "[]".to_owned() } else { format!("[\n{list}\n  ]") };
    body.0.insert(name.to_owned(), Value::Null);
    let text = format!("{:#}\n", Value::from(body));
    let text =
        text.replacen(&format!("\n  \"{name}\": null"), &format!("\n  \"{name}\": {list}"), 1);
    typed(StatusCode::OK, "application/json", text)
}

/// Answers with text.
pub(super) fn text(content_type: &'static str, body: String) -> Response<Body> {
    typed(StatusCode::OK, content_type, body)
}

/// Answers a request that is refused.
pub(super) fn refuse(refusal: &Refusal) -> Response<Body> {
    let body = Object::answer("goodgate.error/1")
        .with("status", refusal.status.as_u16())
        .with("error", refusal.error)
        .with("detail", refusal.detail.clone());
    let mut response = json(refusal.status, body);
    let headers = response.headers_mut();
    if refusal.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(allow) = refusal.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}

fn typed(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// Writes a moment as RFC 3339 in UTC, to a millisecond.
pub(super) fn rfc3339(at: SystemTime) -> String {
    let micros = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros();
    goodgate_evidence::Timestamp(i64::try_from(micros).unwrap_or(i64::MAX)).to_string()
}

/// Writes a duration for people: `250 ms`, `4.2 s`, `3 min`, `2 h`.
pub(super) fn human(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..10_000 => format!("{:.1} s", duration.as_secs_f64()),
        10_000..120_000 => format!("{} s", duration.as_secs()),
        120_000..7_200_000 => format!("{} min", duration.as_secs() / 60),
        _ => format!("{} h", duration.as_secs() / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let human = [7, 999, 4242, 65_000, 180_000, 9_000_000]
            .map(|millis| human(Duration::from_millis(millis)));

        assert_eq!(human, ["7 ms", "999 ms", "4.2 s", "65 s", "3 min", "2 h"]);
    }

    #[tokio::test]
    async fn a_list_has_an_entry_on_each_line() {
        let entries = vec![serde_json::json!({"a": "\n  \"failures\": null"}), Value::from(2)];
        let object = Object::answer("x/1").with("more", false);

        let response = json_lines(object, "failures", &entries);

        let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("a body");
        let text = String::from_utf8(body.to_vec()).expect("text");
        assert_eq!(
            text,
            "{\n  \"schema\": \"x/1\",\n  \"more\": false,\n  \"failures\": [\n    \
             {\"a\":\"\\n  \\\"failures\\\": null\"},\n    2\n  ]\n}\n"
        );
    }
}
