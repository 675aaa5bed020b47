//! The signed links of messages: `GET` shows a page, since mail programs and scanners follow every link;
//! `POST` acts.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, Uri};
use goodgate_incident::IncidentId;

use super::page::{Button, Page, page};
use super::refusal::Refusal;
use super::{Panel, asked, incidents, limits, within};
use crate::message::link::Refused;
use crate::store::IncidentRow;

/// The largest form: a name, percent-encoded.
const FORM: usize = 4096;

/// `GET /incident/N/acknowledge`.
pub(super) async fn show(State(panel): State<Arc<Panel>>, request: Request) -> Response<Body> {
    match granted(&panel, request.uri()).await {
        Ok(row) => match incidents::stage(&row) {
            "resolved" => page(StatusCode::OK, &over(&row)),
            "acknowledged" => page(StatusCode::OK, &taken(&row)),
            _ => page(StatusCode::OK, &asking(&row)),
        },
        Err(response) => response,
    }
}

/// `POST /incident/N/acknowledge`.
pub(super) async fn act(State(panel): State<Arc<Panel>>, request: Request) -> Response<Body> {
    let row = match granted(&panel, request.uri()).await {
        Ok(row) => row,
        Err(response) => return response,
    };
    match incidents::stage(&row) {
        "resolved" => return page(StatusCode::CONFLICT, &over(&row)),
        "acknowledged" => return page(StatusCode::OK, &taken(&row)),
        _ => {}
    }
    let by = match name(request).await {
        Ok(by) => by,
        Err(refusal) => return failed(&refusal),
    };
    if let Err(refusal) = within(panel.desk.acknowledge(row.id, by.clone())).await {
        return failed(&refusal);
    }
    let done = Page {
        title: format!("Incident {} is acknowledged", row.id),
        lead: format!("{by} takes care of it now: nobody else is called."),
        facts: facts(&row),
        button: None,
    };
    page(StatusCode::OK, &done)
}

/// Finds the incident of a link that is ours and not too old.
async fn granted(panel: &Panel, uri: &Uri) -> Result<IncidentRow, Response<Body>> {
    let verified =
        panel.signer.verify(uri.path(), uri.query().unwrap_or_default(), (panel.calendar)());
    let grant = verified.map_err(no_link)?;
    match within(panel.store.incident(grant.incident)).await {
        Ok(Some(file)) => Ok(file.incident),
        Ok(None) => Err(gone(grant.incident)),
        Err(refusal) => Err(failed(&refusal)),
    }
}

/// Reads who acts from the form.
async fn name(request: Request) -> Result<String, Refusal> {
    let bytes =
        to_bytes(request.into_body(), FORM).await.map_err(|_| super::router::too_large())?;
    let text = String::from_utf8_lossy(&bytes);
    let form = format!("/?{text}").parse().ok();
    let fields =
        form.and_then(|uri| axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let fields = fields.map(|it| it.0).unwrap_or_default();
    let by = fields.into_iter().find(|(name, _)| name == "by").map(|(_, value)| value);
    asked::by(by, "somebody, by the link in a message")
}

fn asking(row: &IncidentRow) -> Page {
    Page {
        title: format!("Incident {}: {}", row.id, row.summary),
        lead: "Do you take care of it? Then nobody else is called, and reminders become rare."
            .to_owned(),
        // The title says what it is.
        facts: facts(row).split_off(1),
        button: Some(Button { label: "I take care of it", name: "by", most: limits::NAME }),
    }
}

fn taken(row: &IncidentRow) -> Page {
    let lead = match &row.acknowledged {
        Some((at, by)) => format!("{by} takes care of it since {at}."),
        None => "Somebody takes care of it.".to_owned(),
    };
    let title = format!("Incident {} is acknowledged", row.id);
    Page { title, lead, facts: facts(row), button: None }
}

fn over(row: &IncidentRow) -> Page {
    let at = row.resolved_at.map(|at| format!(" since {at}")).unwrap_or_default();
    Page {
        title: format!("Incident {} is over", row.id),
        lead: format!("It is resolved{at}; nothing is left to be done."),
        facts: facts(row),
        button: None,
    }
}

fn facts(row: &IncidentRow) -> Vec<(&'static str, String)> {
    let mut members: Vec<String> = row.members.iter().take(10).map(ToString::to_string).collect();
    if row.members.len() > members.len() {
        members.push(format!("and {} more", row.members.len() - members.len()));
    }
    let mut facts = vec![("What", row.summary.clone())];
    if !members.is_empty() {
        facts.push(("Monitors", members.join(", ")));
    }
    facts.push(("Since", row.opened_at.to_string()));
    facts
}

fn gone(id: IncidentId) -> Response<Body> {
    let gone = Page {
        title: format!("Incident {id} is not kept any more"),
        lead: "It was resolved long ago.".to_owned(),
        facts: Vec::new(),
        button: None,
    };
    page(StatusCode::NOT_FOUND, &gone)
}

fn no_link(refused: Refused) -> Response<Body> {
    let (status, title, lead) = match refused {
        Refused::Expired => (
            StatusCode::GONE,
            "This link has expired",
            "Use the link of a later message about the incident, or `goodgate incident N ack` on the \
             host of the watch.",
        ),
        Refused::Malformed | Refused::Forged => (
            StatusCode::FORBIDDEN,
            "This is no link of this watch",
            "It may have been cut or changed on its way: copy it whole from the message. Nothing was \
             done.",
        ),
    };
    let shown =
        Page { title: title.to_owned(), lead: lead.to_owned(), facts: Vec::new(), button: None };
    page(status, &shown)
}

fn failed(refusal: &Refusal) -> Response<Body> {
    let shown = Page {
        title: "That did not work".to_owned(),
        lead: refusal.error.clone(),
        facts: Vec::new(),
        button: None,
    };
    page(refusal.status, &shown)
}
