//! The monitors: how they are, and creating, removing, pausing and checking them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State as Shared};
use axum::http::StatusCode;
use goodgate_door::{Object, json, list, ok};
use goodgate_incident::{Component, Finding, State, Timestamp};
use serde_json::{Map, Value};

use super::asked;
use super::book::{done, id_over_api, no_monitor};
use super::moments::before;
use super::refusal::{Answer, Refusal};
use super::share::{self, rounded};
use super::{Panel, definition, limits, selection, within};
use crate::desk::{Certificate, MonitorView, Place, Refused, Survey};
use crate::store::{Grain, Measured, RollUp, Seen, Span};

/// `GET /monitors`.
pub(super) async fn all(Shared(panel): Shared<Arc<Panel>>, request: Request) -> Answer {
    let selection = selection::of(&request)?;
    let order = selection.order;
    let survey = within(panel.desk.survey(selection)).await?;
    let now = (panel.calendar)();
    let place = |place: Option<Place>| place.map(|place| selection::cursor(&place, order));
    let tags = list(&survey.tags, |(tag, count)| {
        Object::default().with("tag", &**tag).with("monitors", *count)
    });
    let body = Object::answer("goodgate.monitors/1")
        .at("at", now)
        .with("states", counts(&survey))
        .with("bad_gateways", survey.bad_gateways)
        .with("tags", tags)
        .with("matching", survey.matching)
        .with("before", survey.before)
        .with("monitors", list(&survey.monitors, |view| of(view, now)))
        .with_some("next", place(survey.next))
        .with_some("previous", place(survey.previous));
    Ok(ok(body))
}

/// `GET /monitors/ID`.
pub(super) async fn one(Shared(panel): Shared<Arc<Panel>>, Path(id): Path<String>) -> Answer {
    let view = panel.monitor(&id).await?;
    let now = (panel.calendar)();
    let mut shown = of(&view, now);
    shown = shown.with("uptime", share::uptime(&panel, &view, now).await?);
    if let Some(slo) = panel.slo(&view.id).await? {
        shown = shown.with_some("slo", share::budget(&panel, &view.id, &slo, now).await?);
    }
    // As far back as so many checks go, or an hour where they are quicker than that.
    let back = (view.interval * limits::RESULTS as u32).max(Duration::from_hours(1));
    let span = |back| Span { from: before(now, back), until: now };
    let most = crate::store::limits::ROWS;
    let results = within(panel.store.results(&view.id, span(back), most)).await?;
    let last = results.iter().rev().take(limits::RESULTS);
    let day = span(Duration::from_hours(24));
    let hours = within(panel.store.roll_ups(&view.id, Grain::Hour, day)).await?;
    let month = span(Duration::from_hours(30 * 24));
    let days = within(panel.store.roll_ups(&view.id, Grain::Day, month)).await?;
    let changes = within(panel.store.transitions(&view.id, month, limits::TRANSITIONS)).await?;
    let changes = changes.iter().rev().take(limits::RESULTS);
    shown = shown
        .with("results", list(last, of_result))
        .with("hours", list(&hours, of_roll_up))
        .with("days", list(&days, of_roll_up))
        .with(
            "transitions",
            list(changes, |kept| {
                Object::default()
                    .at("at", kept.at)
                    .with("from", kept.from.slug())
                    .with("to", kept.to.slug())
                    .with_some("doubt", kept.doubt.map(goodgate_incident::Doubt::slug))
                    .with_some("cause", kept.cause.as_deref())
                    .with_some("summary", kept.summary.clone())
            }),
        );
    Ok(ok(Object::answer("goodgate.monitor/1").at("at", now).with("monitor", shown)))
}

/// `PUT /monitors/NAME`.
pub(super) async fn put(
    Shared(panel): Shared<Arc<Panel>>,
    Path(name): Path<String>,
    request: Request,
) -> Answer {
    let keys: Map<String, Value> = asked::body(request.into_body()).await?;
    let (name, id) = id_over_api(&name);
    if panel.in_file(&name).is_some() {
        return Err(Refused::InFile(goodgate_incident::MonitorId(Arc::from(name))).into());
    }
    let is_new = within(panel.desk.monitor(id.clone())).await?.is_none();
    let id = within(panel.desk.put_monitor(name, definition::toml(&keys)?)).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(json(status, Object::answer("goodgate.monitor_kept/1").with("id", id.to_string())))
}

/// `DELETE /monitors/NAME`.
pub(super) async fn remove(Shared(panel): Shared<Arc<Panel>>, Path(name): Path<String>) -> Answer {
    if panel.in_file(&name).is_some() {
        return Err(Refused::InFile(goodgate_incident::MonitorId(Arc::from(name))).into());
    }
    let (_, id) = id_over_api(&name);
    within(panel.desk.remove_monitor(id.clone())).await?;
    Ok(done("goodgate.monitor_removed/1", "id", &id.0))
}

/// `POST /monitors/ID/pause`, `resume` and `check`.
pub(super) async fn act(Shared(panel): Shared<Arc<Panel>>, Path(path): Path<String>) -> Answer {
    let Some((id, action)) = path.rsplit_once('/') else {
        let error = "Add what to do: /pause, /resume or /check.";
        return Err(Refusal { allow: Some("GET, HEAD, PUT, DELETE"), ..not_so(error) });
    };
    if !matches!(action, "pause" | "resume" | "check") {
        return Err(no_monitor(&path));
    }
    let id = panel.monitor(id).await?.id;
    match action {
        "check" => within(panel.desk.check_now(id.clone())).await?,
        action => within(panel.desk.pause(id.clone(), action == "pause")).await?,
    }
    let body = Object::answer("goodgate.monitor_told/1").with("id", id.to_string());
    Ok(ok(body.with("done", action)))
}

fn not_so(error: &str) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, error)
}

/// Shows a monitor as it is.
pub(super) fn of(view: &MonitorView, now: Timestamp) -> Object {
    let tags: Vec<&str> = view.tags.iter().map(|tag| &**tag).collect();
    Object::default()
        .with("id", view.id.to_string())
        .with("origin", view.origin.slug())
        .with("kind", view.kind)
        .with("target", view.target.as_str())
        .with("interval_ms", millis(view.interval))
        .with("tags", tags)
        .with("state", view.state.slug())
        .at("since", view.since)
        .with("for_seconds", now.0.saturating_sub(view.since.0).max(0) / 1_000_000)
        .with_some("doubt", view.doubt.map(goodgate_incident::Doubt::slug))
        .with_some("finding", view.finding.as_ref().map(of_finding))
        .with_some("last", view.last.as_ref().map(of_result))
        .with_some("certificate", view.certificate.as_ref().map(of_certificate))
        .with_some("incident", view.incident.map(|id| id.to_string()))
}

/// Shows how many monitors there are, altogether and by state.
pub(super) fn counts(survey: &Survey) -> Object {
    let all = Object::default().with("total", survey.total());
    let of_state = State::ALL.iter().zip(survey.states);
    of_state.fold(all, |all, (state, count)| all.with(state.slug(), count))
}

fn of_certificate(certificate: &Certificate) -> Object {
    Object::default().with("sha256", &*certificate.sha256).at("not_after", certificate.not_after)
}

fn of_finding(finding: &Finding) -> Object {
    let title = finding.cause.and_then(goodgate_causes::catalogue::find).map(|cause| cause.summary);
    Object::default()
        .with("state", finding.state.slug())
        .with_some("cause", finding.cause)
        .with_some("title", title)
        .with("confidence", rounded(finding.confidence))
        .with("summary", finding.summary.as_str())
        .with_some("stage", finding.stage.map(goodgate_evidence::Stage::slug))
        .with_some("blame", finding.blame.map(goodgate_evidence::Blame::slug))
        .with("components", components(&finding.components))
}

/// Shows what failing monitors have in common.
pub(super) fn components<'a>(all: impl IntoIterator<Item = &'a Component>) -> Value {
    list(all, |component| {
        let (kind, name) = match component {
            Component::Endpoint(name) => ("endpoint", name),
            Component::Address(name) => ("address", name),
            Component::Gateway(name) => ("gateway", name),
            Component::Certificate(name) => ("certificate", name),
            Component::Dependency(name) => ("dependency", name),
        };
        Object::default().with("kind", kind).with("name", &**name)
    })
}

fn of_result(result: &Measured) -> Object {
    let (outcome, why) = match &result.seen {
        Seen::Good => ("good", None),
        Seen::Bad(cause) => ("bad", cause.as_deref()),
        Seen::Unmeasured(doubt) => ("unmeasured", Some(doubt.slug())),
    };
    let ms = |time: Option<Duration>| time.map(millis);
    let phases = &result.phases;
    let phases = Object::default()
        .with_some("resolve_ms", ms(phases.resolve))
        .with_some("connect_ms", ms(phases.connect))
        .with_some("tls_ms", ms(phases.tls))
        .with_some("head_ms", ms(phases.head))
        .with_some("body_ms", ms(phases.body));
    Object::default()
        .at("at", result.at)
        .with("took_ms", millis(result.took))
        .with("state", result.state.slug())
        .with("outcome", outcome)
        .with_some("why", why)
        .with_some("status", result.status)
        .with("phases", phases)
}

fn of_roll_up(roll_up: &RollUp) -> Object {
    let of_state = State::ALL.iter().zip(roll_up.states);
    let states = of_state.filter(|(_, count)| *count > 0);
    let states =
        states.fold(Object::default(), |all, (state, count)| all.with(state.slug(), count));
    let quantile = |share| roll_up.latencies.quantile(share).map(millis);
    Object::default()
        .at("at", roll_up.start)
        .with("checks", roll_up.count())
        .with("bad", roll_up.bad)
        .with("states", states)
        .with_some("p50_ms", quantile(0.5))
        .with_some("p95_ms", quantile(0.95))
        .with_some("p99_ms", quantile(0.99))
}

fn millis(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
