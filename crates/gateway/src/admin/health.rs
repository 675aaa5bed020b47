//! Whether the gateway is of use, and what is under way.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use goodgate_door::{Object, json};
use goodgate_resilience::breaker::State as Breaker;
use goodgate_resilience::endpoint::Standing;

use super::Panel;
use crate::site::Route;
use crate::upstream::Upstream;

/// `GET /health`.
pub(super) async fn health(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let site = panel.shared.site.load_full();
    let is_draining = panel.cores.iter().any(|core| core.is_draining());
    let reasons: Vec<(bool, String)> = site.routes.iter().map(|route| of_route(route)).collect();
    let served = reasons.iter().filter(|(is_served, _)| *is_served).count();
    let status = match served {
        _ if is_draining => "draining",
        0 => "failing",
        _ if reasons.iter().any(|(_, reason)| !reason.is_empty()) => "degraded",
        _ => "ok",
    };
    let mut told: Vec<String> = Vec::new();
    if is_draining {
        told.push("The gateway is ending; it takes no new connections soon.".to_owned());
    }
    if site.routes.is_empty() {
        told.push("There is no route.".to_owned());
    }
    for (_, reason) in reasons {
        if !reason.is_empty() && !told.contains(&reason) {
            told.push(reason);
        }
    }
    let body = Object::answer("goodgate.health/1").with("status", status).with("reasons", told);
    let is_of_use = matches!(status, "ok" | "degraded");
    json(if is_of_use { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}

/// Tells whether a route has a usable endpoint, and what is wrong, if anything.
fn of_route(route: &Route) -> (bool, String) {
    match &route.upstream {
        Err(why) => (false, format!("The route {} is disabled: {why}.", route.label)),
        Ok(upstream) if usable(upstream) > 0 => match upstream.breaker.state(Instant::now()) {
            Breaker::Open { .. } => (
                true,
                format!("Nearly everything fails at {}: its breaker is open.", upstream.name),
            ),
            Breaker::Closed | Breaker::HalfOpen { .. } => (true, String::new()),
        },
        Ok(upstream) => {
            let count = upstream.endpoints().0.len();
            let reason = match count {
                0 => format!(
                    "The upstream {} has no endpoint yet{}.",
                    upstream.name,
                    names(upstream)
                ),
                1 => format!("The endpoint of the upstream {} is not usable.", upstream.name),
                _ => format!("None of {count} endpoints of {} is usable.", upstream.name),
            };
            (false, reason)
        }
    }
}

/// Says what is wrong with the names of an upstream.
fn names(upstream: &Upstream) -> String {
    let now = Instant::now();
    let all = upstream.lookups.all().into_iter();
    let wrong = all.filter_map(|(name, lookup)| Some(format!(": {name} {}", lookup.wrong(now)?)));
    wrong.collect()
}

/// Counts the endpoints that take requests.
pub(super) fn usable(upstream: &Upstream) -> usize {
    let endpoints = upstream.endpoints();
    let all = endpoints.0.iter().map(|endpoint| endpoint.state().standing());
    all.filter(|standing| matches!(standing, Standing::Up | Standing::Ejected)).count()
}

/// `GET /requests`.
pub(super) async fn requests(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let site = panel.shared.site.load_full();
    let upstreams = site.upstreams.iter().map(|(name, upstream)| {
        Object::default()
            .with("upstream", name.as_str())
            .with("in_flight", upstream.gate.in_flight())
            .with("waiting_for_endpoint", upstream.waiting.len())
            .with("queued", upstream.gate.queued())
            .into()
    });
    let upstreams: Vec<serde_json::Value> = upstreams.collect();
    let in_flight: u64 =
        site.upstreams.values().map(|upstream| u64::from(upstream.gate.in_flight())).sum();
    let open = |of: fn(&crate::metrics::Counters) -> &std::sync::atomic::AtomicU64| -> u64 {
        panel.cores.iter().map(|core| of(&core.counters).load(Ordering::Relaxed)).sum()
    };
    let body = Object::answer("goodgate.requests/1")
        .with("in_flight", in_flight)
        .with("upstreams", upstreams)
        .with("client_connections", open(|it| &it.open))
        .with("tunnels", open(|it| &it.tunnels));
    json(StatusCode::OK, body)
}
