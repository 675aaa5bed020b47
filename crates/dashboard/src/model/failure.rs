//! `GET /failures` and `GET /failures/ID` of the gateway.

use serde::Deserialize;

use super::explained::Candidate;
use super::gateway::{Name, Setting};

/// The last failures.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Failures {
    /// How many are kept.
    pub recorded: usize,
    /// How many of them are as asked for.
    pub matching: usize,
    /// The newest of these.
    pub failures: Vec<FailureRow>,
}

/// A failure in one line.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct FailureRow {
    /// The id of the request.
    pub id: String,
    /// When it began (RFC 3339).
    pub at: String,
    /// The status that the client got.
    pub status: u16,
    /// How it ended: `saved`, `answered`, `failed`, `refused`, `broken_off`, `client_gone`.
    pub end: String,
    /// The cause.
    pub cause: Option<String>,
    /// Whether the client saw a failure.
    pub seen_by_client: Option<bool>,
    /// The upstream.
    pub upstream: Option<String>,
    /// The route.
    pub route: Option<String>,
    /// The method.
    pub method: String,
    /// The host.
    pub host: String,
    /// The path, with masked values.
    pub path: String,
    /// How long it took.
    pub took_ms: Option<f64>,
    /// How many attempts there were.
    pub attempts: usize,
}

/// A failure with its whole story.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Failure {
    /// The id of the request.
    pub id: String,
    /// When it began (RFC 3339).
    pub at: String,
    /// Who asked.
    pub client: Option<String>,
    /// What was asked for.
    pub request: Request,
    /// The route.
    pub route: Option<String>,
    /// The upstream.
    pub upstream: Option<String>,
    /// The status that the client got.
    pub status: u16,
    /// How it ended.
    pub end: String,
    /// Who made the answer: `gateway` or `upstream`.
    pub made_by: Option<String>,
    /// Whether the client saw a failure.
    pub seen_by_client: Option<bool>,
    /// The cause.
    pub cause: Option<String>,
    /// The cause in a sentence.
    pub summary: Option<String>,
    /// The stage.
    pub stage: Option<String>,
    /// Whose part of the chain it is.
    pub blame: Option<String>,
    /// How long it took.
    pub took_ms: Option<f64>,
    /// How long it was held.
    pub held_ms: Option<f64>,
    /// Why it was held no longer.
    pub held_until: Option<String>,
    /// Why it was not tried again.
    pub not_retried: Option<NotRetried>,
    /// The attempts.
    pub attempts: Vec<Attempt>,
    /// The names of its upstream, at the end.
    pub names: Vec<Name>,
    /// The endpoints of its upstream, at the end.
    pub endpoints: Vec<Stood>,
    /// What would have avoided it.
    pub counterfactual: Option<Counterfactual>,
    /// What it comes to.
    pub verdict: Option<Verdict>,
}

/// What was asked for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The host.
    pub host: String,
    /// The path, with masked values.
    pub path: String,
    /// Bytes of its body.
    pub body_bytes: Option<u64>,
}

/// Why a request was not tried again.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct NotRetried {
    /// A word for it.
    pub reason: String,
    /// The same in a sentence.
    pub meaning: String,
}

/// An attempt.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Attempt {
    /// Its number.
    pub number: usize,
    /// The endpoint.
    pub endpoint: Option<String>,
    /// When it began, from the request's head on.
    pub began_ms: Option<f64>,
    /// How long it took.
    pub took_ms: Option<f64>,
    /// How long the connection took.
    pub connect_ms: Option<f64>,
    /// How long TLS took.
    pub tls_ms: Option<f64>,
    /// From its beginning to the head of the answer.
    pub head_ms: Option<f64>,
    /// Whether it was sent beside a slow one.
    pub hedge: bool,
    /// Bytes that were sent.
    pub bytes_sent: Option<u64>,
    /// Bytes that came.
    pub bytes_received: Option<u64>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// As what the endpoint was chosen.
    pub endpoint_stood: Option<String>,
    /// `none`, `fresh` or `kept`.
    pub connection: String,
    /// How old a kept connection was.
    pub connection_age_ms: Option<f64>,
    /// For how long it had been idle.
    pub idle_ms: Option<f64>,
    /// How many requests it had carried.
    pub requests_before: Option<u64>,
    /// How it failed.
    pub cause: Option<String>,
    /// The same in a sentence.
    pub summary: Option<String>,
    /// The stage at which it failed.
    pub stage: Option<String>,
    /// How far it had come.
    pub progress: Option<String>,
    /// What was said: `errno:ECONNREFUSED`.
    pub said: Option<String>,
    /// The proof in a sentence.
    pub proof: Option<String>,
    /// Whose end of the connection ended it.
    pub ended_by: Option<String>,
}

/// How an endpoint stood when a request ended.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Stood {
    /// The endpoint.
    pub endpoint: String,
    /// `up`, `ejected`, `down` or `draining`.
    pub standing: String,
}

/// What would have avoided a failure.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Counterfactual {
    /// The settings.
    pub settings: Vec<Setting>,
    /// In a sentence.
    pub sentence: String,
}

/// What a failure comes to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Verdict {
    /// In a sentence or two.
    pub summary: String,
    /// Between whom.
    pub hop: Option<String>,
    /// The mechanism.
    pub mechanism: Option<Candidate>,
    /// Roots and mechanisms, the best first.
    pub causes: Vec<Candidate>,
    /// Who can change it.
    pub contact: Option<String>,
    /// What would tell more.
    pub next: Vec<Next>,
}

/// A step that would tell more.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Next {
    /// What to try.
    pub what: String,
    /// With which command.
    pub command: Option<String>,
}
