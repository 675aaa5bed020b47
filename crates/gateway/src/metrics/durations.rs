//! How long things took, counted by buckets that every histogram here has.

use std::time::Duration;

/// The upper bounds of the buckets, in seconds.
pub(super) const BUCKETS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Durations by bucket, and all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Durations {
    /// The last bucket is for those beyond the last bound.
    counts: [u64; BUCKETS.len() + 1],
    micros: u64,
}

impl Durations {
    /// Counts one.
    pub(crate) fn count(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = BUCKETS.iter().position(|bound| seconds <= *bound).unwrap_or(BUCKETS.len());
        if let Some(count) = self.counts.get_mut(bucket) {
            *count += 1;
        }
        self.micros += took.as_micros() as u64;
    }

    /// Adds those of another worker.
    pub(super) fn add(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(ours, theirs)| *ours += theirs);
        self.micros += other.micros;
    }

    /// Returns how many are in each bucket, not added up.
    pub(super) const fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Returns all of them together, in seconds.
    pub(super) const fn seconds(&self) -> f64 {
        self.micros as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_within_its_bucket() {
        let mut durations = Durations::default();

        for millis in [1, 2, 20, 100_000] {
            durations.count(Duration::from_millis(millis));
        }

        let counts = durations.counts();
        assert_eq!((counts[0], counts[1], counts[4], counts[BUCKETS.len()]), (1, 1, 1, 1));
        assert_eq!(counts.iter().sum::<u64>(), 4);
        assert_eq!(Duration::from_secs_f64(durations.seconds()), Duration::from_millis(100_023));
    }
}
