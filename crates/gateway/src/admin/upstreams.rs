//! Upstreams and their endpoints: how each stands, why, and draining by hand.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use goodgate_config::Text as _;
use goodgate_door::{Object, json, typed};
use goodgate_resilience::endpoint::{Reason, Standing};
use serde::Deserialize;
use serde_json::Value;

use super::Panel;
use super::health::usable;
use super::refusal::{Refusal, refuse};
use super::why::{breaker, why, word};
use super::words::{Format, human};
use crate::failing::Word;
use crate::settings;
use crate::upstream::{Endpoint, Lookup, Upstream};

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    format: Option<Format>,
}

/// `GET /upstreams`.
pub(super) async fn all(
    State(panel): State<Arc<Panel>>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response<Body> {
    let site = panel.shared.site.load_full();
    match wish {
        Ok(Query(Wish { format: Some(Format::Text) })) => {
            let lines: String = site.upstreams.values().map(|it| lines(it)).collect();
            return typed(StatusCode::OK, "text/plain; charset=utf-8", lines);
        }
        Ok(_) => {}
        Err(error) => {
            let detail = format!("{}. What is known: format (json, text).", error.body_text());
            return refuse(&Refusal::new(StatusCode::BAD_REQUEST, "query", detail));
        }
    }
    let upstreams: Vec<Value> = site.upstreams.values().map(|it| of(it).into()).collect();
    json(StatusCode::OK, Object::answer("goodgate.upstreams/1").with("upstreams", upstreams))
}

/// `GET /upstreams/NAME`.
pub(super) async fn one(
    State(panel): State<Arc<Panel>>,
    Path(name): Path<String>,
) -> Response<Body> {
    let site = panel.shared.site.load_full();
    match site.upstreams.get(&name) {
        Some(upstream) => {
            let body = Object::answer("goodgate.upstream/1").with("upstream", of(upstream));
            json(StatusCode::OK, body)
        }
        None => refuse(&no_upstream(site.upstreams.keys())),
    }
}

/// `POST /upstreams/NAME/endpoints/ADDRESS/drain`.
pub(super) async fn drain(
    State(panel): State<Arc<Panel>>,
    Path((name, address)): Path<(String, String)>,
) -> Response<Body> {
    set_draining(&panel, &name, &address, true)
}

/// `POST /upstreams/NAME/endpoints/ADDRESS/undrain`.
pub(super) async fn undrain(
    State(panel): State<Arc<Panel>>,
    Path((name, address)): Path<(String, String)>,
) -> Response<Body> {
    set_draining(&panel, &name, &address, false)
}

fn set_draining(panel: &Panel, name: &str, address: &str, drains: bool) -> Response<Body> {
    let site = panel.shared.site.load_full();
    let Some(upstream) = site.upstreams.get(name) else {
        return refuse(&no_upstream(site.upstreams.keys()));
    };
    let now = Instant::now();
    let endpoints = Arc::clone(&*upstream.endpoints());
    let is_meant = |it: &&Arc<Endpoint>| it.address.to_string() == address || *it.label == *address;
    let meant: Vec<&Arc<Endpoint>> = endpoints.0.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return refuse(&no_endpoint(upstream));
    }
    for endpoint in &meant {
        endpoint.state().set(Reason::Draining, drains, now);
        if drains {
            // Nothing goes over them any more.
            endpoint.kept.iter().for_each(crate::upstream::KeptList::clear);
            endpoint.multiplexed.iter().for_each(crate::upstream::Multiplexed::clear);
        }
    }
    if !drains {
        upstream.waiting.returned(now);
    }
    let in_flight: u32 = meant.iter().map(|it| it.state().load().in_flight()).sum();
    let warning = (usable(upstream) == 0)
        .then(|| format!("No endpoint of {name} is usable now: requests wait, then fail."));
    let shown: Vec<Value> = meant.iter().map(|it| of_endpoint(it, now)).collect();
    let body = Object::answer("goodgate.drain/1")
        .with("upstream", name)
        .with("draining", drains)
        .with("in_flight", in_flight)
        .with_some("warning", warning)
        .with("endpoints", shown);
    json(StatusCode::OK, body)
}

fn no_upstream<'a>(names: impl Iterator<Item = &'a String>) -> Refusal {
    let names: Vec<&str> = names.map(String::as_str).collect();
    let detail = format!("There is no such upstream; there is {}.", listed(&names));
    Refusal::new(StatusCode::NOT_FOUND, "upstream", detail)
}

fn no_endpoint(upstream: &Upstream) -> Refusal {
    let endpoints = Arc::clone(&*upstream.endpoints());
    let addresses: Vec<String> = endpoints.0.iter().map(|it| it.address.to_string()).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let name = &upstream.name;
    let detail =
        format!("{name} has no endpoint with this address; it has {}.", listed(&addresses));
    Refusal::new(StatusCode::NOT_FOUND, "endpoint", detail)
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn of(upstream: &Upstream) -> Object {
    let now = Instant::now();
    let endpoints = Arc::clone(&*upstream.endpoints());
    let shown: Vec<Value> = endpoints.0.iter().map(|it| of_endpoint(it, now)).collect();
    Object::default()
        .with("upstream", &*upstream.name)
        .with("settings", short(&upstream.settings))
        .with("usable_endpoints", usable(upstream))
        .with("breaker", breaker(&upstream.breaker, now))
        .with("in_flight", upstream.gate.in_flight())
        .with("queued", upstream.gate.queued())
        .with("waiting_for_endpoint", upstream.waiting.len())
        .with("retry_budget_left", (upstream.budget.left(now) * 10.0).round() / 10.0)
        .with("answers_counted", upstream.latency.answers(now))
        .with_ms("latency_p50_ms", upstream.latency.quantile(0.5, now))
        .with_ms("latency_p99_ms", upstream.latency.quantile(0.99, now))
        .with_ms("idle_limit_learned_ms", upstream.idle.learned())
        .with_ms("last_answer_ms_ago", upstream.last_answer().map(|at| since(at, now)))
        .with("endpoints", shown)
        .with("names", names(upstream, now))
}

/// An upstream for people: a line for itself, and one for each endpoint.
fn lines(upstream: &Upstream) -> String {
    let now = Instant::now();
    let endpoints = Arc::clone(&*upstream.endpoints());
    let mut lines = format!(
        "{}: {} of {} endpoints usable, breaker {}, {} in flight, {} waiting, {} queued\n",
        upstream.name,
        usable(upstream),
        endpoints.0.len(),
        breaker(&upstream.breaker, now),
        upstream.gate.in_flight(),
        upstream.waiting.len(),
        upstream.gate.queued(),
    );
    for endpoint in &endpoints.0 {
        let load = endpoint.state().load();
        let latency = load.measured_latency(now).map_or_else(|| "-".to_owned(), human);
        let (label, in_flight) = (&endpoint.label, load.in_flight());
        let (standing, why) = (word(endpoint.state().standing()), why(endpoint, now));
        // Writing into memory does not fail.
        writeln!(lines, "  {label}  {standing}  {latency}  {in_flight} in flight  {why}").ok();
    }
    for (name, lookup) in upstream.lookups.all() {
        if let Some(wrong) = lookup.wrong(now) {
            writeln!(lines, "  {name}  {wrong}").ok();
        }
    }
    lines
}

/// The settings that matter most when something is wrong.
fn short(settings: &settings::Upstream) -> Object {
    let (timeouts, limits) = (&settings.timeouts, &settings.limits);
    let endpoints: Vec<String> =
        settings.endpoints.iter().map(|endpoint| endpoint.url.to_text()).collect();
    let health = settings.health.as_ref().map(|health| {
        let what = health.path.as_ref().map_or("TCP".to_owned(), |path| format!("GET {path}"));
        format!("{what} every {}", human(health.interval))
    });
    let budget = &settings.retry_budget;
    Object::default()
        .with("endpoints", endpoints)
        .with("balance", settings.balance.word())
        .with("protocol", settings.protocol.word())
        .with_some("health", health)
        .with("breaker", settings.breaker.is_some())
        .with("ejection", settings.ejection.is_some())
        .with("in_flight_max", limits.in_flight)
        .with("queue_max", limits.queue)
        .with("connections_max", limits.connections)
        .with(
            "timeouts",
            Object::default()
                .with("connect", human(timeouts.connect))
                .with("tls", human(timeouts.tls))
                .with("request", human(timeouts.request))
                .with("response_head", human(timeouts.response_head))
                .with("between_bytes", human(timeouts.between_bytes)),
        )
        .with(
            "retry_budget",
            format!("{}% of requests + {}/s", budget.share.fraction() * 100.0, budget.per_second),
        )
}

fn of_endpoint(endpoint: &Endpoint, now: Instant) -> Value {
    let state = endpoint.state();
    let standing = state.standing();
    let counts = state.breaker().counts(now);
    let last = endpoint.seen.last();
    let check = last.check.map(|check| {
        Object::default()
            .with("passed", check.wrong.is_none())
            .with_ms("ms_ago", Some(since(check.at, now)))
            .with_some("wrong", check.wrong)
    });
    let failure = last.failure.map(|(at, failure)| {
        Object::default()
            .with("cause", failure.cause)
            .with("stage", failure.stage.slug())
            .with_some("said", Word::of(&failure).map(|word| word.to_string()))
            .with_ms("ms_ago", Some(since(at, now)))
    });
    Object::default()
        .with("address", endpoint.address.to_string())
        .with("label", &*endpoint.label)
        .with("usable", matches!(standing, Standing::Up | Standing::Ejected))
        .with("standing", word(standing))
        .with("why", why(endpoint, now))
        .with("backup", state.is_backup())
        .with("weight", (f64::from(state.weight(now)) * 100.0).round() / 100.0)
        .with("slow_start", state.is_starting(now))
        .with("breaker", breaker(state.breaker(), now))
        .with("ejected", state.has(Reason::Ejected))
        .with("drained_by_hand", state.has(Reason::Draining))
        .with("in_flight", state.load().in_flight())
        .with("connections_open", endpoint.slots.open())
        .with("connections_kept", endpoint.kept_len())
        .with_ms("latency_ms", state.load().measured_latency(now))
        .with(
            "recent",
            Object::default()
                .with("good", counts.good)
                .with("failed", counts.own_failures)
                .with("answered_5xx", counts.errors),
        )
        .with_some("check", check)
        .with_some("last_failure", failure)
        .into()
}

fn names(upstream: &Upstream, now: Instant) -> Vec<Value> {
    upstream.lookups.all().into_iter().map(|(name, lookup)| of_name(&name, lookup, now)).collect()
}

/// Shows the look-ups of a name.
pub(super) fn of_name(name: &str, lookup: Lookup, now: Instant) -> Value {
    let error = lookup.error.map(|(at, message)| {
        Object::default().with("message", message).with_ms("ms_ago", Some(since(at, now)))
    });
    let addresses = lookup.answer.as_ref().map(|answer| {
        let addresses = answer.addresses.iter();
        addresses.map(|it| Value::from(it.to_string())).collect::<Vec<Value>>()
    });
    Object::default()
        .with("name", name)
        .with_some("addresses", addresses)
        .with_ms("answer_ms_ago", lookup.answer.as_ref().map(|answer| since(answer.at, now)))
        .with_ms("ttl_ms", lookup.answer.as_ref().map(|answer| answer.ttl))
        .with_ms("last_took_ms", Some(lookup.took))
        .with("answered", lookup.answered)
        .with("failed", lookup.failed)
        .with_some("last_error", error)
        .into()
}

fn since(at: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(at)
}
