//! Alerts and proofs of channels, as statements.

use goodgate_incident::{AlertKey, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::apply::{Effects, number};
use super::writes::cut;
use crate::store::{Alert, ChannelName, Proof, ProofKind, limits};

/// Writes an alert that is not known yet.
pub(super) fn put(connection: &Connection, alert: &Alert, effects: &mut Effects) -> Result<()> {
    let written = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO alert (incident, kind, nth, channel, decided_at, due_at, details) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            number(alert.key.incident.0),
            alert.key.kind.slug(),
            alert.key.number,
            &*alert.channel.0,
            alert.decided_at.0,
            alert.due_at.0,
            &*alert.details,
        ])?;
    if written > 0 {
        effects.alerts.push((connection.last_insert_rowid(), alert.clone()));
    }
    Ok(())
}

/// Writes that a later alert stands for this one, on every channel that has not taken it yet.
pub(super) fn supersede(connection: &Connection, key: AlertKey) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE alert SET state = 3 WHERE incident = ? AND kind = ? AND nth = ? AND state = 0",
        )?
        .execute(params![number(key.incident.0), key.kind.slug(), key.number])?;
    Ok(())
}

/// Returns whether a later alert stands for this one on a channel.
pub(super) fn is_superseded(
    connection: &Connection,
    key: AlertKey,
    channel: &ChannelName,
) -> Result<bool> {
    let found = connection
        .prepare_cached(
            "SELECT 1 FROM alert WHERE incident = ? AND kind = ? AND nth = ? AND channel = ? \
             AND state = 3",
        )?
        .query_row(
            params![number(key.incident.0), key.kind.slug(), key.number, &*channel.0],
            |_| Ok(()),
        )
        .optional()?;
    Ok(found.is_some())
}

/// Writes that an alert was accepted, also where it was given up or superseded before: a late answer is
/// right as well.
pub(super) fn accept(
    connection: &Connection,
    key: AlertKey,
    channel: &ChannelName,
    now: Timestamp,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE alert SET state = 1, accepted_at = ?5 WHERE \
             incident = ?1 AND kind = ?2 AND nth = ?3 AND channel = ?4 AND state <> 1",
        )?
        .execute(params![
            number(key.incident.0),
            key.kind.slug(),
            key.number,
            &*channel.0,
            now.0
        ])?;
    let channel = channel.clone();
    prove(connection, &Proof { channel, kind: ProofKind::Message, at: now, failure: None })
}

/// Writes that an alert was put off.
pub(super) fn put_off(
    connection: &Connection,
    key: AlertKey,
    channel: &ChannelName,
    until: Timestamp,
    why: &str,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE alert SET attempts = attempts + 1, due_at = ?5, why = ?6 WHERE \
             incident = ?1 AND kind = ?2 AND nth = ?3 AND channel = ?4 AND state = 0",
        )?
        .execute(params![
            number(key.incident.0),
            key.kind.slug(),
            key.number,
            &*channel.0,
            until.0,
            cut(why, limits::TEXT)
        ])?;
    Ok(())
}

/// Writes that an alert was given up; returns whether it was still to be delivered.
pub(super) fn bury(
    connection: &Connection,
    key: AlertKey,
    channel: &ChannelName,
    why: &str,
) -> Result<bool> {
    let buried = connection
        .prepare_cached(
            "UPDATE alert SET state = 2, why = ?5 WHERE \
             incident = ?1 AND kind = ?2 AND nth = ?3 AND channel = ?4 AND state = 0",
        )?
        .execute(params![
            number(key.incident.0),
            key.kind.slug(),
            key.number,
            &*channel.0,
            cut(why, limits::TEXT)
        ])?;
    Ok(buried > 0)
}

/// Returns whether an alert is known, whatever became of it.
pub(super) fn is_known(connection: &Connection, alert: &Alert) -> Result<bool> {
    let found = connection
        .prepare_cached(
            "SELECT 1 FROM alert WHERE incident = ? AND kind = ? AND nth = ? AND channel = ?",
        )?
        .query_row(
            params![
                number(alert.key.incident.0),
                alert.key.kind.slug(),
                alert.key.number,
                &*alert.channel.0
            ],
            |_| Ok(()),
        )
        .optional()?;
    Ok(found.is_some())
}

/// Writes a proof of a channel in the place of the one before it.
pub(super) fn prove(connection: &Connection, proof: &Proof) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO proof (channel, kind, failed, at, why) VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            &*proof.channel.0,
            proof.kind.slug(),
            proof.failure.is_some(),
            proof.at.0,
            proof.failure.as_ref().map(|why| cut(why, limits::TEXT)),
        ])?;
    Ok(())
}
