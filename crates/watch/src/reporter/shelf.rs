//! Where reports are kept, and which were made.

use std::sync::Arc;

use goodgate_incident::{AlertKey, AlertKind, IncidentId, Timestamp};
use goodgate_report::document::html;
use goodgate_report::period::calendar::Due;
use goodgate_report::period::{PeriodReport, document};

use super::{Bulletin, limits};
use crate::settings::Report;
use crate::store::{Alert, Change, ChannelName, Store, StoreError};

/// The name of the number of the last report.
const NUMBER: &str = "report/number";

/// Returns what is remembered of a report that was made: the first day of its time.
pub(super) fn mark(due: &Due) -> String {
    due.span.first.to_string()
}

fn name_of(report: &Report) -> String {
    format!("report/done/{}/{}", report.when().length.word(), report.name)
}

fn kept_name(number: u32) -> String {
    format!("report/made/{number}")
}

/// Returns the mark of the last report of a schedule; nothing where it is new.
pub(super) async fn done(store: &dyn Store, report: &Report) -> Result<Option<String>, String> {
    let text = store.memory(&name_of(report)).await.map_err(|error| error.to_string())?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// Begins with a schedule: what is due by now counts as made.
pub(super) async fn begin(store: &dyn Store, report: &Report, due: &Due) -> Result<(), String> {
    let memory = vec![(name_of(report).into(), mark(due))];
    commit(store, Change { memory, ..Change::default() }).await
}

/// Keeps reports, that they were made, and the messages about them, all of it or nothing.
pub(super) async fn keep(
    store: &dyn Store,
    report: &Report,
    due: &Due,
    made: Vec<PeriodReport>,
    now: Timestamp,
) -> Result<(), String> {
    let last = store.memory(NUMBER).await.map_err(|error| error.to_string())?;
    let mut number: u32 = last.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut change = Change::default();
    for made in made {
        number = number.wrapping_add(1);
        let mut bulletin = Bulletin::of(&made, &mark(due));
        let text = serde_json::to_string(&made).map_err(|error| error.to_string())?;
        if text.len() <= limits::BYTES {
            bulletin.kept = Some(kept_name(number));
            change.memory.push((kept_name(number).into(), text));
        }
        if let Some(old) = number.checked_sub(limits::KEPT as u32) {
            // An empty text is forgotten.
            change.memory.push((kept_name(old).into(), String::new()));
        }
        let details: Arc<str> =
            serde_json::to_string(&bulletin).map_err(|error| error.to_string())?.into();
        change.alerts.extend(report.send.iter().map(|channel| Alert {
            key: AlertKey { incident: IncidentId(0), kind: AlertKind::Report, number },
            channel: ChannelName(channel.as_str().into()),
            decided_at: now,
            due_at: now,
            details: Arc::clone(&details),
        }));
    }
    change.memory.push((NUMBER.into(), number.to_string()));
    change.memory.push((name_of(report).into(), mark(due)));
    commit(store, change).await
}

async fn commit(store: &dyn Store, change: Change) -> Result<(), String> {
    let kept = store.commit_transition(Arc::new(change)).await;
    kept.map(|_| ()).map_err(|error: StoreError| error.to_string())
}

/// Returns a report that is kept as a page for mail; nothing where there is none any more.
pub async fn page(store: &dyn Store, kept: &str) -> Option<String> {
    let text = store.memory(kept).await.ok()??;
    let report: PeriodReport = serde_json::from_str(&text).ok()?;
    Some(html::file(&document(&report)))
}
