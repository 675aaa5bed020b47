//! What is in a request: bodies in JSON, numbers in paths, queries.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request};
use goodgate_door::limits::BODY;
use goodgate_incident::Timestamp;
use serde::de::DeserializeOwned;

use super::limits;
use super::refusal::Refusal;
use super::router::too_large;

/// Reads a body as JSON, whatever its type says it is; an empty one as an empty object.
pub(super) async fn body<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let bytes = to_bytes(body, BODY).await.map_err(|_| too_large())?;
    let bytes: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| Refusal::bad(format!("The body is not the JSON that is wanted: {error}.")))
}

/// Reads the query of a request.
pub(super) fn query<T: DeserializeOwned>(request: &Request, known: &str) -> Result<T, Refusal> {
    match Query::<T>::try_from_uri(request.uri()) {
        Ok(Query(query)) => Ok(query),
        Err(error) => Err(Refusal::bad(format!("{}. What is known: {known}.", error.body_text()))),
    }
}

/// Reads a number of a path as we write it.
pub(super) fn number(text: &str, what: &str) -> Result<u64, Refusal> {
    let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
    number.ok_or_else(|| {
        Refusal::missing(format!("There is no {what} of this name: it is a number."))
    })
}

/// Reads how many rows a list is to have.
pub(super) fn limit(limit: Option<usize>) -> usize {
    limit.unwrap_or(limits::ROWS).min(limits::ROWS_MAX)
}

/// Reads a moment.
pub(super) fn moment(text: &str, what: &str) -> Result<Timestamp, Refusal> {
    let at: Result<jiff::Timestamp, _> = text.parse();
    at.map(|at| Timestamp(at.as_microsecond())).map_err(|_| {
        Refusal::bad(format!("`{what}` is no moment: write it as 2026-11-23T16:00:00Z."))
    })
}

/// Reads who does something.
pub(super) fn by(by: Option<String>, usual: &str) -> Result<String, Refusal> {
    let by = by.unwrap_or_default();
    let by = by.trim();
    match by.chars().count() {
        0 => Ok(usual.to_owned()),
        1..=limits::NAME => Ok(by.to_owned()),
        _ => Err(Refusal::bad(format!("`by` has more than {} characters.", limits::NAME))),
    }
}

/// Reads a text that has to be there.
pub(super) fn text(text: &str, what: &str) -> Result<String, Refusal> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Refusal::bad(format!("`{what}` is empty: say it in a few words."))),
        1..=limits::TEXT => Ok(text.to_owned()),
        _ => Err(Refusal::bad(format!("`{what}` has more than {} characters.", limits::TEXT))),
    }
}

/// Reads a list of words.
pub(super) fn words(words: Vec<String>, what: &str) -> Result<BTreeSet<Arc<str>>, Refusal> {
    let is_word = |word: &String| (1..=limits::NAME).contains(&word.chars().count());
    if words.len() > limits::WORDS || !words.iter().all(is_word) {
        return Err(Refusal::bad(format!(
            "`{what}` has up to {} words of up to {} characters each.",
            limits::WORDS,
            limits::NAME
        )));
    }
    Ok(words.into_iter().map(Arc::from).collect())
}
