//! Questions, as statements. Rows that this program cannot read are left out rather than guessed.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_evidence::{Blame, Stage};
use goodgate_incident::{AlertKey, AlertKind, Component, IncidentId, MonitorId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::apply::{int, number};
use super::codes;
use crate::store::{
    Alert, AlertState, ChannelName, Delivery, Entry, Evidence, IncidentFile, IncidentRow,
    KeptEvidence, KeptTransition, Marker, MonitorRow, Proof, SilenceId, SilenceRow, Span,
    Undelivered, limits,
};

pub(super) const INCIDENT: &str = "number, kind, opened_at, acknowledged_at, acknowledged_by, resolved_at, \
                        cause, confidence, summary, stage, blame, components, members, memory";

const ALERT: &str = "incident, kind, nth, channel, decided_at, due_at, details, state, attempts, \
                     why, accepted_at, number";

/// Reads the incidents that are not resolved, oldest first.
pub(super) fn open_incidents(from: &Connection) -> Result<Vec<IncidentRow>> {
    let sql = format!("SELECT {INCIDENT} FROM incident WHERE resolved_at IS NULL ORDER BY number");
    from.prepare_cached(&sql)?.query_map([], incident_row)?.collect()
}

/// Reads incidents below a number, latest first.
pub(super) fn incidents(
    from: &Connection,
    before: Option<IncidentId>,
    limit: usize,
) -> Result<Vec<IncidentRow>> {
    let sql =
        format!("SELECT {INCIDENT} FROM incident WHERE number < ? ORDER BY number DESC LIMIT ?");
    let before = before.map_or(i64::MAX, |before| number(before.0));
    from.prepare_cached(&sql)?.query_map(params![before, rows(limit)], incident_row)?.collect()
}

/// Reads the highest number that an incident had.
pub(super) fn last_incident(from: &Connection) -> Result<Option<IncidentId>> {
    from.prepare_cached("SELECT value FROM meta WHERE name = 'last_incident'")?
        .query_row([], |row| row.get(0).map(incident_id))
        .optional()
}

/// Reads an incident with all that belongs to it.
pub(super) fn incident(from: &Connection, id: IncidentId) -> Result<Option<IncidentFile>> {
    let sql = format!("SELECT {INCIDENT} FROM incident WHERE number = ?");
    let key = number(id.0);
    let Some(incident) = from.prepare_cached(&sql)?.query_row([key], incident_row).optional()?
    else {
        return Ok(None);
    };
    let sql = format!("SELECT {ALERT} FROM alert WHERE incident = ? ORDER BY number");
    let deliveries = from
        .prepare_cached(&sql)?
        .query_map([key], delivery)?
        .filter_map(Result::transpose)
        .take(limits::ROWS)
        .collect::<Result<_>>()?;
    let (timeline, evidence) = (timeline(from, key)?, evidence_of(from, key)?);
    Ok(Some(IncidentFile { incident, timeline, deliveries, evidence }))
}

fn timeline(from: &Connection, incident: i64) -> Result<Vec<Entry>> {
    let mut lines: Vec<Entry> = from
        .prepare_cached(
            "SELECT incident, at, kind, monitor, by, text FROM timeline WHERE incident = ? \
             ORDER BY at DESC, number DESC LIMIT ?",
        )?
        .query_map(params![incident, rows(limits::TIMELINE)], |row| {
            Ok(Entry {
                incident: incident_id(row.get(0)?),
                at: Timestamp(row.get(1)?),
                kind: row.get(2)?,
                monitor: row.get::<_, Option<Arc<str>>>(3)?.map(MonitorId),
                by: row.get(4)?,
                text: row.get(5)?,
            })
        })?
        .collect::<Result<_>>()?;
    lines.reverse();
    Ok(lines)
}

fn evidence_of(from: &Connection, incident: i64) -> Result<Vec<KeptEvidence>> {
    from.prepare_cached(
        "SELECT number, monitor, at, kind, bytes FROM evidence WHERE incident = ? \
         ORDER BY at, number LIMIT ?",
    )?
    .query_map(params![incident, rows(limits::ROWS)], |row| {
        Ok(KeptEvidence {
            number: row.get(0)?,
            monitor: MonitorId(row.get(1)?),
            at: Timestamp(row.get(2)?),
            kind: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        })
    })?
    .collect()
}

/// Reads a piece of evidence.
pub(super) fn evidence(from: &Connection, number: i64) -> Result<Option<Evidence>> {
    from.prepare_cached("SELECT incident, monitor, at, kind, body FROM evidence WHERE number = ?")?
        .query_row([number], |row| {
            Ok(Evidence {
                incident: row.get::<_, Option<i64>>(0)?.map(incident_id),
                monitor: MonitorId(row.get(1)?),
                at: Timestamp(row.get(2)?),
                kind: row.get(3)?,
                body: row.get(4)?,
            })
        })
        .optional()
}

/// Reads alerts that are to be delivered, from a number on, with their numbers.
pub(super) fn pending(from: &Connection, first: i64) -> Result<Vec<(i64, Delivery)>> {
    let sql = format!(
        "SELECT {ALERT} FROM alert WHERE state = 0 AND number >= ? ORDER BY number LIMIT ?"
    );
    // One more than there is room for, to see whether there are more.
    let mut statement = from.prepare_cached(&sql)?;
    let found = statement.query_map(params![first, rows(limits::PENDING) + 1], |row| {
        let number: i64 = row.get(11)?;
        Ok(delivery(row)?.map(|delivery| (number, delivery)))
    })?;
    found.filter_map(Result::transpose).collect()
}

/// The alerts that are to be delivered, in the words of the index that has them.
const PENDING: &str = "state = 0";

/// The alerts that were given up, in the words of the index that has them.
const DEAD: &str = "state = 2";

/// Reads the alerts that were given up, latest first.
pub(super) fn dead_letters(from: &Connection, limit: usize) -> Result<Vec<Delivery>> {
    latest(from, DEAD, limit)
}

/// Reads the alerts that have not reached anybody, latest first, and counts them.
pub(super) fn undelivered(from: &Connection, limit: usize) -> Result<Undelivered> {
    Ok(Undelivered {
        pending: latest(from, PENDING, limit)?,
        pending_total: count(from, PENDING)?,
        dead: latest(from, DEAD, limit)?,
        dead_total: count(from, DEAD)?,
    })
}

fn latest(from: &Connection, which: &str, limit: usize) -> Result<Vec<Delivery>> {
    let mut statement = from.prepare_cached(&latest_sql(which))?;
    let found = statement.query_map([rows(limit)], delivery)?;
    found.filter_map(Result::transpose).collect()
}

fn latest_sql(which: &str) -> String {
    format!("SELECT {ALERT} FROM alert WHERE {which} ORDER BY number DESC LIMIT ?")
}

fn count(from: &Connection, which: &str) -> Result<usize> {
    let count =
        from.prepare_cached(&count_sql(which))?.query_row([], |row| row.get::<_, i64>(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn count_sql(which: &str) -> String {
    format!("SELECT count(*) FROM alert WHERE {which}")
}

/// Reads the last proof of each channel and kind.
pub(super) fn proofs(from: &Connection) -> Result<Vec<Proof>> {
    let mut statement = from.prepare_cached(
        "SELECT channel, kind, at, why FROM proof ORDER BY channel, kind, failed",
    )?;
    let found = statement.query_map([], |row| {
        let kind: String = row.get(1)?;
        let Some(kind) = codes::proof(&kind) else { return Ok(None) };
        let (channel, at) = (ChannelName(row.get(0)?), Timestamp(row.get(2)?));
        Ok(Some(Proof { channel, kind, at, failure: row.get(3)? }))
    })?;
    found.filter_map(Result::transpose).collect()
}

/// Reads the markers of a time.
pub(super) fn markers(from: &Connection, span: Span, limit: usize) -> Result<Vec<Marker>> {
    from.prepare_cached(
        "SELECT at, kind, text, source, tags FROM marker WHERE at >= ? AND at < ? \
         ORDER BY at, number LIMIT ?",
    )?
    .query_map(params![span.from.0, span.until.0, rows(limit)], |row| {
        let tags: String = row.get(4)?;
        Ok(Marker {
            at: Timestamp(row.get(0)?),
            kind: row.get(1)?,
            text: row.get(2)?,
            source: row.get(3)?,
            tags: words_of(&tags),
        })
    })?
    .collect()
}

/// Reads the monitors of the API.
pub(super) fn monitors(from: &Connection) -> Result<Vec<MonitorRow>> {
    from.prepare_cached("SELECT id, definition, at FROM api_monitor ORDER BY id")?
        .query_map([], |row| {
            let id = MonitorId(row.get(0)?);
            Ok(MonitorRow { id, definition: row.get(1)?, at: Timestamp(row.get(2)?) })
        })?
        .collect()
}

/// Reads the silences that end after a moment.
pub(super) fn silences(from: &Connection, now: Timestamp) -> Result<Vec<(SilenceId, SilenceRow)>> {
    from.prepare_cached(
        "SELECT number, from_at, until_at, matches, by, why FROM silence WHERE until_at > ? \
         ORDER BY number LIMIT ?",
    )?
    .query_map(params![now.0, rows(limits::ROWS)], |row| {
        let silence = SilenceRow {
            from: Timestamp(row.get(1)?),
            until: Timestamp(row.get(2)?),
            matches: row.get(3)?,
            by: row.get(4)?,
            why: row.get(5)?,
        };
        Ok((SilenceId(row.get::<_, i64>(0)?.unsigned_abs()), silence))
    })?
    .collect()
}

/// Reads what the core remembers under a name.
pub(super) fn memory(from: &Connection, name: &str) -> Result<Option<String>> {
    from.prepare_cached("SELECT text FROM memory WHERE name = ?")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Reads the transitions of a monitor.
pub(super) fn transitions(
    from: &Connection,
    monitor: &MonitorId,
    span: Span,
    limit: usize,
) -> Result<Vec<KeptTransition>> {
    let mut statement = from.prepare_cached(
        "SELECT at, from_state, to_state, doubt, cause, summary FROM transition \
         WHERE monitor = ? AND at >= ? AND at < ? ORDER BY at, number LIMIT ?",
    )?;
    let span = params![&*monitor.0, span.from.0, span.until.0, rows(limit)];
    let found = statement.query_map(span, |row| {
        let (before, after) = (codes::state(row.get(1)?), codes::state(row.get(2)?));
        let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
        Ok(Some(KeptTransition {
            monitor: monitor.clone(),
            at: Timestamp(row.get(0)?),
            from: before,
            to: after,
            doubt: row.get::<_, Option<u8>>(3)?.and_then(codes::doubt),
            cause: row.get(4)?,
            summary: row.get(5)?,
        }))
    })?;
    found.filter_map(Result::transpose).collect()
}

pub(super) fn incident_row(row: &Row<'_>) -> Result<IncidentRow> {
    let acknowledged_by: Option<Arc<str>> = row.get(4)?;
    let acknowledged_at: Option<i64> = row.get(3)?;
    let components: String = row.get(11)?;
    let members: String = row.get(12)?;
    Ok(IncidentRow {
        id: incident_id(row.get(0)?),
        kind: row.get(1)?,
        opened_at: Timestamp(row.get(2)?),
        acknowledged: acknowledged_at.map(Timestamp).zip(acknowledged_by),
        resolved_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        cause: row.get(6)?,
        confidence: row.get(7)?,
        summary: row.get(8)?,
        stage: row.get::<_, Option<String>>(9)?.as_deref().and_then(Stage::from_slug),
        blame: row.get::<_, Option<String>>(10)?.as_deref().and_then(Blame::from_slug),
        components: components_of(&components),
        members: words_of(&members).into_iter().map(MonitorId).collect(),
        memory: row.get(13)?,
    })
}

fn delivery(row: &Row<'_>) -> Result<Option<Delivery>> {
    let kind: String = row.get(1)?;
    let (kind, state) = (AlertKind::of_slug(&kind), codes::alert(row.get(7)?));
    let (Some(kind), Some(state)) = (kind, state) else { return Ok(None) };
    let key = AlertKey { incident: incident_id(row.get(0)?), kind, number: row.get(2)? };
    let alert = Alert {
        key,
        channel: ChannelName(row.get(3)?),
        decided_at: Timestamp(row.get(4)?),
        due_at: Timestamp(row.get(5)?),
        details: row.get(6)?,
    };
    let accepted_at = row.get::<_, Option<i64>>(10)?.map(Timestamp);
    let why = row.get(9)?;
    debug_assert!(state != AlertState::Accepted || accepted_at.is_some(), "accepted at some time");
    Ok(Some(Delivery { alert, state, attempts: row.get(8)?, why, accepted_at }))
}

fn words_of(json: &str) -> BTreeSet<Arc<str>> {
    let words: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    words.into_iter().map(Arc::from).collect()
}

fn components_of(json: &str) -> BTreeSet<Component> {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).unwrap_or_default();
    pairs.into_iter().filter_map(|(sort, name)| component(&sort, Arc::from(name))).collect()
}

fn component(sort: &str, name: Arc<str>) -> Option<Component> {
    Some(match sort {
        "endpoint" => Component::Endpoint(name),
        "address" => Component::Address(name),
        "gateway" => Component::Gateway(name),
        "certificate" => Component::Certificate(name),
        "dependency" => Component::Dependency(name),
        _ => return None,
    })
}

fn incident_id(number: i64) -> IncidentId {
    IncidentId(number.unsigned_abs())
}

fn rows(limit: usize) -> i64 {
    int(limit.min(limits::ROWS))
}

#[cfg(test)]
mod tests {
    use super::super::schema::{MIGRATIONS, migrate};
    use super::*;

    #[test]
    fn alerts_that_reached_nobody_are_found_without_looking_through_all_others() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();

        for (which, index) in [(PENDING, "alert_pending"), (DEAD, "alert_dead")] {
            for sql in [latest_sql(which), count_sql(which)] {
                let explain = format!("EXPLAIN QUERY PLAN {}", sql.replace('?', "9"));
                let mut plan = connection.prepare(&explain).unwrap();
                let steps = plan.query_map([], |row| row.get(3)).unwrap();
                let steps: Vec<String> = steps.map(Result::unwrap).collect();

                assert_eq!(steps.len(), 1, "nothing is sorted: {steps:?}");
                assert!(steps[0].ends_with(index), "{sql}: {steps:?}");
            }
        }
    }
}
