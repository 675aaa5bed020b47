//! The HTTP/2 connection of one core to one endpoint: many requests at once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use h2::client::SendRequest;

use super::watched::Watch;

/// A connection, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Multiplexed(Mutex<Option<Open>>);

/// An open connection.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    /// What requests are sent with.
    pub(crate) send: SendRequest<Bytes>,
    /// When it was opened.
    pub(crate) opened: Instant,
    /// Counts its requests.
    pub(crate) requests: u64,
    /// What was seen of it.
    pub(crate) watch: Watch,
}

impl Multiplexed {
    /// Returns the connection for one more request.
    pub(crate) fn take(&self) -> Option<Open> {
        let mut slot = self.lock();
        let open = slot.as_mut()?;
        let taken = open.clone();
        open.requests += 1;
        Some(taken)
    }

    /// Puts a fresh connection in.
    pub(crate) fn put(&self, open: Open) {
        *self.lock() = Some(Open { requests: 1, ..open });
    }

    /// Forgets the connection that was opened then, after it failed or said that it goes.
    pub(crate) fn forget(&self, opened: Instant) {
        let mut slot = self.lock();
        if slot.as_ref().is_some_and(|open| open.opened == opened) {
            *slot = None;
        }
    }

    /// Forgets the connection.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
