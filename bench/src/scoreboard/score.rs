//! What one proxy's clients saw in one schedule.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::causes::Causes;
use super::client::{Failure, Told};
use crate::statistics;

/// How often POSTs arrived at endpoints, by their numbers.
pub(super) type Arrivals = BTreeMap<u64, usize>;

/// The counts of one method.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts {
    /// Requests.
    pub(super) requests: usize,
    /// Failures by kind.
    pub(super) failures: BTreeMap<Failure, usize>,
}

impl Counts {
    /// Returns all failures.
    pub(super) fn failed(&self) -> usize {
        self.failures.values().sum()
    }

    /// Returns the part of the requests that failed, in per cent.
    pub(super) fn percent(&self) -> f64 {
        self.failed() as f64 * 100.0 / self.requests.max(1) as f64
    }

    /// Returns the kinds of failures in words, the most frequent first.
    pub(super) fn kinds(&self) -> String {
        let mut kinds: Vec<_> = self.failures.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let words: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
        words.join(", ")
    }

    fn json(&self) -> Value {
        let failures: serde_json::Map<String, Value> =
            self.failures.iter().map(|(kind, count)| (kind.name(), json!(count))).collect();
        json!({"requests": self.requests, "failed": self.failed(), "failures": failures})
    }
}

/// What clients saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    /// Of GET.
    pub(super) gets: Counts,
    /// Of POST.
    pub(super) posts: Counts,
    /// POSTs that failed although they had arrived at an endpoint: they may have had their effect.
    pub(super) arrived: usize,
    /// POSTs that arrived at endpoints more than once.
    pub(super) duplicates: usize,
    /// Median, 99th percentile and longest time of the GETs that ended well, in milliseconds.
    pub(super) latency: Option<(f64, f64, f64)>,
    /// How right the recorded causes are, where the proxy records any.
    pub(super) causes: Option<Causes>,
}

impl Score {
    /// Counts.
    pub(super) fn of(told: &[Told], arrivals: &Arrivals) -> Self {
        let (mut gets, mut posts) = (Counts::default(), Counts::default());
        let duplicates = arrivals.values().filter(|count| **count > 1).count();
        let is_lost =
            |one: &&Told| one.is_post && one.outcome.is_err() && arrivals.contains_key(&one.number);
        let arrived = told.iter().filter(is_lost).count();
        let mut latencies = Vec::new();
        for one in told {
            let counts = if one.is_post { &mut posts } else { &mut gets };
            counts.requests += 1;
            match one.outcome {
                Err(failure) => *counts.failures.entry(failure).or_default() += 1,
                Ok(()) if !one.is_post => latencies.push(one.latency.as_secs_f64() * 1e3),
                Ok(()) => {}
            }
        }
        latencies.sort_unstable_by(f64::total_cmp);
        let at = |percent| statistics::of_sorted(&latencies, percent);
        let latency = at(50.0).zip(at(99.0)).zip(at(100.0));
        let latency = latency.map(|((median, high), longest)| (median, high, longest));
        Self { gets, posts, arrived, duplicates, latency, causes: None }
    }

    /// Returns the score for a file of results.
    pub(super) fn json(&self) -> Value {
        let latency = self.latency.map(
            |(median, high, longest)| json!({"p50_ms": median, "p99_ms": high, "max_ms": longest}),
        );
        json!({
            "get": self.gets.json(),
            "post": self.posts.json(),
            "failed_posts_that_arrived": self.arrived,
            "duplicate_posts": self.duplicates,
            "get_latency": latency,
            "causes": self.causes.as_ref().map(Causes::json),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn failures_are_counted_by_method_and_kind() {
        let told = |number, is_post, outcome| Told {
            number,
            is_post,
            latency: Duration::from_millis(3),
            outcome,
        };
        let all = [
            told(1, false, Ok(())),
            told(2, false, Err(Failure::Status(502))),
            told(3, true, Err(Failure::Reset)),
            told(4, true, Err(Failure::Reset)),
            told(5, true, Ok(())),
        ];

        let score = Score::of(&all, &Arrivals::from([(4, 1), (5, 2)]));

        assert_eq!((score.gets.kinds(), score.posts.kinds()), ("1 502".into(), "2 reset".into()));
        assert_eq!((score.arrived, score.duplicates), (1, 1));
        assert_eq!(score.latency, Some((3.0, 3.0, 3.0)));
    }
}
