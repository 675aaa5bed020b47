//! Requests that are held while no endpoint is usable.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use goodgate_resilience::Mark;
use goodgate_resilience::hold::{Guest, Hold, Refused, Settings, Ticket};
use tokio::sync::Notify;

/// The requests that an upstream holds.
#[derive(Debug)]
pub(crate) struct Waiting {
    hold: Mutex<Hold<Arc<Notify>>>,
    len: AtomicUsize,
    /// Whether the task runs that looks for a way out.
    pub(super) is_probed: AtomicBool,
}

/// A place among those that wait.
#[derive(Debug)]
pub(crate) struct Place {
    ticket: Ticket,
    /// Is notified when the request may go.
    pub(crate) go: Arc<Notify>,
}

impl Place {
    /// Returns until when it is held.
    pub(crate) fn until(&self) -> Instant {
        self.ticket.until
    }
}

impl Waiting {
    /// Nobody waits.
    pub(crate) fn new() -> Self {
        Self {
            hold: Mutex::new(Hold::new()),
            len: AtomicUsize::new(0),
            is_probed: AtomicBool::new(false),
        }
    }

    /// Tells whether others wait, who were first.
    pub(crate) fn is_somebody(&self) -> bool {
        self.len.load(Ordering::Relaxed) > 0
    }

    /// Returns how many wait.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    /// Lets a request wait, within the bounds of its route.
    pub(crate) fn enter(
        &self,
        guest: Guest,
        settings: Settings,
        now: Instant,
    ) -> Result<Place, Refused> {
        let go = Arc::new(Notify::new());
        let mut hold = self.lock();
        let ticket = hold.enter(guest, settings, Arc::clone(&go), now)?;
        self.len.store(hold.len(), Ordering::Relaxed);
        Ok(Place { ticket, go })
    }

    /// Gives a place up. Returns whether the request had been let go before.
    pub(crate) fn leave(&self, place: &Place) -> bool {
        let mut hold = self.lock();
        let was_released = hold.leave(place.ticket).is_none();
        self.len.store(hold.len(), Ordering::Relaxed);
        was_released
    }

    /// Notes how the first attempt of a request ended that had been let go.
    pub(crate) fn released_ended(&self, mark: Mark, latency: Duration, now: Instant) {
        let mut hold = self.lock();
        hold.released_ended(mark, latency, now);
        self.release(&mut hold, now);
    }

    /// Notes that an endpoint is usable.
    pub(crate) fn returned(&self, now: Instant) {
        if !self.is_somebody() {
            return;
        }
        let mut hold = self.lock();
        hold.endpoint_returned(now);
        self.release(&mut hold, now);
    }

    /// Notes that no endpoint is usable.
    pub(crate) fn gone(&self) {
        self.lock().endpoints_gone();
    }

    /// Lets the oldest one go that may serve as the trial of a breaker. Returns whether there was one.
    pub(super) fn release_trial(&self) -> bool {
        let mut hold = self.lock();
        let released = hold.release_trial();
        self.len.store(hold.len(), Ordering::Relaxed);
        released.is_some_and(|go| {
            go.notify_one();
            true
        })
    }

    fn release(&self, hold: &mut Hold<Arc<Notify>>, now: Instant) {
        while let Some(go) = hold.release(now) {
            go.notify_one();
        }
        self.len.store(hold.len(), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Hold<Arc<Notify>>> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
