//! Which check begins next: a heap of moments, a queue of those that are due, a bound on those that run.
//!
//! Time is the time since some moment in the past, by a clock that never goes back. Each monitor has one
//! check at a time: a moment that comes while its check still runs or waits is missed, and counted.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::time::Duration;

use goodgate_incident::MonitorId;

use super::moment::Grid;

/// When the checks of all monitors begin. `T` is what is carried out.
#[derive(Debug)]
pub struct Timetable<T> {
    at_once: usize,
    /// Moments to come, the next one first. Those of changed or removed monitors are passed over.
    moments: BinaryHeap<Reverse<Moment>>,
    /// Those that are due and have no place yet, in the order in which they became due.
    waiting: VecDeque<Ticket>,
    running: usize,
    /// Running checks of monitors that were removed or replaced since.
    orphans: usize,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    by_id: HashMap<MonitorId, u32>,
    counts: Counts,
}

/// Names one check: a monitor as it was when the check began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    slot: u32,
    generation: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    at: Duration,
    ticket: Ticket,
}

/// A check that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<T> {
    /// To say that it has ended.
    pub ticket: Ticket,
    /// Of which monitor.
    pub monitor: MonitorId,
    /// What is carried out.
    pub what: T,
    /// Its number, counted from 0: with each one the next address is taken.
    pub turn: u64,
    /// How much later it begins than it should have.
    pub late: Duration,
    /// The part of it that our own timer was late, and not for want of a place: the process or the host
    /// was not at work.
    pub lag: Duration,
    /// The moments of this monitor that were missed since its last check.
    pub missed: u32,
}

/// What has happened since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Checks that have begun.
    pub begun: u64,
    /// Moments that were missed.
    pub missed: u64,
    /// The largest that our own timer was late.
    pub worst_lag: Duration,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    held: Option<Held<T>>,
}

#[derive(Debug)]
struct Held<T> {
    id: MonitorId,
    what: T,
    grid: Grid,
    turn: u64,
    missed: u32,
    is_paused: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// Due since then, and noticed so much later.
    Waiting {
        since: Duration,
        lag: Duration,
    },
    Running,
}

impl<T: Clone> Timetable<T> {
    /// Makes an empty one in which `at_once` checks run at the same time, at least one.
    pub fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            moments: BinaryHeap::new(),
            waiting: VecDeque::new(),
            running: 0,
            orphans: 0,
            slots: Vec::new(),
            free: Vec::new(),
            by_id: HashMap::new(),
            counts: Counts::default(),
        }
    }

    /// Adds a monitor, or puts it in the place of the one with its id. A check of the old one that runs
    /// goes on and counts for nothing.
    pub fn add(&mut self, id: MonitorId, what: T, interval: Duration, now: Duration) {
        self.remove(&id);
        let grid = Grid::new(&id.0, interval, now);
        let held = Held {
            id: id.clone(),
            what,
            grid,
            turn: 0,
            missed: 0,
            is_paused: false,
            state: State::Idle,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, held: None });
            u32::try_from(self.slots.len().saturating_sub(1)).unwrap_or(u32::MAX)
        });
        let Some(place) = self.slot_mut(slot) else { return };
        place.held = Some(held);
        let ticket = Ticket { slot, generation: place.generation };
        self.by_id.insert(id, slot);
        self.moments.push(Reverse(Moment { at: grid.at(0), ticket }));
    }

    /// Removes a monitor; returns whether it was there. A check of it that runs goes on and counts for
    /// nothing.
    pub fn remove(&mut self, id: &MonitorId) -> bool {
        let Some(slot) = self.by_id.remove(id) else { return false };
        let Some(place) = self.slot_mut(slot) else { return false };
        let held = place.held.take();
        // Every ticket and moment of before is void.
        place.generation = place.generation.wrapping_add(1);
        if held.is_some_and(|held| held.state == State::Running) {
            self.running = self.running.saturating_sub(1);
            self.orphans = self.orphans.saturating_add(1);
        }
        self.free.push(slot);
        self.tidy();
        true
    }

    /// Stops the checks of a monitor; one that runs goes on. Returns whether there is such a monitor.
    pub fn pause(&mut self, id: &MonitorId) -> bool {
        let Some(held) = self.held_mut(id) else { return false };
        held.is_paused = true;
        if matches!(held.state, State::Waiting { .. }) {
            held.state = State::Idle;
        }
        true
    }

    /// Begins the checks of a monitor again, at its next moment. Returns whether there is such a monitor.
    pub fn resume(&mut self, id: &MonitorId) -> bool {
        self.held_mut(id).map(|held| held.is_paused = false).is_some()
    }

    /// Makes a monitor due now, out of its turn. Returns whether it was neither due, running nor paused.
    pub fn check_now(&mut self, id: &MonitorId, now: Duration) -> bool {
        let Some(slot) = self.by_id.get(id).copied() else { return false };
        let Some(place) = self.slot_mut(slot) else { return false };
        let ticket = Ticket { slot, generation: place.generation };
        let is_free = |held: &&mut Held<T>| held.state == State::Idle && !held.is_paused;
        let Some(held) = place.held.as_mut().filter(is_free) else { return false };
        held.state = State::Waiting { since: now, lag: Duration::ZERO };
        self.waiting.push_back(ticket);
        true
    }

    /// Begins the next check that is due at `now`, if there is one and it has a place.
    pub fn begin(&mut self, now: Duration) -> Option<Due<T>> {
        self.notice(now);
        while self.running + self.orphans < self.at_once {
            let ticket = self.waiting.pop_front()?;
            let Some(held) = self.of_ticket(ticket) else { continue };
            let State::Waiting { since, lag } = held.state else { continue };
            held.state = State::Running;
            let due = Due {
                ticket,
                monitor: held.id.clone(),
                what: held.what.clone(),
                turn: held.turn,
                late: now.saturating_sub(since),
                lag,
                missed: std::mem::take(&mut held.missed),
            };
            held.turn = held.turn.wrapping_add(1);
            self.running += 1;
            self.counts.begun += 1;
            return Some(due);
        }
        None
    }

    /// Says that a check has ended. Returns whether it counts: its monitor is still the same.
    pub fn end(&mut self, ticket: Ticket) -> bool {
        match self.of_ticket(ticket) {
            Some(held) if held.state == State::Running => {
                held.state = State::Idle;
                self.running = self.running.saturating_sub(1);
                true
            }
            Some(_) => false,
            None => {
                self.orphans = self.orphans.saturating_sub(1);
                false
            }
        }
    }

    /// Returns when somebody has to look again, where nothing ends before: the next moment.
    pub fn wake_at(&self) -> Option<Duration> {
        self.moments.peek().map(|Reverse(moment)| moment.at)
    }

    /// Returns what has happened so far.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns how many checks run.
    pub const fn running(&self) -> usize {
        self.running + self.orphans
    }

    /// Returns how many monitors there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is no monitor.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Returns how many moments and tickets are held, void ones included.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.moments.len() + self.waiting.len()
    }

    /// Returns the bytes that one monitor takes here at most: its slot, its moment, a void one, its place
    /// in the queue and in the index, each in a table that has grown to twice what it needs.
    #[cfg(test)]
    pub(super) const fn weight_of_one() -> usize {
        let index = size_of::<(MonitorId, u32)>() + 1;
        let moments = 2 * size_of::<Moment>();
        2 * (size_of::<Slot<T>>() + moments + size_of::<Ticket>() + size_of::<u32>() + index)
    }

    /// Puts into the queue what has become due, each with its next moment in the heap.
    fn notice(&mut self, now: Duration) {
        while let Some(Reverse(Moment { at, ticket })) = self.moments.peek().copied()
            && at <= now
        {
            self.moments.pop();
            let Some(held) = self.of_ticket(ticket) else { continue };
            let next = held.grid.after(now);
            let passed = next.saturating_sub(held.grid.after(at));
            let mut missed = u32::try_from(passed).unwrap_or(u32::MAX);
            let next = held.grid.at(next);
            let mut lag = Duration::ZERO;
            let mut is_due = false;
            if held.is_paused {
                missed = 0;
            } else if held.state == State::Idle {
                lag = now.saturating_sub(at);
                held.state = State::Waiting { since: at, lag };
                is_due = true;
            } else {
                missed = missed.saturating_add(1);
            }
            held.missed = held.missed.saturating_add(missed);
            self.counts.missed = self.counts.missed.saturating_add(u64::from(missed));
            self.counts.worst_lag = self.counts.worst_lag.max(lag);
            if is_due {
                self.waiting.push_back(ticket);
            }
            self.moments.push(Reverse(Moment { at: next, ticket }));
        }
    }

    /// Throws void moments and tickets away once they are as many as good ones: each removal leaves one
    /// behind, and a long interval would keep it for a day.
    fn tidy(&mut self) {
        let Self { moments, waiting, slots, by_id, .. } = self;
        let is_good = |ticket: &Ticket| {
            let slot = usize::try_from(ticket.slot).ok().and_then(|slot| slots.get(slot));
            slot.is_some_and(|slot| slot.generation == ticket.generation && slot.held.is_some())
        };
        if moments.len() > by_id.len().saturating_mul(2).saturating_add(64) {
            moments.retain(|Reverse(moment)| is_good(&moment.ticket));
            waiting.retain(is_good);
        }
    }

    fn slot_mut(&mut self, slot: u32) -> Option<&mut Slot<T>> {
        self.slots.get_mut(usize::try_from(slot).ok()?)
    }

    fn of_ticket(&mut self, ticket: Ticket) -> Option<&mut Held<T>> {
        let slot = self.slot_mut(ticket.slot)?;
        if slot.generation == ticket.generation { slot.held.as_mut() } else { None }
    }

    fn held_mut(&mut self, id: &MonitorId) -> Option<&mut Held<T>> {
        let slot = self.by_id.get(id).copied()?;
        self.slot_mut(slot)?.held.as_mut()
    }
}
