//! Incidents: the list, the whole file of one, and what people say and do about it.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use goodgate_causes::catalogue;
use goodgate_door::{Object, list, ok};
use goodgate_incident::IncidentId;
use serde::Deserialize;
use serde_json::Value;

use super::refusal::{Answer, Refusal};
use super::share::rounded;
use super::{Panel, asked, monitors, within};
use crate::message::{Step, first_steps};
use crate::store::{Delivery, IncidentFile, IncidentRow};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    before: Option<u64>,
    limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    by: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    text: String,
    by: Option<String>,
}

/// `GET /incidents`.
pub(super) async fn all(State(panel): State<Arc<Panel>>, request: Request) -> Answer {
    let filter: Filter = asked::query(&request, "before (a number), limit (up to 1000)")?;
    let before = filter.before.map(IncidentId);
    let rows = within(panel.store.incidents(before, asked::limit(filter.limit))).await?;
    let shown = list(&rows, of);
    Ok(ok(Object::answer("goodgate.incidents/1")
        .at("at", (panel.calendar)())
        .with("incidents", shown)))
}

/// `GET /incidents/N`.
pub(super) async fn one(State(panel): State<Arc<Panel>>, Path(number): Path<String>) -> Answer {
    let file = file(&panel, &number).await?;
    let row = &file.incident;
    let timeline = list(&file.timeline, |entry| {
        Object::default()
            .at("at", entry.at)
            .with("kind", &*entry.kind)
            .with_some("monitor", entry.monitor.as_ref().map(ToString::to_string))
            .with_some("by", entry.by.as_deref())
            .with("text", entry.text.as_str())
    });
    let evidence = list(&file.evidence, |kept| {
        Object::default()
            .with("id", kept.number.to_string())
            .with("monitor", kept.monitor.to_string())
            .at("at", kept.at)
            .with("kind", &*kept.kind)
            .with("bytes", kept.bytes)
    });
    let steps = row.cause.as_deref().map(first_steps).unwrap_or_default();
    let steps = list(&steps, |step| match step {
        Step::Say(text) => Object::default().with("say", text.as_str()),
        Step::Run(command) => Object::default().with("run", command.as_str()),
    });
    let body = Object::answer("goodgate.incident/1")
        .at("at", (panel.calendar)())
        .with("incident", of(row))
        .with("timeline", timeline)
        .with("deliveries", list(&file.deliveries, of_delivery))
        .with("evidence", evidence)
        .with("steps", steps);
    Ok(ok(body))
}

/// `GET /incidents/N/evidence/K`.
pub(super) async fn evidence(
    State(panel): State<Arc<Panel>>,
    Path((number, piece)): Path<(String, String)>,
) -> Answer {
    let number = asked::number(&number, "incident")?;
    let piece = asked::number(&piece, "evidence")?;
    let found = match i64::try_from(piece) {
        Ok(piece) => within(panel.store.evidence(piece)).await?,
        Err(_) => None,
    };
    let Some(evidence) = found.filter(|it| it.incident == Some(IncidentId(number))) else {
        return Err(Refusal::missing(
            "This incident has no such evidence: it was another's, or the oldest has made room \
             (`[watch] evidence`).",
        ));
    };
    let body = Object::answer("goodgate.evidence/1")
        .with("incident", number.to_string())
        .with("monitor", evidence.monitor.to_string())
        .at("at", evidence.at)
        .with("kind", &*evidence.kind);
    let body = match serde_json::from_slice::<Value>(&evidence.body) {
        Ok(value) => body.with("evidence", value),
        Err(_) => body.with("text", String::from_utf8_lossy(&evidence.body).into_owned()),
    };
    Ok(ok(body))
}

/// `POST /incidents/N/acknowledge`.
pub(super) async fn acknowledge(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let who: Who = asked::body(request.into_body()).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.acknowledge(id, asked::by(who.by, "api")?)).await?;
    now_is(&panel, &number).await
}

/// `POST /incidents/N/resolve`.
pub(super) async fn resolve(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let who: Who = asked::body(request.into_body()).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.resolve(id, asked::by(who.by, "api")?)).await?;
    now_is(&panel, &number).await
}

/// `POST /incidents/N/notes`.
pub(super) async fn note(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let (text, by) = said(request).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.note(id, by, text)).await?;
    now_is(&panel, &number).await
}

/// `POST /incidents/N/steps`.
pub(super) async fn step(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let (text, by) = said(request).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.step(id, by, text)).await?;
    now_is(&panel, &number).await
}

async fn said(request: Request) -> Result<(String, String), Refusal> {
    let said: Said = asked::body(request.into_body()).await?;
    Ok((asked::text(&said.text, "text")?, asked::by(said.by, "api")?))
}

/// `POST /incidents/N/publish`.
pub(super) async fn publish(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let (text, by) = said(request).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.publish(id, by, text)).await?;
    now_is(&panel, &number).await
}

/// `POST /incidents/N/retract`.
pub(super) async fn retract(
    State(panel): State<Arc<Panel>>,
    Path(number): Path<String>,
    request: Request,
) -> Answer {
    let who: Who = asked::body(request.into_body()).await?;
    let id = file(&panel, &number).await?.incident.id;
    within(panel.desk.retract(id, asked::by(who.by, "api")?)).await?;
    now_is(&panel, &number).await
}

/// Finds an incident.
pub(super) async fn file(panel: &Panel, number: &str) -> Result<IncidentFile, Refusal> {
    let id = IncidentId(asked::number(number, "incident")?);
    within(panel.store.incident(id)).await?.ok_or_else(|| {
        Refusal::missing(format!("There is no incident {id}; GET /incidents lists them."))
    })
}

/// Answers with an incident as it is now.
async fn now_is(panel: &Panel, number: &str) -> Answer {
    let row = file(panel, number).await?.incident;
    Ok(ok(Object::answer("goodgate.incident_told/1").with("incident", of(&row))))
}

/// Returns how far an incident is.
pub(super) fn stage(row: &IncidentRow) -> &'static str {
    match (&row.resolved_at, &row.acknowledged) {
        (Some(_), _) => "resolved",
        (None, Some(_)) => "acknowledged",
        (None, None) => "open",
    }
}

/// Shows an incident in short.
pub(super) fn of(row: &IncidentRow) -> Object {
    let members: Vec<String> = row.members.iter().map(ToString::to_string).collect();
    let title = row.cause.as_deref().and_then(catalogue::find).map(|cause| cause.summary);
    let acknowledged =
        row.acknowledged.as_ref().map(|(at, by)| Object::default().at("at", *at).with("by", &**by));
    Object::default()
        .with("id", row.id.to_string())
        .with("kind", &*row.kind)
        .with("state", stage(row))
        .at("opened_at", row.opened_at)
        .with_some("acknowledged", acknowledged)
        .at_some("resolved_at", row.resolved_at)
        .with_some("cause", row.cause.as_deref())
        .with_some("title", title)
        .with("confidence", rounded(row.confidence))
        .with("summary", row.summary.as_str())
        .with_some("stage", row.stage.map(goodgate_evidence::Stage::slug))
        .with_some("blame", row.blame.map(goodgate_evidence::Blame::slug))
        .with("components", monitors::components(&row.components))
        .with("monitors", members)
}

/// Shows what became of an alert.
pub(super) fn of_delivery(delivery: &Delivery) -> Object {
    let alert = &delivery.alert;
    Object::default()
        .with("key", alert.key.to_string())
        .with("incident", alert.key.incident.to_string())
        .with("kind", alert.key.kind.slug())
        .with("channel", alert.channel.to_string())
        .with("state", delivery.state.slug())
        .at("decided_at", alert.decided_at)
        .at("due_at", alert.due_at)
        .with("attempts", delivery.attempts)
        .with_some("why", delivery.why.clone())
        .at_some("accepted_at", delivery.accepted_at)
}
