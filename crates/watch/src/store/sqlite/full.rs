//! A full disk: what must not be lost waits in memory, alerts are handed out all the same, and when there
//! is room, everything is written in the order in which it came.

use std::collections::{HashSet, VecDeque};
use std::time::Instant;

use goodgate_incident::AlertKey;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use super::apply::{Effects, int, number};
use super::writer::{Durability, Writer};
use super::writes::{Done, Request, Write};
use super::{alerts, tidy};
use crate::store::{Alert, ChannelName, Fullness, Kept, StoreError, limits};

/// What waits in memory because the disk is full.
#[derive(Debug)]
pub(super) struct FullDisk {
    why: String,
    waiting: VecDeque<(Write, usize)>,
    weight: usize,
    /// The alerts that are in it.
    alerts: HashSet<(AlertKey, ChannelName)>,
    /// The alerts that are superseded by it.
    superseded: HashSet<AlertKey>,
    pub(super) retry_at: Instant,
}

impl FullDisk {
    /// Returns whether an alert is superseded by something that waits.
    pub(super) fn supersedes(&self, key: AlertKey) -> bool {
        self.superseded.contains(&key)
    }
}

impl Writer {
    /// Begins to keep writes in memory, or says anew why.
    pub(super) fn begin_full(&mut self, why: String) {
        self.ingest.forget();
        let mut health = self.shared.health();
        health.fullness = Fullness::Full;
        health.trouble = Some(why.clone());
        drop(health);
        let retry_at = Instant::now() + limits::RETRY;
        match &mut self.full {
            Some(full) => (full.why, full.retry_at) = (why, retry_at),
            None => {
                self.full = Some(FullDisk {
                    why,
                    waiting: VecDeque::new(),
                    weight: 0,
                    alerts: HashSet::new(),
                    superseded: HashSet::new(),
                    retry_at,
                });
            }
        }
    }

    /// Keeps a write in memory, where it may be kept there and there is room.
    pub(super) fn keep(&mut self, request: Request) {
        let Request { write, weight, reply } = request;
        self.remember_incidents(&[&write]);
        let Some(full) = &mut self.full else { return };
        let new = new_alerts(&self.connection, &write, full);
        let waiting = full.waiting.len();
        let mut outbox = self.shared.outbox();
        if !write.outlasts_a_full_disk()
            || waiting >= limits::WRITES_WAITING
            || full.weight + weight > limits::WRITES_BYTES
            || !(new.is_empty() || outbox.has_room(new.len()))
        {
            drop(outbox);
            return reply(Err(StoreError::Full { why: full.why.clone(), waiting }));
        }
        let number = answer_from_memory(&self.connection, &write, full);
        outbox.supersede(write.superseded());
        full.superseded.extend(write.superseded());
        for alert in new {
            full.alerts.insert((alert.key, alert.channel.clone()));
            outbox.add(alert, 0);
        }
        drop(outbox);
        self.shared.tell_workers();
        full.weight += weight;
        full.waiting.push_back((write, weight));
        self.shared.health().waiting = full.waiting.len();
        reply(Ok(Done { number, kept: Kept::InMemory }));
    }

    /// Writes what waits in memory, in order, as far as there is room.
    pub(super) fn try_again(&mut self) {
        if let Err(error) = self.make_room().and_then(|()| self.find_room()) {
            self.begin_full(error.to_string());
            return;
        }
        loop {
            let group: Vec<Write> = self
                .full
                .iter()
                .flat_map(|full| &full.waiting)
                .take(limits::GROUP)
                .map(|(write, _)| write.clone())
                .collect();
            if group.is_empty() {
                break;
            }
            let written = match self.commit(&group.iter().collect::<Vec<_>>()) {
                Ok(_) => group.len(),
                Err(error) if is_trouble(&error) => return self.begin_full(error.to_string()),
                Err(_) => match self.write_one_by_one(&group) {
                    Ok(written) => written,
                    Err(error) => return self.begin_full(error.to_string()),
                },
            };
            self.drop_waiting(written);
        }
        self.full = None;
        let mut health = self.shared.health();
        health.fullness = Fullness::Room;
        health.trouble = None;
        health.waiting = 0;
    }

    /// Writes what can be written; what the database refuses for itself would be refused for ever.
    fn write_one_by_one(&mut self, group: &[Write]) -> rusqlite::Result<usize> {
        for write in group {
            if let Err(error) = self.commit(&[write]) {
                if is_trouble(&error) {
                    return Err(error);
                }
                self.shared.health().changes_lost += 1;
            }
            self.drop_waiting(1);
        }
        Ok(0)
    }

    fn drop_waiting(&mut self, count: usize) {
        let Some(full) = &mut self.full else { return };
        let weight: usize = full.waiting.drain(..count).map(|(_, weight)| weight).sum();
        full.weight -= weight;
        self.shared.health().waiting = full.waiting.len();
    }

    /// Removes the oldest results, where it is the store itself that is as large as it may be: they go
    /// before a change has to wait.
    fn make_room(&mut self) -> rusqlite::Result<()> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut effects = Effects::default();
        tidy::fit(&transaction, &self.keeping, &mut effects)?;
        transaction.commit()?;
        self.evidence += effects.evidence;
        Ok(())
    }

    /// Makes sure that there is room for more than the next page.
    fn find_room(&mut self) -> rusqlite::Result<()> {
        const SCRATCH: i64 = -1;
        self.set_durability(Durability::Disk)?;
        self.connection.execute(
            "INSERT OR REPLACE INTO evidence (number, monitor, at, kind, bytes, body) \
             VALUES (?, '', 0, 'room', 0, zeroblob(?))",
            params![SCRATCH, int(limits::ROOM)],
        )?;
        self.connection.execute("DELETE FROM evidence WHERE number = ?", [SCRATCH])?;
        Ok(())
    }
}

/// Returns the alerts of a write that are neither on the disk nor in memory. A full disk can be read.
fn new_alerts(connection: &Connection, write: &Write, full: &FullDisk) -> Vec<Alert> {
    let alerts = match write {
        Write::Change(change) => change.alerts.as_slice(),
        Write::HandOver { alert, from, .. } => {
            // It may have been superseded after somebody asked for this and before its turn.
            let is_past = full.supersedes(alert.key)
                || alerts::is_superseded(connection, alert.key, from).unwrap_or(false);
            if is_past { &[] } else { std::slice::from_ref(alert) }
        }
        _ => &[],
    };
    let is_new = |alert: &&Alert| {
        let key = (alert.key, alert.channel.clone());
        !full.alerts.contains(&key) && !alerts::is_known(connection, alert).unwrap_or(false)
    };
    alerts.iter().filter(is_new).cloned().collect()
}

/// Returns what the answer will be once the write is done: whether it is the first acknowledgement, or
/// whether there is such an incident.
fn answer_from_memory(connection: &Connection, write: &Write, full: &FullDisk) -> i64 {
    let (id, is_acknowledgement) = match write {
        Write::Acknowledge { id, .. } => (*id, true),
        Write::Note { id, .. } => (*id, false),
        _ => return 0,
    };
    let kept: Option<bool> = connection
        .query_row(
            "SELECT acknowledged_at IS NOT NULL FROM incident WHERE number = ?",
            [number(id.0)],
            |row| row.get(0),
        )
        .optional()
        .unwrap_or_default();
    let mut exists = kept.is_some();
    let mut is_acknowledged = kept.unwrap_or(false);
    for (waiting, _) in &full.waiting {
        match waiting {
            Write::Change(change) => {
                for incident in change.incidents.iter().filter(|incident| incident.id == id) {
                    exists = true;
                    is_acknowledged |= incident.acknowledged.is_some();
                }
            }
            Write::Acknowledge { id: other, .. } if *other == id => is_acknowledged = true,
            _ => {}
        }
    }
    i64::from(exists && !(is_acknowledgement && is_acknowledged))
}

/// Returns whether an error is one of the disk or the file as a whole, so that trying again later may
/// help, and not one of what was to be written.
pub(super) fn is_trouble(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport
        )
    )
}
