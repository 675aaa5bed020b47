//! How long things took, as a histogram that merges.

use std::time::Duration;

/// Buckets of one doubling: neighbours differ by an eighth or less, finer than checks repeat.
const STEPS: u64 = 8;

/// Buckets in all: up to 2^30 microseconds, 18 minutes, which no check takes.
const BUCKETS: usize = 28 * STEPS as usize;

/// How often things took how long. Buckets grow with the time, so that a value is known to an eighth
/// of itself; two histograms add up exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies {
    /// Counts by bucket, ascending, without empty buckets.
    counts: Vec<(u16, u64)>,
}

impl Latencies {
    /// Counts one time.
    pub fn add(&mut self, took: Duration) {
        self.add_many(bucket(took), 1);
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for &(bucket, count) in &other.counts {
            self.add_many(bucket, count);
        }
    }

    /// Returns how many times were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum: u64, (_, count)| sum.saturating_add(*count))
    }

    /// Returns the time that the given share (from 0 to 1) did not exceed, to an eighth; [`None`] where
    /// nothing was counted.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let rank = (share.clamp(0.0, 1.0) * self.count() as f64).ceil().max(1.0) as u64;
        let mut seen = 0_u64;
        self.counts.iter().find_map(|&(bucket, count)| {
            seen = count.saturating_add(seen);
            (seen >= rank).then(|| Duration::from_micros(upper(bucket)))
        })
    }

    /// Returns the counts by bucket, ascending, without empty buckets.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.counts.iter().copied()
    }

    /// Counts `count` times of a bucket; beyond the last bucket they count as in it.
    pub(crate) fn add_many(&mut self, bucket: u16, count: u64) {
        let bucket = bucket.min(BUCKETS as u16 - 1);
        match self.counts.binary_search_by_key(&bucket, |&(bucket, _)| bucket) {
            Ok(index) => {
                if let Some((_, mine)) = self.counts.get_mut(index) {
                    *mine = mine.saturating_add(count);
                }
            }
            Err(index) => self.counts.insert(index, (bucket, count)),
        }
    }
}

/// Returns the bucket of a time: one each below 8 microseconds, then eight for each doubling.
fn bucket(took: Duration) -> u16 {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if micros < STEPS {
        return micros as u16;
    }
    // The position of the highest bit is 3 or more here; the three bits below it give the step.
    let doubling = u64::from(micros.ilog2()) - 3;
    let index = STEPS * (doubling + 1) + ((micros >> doubling) - STEPS);
    index.min(BUCKETS as u64 - 1) as u16
}

/// Returns the longest time, in microseconds, that falls into a bucket.
fn upper(bucket: u16) -> u64 {
    let bucket = u64::from(bucket);
    if bucket < STEPS {
        return bucket;
    }
    let doubling = bucket / STEPS - 1;
    ((STEPS + bucket % STEPS + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: &[u64]) -> Latencies {
        let mut latencies = Latencies::default();
        for &micros in micros {
            latencies.add(Duration::from_micros(micros));
        }
        latencies
    }

    #[test]
    fn every_time_is_known_to_an_eighth() {
        for micros in (0..30).map(|bit| 1_u64 << bit).flat_map(|top| [top, top + top / 3]) {
            let shown = of(&[micros]).quantile(0.5).unwrap().as_micros() as u64;

            assert!(
                shown >= micros && shown - micros <= micros / 8,
                "{micros} is shown as {shown}"
            );
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for index in 1..BUCKETS as u16 {
            let first = Duration::from_micros(upper(index - 1) + 1);

            assert_eq!(bucket(first), index);
        }
    }

    #[test]
    fn merging_is_counting_everything() {
        let (left, right) = (of(&[5, 900, 70_000]), of(&[900, 2]));
        let mut merged = left.clone();

        merged.merge(&right);

        assert_eq!(merged, of(&[5, 900, 70_000, 900, 2]));
        assert_eq!(merged.count(), 5);
    }

    #[test]
    fn a_quantile_is_the_time_that_the_share_did_not_exceed() {
        let latencies = of(&[1, 2, 3, 4, 5, 6, 7, 7, 7, 7]);

        assert_eq!(latencies.quantile(0.5), Some(Duration::from_micros(5)));
        assert_eq!(latencies.quantile(1.0), Some(Duration::from_micros(7)));
        assert_eq!(latencies.quantile(0.0), Some(Duration::from_micros(1)));
        assert_eq!(of(&[]).quantile(0.5), None);
    }
}
