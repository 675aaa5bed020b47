//! How fast a request body must come: whoever sends a byte now and then holds a request, a place at
//! the upstream and a connection there (slow POST).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep_until};

use crate::clock;
use crate::settings::ClientLimits;

/// Measures the time that is spent waiting for a client, and what it brings in it.
///
/// Only that time counts: a body that waits because the upstream takes no more of it is not slow.
#[derive(Debug)]
pub(crate) struct Pace {
    /// How long one look lasts, in waiting time.
    grace: Duration,
    /// The bytes that must come in that time.
    least: u64,
    waited: Duration,
    bytes: u64,
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// The body comes too slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooSlow;

impl Pace {
    /// The pace that the limits of a listener ask for; none where they ask for none.
    pub(crate) fn of(limits: &ClientLimits) -> Option<Self> {
        let rate = limits.body_rate?.get();
        let millis = u64::try_from(limits.body_grace.as_millis()).unwrap_or(u64::MAX);
        // Nothing in all that time is too little, however low the rate.
        let least = (rate.saturating_mul(millis) / 1000).max(1);
        Some(Self {
            grace: limits.body_grace,
            least,
            waited: Duration::ZERO,
            bytes: 0,
            since: None,
            timer: None,
        })
    }

    /// Notes that something came.
    pub(crate) fn came(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(since) = self.since.take() {
            self.waited += clock::since(since);
        }
    }

    /// Notes that nothing is there; resolves when too little has come for too long.
    pub(crate) fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<TooSlow> {
        loop {
            if self.since.is_none() {
                let now = clock::now();
                let end = now + self.grace.saturating_sub(self.waited);
                match &mut self.timer {
                    Some(timer) => timer.as_mut().reset(end.into()),
                    None => self.timer = Some(Box::pin(sleep_until(end.into()))),
                }
                self.since = Some(now);
            }
            let Some(timer) = &mut self.timer else { return Poll::Pending };
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if self.bytes < self.least {
                return Poll::Ready(TooSlow);
            }
            // Enough came in this time; the next one begins.
            (self.bytes, self.waited, self.since) = (0, Duration::ZERO, None);
        }
    }
}
