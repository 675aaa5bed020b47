//! Everything that is counted, as metrics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use goodgate_resilience::breaker::{Breaker, State};
use goodgate_resilience::endpoint::Standing;

use super::durations::{BUCKETS, Durations};
use super::routes::{ByRoute, CLASSES, OfRoute};
use super::text::{Family, Labels, Text};
use super::{Counters, Failed};
use crate::core::{Core, Shared};
use crate::log::Log;
use crate::site::Site;
use crate::spool::Spool;
use crate::story::End;
use crate::upstream::{Endpoint, Upstream};

/// Writes all metrics.
pub(crate) fn expose(cores: &[Arc<Core>], shared: &Shared, log: Option<&Log>) -> String {
    let mut text = Text::default();
    let site = shared.site.load_full();
    let now = Instant::now();
    text.gauge("goodgate_build_info", "The version that runs; always 1.")
        .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    requests(&mut text, cores);
    failures(&mut text, cores, shared);
    clients(&mut text, cores);
    upstreams(&mut text, &site, now);
    endpoints(&mut text, &site, now);
    names(&mut text, &site);
    spool(&mut text, &shared.spool);
    log_lines(&mut text, log);
    text.finish()
}

fn requests(text: &mut Text, cores: &[Arc<Core>]) {
    let mut all = ByRoute::default();
    for core in cores {
        all.add(&core.counters.routes.lock().unwrap_or_else(PoisonError::into_inner));
    }
    let mut ended = text.counter(
        "goodgate_requests_total",
        "Requests by how they ended: answered by the upstream, failed, refused by the gateway, \
         broken off, client gone.",
    );
    for of_route in all.iter() {
        for (end, classes) in End::SLUGS.iter().zip(&of_route.ends) {
            let counts = CLASSES.iter().zip(classes).filter(|(_, count)| **count > 0);
            for (class, count) in counts {
                let [route, upstream] = labels(of_route);
                ended.sample(&[route, upstream, ("end", end), ("status", class)], count);
            }
        }
    }
    let mut durations = text.histogram(
        "goodgate_request_duration_seconds",
        "From the end of the request's head to the end of its answer.",
    );
    for it in all.iter() {
        distribution(&mut durations, &labels(it), &it.durations);
    }
    let mut each = |name, help, count: fn(&OfRoute) -> u64| {
        let mut family = text.counter(name, help);
        all.iter().for_each(|it| family.sample(&labels(it), count(it)));
    };
    each(
        "goodgate_requests_saved_total",
        "Requests whose failures the client did not see.",
        |it| it.saved,
    );
    each("goodgate_requests_held_total", "Requests that waited for a usable endpoint.", |it| {
        it.held
    });
    each("goodgate_requests_shed_total", "Requests beyond the limits of their upstream.", |it| {
        it.shed
    });
    each("goodgate_requests_client_fault_total", "Requests refused for their own fault.", |it| {
        it.client_faults
    });
    each("goodgate_attempts_retried_total", "Attempts after a failed one.", |it| it.retries);
    each("goodgate_attempts_hedged_total", "Attempts beside a slow one.", |it| it.hedges);
    each("goodgate_request_body_bytes_total", "Bytes of bodies from clients.", |it| it.bytes_in);
    each("goodgate_response_body_bytes_total", "Bytes of bodies to clients.", |it| it.bytes_out);
    times(text, &all);
}

/// Writes how often something took time, and how long in all: their quotient is the mean.
fn times(text: &mut Text, all: &ByRoute) {
    let mut each = |name, help, value: fn(&OfRoute) -> f64| {
        let mut family = text.counter(name, help);
        all.iter().for_each(|it| family.sample(&labels(it), value(it)));
    };
    each("goodgate_upstream_heads_total", "Heads of answers that came from endpoints.", |it| {
        it.heads.count as f64
    });
    each(
        "goodgate_upstream_head_seconds_total",
        "Time from the beginning of attempts to the heads of their answers.",
        |it| it.heads.seconds(),
    );
    each(
        "goodgate_upstream_tls_handshakes_total",
        "TLS handshakes with endpoints that succeeded.",
        |it| it.handshakes.count as f64,
    );
    each(
        "goodgate_upstream_tls_handshake_seconds_total",
        "Time that those handshakes took.",
        |it| it.handshakes.seconds(),
    );
}

fn distribution(family: &mut Family<'_>, labels: Labels<'_>, durations: &Durations) {
    family.distribution(labels, &BUCKETS, durations.counts(), durations.seconds());
}

fn labels(of_route: &OfRoute) -> [(&'static str, &str); 2] {
    [("route", &of_route.route), ("upstream", &of_route.upstream)]
}

fn failures(text: &mut Text, cores: &[Arc<Core>], shared: &Shared) {
    let mut all: BTreeMap<Failed, u64> = BTreeMap::new();
    for core in cores {
        let counted = core.counters.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for (failed, count) in &*counted {
            *all.entry(failed.clone()).or_default() += count;
        }
    }
    let mut failed = text.counter(
        "goodgate_failures_total",
        "Failed attempts, and requests refused because of their upstream, by cause; seen says \
         whether the client saw a failure.",
    );
    for (Failed { upstream, cause, is_seen }, count) in &all {
        let seen = if *is_seen { "yes" } else { "no" };
        failed.sample(&[("upstream", upstream), ("cause", cause), ("seen", seen)], count);
    }
    let mut tls: BTreeMap<&str, u64> = BTreeMap::new();
    for (failed, count) in all.iter().filter(|(failed, _)| failed.cause.starts_with("tls_")) {
        *tls.entry(&failed.upstream).or_default() += count;
    }
    let mut handshakes = text.counter(
        "goodgate_upstream_tls_handshakes_failed_total",
        "TLS handshakes with endpoints that failed.",
    );
    for (upstream, count) in &tls {
        handshakes.sample(&[("upstream", upstream)], count);
    }
    let mut avoidable = text.counter(
        "goodgate_failures_avoidable_total",
        "Failures that clients saw, by the setting that would have avoided them; none is none.",
    );
    for (setting, count) in shared.recorder.avoidable() {
        avoidable.sample(&[("setting", setting)], count);
    }
    let mut malformed: BTreeMap<&str, u64> = BTreeMap::new();
    for core in cores {
        let counted = core.counters.malformed.lock().unwrap_or_else(PoisonError::into_inner);
        counted.iter().for_each(|(class, count)| *malformed.entry(class).or_default() += count);
    }
    let mut classes = text.counter(
        "goodgate_requests_malformed_total",
        "What came from clients and is no HTTP request, by what is wrong with it.",
    );
    for (class, count) in &malformed {
        classes.sample(&[("class", class)], count);
    }
}

fn clients(text: &mut Text, cores: &[Arc<Core>]) {
    let sum = |of: fn(&Counters) -> &AtomicU64| -> u64 {
        cores.iter().map(|core| of(&core.counters).load(Ordering::Relaxed)).sum()
    };
    text.counter("goodgate_client_connections_total", "Connections of clients.")
        .sample(&[], sum(|it| &it.connections));
    text.gauge("goodgate_client_connections_open", "Connections of clients that are open.")
        .sample(&[], sum(|it| &it.open));
    text.counter("goodgate_client_connections_refused_total", "Connections beyond a limit.")
        .sample(&[], sum(|it| &it.refused));
    text.counter("goodgate_client_accepts_failed_total", "Times at which none could be accepted.")
        .sample(&[], sum(|it| &it.accept_failures));
    text.counter("goodgate_client_tls_handshakes_failed_total", "TLS handshakes that failed.")
        .sample(&[], sum(|it| &it.handshakes_failed));
    text.gauge("goodgate_tunnels_open", "Upgraded connections (WebSocket) that are open.")
        .sample(&[], sum(|it| &it.tunnels));
}

fn upstreams(text: &mut Text, site: &Site, now: Instant) {
    let mut each = |name, help, value: &dyn Fn(&Upstream) -> f64| {
        let mut family = text.gauge(name, help);
        for (name, upstream) in &site.upstreams {
            family.sample(&[("upstream", name)], value(upstream));
        }
    };
    each("goodgate_upstream_requests_in_flight", "Requests in flight.", &|it| {
        f64::from(it.gate.in_flight())
    });
    each("goodgate_upstream_requests_queued", "Requests that wait for a place.", &|it| {
        f64::from(it.gate.queued())
    });
    each("goodgate_upstream_requests_waiting", "Requests held for a usable endpoint.", &|it| {
        it.waiting.len() as f64
    });
    each("goodgate_upstream_retry_budget_left", "Retries that are left.", &|it| {
        it.budget.left(now)
    });
    each("goodgate_upstream_breaker", "0 closed, 1 half-open, 2 open.", &|it| {
        number(&it.breaker, now)
    });
    each("goodgate_upstream_endpoints_up", "Endpoints that are up.", &|it| it.up() as f64);
    each(
        "goodgate_upstream_idle_limit_seconds",
        "The idle limit that was learned; 0: none.",
        &|it| it.idle.learned().unwrap_or_default().as_secs_f64(),
    );
}

fn endpoints(text: &mut Text, site: &Site, now: Instant) {
    let mut standing = text.gauge(
        "goodgate_endpoint_standing",
        "1 for the state in which an endpoint is, 0 for the others.",
    );
    for_each(site, |upstream, endpoint| {
        let is = endpoint.state().standing();
        for (word, it) in [
            ("up", Standing::Up),
            ("ejected", Standing::Ejected),
            ("down", Standing::Down),
            ("draining", Standing::Draining),
        ] {
            let labels =
                [("upstream", upstream), ("endpoint", &*endpoint.label), ("standing", word)];
            standing.sample(&labels, u8::from(is == it));
        }
    });
    let mut latency =
        text.gauge("goodgate_endpoint_latency_seconds", "The latency that is expected now.");
    for_each(site, |upstream, endpoint| {
        // An assumption is no measurement.
        if let Some(expected) = endpoint.state().load().measured_latency(now) {
            let labels = [("upstream", upstream), ("endpoint", &*endpoint.label)];
            latency.sample(&labels, expected.as_secs_f64());
        }
    });
    let mut each = |name, help, value: &dyn Fn(&Endpoint) -> f64| {
        let mut family: Family<'_> = text.gauge(name, help);
        for_each(site, |upstream, endpoint| {
            family
                .sample(&[("upstream", upstream), ("endpoint", &endpoint.label)], value(endpoint));
        });
    };
    each("goodgate_endpoint_breaker", "0 closed, 1 half-open, 2 open.", &|it| {
        number(it.state().breaker(), now)
    });
    each("goodgate_endpoint_requests_in_flight", "Attempts in flight.", &|it| {
        f64::from(it.state().load().in_flight())
    });
    each("goodgate_endpoint_connections_kept", "Idle connections that are kept.", &|it| {
        it.kept_len() as f64
    });
}

fn number(breaker: &Breaker, now: Instant) -> f64 {
    match breaker.state(now) {
        State::Closed => 0.0,
        State::HalfOpen { .. } => 1.0,
        State::Open { .. } => 2.0,
    }
}

fn for_each<'a>(site: &'a Site, mut take: impl FnMut(&'a str, &Endpoint)) {
    for (name, upstream) in &site.upstreams {
        // A name may be resolved to an address that is listed as well; a series stands once.
        let mut seen: Vec<&str> = Vec::new();
        let endpoints = upstream.endpoints();
        for endpoint in &endpoints.0 {
            if !seen.contains(&&*endpoint.label) {
                seen.push(&endpoint.label);
                take(name, endpoint);
            }
        }
    }
}

fn names(text: &mut Text, site: &Site) {
    let mut lookups = text.counter("goodgate_dns_lookups_total", "Look-ups of endpoints' names.");
    for (upstream, it) in &site.upstreams {
        for (name, lookup) in it.lookups.all() {
            for (result, count) in [("answered", lookup.answered), ("failed", lookup.failed)] {
                let labels = [("upstream", upstream.as_str()), ("name", &name), ("result", result)];
                lookups.sample(&labels, count);
            }
        }
    }
    let mut durations = text.histogram(
        "goodgate_dns_lookup_duration_seconds",
        "How long look-ups of endpoints' names took.",
    );
    for (upstream, it) in &site.upstreams {
        // One without a name that was looked up has nothing that could be slow.
        let Some(took) = it.lookups.took() else { continue };
        for (result, took) in [("answered", &took.answered), ("failed", &took.failed)] {
            let labels = [("upstream", upstream.as_str()), ("result", result)];
            distribution(&mut durations, &labels, took);
        }
    }
}

fn spool(text: &mut Text, spool: &Spool) {
    let mut family =
        text.gauge("goodgate_spool_bytes", "Request bodies that are kept to be sent again.");
    for (place, room) in [("memory", &spool.memory), ("disk", &spool.disk)] {
        family.sample(&[("in", place)], room.used());
    }
}

fn log_lines(text: &mut Text, log: Option<&Log>) {
    text.counter("goodgate_log_lines_dropped_total", "Lines dropped because too many waited.")
        .sample(&[], log.map_or(0, Log::dropped));
    text.counter("goodgate_log_lines_failed_total", "Lines that could not be written.")
        .sample(&[], log.map_or(0, Log::failed));
}
