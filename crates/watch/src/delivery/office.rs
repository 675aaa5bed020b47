//! What all workers have in common.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use goodgate_incident::incident::{ChannelId, Delivery};
use goodgate_incident::{AlertKey, Timestamp};
use tokio::sync::watch;

use crate::desk::{Desk, Input};
use crate::store::{ChannelName, Pending, Proof, ProofKind, Store, StoreError};

use super::letter::Letters;
use super::limits;
use super::opened::Opened;
use super::roster::Roster;

/// What all workers have in common.
pub(super) struct Office {
    pub(super) store: Arc<dyn Store>,
    pub(super) desk: Desk,
    pub(super) cut_off: watch::Receiver<bool>,
    pub(super) calendar: fn() -> Timestamp,
    pub(super) letters: Letters,
    pub(super) roster: watch::Sender<Arc<Roster>>,
    pub(super) ending: watch::Sender<bool>,
    /// Only for chance: a waiting time that nobody has to guess.
    pub(super) chance: RandomState,
    /// How often chance was asked.
    pub(super) asked: AtomicU64,
}

impl Office {
    pub(super) fn now(&self) -> Timestamp {
        (self.calendar)()
    }

    pub(super) fn is_cut_off(&self) -> bool {
        *self.cut_off.borrow()
    }

    /// Returns a channel that there is.
    pub(super) fn live(&self, name: &ChannelName) -> Option<Arc<Opened>> {
        self.roster.borrow().live(name).cloned()
    }

    /// Returns who is told when a channel has failed for good.
    pub(super) fn after(&self, name: &ChannelName) -> Option<ChannelName> {
        self.roster.borrow().after(name)
    }

    /// Returns a number by chance.
    pub(super) fn random(&self) -> u64 {
        self.chance.hash_one(self.asked.fetch_add(1, Ordering::Relaxed))
    }

    /// Says what became of an alert.
    pub(super) async fn tell(&self, key: AlertKey, channel: &ChannelName, failure: Option<String>) {
        let channel = ChannelId(Arc::clone(&channel.0));
        self.desk.tell(Input::Delivered(Delivery { key, channel, failure })).await;
    }

    /// Keeps that a channel works, or that it does not.
    pub(super) async fn prove(
        &self,
        channel: &ChannelName,
        kind: ProofKind,
        failure: Option<String>,
    ) {
        let proof = Proof { channel: channel.clone(), kind, at: self.now(), failure };
        keep(|| self.store.prove(proof.clone())).await;
    }
}

/// Writes something that must not be lost, again while the store has no room for it. Returns nothing where
/// it never had.
pub(super) async fn keep<T: Unpin>(mut write: impl FnMut() -> Pending<T>) -> Option<T> {
    let mut wait = limits::KEEP_WAIT;
    for _ in 0..limits::KEEP_TRIES {
        match write().await {
            Ok(kept) => return Some(kept),
            Err(StoreError::Busy { .. } | StoreError::Full { .. }) => {
                tokio::time::sleep(wait).await;
                wait = wait.saturating_mul(2);
            }
            Err(_) => return None,
        }
    }
    None
}

/// Returns a moment that is so much later.
pub(super) fn later(from: Timestamp, by: Duration) -> Timestamp {
    Timestamp(from.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}

/// Returns the time from one moment to another, or none where they are the other way round.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0))
}
