//! Alerts that wait, and those that were given up.

use std::sync::Arc;

use axum::extract::{Request, State};
use goodgate_door::{Object, list, ok};
use serde::Deserialize;

use super::incidents::of_delivery;
use super::refusal::{Answer, Refusal};
use super::{Panel, asked, limits, within};
use crate::store::{Delivery, Undelivered};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    limit: Option<usize>,
}

/// `GET /alerts`.
pub(super) async fn all(State(panel): State<Arc<Panel>>, request: Request) -> Answer {
    let filter: Filter = asked::query(&request, "limit (up to 1000)")?;
    let limit = asked::limit(filter.limit);
    let Undelivered { pending, pending_total, dead, dead_total } =
        within(panel.store.undelivered(limit)).await?;
    let body = Object::answer("goodgate.alerts/1")
        .at("at", (panel.calendar)())
        .with("pending_total", pending_total)
        .with("pending", list(&pending, of_delivery))
        .with("dead_total", dead_total)
        .with("dead", list(&dead, of_delivery));
    Ok(ok(body))
}

/// Returns the alerts that were given up, the latest first.
pub(super) async fn dead_letters(panel: &Panel) -> Result<Vec<Delivery>, Refusal> {
    within(panel.store.dead_letters(limits::ROWS_MAX)).await
}
