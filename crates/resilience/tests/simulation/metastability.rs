//! Overload that ends: does the failure end with it?
//!
//! The origin works off its queue in order and does not notice when nobody waits for an answer any
//! more. Whoever repeats what took too long makes the queue longer, and the failure outlives its
//! reason.

use std::time::Duration;

use goodgate_resilience::{Random, SplitMix};

use crate::gateway::{Reply, Setup, Style, Visit};
use crate::world::{Report, between, exponential, for_each_seed, ms};

const CALM: Duration = Duration::from_secs(5);
const OVERLOAD_ENDS: Duration = Duration::from_secs(35);
const RECOVERED: Duration = Duration::from_secs(40);
const END: Duration = Duration::from_secs(45);

/// An origin of some workers with one queue of bounded length.
struct Workers {
    free_at: Vec<Duration>,
    mean: Duration,
    longest_wait: Duration,
}

impl Workers {
    fn new(workers: u64, per_second: f64) -> Self {
        let mean = Duration::from_secs_f64(workers as f64 / per_second);
        let free_at = vec![Duration::ZERO; workers as usize];
        Self { free_at, mean, longest_wait: Duration::from_mins(1) }
    }

    fn work(&mut self, at: Duration, random: &mut SplitMix) -> Reply {
        let next = self.free_at.iter_mut().min().expect("there are workers");
        let start = (*next).max(at);
        if start - at > self.longest_wait {
            return Reply::Refuse;
        }
        // Half of the time is the same for all.
        let took = self.mean / 2 + exponential(self.mean / 2, random);
        *next = start + took;
        Reply::Status(200, start + took - at)
    }
}

fn overload(seed: u64, style: Style) -> Report {
    let mut random = SplitMix::new(seed ^ 0x3E7A);
    let capacity = between(20, 40, &mut random) as f64;
    let mut workers = Workers::new(between(2, 8, &mut random), capacity);
    let rate = move |at: Duration| {
        let is_overload = (CALM..OVERLOAD_ENDS).contains(&at);
        capacity * if is_overload { 2.0 } else { 0.7 }
    };
    let setup = Setup {
        style,
        rate: Box::new(rate),
        length: END,
        timeout: ms(1000 + random.below(1000)),
        ..Setup::new(seed, 1, 0, 1.0)
    };
    setup.run(|Visit { at, random, .. }: Visit<'_>| workers.work(at, random))
}

#[test]
fn the_failure_ends_within_five_seconds_of_the_overload() {
    for_each_seed(|seed| {
        let report = overload(seed, Style::Ours);

        let goodput = report.goodput(RECOVERED, END);
        assert!(goodput >= 0.95, "seed {seed}: {goodput}");
    });
}

#[test]
fn naive_retries_keep_the_failure_going() {
    for_each_seed(|seed| {
        let report = overload(seed, Style::Naive);

        let goodput = report.goodput(RECOVERED, END);
        assert!(goodput <= 0.2, "seed {seed}: {goodput}");
    });
}
