//! How long an upstream's answers take: quantiles over the last seconds, in 720 bytes.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::epoch::Epoch;
use crate::limits::LATENCY_WINDOW;

/// Four buckets for each doubling, from 64 µs up to 268 s. A quantile is at most a quarter too
/// large.
const BUCKETS: usize = 88;

/// The power of two, in microseconds, at which the buckets begin.
const FIRST_POWER: u32 = 6;

/// Latencies of the last ten to twenty seconds, shared by all cores.
///
/// Two halves take turns: one is filled, the other is the time before. When the filled one is old
/// the other is emptied and filled next.
#[derive(Debug)]
pub struct Latency {
    epoch: Epoch,
    window_nanos: u64,
    /// The number of the window that is filled.
    number: AtomicU64,
    halves: [Half; 2],
}

#[derive(Debug)]
struct Half([AtomicU32; BUCKETS]);

impl Latency {
    /// Begins with nothing known.
    pub fn new(now: Instant) -> Self {
        Self {
            epoch: Epoch::new(now),
            window_nanos: u64::try_from(LATENCY_WINDOW.as_nanos()).unwrap_or(u64::MAX),
            number: AtomicU64::new(0),
            halves: [Half::empty(), Half::empty()],
        }
    }

    /// Counts an answer by the time from the beginning of its attempt until its head was there.
    pub fn record(&self, latency: Duration, now: Instant) {
        let number = self.turn(now);
        let Some(half) = self.halves.get((number % 2) as usize) else { return };
        if let Some(bucket) = half.0.get(bucket_of(latency)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns the number of answers within the window.
    pub fn answers(&self, now: Instant) -> u64 {
        self.turn(now);
        self.halves.iter().flat_map(|half| &half.0).map(load).sum()
    }

    /// Returns the latency that a share of the answers did not exceed, rounded up; nothing when
    /// there were none. `quantile` from 0 to 1.
    pub fn quantile(&self, quantile: f64, now: Instant) -> Option<Duration> {
        let answers = self.answers(now);
        let rank = (answers as f64 * quantile.clamp(0.0, 1.0)).ceil().max(1.0) as u64;
        let mut seen = 0;
        for bucket in 0..BUCKETS {
            seen += self.halves.iter().filter_map(|half| half.0.get(bucket)).map(load).sum::<u64>();
            if seen >= rank {
                return Some(end_of(bucket));
            }
        }
        None
    }

    /// Empties the halves that are too old; returns the number of the window.
    fn turn(&self, now: Instant) -> u64 {
        let number = self.epoch.nanos(now) / self.window_nanos;
        let before = self.number.load(Ordering::Relaxed);
        if number <= before {
            return before;
        }
        let order = Ordering::Relaxed;
        if self.number.compare_exchange(before, number, order, order).is_ok() {
            if number > before + 1 {
                self.halves.iter().for_each(Half::clear);
            } else if let Some(half) = self.halves.get((number % 2) as usize) {
                half.clear();
            }
        }
        number
    }
}

impl Half {
    fn empty() -> Self {
        Self([const { AtomicU32::new(0) }; BUCKETS])
    }

    fn clear(&self) {
        self.0.iter().for_each(|bucket| bucket.store(0, Ordering::Relaxed));
    }
}

fn load(bucket: &AtomicU32) -> u64 {
    u64::from(bucket.load(Ordering::Relaxed))
}

/// The bucket is the power of two and the two bits below the highest one.
fn bucket_of(latency: Duration) -> usize {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX).max(1 << FIRST_POWER);
    let power = micros.ilog2();
    let quarter = micros >> (power - 2) & 3;
    (((power - FIRST_POWER) * 4) as usize + quarter as usize).min(BUCKETS - 1)
}

fn end_of(bucket: usize) -> Duration {
    let (power, quarter) = (bucket as u64 / 4, bucket as u64 % 4);
    Duration::from_micros((5 + quarter) << (power + u64::from(FIRST_POWER) - 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(latency: Option<Duration>) -> u128 {
        latency.unwrap().as_millis()
    }

    #[test]
    fn nothing_is_known_at_first() {
        let now = Instant::now();

        assert_eq!(Latency::new(now).quantile(0.5, now), None);
    }

    #[test]
    fn a_quantile_is_at_most_a_quarter_too_large() {
        let now = Instant::now();
        let latency = Latency::new(now);
        (1..=1000).for_each(|millis| latency.record(Duration::from_millis(millis), now));

        for (quantile, exact) in [(0.01, 10), (0.5, 500), (0.99, 990), (1.0, 1000)] {
            let found = millis(latency.quantile(quantile, now));
            assert!(found >= exact && found <= exact * 5 / 4 + 1, "{quantile}: {found}");
        }
    }

    #[test]
    fn old_answers_are_forgotten() {
        let now = Instant::now();
        let latency = Latency::new(now);
        latency.record(Duration::from_secs(1), now);

        assert_eq!(latency.answers(now + LATENCY_WINDOW), 1);
        assert_eq!(latency.answers(now + LATENCY_WINDOW * 2), 0);
    }

    #[test]
    fn a_long_pause_forgets_everything() {
        let now = Instant::now();
        let latency = Latency::new(now);
        latency.record(Duration::from_secs(1), now);

        assert_eq!(latency.answers(now + LATENCY_WINDOW * 9), 0);
    }

    #[test]
    fn every_latency_has_a_bucket() {
        let latencies = [Duration::ZERO, Duration::from_micros(64), Duration::MAX];

        assert_eq!(latencies.map(bucket_of), [0, 0, BUCKETS - 1]);
        assert!((0..BUCKETS - 1).all(|bucket| bucket_of(end_of(bucket)) == bucket + 1));
    }
}
