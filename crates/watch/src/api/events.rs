//! Changes: what was deployed, reloaded or replaced, as people and pipelines tell it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use goodgate_door::{Object, json, list, ok};
use goodgate_incident::incident::MarkerKind;
use serde::Deserialize;

use super::guard::Right;
use super::moments::{after, before};
use super::refusal::{Answer, Refusal};
use super::{Panel, asked, within};
use crate::store::{Marker, Span};

/// From when on changes are listed unless asked otherwise.
const RECENT: Duration = Duration::from_hours(7 * 24);

/// How long ago or ahead the clock of somebody else may put a change.
const PAST: Duration = Duration::from_hours(366 * 24);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    since: Option<String>,
    until: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    text: String,
    #[serde(default)]
    tags: Vec<String>,
    by: Option<String>,
    at: Option<String>,
}

/// `GET /events`.
pub(super) async fn all(State(panel): State<Arc<Panel>>, request: Request) -> Answer {
    let filter: Filter = asked::query(&request, "since, until (moments), limit (up to 1000)")?;
    let now = (panel.calendar)();
    let from = filter.since.map_or(Ok(before(now, RECENT)), |it| asked::moment(&it, "since"))?;
    let until = after(now, Duration::from_hours(1));
    let until = filter.until.map_or(Ok(until), |it| asked::moment(&it, "until"))?;
    let most = crate::store::limits::ROWS;
    let markers = within(panel.store.markers(Span { from, until }, most)).await?;
    let latest = markers.iter().rev().take(asked::limit(filter.limit));
    Ok(ok(Object::answer("goodgate.events/1").at("at", now).with("events", list(latest, of))))
}

/// `POST /events`.
pub(super) async fn mark(
    State(panel): State<Arc<Panel>>,
    Extension(right): Extension<Right>,
    request: Request,
) -> Answer {
    let told: Told = asked::body(request.into_body()).await?;
    let Some(kind) = MarkerKind::of_slug(&told.kind) else {
        let kinds = MarkerKind::ALL.map(MarkerKind::slug).join(", ");
        return Err(Refusal::bad(format!("`kind` is one of {kinds}.")));
    };
    let now = (panel.calendar)();
    let at = told.at.map_or(Ok(now), |at| asked::moment(&at, "at"))?;
    if at > after(now, Duration::from_hours(1)) || at < before(now, PAST) {
        return Err(Refusal::bad("`at` is more than an hour ahead, or more than a year ago."));
    }
    let usual = if right == Right::Teller { "webhook" } else { "api" };
    let by = asked::by(told.by, usual)?;
    let by = if right == Right::Teller && by != usual { format!("webhook:{by}") } else { by };
    let marker = Marker {
        at,
        kind: Arc::from(kind.slug()),
        text: asked::text(&told.text, "text")?,
        source: Arc::from(by),
        tags: asked::words(told.tags, "tags")?,
    };
    // A tag that nothing has is a slip of the pen, and the change would be nobody's.
    let views = within(panel.desk.monitors()).await?;
    let known: BTreeSet<&Arc<str>> = views.iter().flat_map(|view| &view.tags).collect();
    if let Some(tag) = marker.tags.iter().find(|tag| !known.contains(tag)) {
        return Err(Refusal::unfit(format!(
            "No monitor has the tag {tag}; GET /monitors shows which there are. Without tags the \
             change is about all of them."
        )));
    }
    let shown = of(&marker);
    within(panel.desk.mark(marker)).await?;
    Ok(json(StatusCode::CREATED, Object::answer("goodgate.event/1").with("event", shown)))
}

fn of(marker: &Marker) -> Object {
    let tags: Vec<&str> = marker.tags.iter().map(|tag| &**tag).collect();
    Object::default()
        .at("at", marker.at)
        .with("kind", &*marker.kind)
        .with("text", marker.text.as_str())
        .with("by", &*marker.source)
        .with("tags", tags)
}
