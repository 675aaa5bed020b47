//! The store in one `SQLite` file: one thread that writes, a few that read, alerts handed out from memory.

mod alerts;
mod apply;
mod codes;
mod copy;
mod full;
mod ingest;
mod keeping;
mod lock;
mod names;
mod open;
mod outbox;
mod packed;
mod queue;
mod read;
mod read_results;
mod read_window;
mod reader;
mod schema;
mod shared;
mod tidy;
mod varint;
mod writer;
mod writes;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use goodgate_incident::{AlertKey, IncidentId, MonitorId, Timestamp};
use rusqlite::Connection;
use tokio::sync::watch;

use self::lock::Lock;
use self::outbox::Outbox;
use self::reader::Readers;
use self::schema::MIGRATIONS;
use self::shared::Shared;
use self::writer::Writer;
use self::writes::{Done, Request, Write};
use super::{
    Alert, Appended, Change, ChannelName, Claim, Delivery, Evidence, Grain, Health, IncidentFile,
    IncidentRow, Kept, KeptTransition, LastState, Marker, Measured, MonitorRow, Note, Pending,
    Proof, RollUp, SilenceId, SilenceRow, Span, Store, StoreError, Undelivered, Wanted, Windowed,
    WindowedIncidents, limits,
};

pub use keeping::Keeping;

/// The store in one `SQLite` file.
///
/// Dropping it writes what still waits, and closes the file; that takes as long as the disk takes. What
/// waits in memory because the disk is full is tried once more, and then lost.
#[derive(Debug)]
pub struct Sqlite {
    shared: Arc<Shared>,
    readers: Readers,
    writer: Option<JoinHandle<()>>,
}

impl Sqlite {
    /// Opens the store of a folder, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`], [`StoreError::Newer`], [`StoreError::Foreign`], [`StoreError::Damaged`],
    /// or what the file system says.
    pub fn open(keeping: Keeping) -> Result<Self, StoreError> {
        let lock = open::lock(&keeping.folder)?;
        let connection = open::open(&keeping, MIGRATIONS)?;
        Self::start(keeping, lock, connection, None)
    }

    /// Opens the store of a folder; where its file is damaged, moves that aside and starts anew.
    /// [`Health::started_anew`] then says where the damaged file is. Numbers of incidents go on.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but for [`StoreError::Damaged`].
    pub fn open_or_start_anew(keeping: Keeping) -> Result<Self, StoreError> {
        let lock = open::lock(&keeping.folder)?;
        let file = open::file_of(&keeping.folder);
        match open::open(&keeping, MIGRATIONS) {
            Err(StoreError::Damaged { .. }) => {
                let aside = open::move_aside(&file, "damaged")?;
                let connection = open::open(&keeping, MIGRATIONS)?;
                Self::start(keeping, lock, connection, aside)
            }
            Err(error) => Err(error),
            Ok(connection) => Self::start(keeping, lock, connection, None),
        }
    }

    /// Writes a whole copy of the store in `folder`, which another process may have open, to `to`, which
    /// must not exist. Returns its bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], or what is wrong with the store or the file system.
    pub fn backup_of(folder: &Path, to: &Path) -> Result<u64, StoreError> {
        copy::backup_of(folder, to)
    }

    /// Puts a copy in the place of the store in `folder`, which nobody may have open, after it was
    /// checked. Returns where the store of before is now.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] while a watch runs; as [`open`](Self::open) where the copy is no good, in
    /// which case nothing was changed.
    pub fn restore(folder: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
        copy::restore(folder, from)
    }

    fn start(
        keeping: Keeping,
        lock: Lock,
        connection: Connection,
        aside: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        let file = open::file_of(&keeping.folder);
        let writer = Writer::new(connection, lock, file.clone(), keeping)
            .map_err(|error| open::database_error("read the store", &file, &error))?;
        let shared = writer.shared();
        shared.health().started_anew = aside;
        let readers = Readers::start(&file)?;
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| open::file_error("start the writer of", &file, &error))?;
        Ok(Self { shared, readers, writer: Some(thread) })
    }

    /// Hands a write to the writer. `taken` is done as soon as it is in line.
    fn submit<T: Send + 'static>(
        &self,
        write: Write,
        answer_of: fn(Done) -> Result<T, StoreError>,
        taken: impl FnOnce(),
    ) -> Pending<T> {
        if let Err(error) = write.check() {
            return Pending::ready(Err(error));
        }
        let (answer, pending) = Pending::later();
        let weight = write.weight();
        let seen = write.is_seen().then(|| Arc::clone(&self.shared));
        let reply = Box::new(move |done: Result<Done, _>| {
            // Before whoever waits goes on: they look again then.
            if let Some(shared) = seen.filter(|_| done.is_ok()) {
                shared.changes.fetch_add(1, Ordering::Release);
            }
            answer.give(done.and_then(answer_of));
        });
        match self.shared.queue.push(Request { write, weight, reply }) {
            Ok(()) => {
                taken();
                pending
            }
            Err(error) => Pending::ready(Err(error)),
        }
    }

    fn keep(&self, write: Write) -> Pending<Kept> {
        self.submit(write, |done| Ok(done.kept), || {})
    }

    fn is_so(&self, write: Write) -> Pending<bool> {
        self.submit(write, |done| Ok(done.number > 0), || {})
    }

    /// Keeps what became of an alert; delivery sees it at once.
    fn answer_for(&self, write: Write, change: impl FnOnce(&mut Outbox)) -> Pending<Kept> {
        self.submit(
            write,
            |done| Ok(done.kept),
            || {
                change(&mut self.shared.outbox());
                self.shared.tell_workers();
            },
        )
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.shared.queue.close();
        if let Some(writer) = self.writer.take() {
            // A writer that has panicked has already said so.
            drop(writer.join());
        }
    }
}

impl Store for Sqlite {
    fn append_results(&self, batch: Vec<Measured>) -> Appended {
        let appended = self.shared.queue.push_results(batch);
        self.shared.drop_results(appended.dropped);
        appended
    }

    fn append_evidence(&self, evidence: Evidence) -> Appended {
        let appended = self.shared.queue.push_evidence(evidence);
        self.shared.drop_evidence(appended.dropped);
        appended
    }

    fn commit_transition(&self, change: Arc<Change>) -> Pending<Kept> {
        self.keep(Write::Change(change))
    }

    fn claim_alerts(
        &self,
        channel: &ChannelName,
        now: Timestamp,
        limit: usize,
    ) -> Pending<Vec<Claim>> {
        Pending::ready(Ok(self.shared.outbox().claim(channel, now, limit)))
    }

    fn accepted(&self, key: AlertKey, channel: &ChannelName, now: Timestamp) -> Pending<Kept> {
        let write = Write::Accepted { key, channel: channel.clone(), now };
        self.answer_for(write, |outbox| drop(outbox.remove(key, channel)))
    }

    fn put_off(
        &self,
        key: AlertKey,
        channel: &ChannelName,
        until: Timestamp,
        why: &str,
    ) -> Pending<Kept> {
        let write =
            Write::PutOff { key, channel: channel.clone(), until, why: short(why, limits::TEXT) };
        self.answer_for(write, |outbox| outbox.put_off(key, channel, until))
    }

    fn dead(&self, key: AlertKey, channel: &ChannelName, why: &str) -> Pending<Kept> {
        let write = Write::Dead { key, channel: channel.clone(), why: short(why, limits::TEXT) };
        self.answer_for(write, |outbox| drop(outbox.remove(key, channel)))
    }

    fn hand_over(
        &self,
        key: AlertKey,
        from: &ChannelName,
        to: &ChannelName,
        now: Timestamp,
        why: &str,
    ) -> Pending<Kept> {
        if from == to {
            return self.put_off(key, from, now, why);
        }
        let Some(alert) = self.shared.outbox().find(key, from).cloned() else {
            // Somebody has answered for it.
            return Pending::ready(Ok(Kept::OnDisk));
        };
        let alert = Alert { channel: to.clone(), due_at: now, ..alert };
        let write = Write::HandOver { alert, from: from.clone(), why: short(why, limits::TEXT) };
        self.answer_for(write, |outbox| drop(outbox.remove(key, from)))
    }

    fn next_due(&self, channel: &ChannelName) -> Pending<Option<Timestamp>> {
        Pending::ready(Ok(self.shared.outbox().next_due(channel)))
    }

    fn alerts_changed(&self) -> watch::Receiver<u64> {
        self.shared.alerts_changed()
    }

    fn dead_letters(&self, limit: usize) -> Pending<Vec<Delivery>> {
        self.readers.read(move |from| read::dead_letters(from, limit))
    }

    fn undelivered(&self, limit: usize) -> Pending<Undelivered> {
        self.readers.read(move |from| read::undelivered(from, limit))
    }

    fn prove(&self, proof: Proof) -> Pending<Kept> {
        self.keep(Write::Prove(proof))
    }

    fn proofs(&self) -> Pending<Vec<Proof>> {
        self.readers.read(read::proofs)
    }

    fn open_incidents(&self) -> Pending<Vec<IncidentRow>> {
        self.readers.read(read::open_incidents)
    }

    fn last_incident(&self) -> Pending<Option<IncidentId>> {
        let last = self.shared.last_incident.load(Ordering::Acquire);
        Pending::ready(Ok((last > 0).then_some(IncidentId(last))))
    }

    fn incident(&self, id: IncidentId) -> Pending<Option<IncidentFile>> {
        self.readers.read(move |from| read::incident(from, id))
    }

    fn incidents(&self, before: Option<IncidentId>, limit: usize) -> Pending<Vec<IncidentRow>> {
        self.readers.read(move |from| read::incidents(from, before, limit))
    }

    fn evidence(&self, number: i64) -> Pending<Option<Evidence>> {
        self.readers.read(move |from| read::evidence(from, number))
    }

    fn acknowledge(&self, id: IncidentId, by: &str, at: Timestamp) -> Pending<bool> {
        self.is_so(Write::Acknowledge { id, by: short(by, limits::NAME), at })
    }

    fn note(&self, id: IncidentId, note: Note) -> Pending<bool> {
        let note = Note { text: short(&note.text, limits::TEXT), ..note };
        self.is_so(Write::Note { id, note })
    }

    fn marker(&self, marker: Marker) -> Pending<Kept> {
        let marker = Marker { text: short(&marker.text, limits::TEXT), ..marker };
        self.keep(Write::Marker(marker))
    }

    fn markers(&self, span: Span, limit: usize) -> Pending<Vec<Marker>> {
        self.readers.read(move |from| read::markers(from, span, limit))
    }

    fn put_monitor(&self, monitor: MonitorRow) -> Pending<Kept> {
        let answer_of = |done: Done| {
            let (what, max) = ("a monitor of the API", limits::API_MONITORS);
            if done.number > 0 { Ok(done.kept) } else { Err(StoreError::TooMany { what, max }) }
        };
        self.submit(Write::PutMonitor(monitor), answer_of, || {})
    }

    fn remove_monitor(&self, id: &MonitorId) -> Pending<bool> {
        self.is_so(Write::RemoveMonitor(id.clone()))
    }

    fn monitors(&self) -> Pending<Vec<MonitorRow>> {
        self.readers.read(read::monitors)
    }

    fn put_silence(&self, silence: SilenceRow) -> Pending<SilenceId> {
        let answer_of = |done: Done| match done.number.unsigned_abs() {
            0 => Err(StoreError::TooMany { what: "a silence", max: limits::SILENCES }),
            number => Ok(SilenceId(number)),
        };
        self.submit(Write::PutSilence(silence), answer_of, || {})
    }

    fn end_silence(&self, id: SilenceId, at: Timestamp) -> Pending<bool> {
        self.is_so(Write::EndSilence { id, at })
    }

    fn silences(&self, now: Timestamp) -> Pending<Vec<(SilenceId, SilenceRow)>> {
        self.readers.read(move |from| read::silences(from, now))
    }

    fn last_states(&self) -> Pending<Vec<LastState>> {
        self.readers.read(read_results::last_states)
    }

    fn memory(&self, name: &str) -> Pending<Option<String>> {
        let name = name.to_owned();
        self.readers.read(move |from| read::memory(from, &name))
    }

    fn transitions(
        &self,
        monitor: &MonitorId,
        span: Span,
        limit: usize,
    ) -> Pending<Vec<KeptTransition>> {
        let monitor = monitor.clone();
        self.readers.read(move |from| read::transitions(from, &monitor, span, limit))
    }

    fn results(&self, monitor: &MonitorId, span: Span, limit: usize) -> Pending<Vec<Measured>> {
        let monitor = monitor.clone();
        self.readers.read(move |from| read_results::results(from, &monitor, span, limit))
    }

    fn roll_ups(&self, monitor: &MonitorId, grain: Grain, span: Span) -> Pending<Vec<RollUp>> {
        let monitor = monitor.clone();
        self.readers.read(move |from| read_results::roll_ups(from, &monitor, grain, span))
    }

    fn window(&self, span: Span, monitors: Wanted) -> Pending<Vec<Windowed>> {
        self.readers.read(move |from| read_window::window(from, span, &monitors))
    }

    fn incidents_of(&self, span: Span, limit: usize) -> Pending<WindowedIncidents> {
        self.readers.read(move |from| read_window::incidents(from, span, limit))
    }

    fn forget(&self, monitor: &MonitorId) -> Pending<Kept> {
        self.keep(Write::Forget(monitor.clone()))
    }

    fn tidy(&self, now: Timestamp) -> Pending<bool> {
        self.is_so(Write::Tidy(now))
    }

    fn backup(&self, file: PathBuf) -> Pending<u64> {
        self.readers.ask(move |from| copy::backup(from, &file))
    }

    fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::Acquire)
    }

    fn health(&self) -> Health {
        let mut health = self.shared.health().clone();
        health.results_dropped = self.shared.results_dropped.load(Ordering::Relaxed);
        health.evidence_dropped = self.shared.evidence_dropped.load(Ordering::Relaxed);
        health.alerts_pending = self.shared.outbox().count();
        health
    }
}

/// Cuts text before it waits for the writer: what waits is bounded as well.
fn short(text: &str, max: usize) -> String {
    writes::cut(text, max).into_owned()
}
