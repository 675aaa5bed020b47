//! The thread that writes: the only one, so that writes never wait for each other.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use goodgate_incident::AlertKey;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};
use tokio::sync::watch;

use super::apply::{Effects, apply, int, number, put_evidence};
use super::ingest::Ingest;
use super::lock::Lock;
use super::open::with_suffix;
use super::outbox::Outbox;
use super::queue::Queue;
use super::writes::{Done, Request, Write};
use super::{Keeping, read, tidy};
use crate::store::{
    Alert, Change, ChannelName, Evidence, Fullness, Health, Kept, Measured, StoreError, limits,
};

/// What the writer and those who ask have in common.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    outbox: Mutex<Outbox>,
    health: Mutex<Health>,
    pub(super) last_incident: AtomicU64,
    pub(super) results_dropped: AtomicU64,
    pub(super) evidence_dropped: AtomicU64,
    alerts_changed: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn alerts_changed(&self) -> watch::Receiver<u64> {
        self.alerts_changed.subscribe()
    }

    /// Says that alerts may be due that were not before.
    pub(super) fn tell_workers(&self) {
        self.alerts_changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn drop_results(&self, count: usize) {
        self.results_dropped.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(super) fn drop_evidence(&self, count: usize) {
        self.evidence_dropped.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    connection: Connection,
    lock: Lock,
    file: PathBuf,
    keeping: Keeping,
    shared: Arc<Shared>,
    ingest: Ingest,
    /// Bytes of evidence in the file.
    evidence: i64,
    /// The present setting of `synchronous`, where it was set.
    durability: Option<Durability>,
    full: Option<FullDisk>,
}

/// What waits in memory because the disk is full.
#[derive(Debug)]
struct FullDisk {
    why: String,
    waiting: VecDeque<(Write, usize)>,
    weight: usize,
    /// The alerts that are in it.
    alerts: HashSet<(AlertKey, ChannelName)>,
    retry_at: Instant,
}

/// How far a commit reaches before it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    /// To the disk (`synchronous=FULL`).
    Disk,
    /// To the system, which brings it to the disk in its own time; it outlives a crash of the process.
    System,
}

impl Writer {
    /// Makes the writer of an open file, and loads what it has to know.
    pub(super) fn new(
        connection: Connection,
        mut lock: Lock,
        file: PathBuf,
        keeping: Keeping,
    ) -> rusqlite::Result<Self> {
        let shared = Arc::new(Shared::default());
        let kept = read::last_incident(&connection)?.map_or(0, |id| id.0);
        let last_incident = kept.max(lock.last_incident());
        // The file is the first place; the lock only helps where the file cannot.
        drop(lock.remember(last_incident));
        shared.last_incident.store(last_incident, Ordering::Release);
        let evidence =
            connection
                .query_row("SELECT coalesce(sum(bytes), 0) FROM evidence", [], |row| row.get(0))?;
        let mut writer = Self {
            connection,
            lock,
            file,
            keeping,
            shared,
            ingest: Ingest::default(),
            evidence,
            durability: None,
            full: None,
        };
        writer.load_alerts(0)?;
        writer.measure();
        Ok(writer)
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Writes until the queue is closed and empty.
    pub(super) fn run(mut self) {
        let shared = self.shared();
        let _abandon = Abandon(&shared.queue);
        let mut flush_at = Instant::now() + limits::FLUSH;
        loop {
            let retry_at = self.full.as_ref().map(|full| full.retry_at);
            let work = shared.queue.take(flush_at, retry_at);
            if retry_at.is_some_and(|at| Instant::now() >= at) {
                self.try_again();
            }
            if !work.requests.is_empty() {
                self.write(work.requests);
            }
            let is_time = Instant::now() >= flush_at;
            if is_time || !work.results.is_empty() || !work.evidence.is_empty() {
                self.flush(&work.results, &work.evidence);
                flush_at = Instant::now() + limits::FLUSH;
            }
            self.load_more_alerts();
            if work.is_last {
                break;
            }
        }
        if self.full.is_some() {
            self.try_again();
        }
    }

    fn write(&mut self, requests: Vec<Request>) {
        if self.full.is_some() {
            for request in requests {
                self.keep(request);
            }
            return;
        }
        let writes: Vec<&Write> = requests.iter().map(|request| &request.write).collect();
        match self.commit(&writes) {
            Ok(effects) => self.answer(requests, effects),
            Err(error) if is_trouble(&error) => {
                self.begin_full(error.to_string());
                for request in requests {
                    self.keep(request);
                }
            }
            Err(error) if requests.len() == 1 => {
                for request in requests {
                    (request.reply)(Err(refused(&error)));
                }
            }
            // One of them is at fault; the others are not.
            Err(_) => requests.into_iter().for_each(|request| self.write(vec![request])),
        }
    }

    fn answer(&mut self, requests: Vec<Request>, effects: Vec<Effects>) {
        for (request, effects) in requests.into_iter().zip(effects) {
            self.shared.drop_evidence(effects.evidence_dropped as usize);
            match &request.write {
                Write::Change(_) if !effects.alerts.is_empty() => {
                    let mut outbox = self.shared.outbox();
                    for (number, alert) in effects.alerts {
                        outbox.add_kept(number, alert, 0);
                    }
                    drop(outbox);
                    self.shared.tell_workers();
                }
                Write::Forget(_) => self.ingest.forget(),
                _ => {}
            }
            (request.reply)(Ok(Done { number: effects.number, kept: Kept::OnDisk }));
        }
    }

    /// Writes all of them in one transaction that has reached the disk at the end, or none.
    fn commit(&mut self, writes: &[&Write]) -> rusqlite::Result<Vec<Effects>> {
        self.set_durability(Durability::Disk)?;
        self.remember_incidents(writes);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut all = Vec::with_capacity(writes.len());
        for write in writes {
            all.push(apply(&transaction, write, &self.keeping)?);
        }
        let mut evidence = self.evidence + all.iter().map(|effects| effects.evidence).sum::<i64>();
        evidence -= cap(&transaction, evidence, &self.keeping)?;
        transaction.commit()?;
        self.evidence = evidence;
        Ok(all)
    }

    fn flush(&mut self, results: &[Measured], evidence: &[Evidence]) {
        if self.full.is_some() {
            self.shared.drop_results(results.len());
            self.shared.drop_evidence(evidence.len());
        } else if !(results.is_empty() && evidence.is_empty()) {
            let appended = self.append(results, evidence);
            if appended.is_err() {
                self.ingest.forget();
                self.shared.drop_results(results.len());
                self.shared.drop_evidence(evidence.len());
            }
            match appended {
                Err(error) if is_trouble(&error) => self.begin_full(error.to_string()),
                other => self.shared.health().trouble = other.err().map(|error| error.to_string()),
            }
        }
        self.measure();
    }

    fn append(&mut self, results: &[Measured], evidence: &[Evidence]) -> rusqlite::Result<()> {
        self.set_durability(Durability::System)?;
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let dropped = self.ingest.write(&transaction, results)?;
        let mut effects = Effects::default();
        for evidence in evidence {
            put_evidence(&transaction, evidence, &mut effects)?;
        }
        // Here and not only when somebody asks for it: results may come faster than that.
        tidy::fit(&transaction, &self.keeping, &mut effects)?;
        let mut bytes = self.evidence + effects.evidence;
        bytes -= cap(&transaction, bytes, &self.keeping)?;
        transaction.commit()?;
        self.evidence = bytes;
        self.shared.drop_results(dropped);
        self.shared.drop_evidence(effects.evidence_dropped as usize);
        Ok(())
    }

    fn set_durability(&mut self, wanted: Durability) -> rusqlite::Result<()> {
        if self.durability != Some(wanted) {
            let value = match wanted {
                Durability::Disk => "FULL",
                Durability::System => "NORMAL",
            };
            self.connection.pragma_update(None, "synchronous", value)?;
            self.durability = Some(wanted);
        }
        Ok(())
    }

    /// Keeps the highest number of an incident before anybody can hear of it.
    fn remember_incidents(&mut self, writes: &[&Write]) {
        let highest = writes.iter().filter_map(|write| match write {
            Write::Change(change) => change.incidents.iter().map(|incident| incident.id.0).max(),
            _ => None,
        });
        if let Some(highest) = highest.max() {
            // It is in the file as well; the lock only helps where the file cannot.
            drop(self.lock.remember(highest));
            self.shared.last_incident.fetch_max(highest, Ordering::AcqRel);
        }
    }

    // The full disk.

    fn begin_full(&mut self, why: String) {
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
                    retry_at,
                });
            }
        }
    }

    /// Keeps a write in memory, where it may be kept there and there is room.
    fn keep(&mut self, request: Request) {
        let Request { write, weight, reply } = request;
        self.remember_incidents(&[&write]);
        let Some(full) = &mut self.full else { return };
        let new = match &write {
            Write::Change(change) => new_alerts(&self.connection, change, full),
            _ => Vec::new(),
        };
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
    fn try_again(&mut self) {
        if let Err(error) = self.find_room() {
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
                self.shared.health().trouble = Some(error.to_string());
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

    // Alerts that found no room in memory.

    fn load_more_alerts(&mut self) {
        let first = self.shared.outbox().wants();
        if let Some(first) = first
            && let Err(error) = self.load_alerts(first)
        {
            self.shared.health().trouble = Some(error.to_string());
        }
    }

    fn load_alerts(&mut self, first: i64) -> rusqlite::Result<()> {
        let pending = read::pending(&self.connection, first)?;
        let mut outbox = self.shared.outbox();
        outbox.load();
        for (number, delivery) in pending {
            outbox.add_kept(number, delivery.alert, delivery.attempts);
        }
        drop(outbox);
        self.shared.tell_workers();
        Ok(())
    }

    /// Says how large the file is and how much waits.
    fn measure(&self) {
        let bytes = ["", "-wal"].iter().map(|suffix| {
            let file = with_suffix(&self.file, suffix);
            std::fs::metadata(file).map_or(0, |metadata| metadata.len())
        });
        self.shared.health().bytes = bytes.sum();
    }
}

/// Refuses what still waits when the writer ends, however it ends.
struct Abandon<'a>(&'a Queue);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Removes evidence beyond the bound; returns how many bytes.
fn cap(connection: &Connection, present: i64, keeping: &Keeping) -> rusqlite::Result<i64> {
    let excess = present - keeping.evidence_bytes();
    let mut effects = Effects::default();
    if excess > 0 {
        tidy::cut_evidence(connection, excess, &mut effects)?;
    }
    Ok(-effects.evidence)
}

/// Returns the alerts of a change that are neither on the disk nor in memory. A full disk can be read.
fn new_alerts(connection: &Connection, change: &Change, full: &FullDisk) -> Vec<Alert> {
    let is_kept = |alert: &Alert| -> rusqlite::Result<bool> {
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
    };
    let is_new = |alert: &&Alert| {
        let key = (alert.key, alert.channel.clone());
        !full.alerts.contains(&key) && !is_kept(alert).unwrap_or(false)
    };
    change.alerts.iter().filter(is_new).cloned().collect()
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
fn is_trouble(error: &rusqlite::Error) -> bool {
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

fn refused(error: &rusqlite::Error) -> StoreError {
    StoreError::Database { doing: "write to the store", why: error.to_string() }
}
