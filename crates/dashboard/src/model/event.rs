//! `GET /events` and `GET /incidents/N/evidence/K` of the watch.

use serde::Deserialize;
use serde_json::Value;

/// What was changed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Events {
    /// When the watch answered (RFC 3339).
    pub at: String,
    /// The latest first.
    pub events: Vec<Event>,
}

/// A change that people, pipelines or the watch itself told of.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Event {
    /// When (RFC 3339).
    pub at: String,
    /// `deploy`, `reload`, `dns`, `certificate`, `file` or `other`.
    pub kind: String,
    /// What, in words.
    pub text: String,
    /// Who tells of it.
    pub by: String,
    /// What it is about: tags, or names of monitors; all where there is none.
    pub tags: Vec<String>,
}

/// A piece of evidence with what it holds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct EvidenceAnswer {
    /// The monitor.
    pub monitor: String,
    /// When it was taken (RFC 3339).
    pub at: String,
    /// What kind it is: `attempt`, `verdict`, …
    pub kind: String,
    /// What it holds, where that is JSON.
    pub evidence: Option<Value>,
    /// What it holds else.
    pub text: Option<String>,
}
