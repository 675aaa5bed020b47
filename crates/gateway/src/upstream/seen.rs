//! What was last seen of an endpoint, for whoever asks why it gets no traffic. Nothing is decided
//! by it; it is written only when something fails or changes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use goodgate_resilience::Failure;

/// What was last seen of an endpoint.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Last>);

/// The last of each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Last {
    /// The last attempt that failed there.
    pub(crate) failure: Option<(Instant, Failure)>,
    /// The last active check.
    pub(crate) check: Option<Checked>,
    /// Why it was ejected, for the last time.
    pub(crate) ejection: Option<Ejection>,
}

/// How an active check ended.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// When.
    pub(crate) at: Instant,
    /// What was wrong; nothing where it passed.
    pub(crate) wrong: Option<String>,
}

/// Why an endpoint was ejected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ejection {
    /// Until when.
    pub(crate) until: Instant,
    /// Its share of failures, from 0 to 1.
    pub(crate) share: f64,
    /// The share of the others.
    pub(crate) others: f64,
}

impl Seen {
    /// Notes that an attempt failed.
    pub(crate) fn failed(&self, failure: Failure, now: Instant) {
        self.lock().failure = Some((now, failure));
    }

    /// Notes how a check ended.
    pub(crate) fn checked(&self, wrong: Option<String>, now: Instant) {
        self.lock().check = Some(Checked { at: now, wrong });
    }

    /// Notes why it was ejected.
    pub(crate) fn ejected(&self, ejection: Ejection) {
        self.lock().ejection = Some(ejection);
    }

    /// Returns the last of each.
    pub(crate) fn last(&self) -> Last {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Last> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
