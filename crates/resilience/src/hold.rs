//! Hold: requests wait for an endpoint to come back.
//!
//! A restart of a second then costs a second and no error. The queue is bounded in number, bytes
//! and time, for each route by itself: the routes of an upstream share the queue, since they wait
//! for the same endpoints, and none takes the room of another one. It is fair: the oldest goes first, and nobody who comes later overtakes
//! ([`Hold::is_empty`]). What has waited does not fall upon an endpoint that has just started: a
//! few go first, and each quick answer lets two more follow. When answers take twice as long as the
//! quickest one, each answer lets one more follow: the endpoint is busy enough.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::failure::Mark;
use crate::limits::{
    HOLD_BYTES, HOLD_RELEASE, HOLD_RELEASE_EVERY, HOLD_RELEASE_SLOWER, HOLD_REQUESTS, HOLD_TIME,
};

/// The bounds of a route's part of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long a request waits; zero turns holding off.
    pub time: Duration,
    /// How many of the route wait.
    pub requests: usize,
    /// How many bytes those of the route hold together.
    pub bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { time: HOLD_TIME, requests: HOLD_REQUESTS, bytes: HOLD_BYTES }
    }
}

/// What asks to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    /// A number that stands for its route: those with the same one are bounded together.
    pub route: u64,
    /// The bytes that the gateway keeps for it: head and body.
    pub bytes: u64,
    /// Whether it may serve as a trial.
    pub is_safe: bool,
    /// When its client stops waiting, as far as that is known.
    pub deadline: Option<Instant>,
    /// How long it has been held before.
    pub held: Duration,
}

/// Why a request is not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// Holding is turned off.
    Off,
    /// As many of its route as may wait do so.
    Full,
    /// It has waited for as long as it may.
    Time,
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    number: u64,
    /// Until when it is held.
    pub until: Instant,
}

/// The queue of one upstream. `W` wakes a request; dropping it must not.
#[derive(Debug)]
pub struct Hold<W> {
    queue: VecDeque<Place<W>>,
    /// What those of each route take that wait; nothing for a route of which none does.
    shares: BTreeMap<u64, Share>,
    next_number: u64,
    /// How many of those released may be without an answer; 0 while no endpoint is usable.
    room: u32,
    /// Those released and without an answer.
    flying: u32,
    /// When the room last grew.
    grown: Option<Instant>,
    /// The quickest answer since the release began.
    quickest: Option<Duration>,
}

#[derive(Debug)]
struct Place<W> {
    number: u64,
    route: u64,
    bytes: u64,
    is_safe: bool,
    waker: W,
}

/// What those of one route take that wait.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    requests: usize,
    bytes: u64,
}

impl<W> Hold<W> {
    /// Makes an empty queue.
    pub const fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            shares: BTreeMap::new(),
            next_number: 0,
            room: 0,
            flying: 0,
            grown: None,
            quickest: None,
        }
    }

    /// Returns how many wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Says whether nobody waits. Otherwise a new request has to queue although an endpoint is
    /// usable: others were first.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Returns the bytes that are held.
    pub fn bytes(&self) -> u64 {
        self.shares.values().map(|share| share.bytes).sum()
    }

    /// Lets a request wait, within the bounds of its route; those that wait keep their places,
    /// whatever theirs are now.
    pub fn enter(
        &mut self,
        guest: Guest,
        settings: Settings,
        waker: W,
        now: Instant,
    ) -> Result<Ticket, Refused> {
        if settings.time.is_zero() || settings.requests == 0 {
            return Err(Refused::Off);
        }
        let left = settings.time.saturating_sub(guest.held);
        let until = guest.deadline.map_or(now + left, |deadline| deadline.min(now + left));
        if until <= now {
            return Err(Refused::Time);
        }
        let share = self.shares.get(&guest.route).copied().unwrap_or_default();
        let bytes = share.bytes.saturating_add(guest.bytes);
        if share.requests >= settings.requests || bytes > settings.bytes {
            return Err(Refused::Full);
        }
        self.shares.insert(guest.route, Share { requests: share.requests + 1, bytes });
        let number = self.next_number;
        self.next_number += 1;
        let Guest { route, bytes, is_safe, .. } = guest;
        self.queue.push_back(Place { number, route, bytes, is_safe, waker });
        Ok(Ticket { number, until })
    }

    /// Gives a place up: the client went away, or the time is over. Nothing if it was released
    /// before.
    pub fn leave(&mut self, ticket: Ticket) -> Option<W> {
        let place = self.queue.binary_search_by_key(&ticket.number, |place| place.number).ok()?;
        self.take(place)
    }

    /// Takes the news that an endpoint is usable.
    pub fn endpoint_returned(&mut self, now: Instant) {
        if self.room == 0 {
            self.room = HOLD_RELEASE;
            // Those released before the outage and without an answer may still get to the endpoint.
            self.quickest = None;
            self.grown = Some(now);
        }
    }

    /// Takes the news that no endpoint is usable.
    pub const fn endpoints_gone(&mut self) {
        self.room = 0;
    }

    /// Takes the next one that may go. To be called until it returns nothing, after
    /// [`endpoint_returned`](Self::endpoint_returned), after each
    /// [`released_ended`](Self::released_ended), and every [`HOLD_RELEASE_EVERY`].
    pub fn release(&mut self, now: Instant) -> Option<W> {
        self.grow_by_time(now);
        if self.flying >= self.room {
            return None;
        }
        self.fly(0)
    }

    /// Takes the oldest one that may serve as a trial of a half-open breaker. The breaker admits one
    /// at a time, whatever the room: of two that are released for it the second has to wait again.
    /// Like every other it is counted until [`released_ended`](Self::released_ended), by which time
    /// the breaker may have closed and the release begun.
    pub fn release_trial(&mut self) -> Option<W> {
        let place = self.queue.iter().position(|place| place.is_safe)?;
        self.fly(place)
    }

    /// Counts the head of the response to one that was released, or its failure, and the time that
    /// it took. To be called exactly once for each that was released, also if it made no attempt.
    pub fn released_ended(&mut self, mark: Mark, latency: Duration, now: Instant) {
        self.flying = self.flying.saturating_sub(1);
        match mark {
            Mark::Good | Mark::Erred | Mark::Slow => {
                let by = u32::from(self.is_quick(latency));
                self.grow(by, now);
            }
            Mark::Refused | Mark::Unreachable | Mark::Unfit | Mark::Broken => {
                self.room = (self.room / 2).max(self.room.min(1));
            }
            Mark::Nothing => {}
        }
    }

    fn is_quick(&mut self, latency: Duration) -> bool {
        let quickest = self.quickest.map_or(latency, |quickest| quickest.min(latency));
        self.quickest = Some(quickest);
        latency <= quickest.saturating_mul(HOLD_RELEASE_SLOWER)
    }

    fn grow(&mut self, by: u32, now: Instant) {
        if self.room > 0 {
            self.room = self.room.saturating_add(by);
            self.grown = Some(now);
        }
    }

    fn grow_by_time(&mut self, now: Instant) {
        let is_stalled = self
            .grown
            .is_some_and(|grown| now.saturating_duration_since(grown) >= HOLD_RELEASE_EVERY);
        if is_stalled {
            self.grow(self.room, now);
        }
    }

    fn fly(&mut self, place: usize) -> Option<W> {
        let waker = self.take(place)?;
        self.flying += 1;
        Some(waker)
    }

    fn take(&mut self, place: usize) -> Option<W> {
        let place = self.queue.remove(place)?;
        if let Some(share) = self.shares.get_mut(&place.route) {
            share.requests = share.requests.saturating_sub(1);
            share.bytes = share.bytes.saturating_sub(place.bytes);
            if share.requests == 0 {
                self.shares.remove(&place.route);
            }
        }
        Some(place.waker)
    }
}

impl<W> Default for Hold<W> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
