//! Virtual time, seeds, and what a run reports.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use goodgate_resilience::{Random, SplitMix};

/// Worlds for each test.
const SEEDS: u64 = 256;

/// Runs a test for each seed, or for the one that is asked for.
pub(crate) fn for_each_seed(mut run: impl FnMut(u64)) {
    let only = std::env::var("GOODGATE_SIM_SEED").ok();
    let only = only.map(|seed| seed.parse().expect("GOODGATE_SIM_SEED is a number"));
    let seeds = only.map_or(0..SEEDS, |seed: u64| seed..seed + 1);
    seeds.for_each(&mut run);
}

/// Events in the order of their time, and of their making where the time is the same.
pub(crate) struct Agenda<E> {
    start: Instant,
    now: Duration,
    made: u64,
    queue: BinaryHeap<Entry<E>>,
}

/// Small, since a heap moves its entries about.
struct Entry<E> {
    /// In nanoseconds.
    at: u64,
    number: u64,
    event: Box<E>,
}

impl<E> Agenda<E> {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), now: Duration::ZERO, made: 0, queue: BinaryHeap::new() }
    }

    /// The time since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.now
    }

    pub(crate) fn now(&self) -> Instant {
        self.start + self.now
    }

    pub(crate) fn after(&mut self, pause: Duration, event: E) {
        self.made += 1;
        let at = (self.now + pause).as_nanos() as u64;
        self.queue.push(Entry { at, number: self.made, event: Box::new(event) });
    }

    /// Goes on to the next event.
    pub(crate) fn next(&mut self) -> Option<E> {
        let entry = self.queue.pop()?;
        self.now = Duration::from_nanos(entry.at);
        Some(*entry.event)
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the largest first, and the earliest is wanted.
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<E> Eq for Entry<E> {}

/// A time with a mean, as between events that know nothing of each other.
pub(crate) fn exponential(mean: Duration, random: &mut SplitMix) -> Duration {
    mean.mul_f64(-(1.0 - random.unit()).ln())
}

/// A number from `least` up to and without `most`.
pub(crate) fn between(least: u64, most: u64, random: &mut SplitMix) -> u64 {
    least + random.below(most - least)
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What happened to one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) arrived: Duration,
    pub(crate) took: Duration,
    pub(crate) is_safe: bool,
    pub(crate) is_good: bool,
}

/// What happened in one world.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) told: Vec<Told>,
    /// When each try was made.
    pub(crate) tries: Vec<Duration>,
    /// Unsafe requests that had an effect more than once.
    pub(crate) duplicates: usize,
    /// Ejections: who and when.
    pub(crate) ejected: Vec<(usize, Duration)>,
    /// The most requests that were held at once.
    pub(crate) held_max: usize,
    /// The fewest endpoints that served at any review.
    pub(crate) serving_min: usize,
}

impl Report {
    pub(crate) fn failed(&self, is_safe: bool) -> usize {
        self.told.iter().filter(|told| told.is_safe == is_safe && !told.is_good).count()
    }

    /// The tries for each request that arrived within a time.
    pub(crate) fn tries_per_request(&self, from: Duration, to: Duration) -> f64 {
        let tries = self.tries.iter().filter(|at| (from..to).contains(at)).count();
        let requests = self.within(from, to).count();
        tries as f64 / requests as f64
    }

    /// The share of requests that arrived within a time and were answered well.
    pub(crate) fn goodput(&self, from: Duration, to: Duration) -> f64 {
        let good = self.within(from, to).filter(|told| told.is_good).count();
        good as f64 / self.within(from, to).count() as f64
    }

    /// The time that a share of safe requests within a time did not exceed.
    pub(crate) fn quantile(&self, quantile: f64, from: Duration, to: Duration) -> Duration {
        let mut took: Vec<Duration> =
            self.within(from, to).filter(|told| told.is_safe).map(|told| told.took).collect();
        took.sort_unstable();
        took[((took.len() - 1) as f64 * quantile) as usize]
    }

    fn within(&self, from: Duration, to: Duration) -> impl Iterator<Item = &Told> {
        self.told.iter().filter(move |told| (from..to).contains(&told.arrived))
    }
}
