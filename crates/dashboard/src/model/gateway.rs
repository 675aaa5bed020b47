//! `GET /upstreams`, `/routes` and `/counterfactuals` of the gateway.

use serde::Deserialize;

/// Every upstream.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Upstreams {
    /// The upstreams.
    pub upstreams: Vec<Upstream>,
}

/// An upstream and how it is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Upstream {
    /// Its name.
    pub upstream: String,
    /// The settings that matter most.
    pub settings: Settings,
    /// How many of its endpoints can be used.
    pub usable_endpoints: Option<usize>,
    /// `closed`, `half_open` or `open`.
    pub breaker: Option<String>,
    /// Requests in flight.
    pub in_flight: Option<u64>,
    /// Requests that wait for a place.
    pub queued: Option<u64>,
    /// Requests that wait for an endpoint.
    pub waiting_for_endpoint: Option<u64>,
    /// Retries that are left.
    pub retry_budget_left: Option<f64>,
    /// Answers that its latency is taken of.
    pub answers_counted: Option<u64>,
    /// Half of them came within.
    pub latency_p50_ms: Option<f64>,
    /// All but one of a hundred came within.
    pub latency_p99_ms: Option<f64>,
    /// How long its endpoints keep an idle connection, as was learned.
    pub idle_limit_learned_ms: Option<f64>,
    /// When it last answered.
    pub last_answer_ms_ago: Option<f64>,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The names that are looked up for it.
    pub names: Vec<Name>,
}

/// The settings of an upstream that matter most when something is wrong.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Settings {
    /// How endpoints are chosen.
    pub balance: Option<String>,
    /// Which HTTP is spoken.
    pub protocol: Option<String>,
    /// How it is checked.
    pub health: Option<String>,
    /// Whether there is ejection.
    pub ejection: Option<bool>,
    /// Requests at the same time.
    pub in_flight_max: Option<u64>,
    /// Requests that may wait for a place.
    pub queue_max: Option<u64>,
    /// What the retry budget is.
    pub retry_budget: Option<String>,
}

/// An endpoint and how it stands.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Endpoint {
    /// Its address.
    pub address: String,
    /// Its address with the name that it was looked up for.
    pub label: String,
    /// `up`, `ejected`, `down` or `draining`.
    pub standing: String,
    /// Why, in the gateway's words.
    pub why: String,
    /// Whether it is a backup.
    pub backup: bool,
    /// Its breaker: `closed`, `half_open` or `open`.
    pub breaker: Option<String>,
    /// Whether it is ejected.
    pub ejected: bool,
    /// Whether somebody drained it.
    pub drained_by_hand: bool,
    /// Attempts in flight.
    pub in_flight: Option<u64>,
    /// Connections that are open.
    pub connections_open: Option<u64>,
    /// Idle connections that are kept.
    pub connections_kept: Option<u64>,
    /// The latency that is expected.
    pub latency_ms: Option<f64>,
    /// Its last attempts.
    pub recent: Recent,
    /// Its last check.
    pub check: Option<Check>,
}

/// The last attempts of an endpoint.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Recent {
    /// Those that went well.
    pub good: Option<u64>,
    /// Those that failed.
    pub failed: Option<u64>,
    /// Those that were answered with a 5xx.
    pub answered_5xx: Option<u64>,
}

/// A check of an endpoint.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Check {
    /// Whether it went well.
    pub passed: bool,
    /// When.
    pub ms_ago: Option<f64>,
    /// What was wrong.
    pub wrong: Option<String>,
}

/// A name that is looked up.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Its addresses.
    pub addresses: Option<Vec<String>>,
    /// When the last answer came.
    pub answer_ms_ago: Option<f64>,
    /// How long it is good.
    pub ttl_ms: Option<f64>,
    /// Look-ups that were answered.
    pub answered: Option<u64>,
    /// Look-ups that failed.
    pub failed: Option<u64>,
    /// Why the last one failed, where no answer has come since.
    pub last_error: Option<LookupError>,
    /// What was wrong with the name when a request failed.
    pub wrong: Option<String>,
}

/// Why a look-up failed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct LookupError {
    /// What was said.
    pub message: String,
    /// When.
    pub ms_ago: Option<f64>,
}

/// Every route.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Routes {
    /// The routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Route {
    /// What it is called.
    pub route: String,
    /// For which hosts; none: all.
    pub hosts: Vec<String>,
    /// For which paths.
    pub path: String,
    /// Which fields it looks at.
    pub headers: Vec<String>,
    /// Its upstream.
    pub upstream: String,
    /// Whether it is in force.
    pub enabled: bool,
    /// Why it is not.
    pub why: Option<String>,
    /// How many endpoints can be used.
    pub usable_endpoints: Option<usize>,
    /// How often it tries again.
    pub retries: Option<u64>,
    /// How long it holds requests.
    pub hold: Option<String>,
    /// Whether a slow attempt gets another one beside it.
    pub hedge: Option<bool>,
}

/// Which settings would have avoided how many failures.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Counterfactuals {
    /// By day, in UTC.
    pub days: Vec<Day>,
    /// Failures of which it is not known yet.
    pub undecided: u64,
}

/// The failures of a day.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Day {
    /// The day: `2026-11-23`.
    pub day: String,
    /// How many a client saw.
    pub failures: u64,
    /// How many no setting would have avoided.
    pub unavoidable: u64,
    /// The settings, the best first.
    pub settings: Vec<Setting>,
}

/// A setting that would have avoided failures.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Setting {
    /// The setting: `hold.time`.
    pub setting: String,
    /// The table in which it stands.
    pub section: String,
    /// Its key.
    pub key: String,
    /// The value that would have been enough.
    pub value: Option<String>,
    /// How many failures it would have avoided.
    pub avoided: u64,
    /// The same in a sentence.
    pub sentence: String,
    /// Why it would have avoided one.
    pub why: Option<String>,
}
