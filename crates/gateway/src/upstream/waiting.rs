//! Requests that are held while no endpoint is usable, and the one task that looks for a way out.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use goodgate_resilience::Mark;
use goodgate_resilience::endpoint::Standing;
use goodgate_resilience::hold::{Guest, Hold, Refused, Settings, Ticket};
use goodgate_resilience::limits::HOLD_PROBE;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::state::Upstream;

/// The requests that an upstream holds.
#[derive(Debug)]
pub(crate) struct Waiting {
    hold: Mutex<Hold<Arc<Notify>>>,
    len: AtomicUsize,
    is_probed: AtomicBool,
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
    /// Nobody waits. The bounds come with the first one: they belong to the route.
    pub(crate) fn new() -> Self {
        Self {
            hold: Mutex::new(Hold::new(Settings::default())),
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

    /// Lets a request wait.
    pub(crate) fn enter(
        &self,
        guest: Guest,
        settings: Settings,
        now: Instant,
    ) -> Result<Place, Refused> {
        let go = Arc::new(Notify::new());
        let mut hold = self.lock();
        hold.set(settings);
        let ticket = hold.enter(guest, Arc::clone(&go), now)?;
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
    fn gone(&self) {
        self.lock().endpoints_gone();
    }

    fn release_more(&self, now: Instant) {
        let mut hold = self.lock();
        self.release(&mut hold, now);
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

/// Looks for an endpoint that takes connections for as long as requests wait; one task per upstream.
pub(crate) fn look_for_a_way_out(upstream: &Arc<Upstream>) {
    if upstream.waiting.is_probed.swap(true, Ordering::AcqRel) {
        return;
    }
    let upstream = Arc::clone(upstream);
    tokio::spawn(async move {
        loop {
            while upstream.waiting.is_somebody() {
                look_once(&upstream).await;
                sleep(HOLD_PROBE / 2).await;
            }
            upstream.waiting.is_probed.store(false, Ordering::Release);
            // One may have come between the last look and the flag.
            let is_over = !upstream.waiting.is_somebody();
            if is_over || upstream.waiting.is_probed.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    });
}

async fn look_once(upstream: &Upstream) {
    let found = look(upstream).await;
    let now = Instant::now();
    if found {
        upstream.waiting.returned(now);
    } else {
        upstream.waiting.gone();
    }
    upstream.waiting.release_more(now);
}

/// Tells whether an endpoint takes connections, and closes its breaker if so.
async fn look(upstream: &Upstream) -> bool {
    let endpoints = Arc::clone(&*upstream.endpoints());
    let within = upstream.settings.timeouts.connect.min(Duration::from_secs(1));
    let mut found = false;
    for endpoint in &endpoints.0 {
        if endpoint.state().standing() == Standing::Draining {
            continue;
        }
        if let Ok(Ok(_)) = timeout(within, endpoint.address.connect()).await {
            endpoint.state().probed(Mark::Good, Instant::now());
            found = true;
        }
    }
    found
}
