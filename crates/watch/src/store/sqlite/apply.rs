//! Writes that must not be lost, as statements.

use goodgate_incident::{Component, MonitorId, Timestamp, Transition};
use rusqlite::{Connection, Result, params};
use serde_json::{Value, json};

use super::writes::{Write, cut};
use super::{alerts, codes, names, tidy};
use crate::store::{
    Alert, Entry, Evidence, IncidentRow, Marker, MonitorRow, Note, SilenceRow, limits,
};

/// What became of a write, apart from its number.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// The number that answers the request.
    pub(super) number: i64,
    /// Alerts that were not there before, with their numbers.
    pub(super) alerts: Vec<(i64, Alert)>,
    /// By how many bytes the evidence has grown or, below zero, shrunk.
    pub(super) evidence: i64,
    /// Pieces of evidence that were too large.
    pub(super) evidence_dropped: u64,
}

/// Writes one thing, within the transaction that is open.
pub(super) fn apply(
    connection: &Connection,
    write: &Write,
    keeping: &super::Keeping,
) -> Result<Effects> {
    let mut effects = Effects::default();
    match write {
        Write::Change(change) => {
            for transition in &change.transitions {
                put_transition(connection, transition)?;
            }
            for incident in &change.incidents {
                put_incident(connection, incident)?;
            }
            for entry in &change.timeline {
                put_entry(connection, entry)?;
            }
            for evidence in &change.evidence {
                put_evidence(connection, evidence, &mut effects)?;
            }
            for (name, text) in &change.memory {
                put_memory(connection, name, text)?;
            }
            for key in &change.superseded {
                alerts::supersede(connection, *key)?;
            }
            for alert in &change.alerts {
                alerts::put(connection, alert, &mut effects)?;
            }
        }
        Write::Accepted { key, channel, now } => alerts::accept(connection, *key, channel, *now)?,
        Write::PutOff { key, channel, until, why } => {
            alerts::put_off(connection, *key, channel, *until, why)?;
        }
        Write::Dead { key, channel, why } => {
            alerts::bury(connection, *key, channel, why)?;
        }
        Write::HandOver { alert, from, why } => {
            // Only one of two answers for the same alert hands it over.
            if alerts::bury(connection, alert.key, from, why)? {
                alerts::put(connection, alert, &mut effects)?;
            }
        }
        Write::Prove(proof) => alerts::prove(connection, proof)?,
        Write::Acknowledge { id, by, at } => {
            effects.number = acknowledge(connection, number(id.0), by, *at)?;
        }
        Write::Note { id, note } => effects.number = put_note(connection, number(id.0), note)?,
        Write::Marker(marker) => put_marker(connection, marker)?,
        Write::PutMonitor(monitor) => effects.number = put_monitor(connection, monitor)?,
        Write::RemoveMonitor(id) => {
            let removed = connection.execute("DELETE FROM api_monitor WHERE id = ?", [&*id.0])?;
            effects.number = int(removed);
        }
        Write::PutSilence(silence) => effects.number = put_silence(connection, silence)?,
        Write::EndSilence { id, at } => {
            let ended = connection.execute(
                "UPDATE silence SET until_at = ?2 WHERE number = ?1 AND until_at > ?2",
                params![number(id.0), at.0],
            )?;
            effects.number = int(ended);
        }
        Write::Forget(id) => forget(connection, id)?,
        Write::Tidy(now) => tidy::tidy(connection, *now, keeping, &mut effects)?,
    }
    Ok(effects)
}

fn put_transition(connection: &Connection, transition: &Transition) -> Result<()> {
    let finding = transition.finding.as_ref();
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO transition (monitor, at, from_state, to_state, doubt, cause, \
             summary) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            &*transition.monitor.0,
            transition.at.0,
            codes::of_state(transition.from),
            codes::of_state(transition.to),
            transition.doubt.map(codes::of_doubt),
            finding.and_then(|finding| finding.cause),
            finding.map(|finding| cut(&finding.summary, limits::TEXT)),
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO last_state (monitor, state, since) VALUES (?, ?, ?) ON CONFLICT (monitor) \
             DO UPDATE SET state = excluded.state, since = excluded.since \
             WHERE since IS NULL OR since <= excluded.since",
        )?
        .execute(params![
            names::monitor(connection, &transition.monitor.0)?,
            codes::of_state(transition.to),
            transition.at.0
        ])?;
    Ok(())
}

fn put_incident(connection: &Connection, incident: &IncidentRow) -> Result<()> {
    let members: Vec<&str> = incident.members.iter().map(|member| &*member.0).collect();
    let acknowledged = incident.acknowledged.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO incident (number, kind, opened_at, acknowledged_at, acknowledged_by, \
             resolved_at, cause, confidence, summary, stage, blame, components, members, memory) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET \
             kind = excluded.kind, opened_at = excluded.opened_at, \
             acknowledged_at = coalesce(acknowledged_at, excluded.acknowledged_at), \
             acknowledged_by = coalesce(acknowledged_by, excluded.acknowledged_by), \
             resolved_at = excluded.resolved_at, cause = excluded.cause, \
             confidence = excluded.confidence, summary = excluded.summary, stage = excluded.stage, \
             blame = excluded.blame, components = excluded.components, \
             members = excluded.members, memory = excluded.memory",
        )?
        .execute(params![
            number(incident.id.0),
            cut(&incident.kind, limits::NAME),
            incident.opened_at.0,
            acknowledged.map(|(at, _)| at.0),
            acknowledged.map(|(_, by)| cut(by, limits::NAME)),
            incident.resolved_at.map(|at| at.0),
            incident.cause.as_ref().map(|cause| cut(cause, limits::NAME)),
            // SQLite has no number that is none.
            if incident.confidence.is_nan() { 0.0 } else { incident.confidence },
            cut(&incident.summary, limits::TEXT),
            incident.stage.map(goodgate_evidence::Stage::slug),
            incident.blame.map(goodgate_evidence::Blame::slug),
            incident
                .components
                .iter()
                .take(limits::COMPONENTS)
                .map(component)
                .collect::<Value>()
                .to_string(),
            json!(members).to_string(),
            incident.memory,
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES ('last_incident', ?) ON CONFLICT (name) \
             DO UPDATE SET value = max(value, excluded.value)",
        )?
        .execute([number(incident.id.0)])?;
    Ok(())
}

/// Returns a component as the pair of its sort and its name.
fn component(component: &Component) -> Value {
    let (sort, name) = match component {
        Component::Endpoint(name) => ("endpoint", name),
        Component::Address(name) => ("address", name),
        Component::Gateway(name) => ("gateway", name),
        Component::Certificate(name) => ("certificate", name),
        Component::Dependency(name) => ("dependency", name),
    };
    json!([sort, cut(name, limits::NAME)])
}

fn put_entry(connection: &Connection, entry: &Entry) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO timeline (incident, at, kind, monitor, by, text) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM timeline WHERE \
             incident = ?1 AND at = ?2 AND kind = ?3 AND monitor IS ?4 AND by IS ?5 AND text = ?6)",
        )?
        .execute(params![
            number(entry.incident.0),
            entry.at.0,
            cut(&entry.kind, limits::NAME),
            entry.monitor.as_ref().map(|monitor| cut(&monitor.0, limits::NAME)),
            entry.by.as_ref().map(|by| cut(by, limits::NAME)),
            cut(&entry.text, limits::TEXT),
        ])?;
    Ok(())
}

/// Writes a piece of evidence, where it is not there already.
pub(super) fn put_evidence(
    connection: &Connection,
    evidence: &Evidence,
    effects: &mut Effects,
) -> Result<()> {
    if evidence.body.len() > limits::EVIDENCE {
        effects.evidence_dropped += 1;
        return Ok(());
    }
    let bytes = int(evidence.body.len());
    let written = connection
        .prepare_cached(
            "INSERT INTO evidence (incident, monitor, at, kind, bytes, body) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE \
             incident IS ?1 AND at = ?3 AND monitor = ?2 AND kind = ?4 AND body = ?6)",
        )?
        .execute(params![
            evidence.incident.map(|incident| number(incident.0)),
            cut(&evidence.monitor.0, limits::NAME),
            evidence.at.0,
            cut(&evidence.kind, limits::NAME),
            bytes,
            evidence.body,
        ])?;
    effects.evidence += bytes * int(written);
    Ok(())
}

fn put_memory(connection: &Connection, name: &str, text: &str) -> Result<()> {
    if text.is_empty() {
        connection.prepare_cached("DELETE FROM memory WHERE name = ?")?.execute([name])?;
    } else {
        connection
            .prepare_cached("INSERT OR REPLACE INTO memory (name, text) VALUES (?, ?)")?
            .execute([name, text])?;
    }
    Ok(())
}

fn acknowledge(connection: &Connection, id: i64, by: &str, at: Timestamp) -> Result<i64> {
    let by = cut(by, limits::NAME);
    let first = connection.execute(
        "UPDATE incident SET acknowledged_at = ?2, acknowledged_by = ?3 \
         WHERE number = ?1 AND acknowledged_at IS NULL",
        params![id, at.0, by],
    )?;
    if first > 0 {
        connection.execute(
            "INSERT INTO timeline (incident, at, kind, by, text) VALUES (?, ?, 'acknowledged', ?, '')",
            params![id, at.0, by],
        )?;
    }
    Ok(int(first))
}

fn put_note(connection: &Connection, id: i64, note: &Note) -> Result<i64> {
    let written = connection.execute(
        "INSERT INTO timeline (incident, at, kind, by, text) \
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM incident WHERE number = ?1)",
        params![
            id,
            note.at.0,
            cut(&note.kind, limits::NAME),
            cut(&note.by, limits::NAME),
            cut(&note.text, limits::TEXT)
        ],
    )?;
    Ok(int(written))
}

fn put_marker(connection: &Connection, marker: &Marker) -> Result<()> {
    let tags: Vec<_> =
        marker.tags.iter().take(limits::TAGS).map(|tag| cut(tag, limits::NAME)).collect();
    connection.execute(
        "INSERT INTO marker (at, kind, text, source, tags) VALUES (?, ?, ?, ?, ?)",
        params![
            marker.at.0,
            cut(&marker.kind, limits::NAME),
            cut(&marker.text, limits::TEXT),
            cut(&marker.source, limits::NAME),
            json!(tags).to_string(),
        ],
    )?;
    Ok(())
}

/// Returns 0 where there are too many.
fn put_monitor(connection: &Connection, monitor: &MonitorRow) -> Result<i64> {
    let written = connection.execute(
        "INSERT OR REPLACE INTO api_monitor (id, definition, at) SELECT ?1, ?2, ?3 \
         WHERE EXISTS (SELECT 1 FROM api_monitor WHERE id = ?1) \
         OR (SELECT count(*) FROM api_monitor) < ?4",
        params![&*monitor.id.0, monitor.definition, monitor.at.0, int(limits::API_MONITORS)],
    )?;
    Ok(int(written))
}

/// Returns the number of the silence, or 0 where there are too many.
fn put_silence(connection: &Connection, silence: &SilenceRow) -> Result<i64> {
    let written = connection.execute(
        "INSERT INTO silence (from_at, until_at, matches, by, why) SELECT ?, ?, ?, ?, ? \
         WHERE (SELECT count(*) FROM silence) < ?",
        params![
            silence.from.0,
            silence.until.0,
            silence.matches,
            cut(&silence.by, limits::NAME),
            cut(&silence.why, limits::TEXT),
            int(limits::SILENCES),
        ],
    )?;
    Ok(if written > 0 { connection.last_insert_rowid() } else { 0 })
}

/// Forgets the number of a monitor: what is kept under it can no longer be found, and goes when it is
/// too old.
fn forget(connection: &Connection, id: &MonitorId) -> Result<()> {
    connection.execute(
        "DELETE FROM last_state WHERE monitor = (SELECT number FROM monitor WHERE id = ?)",
        [&*id.0],
    )?;
    connection.execute("DELETE FROM monitor WHERE id = ?", [&*id.0])?;
    Ok(())
}

/// Returns the number of an incident as the file has it. Nobody has counted to the end.
pub(super) fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// Returns a count as the file has it. There are none that do not fit.
pub(super) const fn int(count: usize) -> i64 {
    count.cast_signed() as i64
}
