//! What a broken rule means, in one sentence for whoever is woken.

use std::collections::BTreeSet;

use goodgate_causes::{CONFIDENT, catalogue};
use goodgate_evidence::{Blame, Stage};
use goodgate_incident::{Component, Finding, State};

use super::ledger::RouteRound;
use super::records::Details;
use super::rules::{Breach, Rule};
use crate::source::words::{about, count, last, name, percent};

/// The cause of answers that the application itself gives.
const APPLICATION: &str = "app_generated_error";

/// Returns the cause of the first broken rule.
pub(super) fn cause(
    round: &RouteRound,
    breach: &Breach,
    details: Option<&Details>,
) -> Option<&'static str> {
    let counted = round.behind.as_ref().and_then(super::upstream::Behind::leading_cause);
    let of_kind = |start: &str| counted.filter(|id| id.starts_with(start));
    let recorded = details.and_then(|details| details.cause);
    match breach.rule {
        Rule::Outage | Rule::Errors | Rule::Burn => {
            let answered = round.counts.answered_badly > round.counts.failed / 2;
            let by_itself = || catalogue::find(APPLICATION).map(|cause| cause.id);
            recorded.or_else(|| if answered { by_itself() } else { counted })
        }
        Rule::Breaker | Rule::EndpointsOut => recorded.or(counted),
        Rule::Retries => recorded,
        Rule::Handshakes => of_kind("tls_"),
        Rule::Lookups => of_kind("dns_"),
        // A name server that answers late has answered: dns_timeout would say that it did not.
        Rule::SlowLookups
        | Rule::Latency95
        | Rule::Latency99
        | Rule::Hedges
        | Rule::ClientHandshakes => None,
    }
}

/// Returns what is found of a route: the first broken rule, with its cause and place.
pub(super) fn of(
    round: &RouteRound,
    breach: &Breach,
    details: Option<&Details>,
    objective: &str,
    gateway: &str,
) -> Finding {
    let cause = cause(round, breach, details);
    let known = cause.and_then(catalogue::find);
    let place = known.map(|cause| (cause.stage, cause.blame)).or_else(|| place_of(breach.rule));
    let blame = place.map(|(_, blame)| blame);
    let is_down = breach.is_failure() && round.counts.is_total();
    Finding {
        state: if is_down { State::Down } else { State::Partial },
        cause,
        confidence: if known.is_some() { CONFIDENT } else { 0.0 },
        summary: sentence(round, breach, details, cause, objective),
        stage: place.map(|(stage, _)| stage),
        blame,
        components: components(round, breach, details, blame, gateway),
    }
}

/// Where it is and whose it is, as far as a rule says that alone.
const fn place_of(rule: Rule) -> Option<(Stage, Blame)> {
    if is_of_names(rule) { Some((Stage::Resolve, Blame::Dependency)) } else { None }
}

/// Whether a rule is about look-ups: whichever endpoint is found by them has no part in it.
const fn is_of_names(rule: Rule) -> bool {
    matches!(rule, Rule::Lookups | Rule::SlowLookups)
}

/// The endpoints that fail; the gateway itself only where it is to blame or none of them is known, so that
/// two routes that have nothing else in common are two incidents.
fn components(
    round: &RouteRound,
    breach: &Breach,
    details: Option<&Details>,
    blame: Option<Blame>,
    gateway: &str,
) -> BTreeSet<Component> {
    let out = round.behind.iter().flat_map(|behind| &behind.out);
    let out = out.filter(|_| breach.rule == Rule::EndpointsOut);
    let met = details.into_iter().flat_map(|details| &details.endpoints);
    let endpoints = met.chain(out).filter(|_| !is_of_names(breach.rule));
    let mut parts: BTreeSet<Component> =
        endpoints.take(crate::source::limits::NAMED).cloned().map(Component::Endpoint).collect();
    if parts.is_empty() || blame == Some(Blame::Gateway) {
        parts.insert(Component::Gateway(gateway.into()));
    }
    parts
}

fn sentence(
    round: &RouteRound,
    breach: &Breach,
    details: Option<&Details>,
    cause: Option<&'static str>,
    objective: &str,
) -> String {
    let (route, upstream) = (name(&round.route), name(&round.upstream));
    let (some, of, share) = (count(breach.count), count(breach.of), percent(breach.share()));
    let within = last(breach.within);
    let mostly = mostly(details, cause);
    let behind = format!("upstream {upstream} (route {route})");
    match breach.rule {
        Rule::Outage | Rule::Errors if breach.count == breach.of => {
            format!("all {of} requests of route {route} in the last {within} failed{mostly}")
        }
        Rule::Outage | Rule::Errors => {
            format!("{share} of {of} requests of route {route} in the last {within} failed{mostly}")
        }
        Rule::Burn => {
            let rate = breach.burn.map_or(0.0, |burn| burn.long);
            format!(
                "route {route} spends its error budget {rate:.0} times as fast as {objective} allow: \
                 {some} of {of} requests in the last {within} failed{mostly}"
            )
        }
        Rule::Breaker => {
            format!("the breaker of {behind} is open: nearly everything fails there{mostly}")
        }
        Rule::EndpointsOut => {
            let out = round.behind.iter().flat_map(|behind| &behind.out);
            let out: Vec<String> =
                out.take(crate::source::limits::NAMED).map(|endpoint| name(endpoint)).collect();
            let are = if some == "1" { "is" } else { "are" };
            format!(
                "{some} of {of} endpoints of {behind} {are} ejected or down: {}",
                out.join(", ")
            )
        }
        Rule::Handshakes => format!(
            "{some} of {of} TLS handshakes with endpoints of {behind} failed in the last {within}{mostly}"
        ),
        Rule::Latency95 | Rule::Latency99 => {
            let limit = about_exactly(breach.limit.unwrap_or_default());
            format!(
                "{share} of {of} requests of route {route} in the last {within} took longer than {limit}"
            )
        }
        Rule::Retries => format!(
            "{some} attempts were made again for {of} requests of route {route} in the last {within}{mostly}"
        ),
        Rule::Hedges => format!(
            "{some} second attempts were made beside slow ones for {of} requests of route {route} in \
             the last {within}: an endpoint has become slow"
        ),
        Rule::Lookups => format!(
            "{some} of {of} look-ups of the names of endpoints of {behind} failed in the last \
             {within}; the last answers stay in use"
        ),
        Rule::SlowLookups => {
            let limit = about_exactly(breach.limit.unwrap_or_default());
            format!(
                "{some} of {of} look-ups of the names of endpoints of {behind} in the last {within} \
                 took longer than {limit}: the name server answers late; the last answers stay in use"
            )
        }
        Rule::ClientHandshakes => format!(
            "{some} of {of} TLS handshakes of clients with the gateway failed in the last {within}: \
             look at its certificate"
        ),
    }
}

/// Says which cause leads, and where it was met.
fn mostly(details: Option<&Details>, cause: Option<&'static str>) -> String {
    let Some(cause) = cause else { return String::new() };
    let endpoints = details.map(|details| details.endpoints.as_slice()).unwrap_or_default();
    let place = match endpoints {
        [] => String::new(),
        [one] => format!(" at {one}"),
        [first, rest @ ..] => format!(" at {first} and {} more", rest.len()),
    };
    format!(", mostly {cause}{place}")
}

fn about_exactly(time: std::time::Duration) -> String {
    if time.subsec_millis() > 0 { format!("{} ms", time.as_millis()) } else { about(time) }
}

/// Returns what is found of the handshakes of clients.
pub(super) fn of_clients(breach: &Breach, gateway: &str) -> Finding {
    let round = RouteRound {
        route: "".into(),
        upstream: "".into(),
        verdict: super::rules::Verdict::Nothing,
        counts: super::counts::Counts::default(),
        within: breach.within,
        behind: None,
    };
    Finding {
        state: if breach.count == breach.of { State::Down } else { State::Partial },
        cause: None,
        confidence: 0.0,
        summary: sentence(&round, breach, None, None, ""),
        stage: Some(Stage::Tls),
        blame: Some(Blame::Gateway),
        components: BTreeSet::from([Component::Gateway(gateway.into())]),
    }
}
