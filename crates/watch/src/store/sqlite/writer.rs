//! The thread that writes: the only one, so that writes never wait for each other.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rusqlite::{Connection, TransactionBehavior};

use super::apply::{Effects, apply, put_evidence};
use super::full::{FullDisk, is_trouble};
use super::ingest::Ingest;
use super::lock::Lock;
use super::open::with_suffix;
use super::queue::Queue;
use super::shared::Shared;
use super::writes::{Done, Request, Write};
use super::{Keeping, read, tidy};
use crate::store::{Evidence, Kept, Measured, StoreError, limits};

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    lock: Lock,
    file: PathBuf,
    pub(super) keeping: Keeping,
    pub(super) shared: Arc<Shared>,
    pub(super) ingest: Ingest,
    /// Bytes of evidence in the file.
    pub(super) evidence: i64,
    /// The present setting of `synchronous`, where it was set.
    durability: Option<Durability>,
    pub(super) full: Option<FullDisk>,
}

/// How far a commit reaches before it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
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
                Write::Change(_) | Write::HandOver { .. }
                    if !(effects.alerts.is_empty() && request.write.superseded().is_empty()) =>
                {
                    let mut outbox = self.shared.outbox();
                    outbox.supersede(request.write.superseded());
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
    pub(super) fn commit(&mut self, writes: &[&Write]) -> rusqlite::Result<Vec<Effects>> {
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

    pub(super) fn set_durability(&mut self, wanted: Durability) -> rusqlite::Result<()> {
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
    pub(super) fn remember_incidents(&mut self, writes: &[&Write]) {
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
            // What is superseded in memory only, because the disk is full, is not handed out either.
            if self.full.as_ref().is_some_and(|full| full.supersedes(delivery.alert.key)) {
                continue;
            }
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

fn refused(error: &rusqlite::Error) -> StoreError {
    StoreError::Database { doing: "write to the store", why: error.to_string() }
}
