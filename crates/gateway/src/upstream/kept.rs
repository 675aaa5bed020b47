//! Connections to one endpoint that are kept open for the next request; one list per core, so that
//! a connection never changes the runtime that watches it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::http1::Http1;
use crate::net::Reading;

/// A connection between two requests.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The connection, with the memory of its last exchange.
    pub(crate) connection: Box<Http1>,
    /// When its last response was complete.
    pub(crate) idle_since: Instant,
}

impl Kept {
    /// Returns when it was opened.
    pub(crate) fn opened(&self) -> Instant {
        self.connection.history().0
    }

    /// Returns how many requests it has carried.
    pub(crate) fn requests(&self) -> u64 {
        self.connection.history().2 + 1
    }

    /// Returns the half that reads.
    pub(crate) fn reading(&self) -> &Reading {
        self.connection.reading()
    }
}

/// What the look at a kept connection found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It may be used.
    Use,
    /// It may not be used any more.
    Drop,
    /// It is open, but not for this request.
    Leave,
}

/// The kept connections of one endpoint on one core.
#[derive(Debug, Default)]
pub(crate) struct KeptList(Mutex<Vec<Kept>>);

impl KeptList {
    /// Takes the connection that was used last, if `look` says that it may be used. Those that may
    /// not are dropped on the way.
    pub(crate) fn take(&self, mut look: impl FnMut(&Kept) -> Look) -> Option<Kept> {
        let mut list = self.lock();
        let mut at = list.len();
        while at > 0 {
            at -= 1;
            match list.get(at).map(&mut look) {
                Some(Look::Use) => return Some(list.remove(at)),
                Some(Look::Drop) => drop(list.remove(at)),
                Some(Look::Leave) | None => {}
            }
        }
        None
    }

    /// Keeps a connection; the one that was idle longest goes where there are `max`.
    pub(crate) fn put(&self, kept: Kept, max: usize) {
        let mut list = self.lock();
        if max == 0 {
            return;
        }
        if list.len() >= max {
            list.remove(0);
        }
        list.push(kept);
    }

    /// Drops those that are idle for longer than `idle`, older than `age` or closed by the peer.
    /// Tells `closed` how long each of the latter had been idle.
    pub(crate) fn sweep(
        &self,
        now: Instant,
        idle: Duration,
        age: Duration,
        mut closed: impl FnMut(Duration),
    ) {
        self.lock().retain(|kept| {
            let been_idle = now.saturating_duration_since(kept.idle_since);
            if !kept.reading().is_alive() {
                closed(been_idle);
                return false;
            }
            been_idle <= idle && now.saturating_duration_since(kept.opened()) <= age
        });
    }

    /// Drops the one that was idle longest. Tells whether there was one.
    pub(crate) fn drop_oldest(&self) -> bool {
        let mut list = self.lock();
        let is_there = !list.is_empty();
        if is_there {
            list.remove(0);
        }
        is_there
    }

    /// Drops all.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
