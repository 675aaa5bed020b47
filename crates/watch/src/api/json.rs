//! How answers are written: JSON with a schema, readable as it stands, harmless on any screen.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use goodgate_evidence::text::neutralise;
use goodgate_incident::Timestamp;
use serde_json::{Map, Value};

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

    /// Adds a moment.
    #[must_use]
    pub(super) fn at(self, name: &str, value: Timestamp) -> Self {
        self.with(name, value.to_string())
    }

    /// Adds a moment if it is known.
    #[must_use]
    pub(super) fn at_some(self, name: &str, value: Option<Timestamp>) -> Self {
        self.with_some(name, value.map(|value| value.to_string()))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

/// Returns a list of objects.
pub(super) fn list<T>(all: impl IntoIterator<Item = T>, of: impl FnMut(T) -> Object) -> Value {
    Value::Array(all.into_iter().map(of).map(Value::from).collect())
}

/// Answers with JSON.
pub(super) fn json(status: StatusCode, body: impl Into<Value>) -> Response<Body> {
    let mut body = body.into();
    harmless(&mut body);
    typed(status, "application/json", format!("{body:#}\n"))
}

/// Answers 200 with JSON.
pub(super) fn ok(body: Object) -> Response<Body> {
    json(StatusCode::OK, body)
}

/// Answers with text.
pub(super) fn typed(
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

/// Returns a moment a time earlier.
pub(super) fn before(at: Timestamp, pause: std::time::Duration) -> Timestamp {
    Timestamp(at.0.saturating_sub(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)))
}

/// Returns a moment a time later.
pub(super) fn after(at: Timestamp, pause: std::time::Duration) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)))
}
