//! Alerts that wait, and those that were given up.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Request, State};
use goodgate_door::{Object, list, ok};
use goodgate_incident::IncidentId;
use serde::Deserialize;

use super::incidents::of_delivery;
use super::refusal::{Answer, Refusal};
use super::{Panel, asked, limits, within};
use crate::store::{AlertState, Delivery};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    limit: Option<usize>,
}

/// `GET /alerts`.
pub(super) async fn all(State(panel): State<Arc<Panel>>, request: Request) -> Answer {
    let filter: Filter = asked::query(&request, "limit (up to 1000)")?;
    let limit = asked::limit(filter.limit);
    let dead = dead_letters(&panel).await?;
    let total = panel.store.health().alerts_pending;
    let pending = if total > 0 { pending(&panel).await? } else { Vec::new() };
    let body = Object::answer("goodgate.alerts/1")
        .at("at", (panel.calendar)())
        .with("pending_total", total)
        .with("pending", list(pending.iter().take(limit), of_delivery))
        .with("dead_total", dead.len())
        .with("dead", list(dead.iter().take(limit), of_delivery));
    Ok(ok(body))
}

/// Returns the alerts that were given up, the latest first.
pub(super) async fn dead_letters(panel: &Panel) -> Result<Vec<Delivery>, Refusal> {
    within(panel.store.dead_letters(limits::ROWS_MAX)).await
}

/// Finds alerts that wait among those of open incidents and of the latest ones.
async fn pending(panel: &Panel) -> Result<Vec<Delivery>, Refusal> {
    let open = within(panel.store.open_incidents()).await?;
    let latest = within(panel.store.incidents(None, limits::SEARCHED)).await?;
    let ids: BTreeSet<IncidentId> =
        open.iter().rev().take(limits::SEARCHED).chain(&latest).map(|row| row.id).collect();
    let mut found = Vec::new();
    for id in ids.into_iter().rev() {
        let Some(file) = within(panel.store.incident(id)).await? else { continue };
        found.extend(file.deliveries.into_iter().filter(|it| it.state == AlertState::Pending));
        if found.len() >= limits::ROWS_MAX {
            break;
        }
    }
    found.sort_by_key(|delivery| delivery.alert.due_at);
    Ok(found)
}
