//! Results on their way to the store, some at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::limits::{RESULTS_BATCH, RESULTS_FLUSH};
use crate::store::{Measured, Store};

/// Gathers results. The store drops what it has no room for, and counts it.
pub(super) struct Results {
    store: Arc<dyn Store>,
    batch: Vec<Measured>,
    since: Instant,
}

impl Results {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, batch: Vec::new(), since: Instant::now() }
    }

    pub(super) fn add(&mut self, measured: Measured) {
        if self.batch.is_empty() {
            self.since = Instant::now();
        }
        self.batch.push(measured);
        if self.batch.len() >= RESULTS_BATCH {
            self.flush();
        }
    }

    /// Returns how long the results may still wait.
    pub(super) fn wait(&self) -> Option<Duration> {
        (!self.batch.is_empty()).then(|| RESULTS_FLUSH.saturating_sub(self.since.elapsed()))
    }

    pub(super) fn flush(&mut self) {
        if !self.batch.is_empty() {
            let batch = std::mem::take(&mut self.batch);
            // Counted by the store, and shown as its health.
            self.store.append_results(batch);
        }
    }
}
