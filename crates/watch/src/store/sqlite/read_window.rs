//! Questions about a window of time, each answered in one read however many monitors it is about.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use goodgate_incident::{MonitorId, State, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::apply::{int, number};
use super::ingest::period;
use super::packed::take_roll_up;
use super::read::{INCIDENT, incident_row};
use super::{codes, names};
use crate::store::{Grain, RollUp, Span, Windowed, WindowedIncidents, limits};

/// Reads what a window holds of some monitors, in their order.
pub(super) fn window(
    from: &Connection,
    span: Span,
    monitors: &BTreeSet<MonitorId>,
) -> Result<Vec<Windowed>> {
    let mut sums = sums(from, span.to_hours(), monitors)?;
    let mut found = Vec::with_capacity(monitors.len());
    for monitor in monitors {
        let (first, changes, is_cut) = changes(from, span, monitor)?;
        let sum = sums.remove(monitor).unwrap_or_else(|| RollUp::empty(span.from));
        found.push(Windowed { monitor: monitor.clone(), first, changes, is_cut, sum });
    }
    Ok(found)
}

/// Adds up the results of each monitor: whole days by the day, the rest by the hour.
fn sums(
    from: &Connection,
    span: Span,
    monitors: &BTreeSet<MonitorId>,
) -> Result<HashMap<MonitorId, RollUp>> {
    let mut wanted = HashMap::with_capacity(monitors.len());
    for monitor in monitors {
        if let Some(number) = names::find_monitor(from, &monitor.0)? {
            wanted.insert(number, monitor);
        }
    }
    let mut statement = from.prepare_cached(SUMS)?;
    let mut sums = HashMap::new();
    for (grain, part) in parts(span) {
        let key =
            params![codes::of_grain(grain), period(grain, part.from), period(grain, part.until)];
        let mut rows = statement.query(key)?;
        while let Some(row) = rows.next()? {
            let Some(monitor) = wanted.get(&row.get::<_, i64>(0)?) else { continue };
            let counts = row.get_ref(1)?.as_blob().unwrap_or_default();
            if let Some(roll_up) = take_roll_up(span.from, counts) {
                let sum = sums.entry((*monitor).clone());
                sum.or_insert_with(|| RollUp::empty(span.from)).merge(&roll_up);
            }
        }
    }
    Ok(sums)
}

/// The sums of all monitors between two periods: one range of the primary key.
const SUMS: &str =
    "SELECT monitor, counts FROM roll_up WHERE grain = ? AND period >= ? AND period < ?";

/// Splits a span of hours into the whole days in it and the hours before and after them.
fn parts(span: Span) -> Vec<(Grain, Span)> {
    let day = Grain::Day.micros();
    let start = Grain::Day.start(span.from);
    let first = if start == span.from { start } else { Timestamp(start.0.saturating_add(day)) };
    let last = Grain::Day.start(span.until);
    if first >= last {
        return vec![(Grain::Hour, span)];
    }
    let part = |grain, from, until| (grain, Span { from, until });
    let all = [
        part(Grain::Hour, span.from, first),
        part(Grain::Day, first, last),
        part(Grain::Hour, last, span.until),
    ];
    all.into_iter().filter(|(_, part)| part.from < part.until).collect()
}

/// The state at the beginning of a window, the changes in it, and whether there are more of them.
type Changes = (Option<State>, Vec<(Timestamp, State)>, bool);

/// Reads the state of a monitor at the beginning of a window, and its changes in it.
fn changes(from: &Connection, span: Span, monitor: &MonitorId) -> Result<Changes> {
    let id = &*monitor.0;
    let mut statement = from.prepare_cached(
        "SELECT at, from_state, to_state FROM transition \
         WHERE monitor = ? AND at >= ? AND at < ? ORDER BY at, number LIMIT ?",
    )?;
    let most = int(limits::WINDOW_CHANGES);
    let rows = statement.query_map(params![id, span.from.0, span.until.0, most + 1], |row| {
        Ok((Timestamp(row.get(0)?), codes::state(row.get(1)?), codes::state(row.get(2)?)))
    })?;
    let mut rows = rows.collect::<Result<Vec<_>>>()?;
    let is_cut = rows.len() > limits::WINDOW_CHANGES;
    rows.truncate(limits::WINDOW_CHANGES);
    let one = |sql: &str, at: Timestamp| -> Result<Option<State>> {
        let found = from
            .prepare_cached(sql)?
            .query_row(params![id, at.0], |row| row.get::<_, u8>(0))
            .optional()?;
        Ok(found.and_then(codes::state))
    };
    let before = one(
        "SELECT to_state FROM transition WHERE monitor = ? AND at < ? \
         ORDER BY at DESC, number DESC LIMIT 1",
        span.from,
    )?;
    let first = match (before, rows.first()) {
        (Some(before), _) => Some(before),
        (None, Some((_, first, _))) => *first,
        (None, None) => one(
            "SELECT from_state FROM transition WHERE monitor = ? AND at >= ? \
             ORDER BY at, number LIMIT 1",
            span.until,
        )?,
    };
    let changes = rows.into_iter().filter_map(|(at, _, to)| Some((at, to?))).collect();
    Ok((first, changes, is_cut))
}

/// Reads the incidents that were open at any moment of a window, latest first.
pub(super) fn incidents(from: &Connection, span: Span, limit: usize) -> Result<WindowedIncidents> {
    let limit = limit.min(limits::ROWS);
    let sql = format!(
        "SELECT {INCIDENT} FROM incident WHERE opened_at < ?1 \
         AND (resolved_at IS NULL OR resolved_at > ?2) ORDER BY number DESC LIMIT ?3"
    );
    let key = params![span.until.0, span.from.0, int(limit) + 1];
    let mut statement = from.prepare_cached(&sql)?;
    let mut rows = statement.query_map(key, incident_row)?.collect::<Result<Vec<_>>>()?;
    let is_cut = rows.len() > limit;
    rows.truncate(limit);
    let mut members = from.prepare_cached(
        "SELECT DISTINCT monitor FROM timeline WHERE incident = ? AND monitor IS NOT NULL LIMIT ?",
    )?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let named = members
            .query_map(params![number(row.id.0), int(limits::COMPONENTS)], |row| {
                Ok(MonitorId(row.get::<_, Arc<str>>(0)?))
            })?;
        let mut named = named.collect::<Result<BTreeSet<_>>>()?;
        named.extend(row.members.iter().cloned());
        all.push((row, named));
    }
    Ok(WindowedIncidents { rows: all, is_cut })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::schema::{MIGRATIONS, migrate};
    use super::*;

    #[test]
    fn sums_of_a_window_are_one_range_of_the_key() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();

        let explain = format!("EXPLAIN QUERY PLAN {}", SUMS.replace('?', "9"));
        let mut plan = connection.prepare(&explain).unwrap();
        let steps: Vec<String> =
            plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();

        let range = "SEARCH roll_up USING PRIMARY KEY (grain=? AND period>? AND period<?)";
        assert_eq!(steps, [range]);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_window_are_the_window(from in -1000_i64..1000, hours in 0_i64..900) {
            let hour = Grain::Hour.micros();
            let span = Span { from: Timestamp(from * hour), until: Timestamp((from + hours) * hour) };

            let parts = parts(span);

            let mut at = span.from;
            for (grain, part) in &parts {
                prop_assert_eq!(part.from, at);
                prop_assert_eq!(grain.start(part.from), part.from);
                prop_assert_eq!(grain.start(part.until), part.until);
                at = part.until;
            }
            prop_assert_eq!(at, span.until);
            let single = parts.iter().filter(|(grain, _)| *grain == Grain::Hour);
            let single: i64 = single.map(|(_, part)| (part.until.0 - part.from.0) / hour).sum();
            prop_assert!(single <= 2 * 47, "months are not read by the hour: {}", single);
        }
    }
}
