//! What the writer and those who ask have in common.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::outbox::Outbox;
use super::queue::Queue;
use crate::store::Health;

/// What the writer and those who ask have in common.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    outbox: Mutex<Outbox>,
    health: Mutex<Health>,
    pub(super) last_incident: AtomicU64,
    /// What was kept that people see.
    pub(super) changes: AtomicU64,
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
