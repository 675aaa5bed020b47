//! Removing what is too old or too much, a bounded piece at a time.

use std::time::Duration;

use goodgate_incident::Timestamp;
use rusqlite::{Connection, Result, params};

use super::apply::{Effects, int};
use super::{Keeping, codes};
use crate::store::{Grain, limits};

const ROWS: i64 = int(limits::TIDY_ROWS);

/// Lines that an incident has with it, about: removing one takes as long as removing so many rows.
const LINES: usize = 10;

const INCIDENTS: i64 = ROWS / int(LINES);

/// Removes a piece of what is too old at `now`, then of what is too much. The number in the effects is 1
/// where there is more to do.
pub(super) fn tidy(
    connection: &Connection,
    now: Timestamp,
    keeping: &Keeping,
    effects: &mut Effects,
) -> Result<()> {
    let mut most = 0;
    let mut step = |sql: &str, before: i64| -> Result<()> {
        most = most.max(connection.prepare_cached(sql)?.execute(params![before, ROWS])?);
        Ok(())
    };
    step(
        "DELETE FROM batch WHERE number IN \
         (SELECT number FROM batch WHERE last_at < ? ORDER BY last_at LIMIT ?)",
        before(now, keeping.results),
    )?;
    step(
        "DELETE FROM transition WHERE number IN \
         (SELECT number FROM transition WHERE at < ? ORDER BY at LIMIT ?)",
        before(now, keeping.incidents),
    )?;
    step(
        "DELETE FROM marker WHERE number IN \
         (SELECT number FROM marker WHERE at < ? ORDER BY at LIMIT ?)",
        before(now, keeping.incidents),
    )?;
    step(
        "DELETE FROM silence WHERE number IN \
         (SELECT number FROM silence WHERE until_at < ? ORDER BY until_at LIMIT ?)",
        before(now, keeping.incidents),
    )?;
    // Alerts of no incident: digests and proofs.
    step(
        "DELETE FROM alert WHERE number IN (SELECT number FROM alert WHERE decided_at < ? \
         AND state <> 0 AND NOT EXISTS (SELECT 1 FROM incident WHERE number = alert.incident) \
         ORDER BY decided_at LIMIT ?)",
        before(now, keeping.incidents),
    )?;
    for (grain, age) in
        [(Grain::Minute, keeping.minutes), (Grain::Hour, keeping.hours), (Grain::Day, keeping.days)]
    {
        most = most.max(roll_ups_before(connection, grain, before(now, age))?);
    }
    most = most.max(evidence_before(connection, before(now, keeping.results), effects)?);
    most =
        most.max(incidents_before(connection, before(now, keeping.incidents), INCIDENTS, effects)?);
    let is_less = fit(connection, keeping, effects)?;
    shrink(connection)?;
    effects.number = i64::from(most >= limits::TIDY_ROWS || !is_less);
    Ok(())
}

/// Removes at least `excess` bytes of evidence: the oldest without an open incident, then the oldest.
pub(super) fn cut_evidence(
    connection: &Connection,
    excess: i64,
    effects: &mut Effects,
) -> Result<()> {
    const CLOSED: &str = "SELECT evidence.number, evidence.bytes FROM evidence LEFT JOIN incident \
         ON incident.number = evidence.incident \
         WHERE incident.number IS NULL OR incident.resolved_at IS NOT NULL \
         ORDER BY evidence.at LIMIT 1000";
    const ANY: &str = "SELECT number, bytes FROM evidence ORDER BY at LIMIT 1000";
    let mut left = excess;
    for sql in [CLOSED, ANY] {
        while left > 0 {
            let oldest: Vec<(i64, i64)> = connection
                .prepare_cached(sql)?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_>>()?;
            if oldest.is_empty() {
                break;
            }
            let mut remove = connection.prepare_cached("DELETE FROM evidence WHERE number = ?")?;
            for (number, bytes) in oldest {
                if left <= 0 {
                    break;
                }
                remove.execute([number])?;
                left -= bytes;
                effects.evidence -= bytes;
            }
        }
    }
    Ok(())
}

fn roll_ups_before(connection: &Connection, grain: Grain, before: i64) -> Result<usize> {
    connection
        .prepare_cached(
            "DELETE FROM roll_up WHERE (grain, period, monitor) IN (SELECT grain, period, monitor \
             FROM roll_up WHERE grain = ? AND period < ? ORDER BY grain, period LIMIT ?)",
        )?
        .execute(params![codes::of_grain(grain), before.div_euclid(grain.micros()), ROWS])
}

fn evidence_before(connection: &Connection, before: i64, effects: &mut Effects) -> Result<usize> {
    let mut removed = connection.prepare_cached(
        "DELETE FROM evidence WHERE number IN (SELECT number FROM evidence \
         WHERE at < ? AND incident IS NULL ORDER BY at LIMIT ?) RETURNING bytes",
    )?;
    let bytes: Vec<i64> =
        removed.query_map(params![before, ROWS], |row| row.get(0))?.collect::<Result<_>>()?;
    effects.evidence -= bytes.iter().sum::<i64>();
    Ok(bytes.len())
}

/// Removes incidents that were over before a moment, unless somebody still has to be told of them.
fn incidents_before(
    connection: &Connection,
    before: i64,
    most: i64,
    effects: &mut Effects,
) -> Result<usize> {
    let numbers: Vec<i64> = connection
        .prepare_cached(
            "SELECT number FROM incident WHERE resolved_at IS NOT NULL AND resolved_at < ? \
             AND NOT EXISTS (SELECT 1 FROM alert WHERE incident = incident.number AND state = 0) \
             ORDER BY resolved_at LIMIT ?",
        )?
        .query_map(params![before, most], |row| row.get(0))?
        .collect::<Result<_>>()?;
    for number in &numbers {
        let mut evidence =
            connection.prepare_cached("DELETE FROM evidence WHERE incident = ? RETURNING bytes")?;
        let bytes: i64 =
            evidence.query_map([number], |row| row.get::<_, i64>(0))?.sum::<Result<i64>>()?;
        effects.evidence -= bytes;
        for sql in [
            "DELETE FROM timeline WHERE incident = ?",
            "DELETE FROM alert WHERE incident = ?",
            "DELETE FROM incident WHERE number = ?",
        ] {
            connection.prepare_cached(sql)?.execute([number])?;
        }
    }
    Ok(numbers.len() * LINES)
}

/// Makes room where the file is nearly as large as it may be; returns whether it is small enough then, or
/// there is nothing left that may go.
pub(super) fn fit(
    connection: &Connection,
    keeping: &Keeping,
    effects: &mut Effects,
) -> Result<bool> {
    let excess = excess(connection, keeping)?;
    if excess <= 0 {
        return Ok(true);
    }
    // A batch fills a page.
    let batches = connection
        .prepare_cached(
            "DELETE FROM batch WHERE number IN (SELECT number FROM batch ORDER BY last_at LIMIT ?)",
        )?
        .execute([excess.min(ROWS)])?;
    if batches == 0
        && roll_ups_before(connection, Grain::Minute, i64::MAX)? == 0
        && incidents_before(connection, i64::MAX, excess.min(INCIDENTS), effects)? == 0
    {
        // What is left is open incidents and long roll-ups: nothing that may go.
        return Ok(true);
    }
    Ok(self::excess(connection, keeping)? <= 0)
}

/// Returns how many pages are in use beyond the share at which results go.
fn excess(connection: &Connection, keeping: &Keeping) -> Result<i64> {
    let pages = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let used = pages("page_count")? - pages("freelist_count")?;
    let allowed = keeping.bytes() / 100 * limits::TIDY_AT / pages("page_size")?.unsigned_abs();
    Ok(used - i64::try_from(allowed).unwrap_or(i64::MAX))
}

/// Gives pages back to the file system where a quarter of them is free.
fn shrink(connection: &Connection) -> Result<()> {
    let pages = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pages("freelist_count")? > pages("page_count")? / 4 {
        connection.pragma(None, "incremental_vacuum", int(limits::TIDY_PAGES), |_| Ok(()))?;
    }
    Ok(())
}

fn before(now: Timestamp, age: Duration) -> i64 {
    now.0.saturating_sub(i64::try_from(age.as_micros()).unwrap_or(i64::MAX))
}
