//! Results on their way into the file: into batches, roll-ups and last states, all in one transaction.
//!
//! Keys that begin with the monitor would spread each round of checks over the whole file (16,000 rows a
//! second instead of 450,000, measured with `SQLite`); so everything is kept in the order of time.

use std::collections::{HashMap, HashSet};

use goodgate_incident::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};

use super::codes;
use super::names::Names;
use super::packed::{Packed, PackedSeen, put_roll_up, take_roll_up};
use crate::store::{Grain, Measured, RollUp, Seen, limits};

/// What the writer knows of the end of the file, so that it can go on there.
#[derive(Debug, Default)]
pub(super) struct Ingest {
    names: Names,
    tail: Option<Tail>,
    /// The roll-ups of the present, by monitor and grain.
    roll_ups: HashMap<(i64, Grain), RollUp>,
    touched: HashSet<(i64, Grain)>,
}

/// The last batch, which still grows.
#[derive(Debug)]
struct Tail {
    number: i64,
    first_at: Timestamp,
    last_at: Timestamp,
    /// The time of the result before, from which the next one counts.
    before: Timestamp,
    results: u32,
    body: Vec<u8>,
}

impl Ingest {
    /// Writes results; returns how many found no room. After an error, or when the transaction is not
    /// committed, [`forget`](Self::forget) has to follow.
    pub(super) fn write(&mut self, to: &Transaction<'_>, results: &[Measured]) -> Result<usize> {
        let mut dropped = 0;
        let mut last: HashMap<i64, Packed> = HashMap::new();
        for measured in results {
            let Some(packed) = self.pack(to, measured)? else {
                dropped += 1;
                continue;
            };
            self.append(to, &packed)?;
            for grain in Grain::ALL {
                self.roll_up(to, packed.monitor, grain, measured)?;
            }
            let latest = last.entry(packed.monitor).or_insert(packed);
            if latest.at <= packed.at {
                *latest = packed;
            }
        }
        if let Some(tail) = &self.tail {
            tail.write(to)?;
        }
        self.write_roll_ups(to)?;
        write_last(to, last.values())?;
        Ok(dropped)
    }

    /// Forgets what is in memory: the file says what was committed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn pack(&mut self, to: &Connection, measured: &Measured) -> Result<Option<Packed>> {
        let Some(monitor) = self.names.monitor(to, &measured.monitor.0)? else {
            return Ok(None);
        };
        let seen = match &measured.seen {
            Seen::Good => PackedSeen::Good,
            Seen::Bad(None) => PackedSeen::Bad(None),
            Seen::Bad(Some(cause)) => match self.names.word(to, cause)? {
                Some(cause) => PackedSeen::Bad(Some(cause)),
                None => return Ok(None),
            },
            Seen::Unmeasured(doubt) => PackedSeen::Unmeasured(*doubt),
        };
        let Measured { at, took, state, status, phases, .. } = *measured;
        Ok(Some(Packed { monitor, at, took, state, seen, status, phases }))
    }

    fn append(&mut self, to: &Connection, packed: &Packed) -> Result<()> {
        let tail = match self.tail.take() {
            Some(tail) if tail.has_room(packed.at) => tail,
            Some(full) => {
                full.write(to)?;
                Tail::begin(full.number + 1, packed.at)
            }
            None => Tail::begin(next_batch(to)?, packed.at),
        };
        self.tail.insert(tail).append(packed);
        Ok(())
    }

    fn roll_up(
        &mut self,
        to: &Connection,
        monitor: i64,
        grain: Grain,
        measured: &Measured,
    ) -> Result<()> {
        let (key, start) = ((monitor, grain), grain.start(measured.at));
        let is_present = self.roll_ups.get(&key).is_some_and(|roll_up| roll_up.start == start);
        if !is_present {
            if self.touched.remove(&key)
                && let Some(over) = self.roll_ups.get(&key)
            {
                write_roll_up(to, key, over)?;
            }
            self.roll_ups.insert(key, read_roll_up(to, key, start)?);
        }
        if let Some(roll_up) = self.roll_ups.get_mut(&key) {
            roll_up.add(measured);
            self.touched.insert(key);
        }
        Ok(())
    }

    /// Writes what has changed, in the order of the key, so that each page is written once.
    fn write_roll_ups(&mut self, to: &Connection) -> Result<()> {
        let mut keys: Vec<(Grain, i64)> =
            self.touched.drain().map(|(monitor, grain)| (grain, monitor)).collect();
        keys.sort_unstable();
        for (grain, monitor) in keys {
            if let Some(roll_up) = self.roll_ups.get(&(monitor, grain)) {
                write_roll_up(to, (monitor, grain), roll_up)?;
            }
        }
        Ok(())
    }
}

impl Tail {
    fn begin(number: i64, at: Timestamp) -> Self {
        let body = Vec::with_capacity(limits::BATCH_BYTES);
        Self { number, first_at: at, last_at: at, before: Timestamp(0), results: 0, body }
    }

    fn has_room(&self, at: Timestamp) -> bool {
        let span = i64::try_from(limits::BATCH_SPAN.as_micros()).unwrap_or(i64::MAX);
        let (first, last) = (self.first_at.min(at), self.last_at.max(at));
        self.body.len() + limits::RESULT_BYTES <= limits::BATCH_BYTES
            && last.0.saturating_sub(first.0) <= span
    }

    fn append(&mut self, packed: &Packed) {
        packed.put(&mut self.body, self.before);
        self.before = packed.at;
        self.first_at = self.first_at.min(packed.at);
        self.last_at = self.last_at.max(packed.at);
        self.results += 1;
    }

    fn write(&self, to: &Connection) -> Result<()> {
        to.prepare_cached(
            "INSERT INTO batch (number, first_at, last_at, results, body) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (number) DO UPDATE SET first_at = excluded.first_at, \
             last_at = excluded.last_at, results = excluded.results, body = excluded.body",
        )?
        .execute(params![
            self.number,
            self.first_at.0,
            self.last_at.0,
            self.results,
            self.body
        ])?;
        Ok(())
    }
}

fn next_batch(from: &Connection) -> Result<i64> {
    from.query_row("SELECT coalesce(max(number), 0) + 1 FROM batch", [], |row| row.get(0))
}

/// Returns the number of the period of a roll-up, as the file has it.
pub(super) const fn period(grain: Grain, start: Timestamp) -> i64 {
    start.0.div_euclid(grain.micros())
}

fn read_roll_up(from: &Connection, key: (i64, Grain), start: Timestamp) -> Result<RollUp> {
    let (monitor, grain) = key;
    let counts: Option<Vec<u8>> = from
        .prepare_cached(
            "SELECT counts FROM roll_up WHERE grain = ? AND period = ? AND monitor = ?",
        )?
        .query_row(params![codes::of_grain(grain), period(grain, start), monitor], |row| row.get(0))
        .optional()?;
    let kept = counts.and_then(|counts| take_roll_up(start, &counts));
    Ok(kept.unwrap_or_else(|| RollUp::empty(start)))
}

fn write_roll_up(to: &Connection, key: (i64, Grain), roll_up: &RollUp) -> Result<()> {
    let (monitor, grain) = key;
    to.prepare_cached(
        "INSERT INTO roll_up (grain, period, monitor, counts) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET counts = excluded.counts",
    )?
    .execute(params![
        codes::of_grain(grain),
        period(grain, roll_up.start),
        monitor,
        put_roll_up(roll_up)
    ])?;
    Ok(())
}

/// Writes the last result of each monitor. The state is that of the last transition, where that is later
/// than the result.
fn write_last<'a>(to: &Connection, last: impl Iterator<Item = &'a Packed>) -> Result<()> {
    let mut last: Vec<&Packed> = last.collect();
    last.sort_unstable_by_key(|packed| packed.monitor);
    let mut statement = to.prepare_cached(
        "INSERT INTO last_state (monitor, state, result) VALUES (?1, ?2, ?3) \
         ON CONFLICT (monitor) DO UPDATE SET result = excluded.result, \
         state = CASE WHEN since IS NULL OR since <= ?4 THEN excluded.state ELSE state END",
    )?;
    for packed in last {
        let mut result = Vec::with_capacity(limits::RESULT_BYTES);
        packed.put(&mut result, Timestamp(0));
        statement.execute(params![
            packed.monitor,
            codes::of_state(packed.state),
            result,
            packed.at.0
        ])?;
    }
    Ok(())
}

/// Gives each result of a batch, until `take` says that it has enough; returns whether the bytes were
/// whole.
pub(super) fn unpack(mut body: &[u8], mut take: impl FnMut(Packed) -> bool) -> bool {
    let mut before = Timestamp(0);
    while !body.is_empty() {
        let Some(packed) = Packed::take(&mut body, before) else {
            return false;
        };
        before = packed.at;
        if !take(packed) {
            return true;
        }
    }
    true
}
