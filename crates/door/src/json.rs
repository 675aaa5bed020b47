//! How answers are written: JSON with a schema, readable as it stands, harmless on any screen.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use goodgate_evidence::Timestamp;
use goodgate_evidence::text::neutralise;
use serde_json::{Map, Value};

/// An object that is put together field by field; what is not known is left out.
#[derive(Debug, Default)]
pub struct Object(Map<String, Value>);

impl Object {
    /// Begins an answer with the name of its schema.
    pub fn answer(schema: &str) -> Self {
        Self::default().with("schema", schema)
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a field if its value is known.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a duration in milliseconds, to a thousandth, if it is known.
    #[must_use]
    pub fn with_ms(self, name: &str, value: Option<Duration>) -> Self {
        self.with_some(name, value.map(|value| value.as_micros() as f64 / 1000.0))
    }

    /// Adds a moment.
    #[must_use]
    pub fn at(self, name: &str, value: Timestamp) -> Self {
        self.with(name, value.to_string())
    }

    /// Adds a moment if it is known.
    #[must_use]
    pub fn at_some(self, name: &str, value: Option<Timestamp>) -> Self {
        self.with_some(name, value.map(|value| value.to_string()))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

/// Returns a list of objects.
pub fn list<T>(all: impl IntoIterator<Item = T>, of: impl FnMut(T) -> Object) -> Value {
    Value::Array(all.into_iter().map(of).map(Value::from).collect())
}

/// Answers with JSON, in which every string is harmless for a terminal.
pub fn json(status: StatusCode, body: impl Into<Value>) -> Response<Body> {
    let mut body = body.into();
    harmless(&mut body);
    typed(status, "application/json", format!("{body:#}\n"))
}

/// Answers 200 with JSON in which each entry of the list `name` stands on a line of its own.
pub fn json_lines(mut body: Object, name: &str, mut entries: Vec<Value>) -> Response<Body> {
    entries.iter_mut().for_each(harmless);
    let list = entries.iter().map(|entry| format!("    {entry}")).collect::<Vec<_>>().join(",\n");
    let list = if list.is_empty() { "[]".to_owned() } else { format!("[\n{list}\n  ]") };
    // A place in the text that no value can hold: strings are escaped.
    body.0.insert(name.to_owned(), Value::Null);
    let mut body = Value::from(body);
    harmless(&mut body);
    let text = format!("{body:#}\n");
    let text =
        text.replacen(&format!("\n  \"{name}\": null"), &format!("\n  \"{name}\": {list}"), 1);
    typed(StatusCode::OK, "application/json", text)
}

/// Answers 200 with JSON.
pub fn ok(body: Object) -> Response<Body> {
    json(StatusCode::OK, body)
}

/// Answers with a body of a type.
pub fn typed(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// Makes every string in a value harmless for a terminal.
fn harmless(value: &mut Value) {
    match value {
        Value::String(text) => *text = neutralise(text),
        Value::Array(values) => values.iter_mut().for_each(harmless),
        Value::Object(fields) => fields.values_mut().for_each(harmless),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response<Body>) -> String {
        let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("a body");
        String::from_utf8(body.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn a_list_has_an_entry_on_each_line() {
        let entries = vec![serde_json::json!({"a": "\n  \"failures\": null"}), Value::from(2)];
        let object = Object::answer("x/1").with("more", false);

        let text = text(json_lines(object, "failures", entries)).await;

        assert_eq!(
            text,
            "{\n  \"schema\": \"x/1\",\n  \"more\": false,\n  \"failures\": [\n    \
             {\"a\":\"\\n  \\\"failures\\\": null\"},\n    2\n  ]\n}\n"
        );
    }

    #[tokio::test]
    async fn no_string_steers_the_screen_that_shows_it() {
        let hostile = || Object::default().with("text", "\u{202e}\u{9b}2J");

        let one = text(json(StatusCode::OK, hostile())).await;
        let lines = text(json_lines(hostile(), "all", vec![hostile().into()])).await;

        for text in [one, lines] {
            assert!(!text.contains(['\u{202e}', '\u{9b}']), "{text}");
            assert!(text.contains("u{202e}"), "{text}");
        }
    }
}
