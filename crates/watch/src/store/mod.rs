//! What the watch keeps, behind one narrow trait that speaks in meaning.
//!
//! # What is guaranteed
//!
//! - **A change is whole.** Transitions, incidents, timeline entries, evidence and alerts of one
//!   [`Change`] are committed in one transaction that has reached the disk when the answer comes, or
//!   none of them is.
//! - **At least once.** A committed alert is handed out by [`claim_alerts`](Store::claim_alerts) until
//!   somebody says that it was [`accepted`](Store::accepted) or is [`dead`](Store::dead), also after a
//!   crash. It may therefore be sent twice; both times it carries the same [`AlertKey`].
//! - **Idempotent.** Committing an alert whose key and channel are known changes nothing, whatever
//!   became of the alert. So does answering for one that is already answered for.
//! - **In order.** Of one incident, a channel is handed one alert at a time, in the order of their
//!   commit: nobody hears that it is over before they heard that it began.
//! - **Superseded is not sent.** What a [`Change`] supersedes is not handed out any more on any channel,
//!   from the moment of its commit. Who has it in hand may still answer for it; that it was accepted is
//!   kept, since it is true.
//! - **Numbers are never used again.** [`last_incident`](Store::last_incident) counts also what
//!   retention has removed.
//! - **Nothing here waits for the disk.** Every method returns at once; what takes time comes as a
//!   [`Pending`]. Results and evidence that come faster than they can be written are dropped, counted
//!   and shown; changes and alerts never are: there is room for them, or the answer is
//!   [`StoreError::Busy`] and the caller still has them.
//! - **A full disk degrades.** Results are not written, changes are kept in memory (up to a bound) and
//!   written in order when there is room again, alerts are handed out from memory, and
//!   [`health`](Store::health) says so, which is a reason to alert. A crash in that time loses what was
//!   in memory; [`Kept::InMemory`] says of each change that this is the case.

mod alerts;
mod changes;
mod error;
mod health;
mod latencies;
pub mod limits;
mod pending;
mod results;
mod sqlite;
mod window;

use std::path::PathBuf;
use std::sync::Arc;

use goodgate_incident::{AlertKey, IncidentId, MonitorId, Timestamp};
use tokio::sync::watch;

pub use alerts::{Alert, AlertState, ChannelName, Claim, Delivery, Proof, ProofKind, Undelivered};
pub use changes::{
    Change, Entry, Evidence, IncidentFile, IncidentRow, KeptEvidence, KeptTransition, Marker,
    MonitorRow, Note, SilenceId, SilenceRow,
};
pub use error::StoreError;
pub use health::{Appended, Fullness, Health};
pub use latencies::Latencies;
pub use pending::Pending;
pub use results::{Grain, LastState, Measured, Phases, RollUp, Seen, Span};
pub use sqlite::{Keeping, Sqlite};
pub use window::{Wanted, Windowed, WindowedIncidents};

/// How a change was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It has reached the disk.
    OnDisk,
    /// The disk is full: it is in memory, and is written when there is room again.
    InMemory,
}

/// Keeps what the watch has seen, decided and still has to tell. See the module for what is
/// guaranteed.
///
/// Times come from the caller: the store has no clock.
pub trait Store: Send + Sync {
    /// Appends results of checks, and keeps the last one of each monitor and its roll-ups up to date.
    ///
    /// Never waits and never fails: what does not fit is counted in the answer and in
    /// [`health`](Self::health). A crash loses those of the last [`limits::FLUSH`].
    fn append_results(&self, batch: Vec<Measured>) -> Appended;

    /// Keeps evidence of an attempt for which no incident is open yet, under the same terms as
    /// results. Evidence of an incident belongs into its [`Change`].
    fn append_evidence(&self, evidence: Evidence) -> Appended;

    /// Commits a state change with all that follows from it, in one transaction that has reached the
    /// disk when the answer comes. Its alerts can be claimed from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] where too many changes wait: nothing was kept, and the caller tries again.
    /// [`StoreError::TooLarge`] where a part is beyond the bounds of [`limits`].
    fn commit_transition(&self, change: Arc<Change>) -> Pending<Kept>;

    /// Hands out up to `limit` alerts of a channel that are due at `now`, oldest first, at most one of
    /// each incident.
    ///
    /// They are not handed out again within [`limits::CLAIM`], by which time the caller has answered
    /// with [`accepted`](Self::accepted), [`put_off`](Self::put_off) or [`dead`](Self::dead).
    fn claim_alerts(
        &self,
        channel: &ChannelName,
        now: Timestamp,
        limit: usize,
    ) -> Pending<Vec<Claim>>;

    /// Says that the provider has taken an alert, which also proves the channel.
    fn accepted(&self, key: AlertKey, channel: &ChannelName, now: Timestamp) -> Pending<Kept>;

    /// Says that an alert could not be sent, and is to be handed out again at `until`. `why` is for
    /// people, without secrets.
    fn put_off(
        &self,
        key: AlertKey,
        channel: &ChannelName,
        until: Timestamp,
        why: &str,
    ) -> Pending<Kept>;

    /// Says that an alert will never be sent on this channel. It stays, to be shown as a dead letter.
    fn dead(&self, key: AlertKey, channel: &ChannelName, why: &str) -> Pending<Kept>;

    /// Gives up an alert on one channel and hands it to its fallback, in one transaction.
    fn hand_over(
        &self,
        key: AlertKey,
        from: &ChannelName,
        to: &ChannelName,
        now: Timestamp,
        why: &str,
    ) -> Pending<Kept>;

    /// Returns when the next alert of a channel is due, where one waits; a time in the past means now.
    /// An alert that is claimed counts from when its claim ends.
    fn next_due(&self, channel: &ChannelName) -> Pending<Option<Timestamp>>;

    /// Returns a count that changes whenever alerts may have become due that were not before: one was
    /// committed, handed over or loaded, or the one before it was answered for. Workers wait for it
    /// beside the time of [`next_due`](Self::next_due).
    fn alerts_changed(&self) -> watch::Receiver<u64>;

    /// Returns the alerts that were given up, latest first, at most `limit`.
    fn dead_letters(&self, limit: usize) -> Pending<Vec<Delivery>>;

    /// Returns the alerts of all incidents that are to be delivered and those that were given up, latest
    /// first, at most `limit` of each, and how many there are. They are those on the disk: while that is
    /// full, what has become of alerts since is missing.
    fn undelivered(&self, limit: usize) -> Pending<Undelivered>;

    /// Keeps that a channel was proven, or that the attempt failed.
    fn prove(&self, proof: Proof) -> Pending<Kept>;

    /// Returns the last proof of each channel and kind, whether it succeeded or failed.
    fn proofs(&self) -> Pending<Vec<Proof>>;

    /// Returns the incidents that are not resolved, oldest first.
    fn open_incidents(&self) -> Pending<Vec<IncidentRow>>;

    /// Returns the highest number that an incident ever had; the next one is one more.
    fn last_incident(&self) -> Pending<Option<IncidentId>>;

    /// Returns an incident with its timeline, deliveries and evidence.
    fn incident(&self, id: IncidentId) -> Pending<Option<IncidentFile>>;

    /// Returns incidents with numbers below `before` (all, where it is absent), latest first.
    fn incidents(&self, before: Option<IncidentId>, limit: usize) -> Pending<Vec<IncidentRow>>;

    /// Returns the bytes of a piece of evidence, by the number that [`incident`](Self::incident) gave.
    fn evidence(&self, number: i64) -> Pending<Option<Evidence>>;

    /// Keeps that somebody takes care of an incident, with a line in its timeline. A second
    /// acknowledgement changes nothing; the answer is whether this one was the first.
    fn acknowledge(&self, id: IncidentId, by: &str, at: Timestamp) -> Pending<bool>;

    /// Adds a note to the timeline of an incident. The answer is whether there is such an incident.
    fn note(&self, id: IncidentId, note: Note) -> Pending<bool>;

    /// Keeps that something was changed: a deployment, a reload, another address in the DNS.
    fn marker(&self, marker: Marker) -> Pending<Kept>;

    /// Returns the markers of a time, oldest first, at most `limit`.
    fn markers(&self, span: Span, limit: usize) -> Pending<Vec<Marker>>;

    /// Keeps a monitor that was created over the API, or its new definition.
    ///
    /// # Errors
    ///
    /// [`StoreError::Misnamed`] where its id does not begin with `api/`: the others are in the file.
    /// [`StoreError::TooMany`] beyond [`limits::API_MONITORS`].
    fn put_monitor(&self, monitor: MonitorRow) -> Pending<Kept>;

    /// Removes a monitor that was created over the API. The answer is whether there was one.
    fn remove_monitor(&self, id: &MonitorId) -> Pending<bool>;

    /// Returns the monitors that were created over the API, by id.
    fn monitors(&self) -> Pending<Vec<MonitorRow>>;

    /// Keeps a silence that was asked for over the API, and returns its number.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooMany`] beyond [`limits::SILENCES`].
    fn put_silence(&self, silence: SilenceRow) -> Pending<SilenceId>;

    /// Ends a silence early. The answer is whether it was still to end after `at`.
    fn end_silence(&self, id: SilenceId, at: Timestamp) -> Pending<bool>;

    /// Returns the silences that end after `now`, also those that have not begun.
    fn silences(&self, now: Timestamp) -> Pending<Vec<(SilenceId, SilenceRow)>>;

    /// Returns the last state and result of every monitor that was ever checked and not forgotten.
    fn last_states(&self) -> Pending<Vec<LastState>>;

    /// Returns what the core asked to remember under a name, in a [`Change`].
    fn memory(&self, name: &str) -> Pending<Option<String>>;

    /// Returns the transitions of a monitor, oldest first, at most `limit`.
    fn transitions(
        &self,
        monitor: &MonitorId,
        span: Span,
        limit: usize,
    ) -> Pending<Vec<KeptTransition>>;

    /// Returns the single results of a monitor, oldest first, at most `limit`. Those of the last
    /// [`limits::FLUSH`] may be missing, as in the last states and roll-ups.
    fn results(&self, monitor: &MonitorId, span: Span, limit: usize) -> Pending<Vec<Measured>>;

    /// Returns the roll-ups of a monitor, oldest first: the latest [`limits::PERIODS`] of the time. Times
    /// without results are left out.
    fn roll_ups(&self, monitor: &MonitorId, grain: Grain, span: Span) -> Pending<Vec<RollUp>>;

    /// Returns what a window holds of some monitors, by their ids: one read however many they are.
    /// Transitions are cut at the moment; results are added up from one full hour to another, as
    /// [`Span::to_hours`] has it.
    fn window(&self, span: Span, monitors: Wanted) -> Pending<Vec<Windowed>>;

    /// Returns the incidents that were open at any moment of a window, latest first, at most `limit`.
    fn incidents_of(&self, span: Span, limit: usize) -> Pending<WindowedIncidents>;

    /// Forgets a monitor: results, roll-ups and last state. Incidents stay.
    fn forget(&self, monitor: &MonitorId) -> Pending<Kept>;

    /// Removes what is older than the retention allows at `now`, and what is beyond its bytes. Called
    /// every minute or so; does a bounded piece of work each time, and the answer is whether there is
    /// more to do.
    fn tidy(&self, now: Timestamp) -> Pending<bool>;

    /// Writes a whole copy to `file`, which must not exist, while everything goes on. Returns its
    /// bytes.
    fn backup(&self, file: PathBuf) -> Pending<u64>;

    /// Returns how often something was kept since the start that people see: another state, an incident, a
    /// note, a message, a proof. Results of checks alone are none. Costs nothing.
    fn changes(&self) -> u64;

    /// Says how the store is. Costs nothing.
    fn health(&self) -> Health;
}
