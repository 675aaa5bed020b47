//! Incidents of the window: each, and by cause.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_door::{Object, list};
use goodgate_incident::{MonitorId, Timestamp};
use serde_json::Value;

use super::super::incidents::of as shown;
use super::super::refusal::Refusal;
use super::super::{limits, within};
use crate::store::{IncidentRow, Span, Store};

/// Shows the incidents that were open in the window; where monitors are `wanted`, those that they were part
/// of.
pub(super) async fn of(
    store: &dyn Store,
    span: Span,
    wanted: Option<&BTreeSet<MonitorId>>,
    now: Timestamp,
) -> Result<Object, Refusal> {
    let (named, counted) = limits::REPORT_INCIDENTS;
    let found = within(store.incidents_of(span, counted)).await?;
    let is_wanted =
        |members: &BTreeSet<MonitorId>| wanted.is_none_or(|wanted| !wanted.is_disjoint(members));
    let rows: Vec<_> = found.rows.iter().filter(|(_, members)| is_wanted(members)).collect();
    let in_window = |row: &IncidentRow| seconds(row, span, now);
    Ok(Object::default()
        .with("total", rows.len())
        .with("is_cut", found.is_cut)
        .with("by_cause", by_cause(rows.iter().map(|(row, _)| row), in_window))
        .with(
            "list",
            list(rows.iter().take(named), |(row, members)| {
                let members: Vec<String> = members.iter().map(ToString::to_string).collect();
                shown(row).with("monitors", members).with("seconds_in_window", in_window(row))
            }),
        ))
}

/// Returns how long an incident was open in the window.
fn seconds(row: &IncidentRow, span: Span, now: Timestamp) -> i64 {
    let end = row.resolved_at.unwrap_or(now).min(span.until);
    let begin = row.opened_at.max(span.from);
    end.0.saturating_sub(begin.0).max(0) / 1_000_000
}

/// Counts incidents by their causes, what took longest first.
fn by_cause<'a>(
    rows: impl Iterator<Item = &'a IncidentRow>,
    in_window: impl Fn(&IncidentRow) -> i64,
) -> Value {
    let mut causes: BTreeMap<Option<&str>, (u64, u64, i64, i64)> = BTreeMap::new();
    for row in rows {
        let (count, open, sum, longest) = causes.entry(row.cause.as_deref()).or_default();
        let seconds = in_window(row);
        *count += 1;
        *open += u64::from(row.resolved_at.is_none());
        *sum = sum.saturating_add(seconds);
        *longest = (*longest).max(seconds);
    }
    let mut all: Vec<_> = causes.into_iter().collect();
    all.sort_by_key(|(_, (_, _, seconds, _))| std::cmp::Reverse(*seconds));
    list(all, |(cause, (count, open, sum, longest))| {
        let title = cause.and_then(goodgate_causes::catalogue::find).map(|cause| cause.summary);
        Object::default()
            .with_some("cause", cause)
            .with_some("title", title)
            .with("incidents", count)
            .with("open", open)
            .with("seconds", sum)
            .with("longest_seconds", longest)
    })
}
