//! Limits of an upstream: what exceeds them waits, and what exceeds the queue is shed at once.
//!
//! A quick 503 with `Retry-After` is better than a late one, and an upstream that is asked for no
//! more than it can do recovers by itself.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::limits::{RETRY_AFTER_SECONDS, UPSTREAM_IN_FLIGHT, UPSTREAM_QUEUE};

/// The limits of one upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Requests that are at the upstream at once.
    pub in_flight: u32,
    /// Requests that wait for one of those places.
    pub queue: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { in_flight: UPSTREAM_IN_FLIGHT, queue: UPSTREAM_QUEUE }
    }
}

/// What happens to a request at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It goes; [`Gate::leave`] follows.
    Go,
    /// It waits for a place; [`Gate::leave_queue`] follows, and another [`Gate::enter_from_queue`].
    Wait,
    /// It is answered with 503.
    Shed,
}

/// Counts what is at one upstream, shared by all cores.
#[derive(Debug)]
pub struct Gate {
    /// The settings, one atomic each: a change counts for whoever comes next.
    most: [AtomicU32; 2],
    in_flight: AtomicU32,
    queued: AtomicU32,
}

impl Gate {
    /// Makes a gate with nothing behind it.
    pub const fn new(settings: Settings) -> Self {
        let Settings { in_flight, queue } = settings;
        Self {
            most: [AtomicU32::new(in_flight), AtomicU32::new(queue)],
            in_flight: AtomicU32::new(0),
            queued: AtomicU32::new(0),
        }
    }

    /// Changes the limits. Who is behind the gate stays there.
    pub fn set(&self, settings: Settings) {
        let Settings { in_flight, queue } = settings;
        for (most, now) in self.most.iter().zip([in_flight, queue]) {
            most.store(now, Ordering::Relaxed);
        }
    }

    /// Returns the limits.
    pub fn settings(&self) -> Settings {
        let [in_flight, queue] = &self.most;
        let value = |most: &AtomicU32| most.load(Ordering::Relaxed);
        Settings { in_flight: value(in_flight), queue: value(queue) }
    }

    /// Lets a new request go, wait or be shed. It does not overtake those that wait.
    pub fn enter(&self) -> Entry {
        if self.queued.load(Ordering::Relaxed) == 0 && self.enter_from_queue() {
            Entry::Go
        } else if take(&self.queued, self.settings().queue) {
            Entry::Wait
        } else {
            Entry::Shed
        }
    }

    /// Takes a place for a request that waits, if there is one; it stays in the queue's count until
    /// [`leave_queue`](Self::leave_queue).
    pub fn enter_from_queue(&self) -> bool {
        take(&self.in_flight, self.settings().in_flight)
    }

    /// Gives a place back.
    pub fn leave(&self) {
        give(&self.in_flight);
    }

    /// Ends a wait, with a place or without.
    pub fn leave_queue(&self) {
        give(&self.queued);
    }

    /// Returns the requests at the upstream.
    pub fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Returns the requests that wait.
    pub fn queued(&self) -> u32 {
        self.queued.load(Ordering::Relaxed)
    }

    /// Returns the seconds for `Retry-After` (RFC 9110 section 10.2.3): the time in which those that
    /// wait get their places, if each takes `latency`.
    pub fn retry_after_seconds(&self, latency: Duration) -> u32 {
        let rounds = f64::from(self.queued()) / f64::from(self.settings().in_flight.max(1));
        retry_after_seconds(latency.mul_f64(rounds))
    }
}

/// Returns a time as whole seconds for `Retry-After`, rounded up, within its bounds.
pub fn retry_after_seconds(time: Duration) -> u32 {
    let (least, most) = RETRY_AFTER_SECONDS;
    (time.as_secs_f64().ceil() as u32).clamp(least, most)
}

fn take(count: &AtomicU32, limit: u32) -> bool {
    let one_more = |count: u32| (count < limit).then_some(count + 1);
    count.try_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok()
}

fn give(count: &AtomicU32) {
    let before = count.fetch_sub(1, Ordering::Relaxed);
    debug_assert!(before > 0, "a place was given back that nobody had");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Settings = Settings { in_flight: 2, queue: 1 };

    #[test]
    fn what_exceeds_the_limit_waits_and_what_exceeds_the_queue_is_shed() {
        let gate = Gate::new(SMALL);

        let entries = [gate.enter(), gate.enter(), gate.enter(), gate.enter()];

        assert_eq!(entries, [Entry::Go, Entry::Go, Entry::Wait, Entry::Shed]);
    }

    #[test]
    fn a_new_request_does_not_overtake_one_that_waits() {
        let gate = Gate::new(SMALL);
        let _ = [gate.enter(), gate.enter(), gate.enter()];

        gate.leave();

        assert_eq!(gate.enter(), Entry::Shed);
        assert!(gate.enter_from_queue());
        gate.leave_queue();
        assert_eq!((gate.in_flight(), gate.queued()), (2, 0));
    }

    #[test]
    fn other_limits_count_for_who_comes_next() {
        let gate = Gate::new(SMALL);
        let _ = [gate.enter(), gate.enter()];

        gate.set(Settings { in_flight: 3, queue: 0 });

        assert_eq!([gate.enter(), gate.enter()], [Entry::Go, Entry::Shed]);
        assert_eq!(gate.in_flight(), 3);
    }

    #[test]
    fn retry_after_stays_within_its_bounds() {
        let seconds = [0, 1500, 900_000].map(|ms| retry_after_seconds(Duration::from_millis(ms)));

        assert_eq!(seconds, [1, 2, 60]);
    }
}
