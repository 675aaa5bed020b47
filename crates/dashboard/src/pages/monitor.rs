//! One monitor: how it is and why, its uptime, its response times, what failed; for operators: check now,
//! pause and resume.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::finding::Finding;
use super::form::{Came, Filled, Sender};
use super::reply::see;
use super::{Frame, missing, page};
use crate::back::{self, Ask, Missing, accepted, read};
use crate::drawn::{self, Bars, Checks, Percentiles, Unit};
use crate::limits::{CERTIFICATE_SOON, CHANGES_SHOWN, FAILURES_SHOWN, MONITOR_ID, TAGS_SHOWN};
use crate::model::{
    Certificate, Change, Measured, Monitor, MonitorAnswer, MonitorFile, Slo, Uptime,
};
use crate::running::App;
use crate::session::Viewer;
use crate::told;
use crate::words::{self, lasted, millis, moment, percent, text};

/// What was just done, for a word about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    did: String,
}

#[derive(Template)]
#[template(path = "monitor.html")]
struct Page {
    frame: Frame,
    id: String,
    path: String,
    class: &'static str,
    sign: &'static str,
    word: String,
    since: String,
    did: &'static str,
    doubt: String,
    finding: Option<Finding>,
    is_fine: bool,
    incident: Option<(String, String)>,
    acts: Vec<(&'static str, &'static str)>,
    uptime: Vec<Shares>,
    slo: Option<Budget>,
    days: Option<Bars>,
    hours: Option<Bars>,
    checks: Option<Checks>,
    percentiles: Option<Percentiles>,
    failures: Vec<Failure>,
    more_failures: usize,
    changes: Vec<Changed>,
    /// That its certificate ends soon; else empty.
    ending: String,
    facts: Vec<(&'static str, String)>,
    tags: Vec<(String, String)>,
}

/// The shares of one time.
struct Shares {
    time: &'static str,
    up: String,
    partial: String,
    down: String,
    unknown: String,
    excepted: String,
}

/// The error budget in words.
struct Budget {
    says: String,
    is_bad: bool,
}

struct Failure {
    at: String,
    class: &'static str,
    sign: &'static str,
    word: &'static str,
    why: String,
    cause: String,
    status: String,
    took: String,
}

struct Changed {
    at: String,
    from: String,
    to: String,
    class: &'static str,
    sign: &'static str,
    why: String,
}

/// `GET /monitors/ID`.
pub(crate) async fn monitor(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    let Some(path) = path_of(&id) else { return missing(&headers, &viewer, &none()) };
    match read::<MonitorAnswer>(&*app.watch, Ask::get(format!("/monitors/{path}"))).await {
        Ok(answer) => {
            page(StatusCode::OK, &headers, &of(Frame::live("", "/", &viewer), &answer, &wish))
        }
        Err(why) => missing(&headers, &viewer, &for_people(why)),
    }
}

/// `POST /monitors/ID/check`, `pause` and `resume`.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Path(path): Path<String>,
    came: Came<Filled>,
) -> Response<Body> {
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/" };
    if let Err(page) = sender.operator(came, |it| &it.key) {
        return *page;
    }
    let found = path.rsplit_once('/').and_then(|(id, act)| {
        let act = ["check", "pause", "resume"].into_iter().find(|it| *it == act)?;
        Some((path_of(id)?, act))
    });
    let Some((id, act)) = found else { return missing(&headers, &viewer, &none()) };
    let ask = Ask::post(format!("/monitors/{id}/{act}"), json!({ "by": viewer.by() }));
    match accepted(&*app.watch, ask).await {
        Ok(_) => see(&format!("/monitors/{id}?did={act}")),
        Err(why) => missing(&headers, &viewer, &for_people(why)),
    }
}

/// Returns the path of a monitor at the watch. None for what cannot be an id: a part of a path that means
/// another place (RFC 3986 section 5.2.4) leads nowhere.
fn path_of(id: &str) -> Option<String> {
    // The route `/` of a gateway has the id `gateway//`.
    let is_part = |part: &str| !matches!(part, "." | "..");
    let is_id = !id.is_empty() && !id.starts_with('/') && id.len() <= MONITOR_ID;
    (is_id && id.split('/').all(is_part)).then(|| back::segments(id))
}

fn none() -> Missing {
    let why = "No monitor has this name: it may have been removed. The overview lists all.";
    Missing::Refused { status: 404, why: why.to_owned() }
}

/// Says that there is none in words of these pages: the watch speaks to those who use its API.
fn for_people(why: Missing) -> Missing {
    if matches!(why, Missing::Refused { status: 404, .. }) { none() } else { why }
}

fn of(mut frame: Frame, answer: &MonitorAnswer, wish: &Wish) -> Page {
    let MonitorAnswer { at, monitor } = answer;
    let now = &monitor.now;
    let id = text(&now.id);
    let word = text(words::state(&now.state));
    frame.title = format!("{word}: {id}");
    let is_fine = now.state == "up";
    let failed: Vec<&Measured> = monitor.results.iter().filter(|it| it.outcome != "good").collect();
    let incident = now.incident.as_deref().map(|it| (text(it), told::segment(it)));
    let tags = now.tags.iter().take(TAGS_SHOWN);
    Page {
        frame,
        id,
        path: told::segments(&now.id),
        class: told::class(&now.state),
        sign: words::sign(&now.state),
        word,
        since: since(monitor),
        did: did(&wish.did),
        doubt: now.doubt.as_deref().map(told::doubt).unwrap_or_default().into_owned(),
        finding: now.finding.as_ref().map(|it| Finding::of_monitor(it, is_fine)),
        is_fine,
        incident,
        acts: acts(&now.state),
        uptime: uptime(monitor),
        slo: monitor.slo.as_ref().map(budget),
        days: drawn::bars(&monitor.days, at, Unit::Day),
        hours: drawn::bars(&monitor.hours, at, Unit::Hour),
        checks: drawn::checks(&monitor.results),
        percentiles: drawn::percentiles(&monitor.hours, at),
        more_failures: failed.len().saturating_sub(FAILURES_SHOWN),
        failures: failed.into_iter().take(FAILURES_SHOWN).map(failure).collect(),
        changes: monitor.transitions.iter().take(CHANGES_SHOWN).map(changed).collect(),
        ending: ending(now.certificate.as_ref(), at),
        facts: facts(monitor, at),
        tags: tags.map(|it| (text(it), told::segment(it))).collect(),
    }
}

fn since(monitor: &MonitorFile) -> String {
    if monitor.now.since.is_empty() {
        return "Since when is not known.".to_owned();
    }
    let (since, lasting) = (moment(&monitor.now.since), lasted(monitor.now.for_seconds));
    format!("Since {since}, for {lasting}.")
}

fn did(act: &str) -> &'static str {
    match act {
        "check" => "A check was asked for. Its result stands below within seconds.",
        "pause" => "Pausing was asked for: nothing is checked until it is resumed.",
        "resume" => "Resuming was asked for: it is checked again.",
        _ => "",
    }
}

fn acts(state: &str) -> Vec<(&'static str, &'static str)> {
    if state == "paused" {
        vec![("resume", "Resume")]
    } else {
        vec![("check", "Check now"), ("pause", "Pause")]
    }
}

fn uptime(monitor: &MonitorFile) -> Vec<Shares> {
    let times = [("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d")];
    times.map(|(key, time)| shares(time, monitor.uptime.get(key))).into()
}

fn shares(time: &'static str, uptime: Option<&Uptime>) -> Shares {
    let known = |share: Option<f64>, words: fn(f64) -> String| {
        share.map_or_else(|| "not known".to_owned(), |it| words(it.clamp(0.0, 1.0)))
    };
    let of = |part: fn(&Uptime) -> Option<f64>| uptime.and_then(part);
    // What is up in no measured time is no share of anything: 0 % up would be a claim.
    let is_measured = of(|it| it.unknown).is_some_and(|unknown| unknown < 1.0);
    let measured = |part: fn(&Uptime) -> Option<f64>| of(part).filter(|_| is_measured);
    Shares {
        time,
        up: known(measured(|it| it.up), percent),
        partial: known(measured(|it| it.partial), told::lost),
        down: known(measured(|it| it.down), told::lost),
        unknown: known(of(|it| it.unknown), told::lost),
        excepted: uptime.map_or_else(
            || "not known".to_owned(),
            |it| match it.excepted_seconds {
                0 => "none".to_owned(),
                seconds => lasted(seconds),
            },
        ),
    }
}

fn budget(slo: &Slo) -> Budget {
    let share = |share: f64| percent(share.clamp(0.0, 1_000.0));
    // As it was written: 99.9 %, and not 99.900 %.
    let objective = (slo.objective.clamp(0.0, 1.0) * 1e8).round() / 1e6;
    let window = lasted(slo.window_seconds);
    let left = if slo.spent >= 1.0 {
        "The error budget is used up.".to_owned()
    } else {
        format!("{} of the error budget is left.", share(slo.left))
    };
    let pace = format!(
        "In the last hour it was used up {:.1} times as fast as it may be",
        slo.burn_rate_1h.clamp(0.0, 1e9)
    );
    let warning = if slo.burns_too_fast { ": too fast" } else { "" };
    Budget {
        says: format!("Objective: {objective} % over {window}. {left} {pace}{warning}."),
        is_bad: slo.burns_too_fast || slo.spent >= 1.0,
    }
}

fn failure(check: &Measured) -> Failure {
    let is_bad = check.outcome == "bad";
    let why = check.why.as_deref().unwrap_or_default();
    let cause = if is_bad { told::segment(why) } else { String::new() };
    Failure {
        at: short(&check.at),
        class: if is_bad { "down" } else { "unknown" },
        sign: words::sign(if is_bad { "down" } else { "unknown" }),
        word: if is_bad { "Failed" } else { "Not measured" },
        why: if is_bad { text(why) } else { told::doubt(why).into_owned() },
        cause,
        status: check.status.map(|it| it.to_string()).unwrap_or_default(),
        took: millis(check.took_ms),
    }
}

fn changed(change: &Change) -> Changed {
    let doubt = change.doubt.as_deref().map(told::doubt).map(std::borrow::Cow::into_owned);
    let seen = change.summary.as_deref().or(change.cause.as_deref()).map(text);
    Changed {
        at: short(&change.at),
        from: text(words::state(&change.from)),
        to: text(words::state(&change.to)),
        class: told::class(&change.to),
        sign: words::sign(&change.to),
        why: doubt.or(seen).unwrap_or_default(),
    }
}

/// Returns a moment without its zone, for a column that names it.
fn short(at: &str) -> String {
    moment(at).trim_end_matches(" UTC").to_owned()
}

fn facts(monitor: &MonitorFile, at: &str) -> Vec<(&'static str, String)> {
    let now = &monitor.now;
    let origin = match now.origin.as_str() {
        "file" => "the configuration".to_owned(),
        "api" => "the API".to_owned(),
        "source" => "the watch itself".to_owned(),
        other => text(other),
    };
    let last = now.last.as_ref().map_or_else(
        || "none yet".to_owned(),
        |last| {
            let ago = words::between(&last.at, at).map(|it| format!(", {} ago", lasted(it)));
            let (outcome, took) = (drawn::outcome(last), millis(last.took_ms));
            format!("{outcome}, {took}{}", ago.unwrap_or_default())
        },
    );
    let mut facts = vec![
        ("Target", text(&now.target)),
        ("Kind", text(&now.kind)),
        ("Interval", millis(now.interval_ms)),
        ("Last check", last),
    ];
    if has_certificate(now) {
        facts.push(("Certificate", validity(now.certificate.as_ref(), at)));
    }
    facts.push(("Comes from", origin));
    facts
}

/// Whether a target shows a certificate, also before it was seen.
fn has_certificate(now: &Monitor) -> bool {
    now.certificate.is_some() || now.kind == "tls" || now.target.starts_with("https://")
}

/// Says for how long a certificate is valid.
fn validity(certificate: Option<&Certificate>, at: &str) -> String {
    let Some(certificate) = certificate else { return "not known yet".to_owned() };
    let until = &certificate.not_after;
    let left = words::between(at, until).filter(|left| *left > 0);
    let ago = words::between(until, at);
    match (left, ago) {
        (Some(left), _) => format!("valid for {} more, until {}", lasted(left), moment(until)),
        (None, Some(ago)) => format!("ended {} ago, at {}", lasted(ago), moment(until)),
        (None, None) => "not known".to_owned(),
    }
}

/// Warns of a certificate that ends soon, or has; nothing where there is time.
fn ending(certificate: Option<&Certificate>, at: &str) -> String {
    let end = certificate.map(|it| it.not_after.as_str()).unwrap_or_default();
    match words::between(at, end) {
        Some(left) if left < CERTIFICATE_SOON.as_secs() => {
            format!("Its certificate: {}. Renew it.", validity(certificate, at))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
#[path = "monitor_tests.rs"]
mod tests;
