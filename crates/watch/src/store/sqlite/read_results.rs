//! Questions about results, as statements. Batches that this program cannot read are left out rather than
//! guessed.

use std::collections::HashMap;
use std::sync::Arc;

use goodgate_incident::{MonitorId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::apply::int;
use super::ingest::{period, unpack};
use super::packed::{Packed, PackedSeen, take_roll_up};
use super::{codes, names};
use crate::store::{Grain, LastState, Measured, RollUp, Seen, Span, limits};

/// The statement that reads every last state: through the primary keys only.
pub(super) const LAST_STATES: &str = "SELECT monitor.id, last_state.state, last_state.since, \
     last_state.result FROM last_state JOIN monitor ON monitor.number = last_state.monitor";

/// Reads the last state and result of every monitor.
pub(super) fn last_states(from: &Connection) -> Result<Vec<LastState>> {
    let words = names::words(from)?;
    let mut statement = from.prepare_cached(LAST_STATES)?;
    let found = statement.query_map([], |row| {
        let Some(state) = codes::state(row.get(1)?) else { return Ok(None) };
        let monitor = MonitorId(row.get(0)?);
        let last = row.get::<_, Option<Vec<u8>>>(3)?.and_then(|bytes| {
            let packed = Packed::take(&mut bytes.as_slice(), Timestamp(0))?;
            Some(measured(&monitor, packed, &words))
        });
        let since = row.get::<_, Option<i64>>(2)?.map(Timestamp);
        Ok(Some(LastState { monitor, state, since, last }))
    })?;
    found.filter_map(Result::transpose).collect()
}

/// Reads single results of a monitor, oldest first.
pub(super) fn results(
    from: &Connection,
    monitor: &MonitorId,
    span: Span,
    limit: usize,
) -> Result<Vec<Measured>> {
    let Some(wanted) = names::find_monitor(from, &monitor.0)? else { return Ok(Vec::new()) };
    let words = names::words(from)?;
    let longest = i64::try_from(limits::BATCH_SPAN.as_micros()).unwrap_or(i64::MAX);
    let mut statement = from.prepare_cached(
        "SELECT body FROM batch WHERE last_at >= ?1 AND last_at < ?2 AND first_at < ?3 \
         ORDER BY last_at",
    )?;
    let until = span.until.0.saturating_add(longest);
    let mut batches = statement.query(params![span.from.0, until, span.until.0])?;
    let mut found = Vec::new();
    let limit = limit.min(limits::ROWS);
    while found.len() < limit
        && let Some(row) = batches.next()?
    {
        unpack(row.get_ref(0)?.as_blob().unwrap_or_default(), |packed| {
            if packed.monitor == wanted && packed.at >= span.from && packed.at < span.until {
                found.push(measured(monitor, packed, &words));
            }
            true
        });
    }
    found.sort_by_key(|measured| measured.at);
    found.truncate(limit);
    Ok(found)
}

/// Reads the roll-ups of a monitor, oldest first: period by period, since the key begins with the time.
pub(super) fn roll_ups(
    from: &Connection,
    monitor: &MonitorId,
    grain: Grain,
    span: Span,
) -> Result<Vec<RollUp>> {
    let Some(wanted) = names::find_monitor(from, &monitor.0)? else { return Ok(Vec::new()) };
    let mut statement = from.prepare_cached(
        "SELECT counts FROM roll_up WHERE grain = ? AND period = ? AND monitor = ?",
    )?;
    let (first, last) = periods(from, grain, span)?;
    let mut found = Vec::new();
    for period in first..=last {
        let key = params![codes::of_grain(grain), period, wanted];
        let counts: Option<Vec<u8>> = statement.query_row(key, |row| row.get(0)).optional()?;
        let start = Timestamp(period.saturating_mul(grain.micros()));
        found.extend(counts.and_then(|counts| take_roll_up(start, &counts)));
    }
    Ok(found)
}

/// Returns the first and last period of a time that may have results, at most
/// [`limits::PERIODS`] of them.
fn periods(from: &Connection, grain: Grain, span: Span) -> Result<(i64, i64)> {
    let edge = |edge: &str| -> Result<Option<i64>> {
        let sql = format!("SELECT {edge}(period) FROM roll_up WHERE grain = ?");
        from.prepare_cached(&sql)?.query_row([codes::of_grain(grain)], |row| row.get(0))
    };
    let (Some(earliest), Some(latest)) = (edge("min")?, edge("max")?) else {
        return Ok((0, -1));
    };
    let before_end = Timestamp(span.until.0.saturating_sub(1));
    let last = period(grain, before_end).min(latest);
    let first = period(grain, span.from).max(earliest);
    Ok((first.max(last.saturating_sub(int(limits::PERIODS) - 1)), last))
}

fn measured(monitor: &MonitorId, packed: Packed, words: &HashMap<i64, Arc<str>>) -> Measured {
    let seen = match packed.seen {
        PackedSeen::Good => Seen::Good,
        PackedSeen::Bad(cause) => Seen::Bad(cause.and_then(|cause| words.get(&cause).cloned())),
        PackedSeen::Unmeasured(doubt) => Seen::Unmeasured(doubt),
    };
    let Packed { at, took, state, status, phases, .. } = packed;
    Measured { monitor: monitor.clone(), at, took, state, seen, status, phases }
}

#[cfg(test)]
mod tests {
    use super::super::schema::{MIGRATIONS, migrate};
    use super::*;

    #[test]
    fn last_states_are_read_without_looking_at_results() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();

        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {LAST_STATES}")).unwrap();
        let steps: Vec<String> =
            plan.query_map([], |row| row.get("detail")).unwrap().map(Result::unwrap).collect();

        assert_eq!(
            steps,
            ["SCAN last_state", "SEARCH monitor USING INTEGER PRIMARY KEY (rowid=?)"]
        );
    }
}
