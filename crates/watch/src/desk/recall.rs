//! What was kept, found again at the start.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_incident::incident::{self, Case, Member, Silence, Snapshot};
use goodgate_incident::{IncidentId, MonitorId, Timestamp};
use serde::de::DeserializeOwned;

use super::asked::api_silence;
use super::book::Awaited;
use super::limits::INCIDENTS_RECALLED;
use super::monitors::beat_name;
use super::record::{IncidentMemory, Members, MonitorMemory, WATCH, member_name, monitor_name};
use crate::check::{Plan, What};
use crate::store::{IncidentRow, Span, Store, StoreError};

/// Everything that the desk goes on with.
#[derive(Debug, Default)]
pub(super) struct Recalled {
    pub(super) snapshot: Snapshot,
    pub(super) members: Members,
    pub(super) awaited: BTreeMap<MonitorId, Awaited>,
}

/// Asks the store for all of it.
pub(super) async fn recall(store: &dyn Store, now: Timestamp) -> Result<Recalled, StoreError> {
    let mut recalled = Recalled::default();
    let snapshot = &mut recalled.snapshot;
    if let Some(watch) = memory(store, WATCH).await? {
        snapshot.watch = watch;
    }
    // What was lost with a damaged file is not used again either.
    let last = store.last_incident().await?.map_or(0, |id| id.0);
    snapshot.watch.last_incident = snapshot.watch.last_incident.max(last);
    let states = store.last_states().await?;
    for state in &states {
        let name = monitor_name(&state.monitor);
        let Some(kept) = memory::<MonitorMemory>(store, &name).await? else { continue };
        if let Some(standing) = kept.standing.clone() {
            snapshot.standings.insert(state.monitor.clone(), standing);
        }
        let MonitorMemory { saved, known, is_off, .. } = kept;
        let awaited = Awaited { saved, known, was_off: is_off };
        recalled.awaited.insert(state.monitor.clone(), awaited);
    }
    let all: Vec<MonitorId> = states.iter().map(|state| state.monitor.clone()).collect();
    for row in rows(store, now).await? {
        if let Some(case) = case(store, &row, &all).await? {
            let members = case.members.keys().cloned().collect::<BTreeSet<_>>();
            recalled.members.insert(row.id, members);
            snapshot.cases.insert(row.id, case);
        }
    }
    snapshot.silences = silences(store, now).await?;
    snapshot.markers = markers(store, now).await?;
    Ok(recalled)
}

/// Returns when a job last called, as far as that is known.
pub(super) async fn last_beat(store: &dyn Store, plan: &Plan) -> Option<Timestamp> {
    if !matches!(plan.what, What::Heartbeat { .. }) {
        return None;
    }
    let text = store.memory(&beat_name(&plan.monitor)).await.ok()??;
    text.parse().ok().map(Timestamp)
}

/// The incidents that can still change: those that are open, and those that were over not long ago.
async fn rows(store: &dyn Store, now: Timestamp) -> Result<Vec<IncidentRow>, StoreError> {
    let mut rows = store.open_incidents().await?;
    let known: BTreeSet<IncidentId> = rows.iter().map(|row| row.id).collect();
    let since = now.0.saturating_sub(incident::limits::WAITING.as_micros() as i64);
    let recent = store.incidents(None, INCIDENTS_RECALLED).await?.into_iter();
    let is_recent = |row: &IncidentRow| row.resolved_at.is_some_and(|at| at.0 >= since);
    rows.extend(recent.filter(|row| is_recent(row) && !known.contains(&row.id)));
    Ok(rows)
}

/// Finds an incident with its members, `all` monitors among them.
async fn case(
    store: &dyn Store,
    row: &IncidentRow,
    all: &[MonitorId],
) -> Result<Option<Case>, StoreError> {
    let Ok(kept) = serde_json::from_str::<IncidentMemory>(&row.memory) else { return Ok(None) };
    let mut members = BTreeMap::new();
    let wanted = if kept.has_more { all } else { &kept.members };
    for monitor in wanted {
        if let Some(member) = memory::<Member>(store, &member_name(row.id, monitor)).await? {
            members.insert(monitor.clone(), member);
        }
    }
    Ok(Some(Case { incident: kept.incident, members }))
}

async fn silences(
    store: &dyn Store,
    now: Timestamp,
) -> Result<BTreeMap<incident::SilenceId, Silence>, StoreError> {
    let rows = store.silences(now).await?.into_iter();
    let silence = |(id, row): (crate::store::SilenceId, crate::store::SilenceRow)| {
        let matchers = serde_json::from_str(&row.matches).ok()?;
        let (from, until, by) = (row.from, row.until, row.by.to_string());
        let id = api_silence(id);
        Some((id.clone(), Silence { id, matchers, from, until, by, why: row.why }))
    };
    Ok(rows.filter_map(silence).collect())
}

async fn markers(store: &dyn Store, now: Timestamp) -> Result<Vec<incident::Marker>, StoreError> {
    let before = incident::limits::MARKER_BEFORE.as_micros() as i64;
    let span = Span { from: Timestamp(now.0.saturating_sub(before)), until: Timestamp(i64::MAX) };
    let rows = store.markers(span, incident::limits::MARKERS_MAX).await?;
    let marker = |row: crate::store::Marker| incident::Marker {
        at: row.at,
        kind: incident::MarkerKind::of_slug(&row.kind).unwrap_or(incident::MarkerKind::Other),
        what: row.text,
        by: row.source.to_string(),
        monitors: row.tags.into_iter().map(MonitorId).collect(),
    };
    Ok(rows.into_iter().map(marker).collect())
}

/// Reads what is remembered under a name; what cannot be read is nothing, as after a downgrade.
async fn memory<T: DeserializeOwned>(
    store: &dyn Store,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let text = store.memory(name).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
