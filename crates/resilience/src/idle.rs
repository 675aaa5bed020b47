//! How long an upstream keeps an idle connection, learned by watching.
//!
//! A server that closes a kept connection while a request is on its way is the most common reason
//! for a 502. It closes after a fixed time (5 s in Node, 75 s in nginx), so the idle times at which
//! it was seen closing tell the limit, and so does `Keep-Alive: timeout=`. Connections are used
//! again only well below it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::limits::{
    CONNECTION_AGE_MAX, IDLE_FORGET, IDLE_KEPT, IDLE_MAX, IDLE_SAMPLES, IDLE_SHARE_ONCE,
    IDLE_SHARE_REPLAYABLE, IDLE_TOGETHER, IDLE_UNKNOWN, IDLE_UNKNOWN_ONCE,
};

/// The share of the samples below which a limit is not believed: one early close in ten may have
/// another reason.
const LOW_PERCENTILE: usize = 10;

/// By how much idle times must differ for closes at one moment to be one event at the upstream.
const SPREAD: f64 = 1.25;

/// What has been seen of one upstream's idle limit. Learning needs `&mut`; the result is
/// [`published`](IdleLimit) to all cores.
#[derive(Debug, Default)]
pub struct Learner {
    samples: Vec<Sample>,
    announced: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    idle: Duration,
    at: Instant,
}

impl Learner {
    /// Begins with nothing known.
    pub const fn new() -> Self {
        Self { samples: Vec::new(), announced: None }
    }

    /// Takes an end of a kept connection by the upstream: it was idle for this long when it was
    /// seen, in the pool or on reuse.
    ///
    /// Connections of different idle times that are closed together are a restart, which says
    /// nothing about the limit.
    pub fn closed(&mut self, idle: Duration, now: Instant) {
        self.forget(now);
        let before = self.samples.len();
        self.samples.retain(|sample| !is_same_event(sample, idle, now));
        if self.samples.len() < before {
            return;
        }
        if self.samples.len() >= IDLE_SAMPLES {
            self.samples.remove(0);
        }
        self.samples.push(Sample { idle: idle.min(IDLE_MAX), at: now });
    }

    /// Takes the news that a connection was still open after this idle time. A limit below it that
    /// was seen once is then no limit.
    pub fn still_open(&mut self, idle: Duration, now: Instant) {
        self.forget(now);
        let shortest = self.samples.iter().map(|sample| sample.idle).min();
        if shortest.is_some_and(|shortest| idle.as_secs_f64() > shortest.as_secs_f64() * SPREAD) {
            let place = self.samples.iter().position(|sample| Some(sample.idle) == shortest);
            place.map(|place| self.samples.remove(place));
        }
    }

    /// Takes the parameter of `Keep-Alive: timeout=` (RFC 2068 section 19.7.1.1), in seconds.
    pub fn announced(&mut self, seconds: u32) {
        self.announced = Some(Duration::from_secs(u64::from(seconds)).min(IDLE_MAX));
    }

    /// Returns the limit as far as it is known.
    pub fn limit(&self) -> Option<Duration> {
        let seen = self.low_percentile();
        match (seen, self.announced) {
            (Some(seen), Some(announced)) => Some(seen.min(announced)),
            (seen, announced) => seen.or(announced),
        }
    }

    fn low_percentile(&self) -> Option<Duration> {
        let mut idles: Vec<Duration> = self.samples.iter().map(|sample| sample.idle).collect();
        idles.sort_unstable();
        idles.get(idles.len() * LOW_PERCENTILE / 100).copied()
    }

    fn forget(&mut self, now: Instant) {
        self.samples.retain(|sample| now.saturating_duration_since(sample.at) < IDLE_FORGET);
    }
}

fn is_same_event(sample: &Sample, idle: Duration, now: Instant) -> bool {
    let (one, other) = (sample.idle.as_secs_f64(), idle.as_secs_f64());
    let (short, long) = (one.min(other), one.max(other));
    now.saturating_duration_since(sample.at) <= IDLE_TOGETHER && long > short * SPREAD
}

/// A kept connection at the moment at which it would be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The time since the end of its last response.
    pub idle: Duration,
    /// The time since it was opened.
    pub age: Duration,
    /// The requests that it carried.
    pub requests: u64,
}

/// What is configured of kept connections, whatever is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The idle time up to which a connection is used again while no limit is known.
    pub unlearned: Duration,
    /// The longest idle time up to which a connection is used again.
    pub idle: Duration,
    /// The age at which a connection is not used again.
    pub age: Option<Duration>,
    /// The requests after which a connection is not used again.
    pub requests: Option<u64>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            unlearned: IDLE_UNKNOWN,
            idle: IDLE_KEPT,
            age: Some(CONNECTION_AGE_MAX),
            requests: None,
        }
    }
}

/// The idle limit of one upstream as all cores see it.
#[derive(Debug)]
pub struct IdleLimit {
    /// In nanoseconds; 0 while unknown.
    nanos: AtomicU64,
    /// The longest idle time after which a connection has served, in nanoseconds.
    served: AtomicU64,
}

impl Default for IdleLimit {
    fn default() -> Self {
        Self::new()
    }
}

impl IdleLimit {
    /// Begins unknown.
    pub const fn new() -> Self {
        Self { nanos: AtomicU64::new(0), served: AtomicU64::new(0) }
    }

    /// Publishes what a learner knows now.
    pub fn publish(&self, learner: &Learner) {
        let nanos = learner.limit().map_or(0, |limit| limit.as_nanos().max(1) as u64);
        self.nanos.store(nanos, Ordering::Relaxed);
    }

    /// Returns the learned limit.
    pub fn learned(&self) -> Option<Duration> {
        match self.nanos.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// Takes the news that a connection served a request after this idle time. As long as no limit is
    /// known, what must not be sent twice follows where others went before, at a distance.
    pub fn served(&self, idle: Duration) {
        let nanos = idle.min(IDLE_UNKNOWN).as_nanos() as u64;
        // Only a write where something changes keeps the line shared between cores.
        if self.served.load(Ordering::Relaxed) < nanos {
            self.served.fetch_max(nanos, Ordering::Relaxed);
        }
    }

    /// Returns the idle time up to which a connection is used again.
    pub fn reuse_until(&self, bounds: &Bounds, is_replayable: bool) -> Duration {
        let until = match self.learned() {
            None if is_replayable => bounds.unlearned,
            None => {
                let served = Duration::from_nanos(self.served.load(Ordering::Relaxed));
                IDLE_UNKNOWN_ONCE.max(served.mul_f64(IDLE_SHARE_ONCE)).min(bounds.unlearned)
            }
            Some(limit) if is_replayable => limit.mul_f64(IDLE_SHARE_REPLAYABLE),
            Some(limit) => limit.mul_f64(IDLE_SHARE_ONCE),
        };
        until.min(bounds.idle)
    }

    /// Says whether a kept connection may carry a request. One that must not be sent twice needs a
    /// connection that was used a short time ago.
    pub fn may_reuse(&self, kept: Kept, bounds: &Bounds, is_replayable: bool) -> bool {
        kept.idle < self.reuse_until(bounds, is_replayable)
            && bounds.age.is_none_or(|age| kept.age < age)
            && bounds.requests.is_none_or(|most| kept.requests < most)
    }
}

#[cfg(test)]
mod tests;
