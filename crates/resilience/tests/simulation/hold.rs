//! Outages that are short enough to be waited for.

use std::time::Duration;

use goodgate_resilience::SplitMix;
use goodgate_resilience::limits::{HOLD_REQUESTS, HOLD_TIME};

use crate::gateway::{Reply, Setup, Visit};
use crate::world::{Report, between, exponential, for_each_seed, ms};

const DOWN: Duration = Duration::from_secs(2);

/// Every endpoint is gone for a time.
fn restart(seed: u64, outage: Duration, most: u64) -> Report {
    let mut random = SplitMix::new(seed ^ 0x401D);
    let rate = between(20, most, &mut random) as f64;
    let endpoints = between(1, 4, &mut random);
    Setup::new(seed, endpoints, 6, rate).run(|Visit { at, random, .. }: Visit<'_>| {
        if at >= DOWN && at < DOWN + outage {
            Reply::Refuse
        } else {
            Reply::Status(200, exponential(ms(10), random))
        }
    })
}

#[test]
fn an_outage_of_a_second_and_a_half_costs_time_and_no_error() {
    for_each_seed(|seed| {
        let report = restart(seed, ms(1500), 200);

        assert_eq!(report.failed(true), 0, "seed {seed}: GETs failed");
        assert_eq!(report.failed(false), 0, "seed {seed}: POSTs failed");
        assert_eq!(report.duplicates, 0, "seed {seed}: a POST ran twice");
        let longest = report.told.iter().map(|told| told.took).max();
        assert!(longest < Some(ms(3000)), "seed {seed}: {longest:?}");
    });
}

#[test]
fn a_long_outage_holds_within_its_bounds() {
    for_each_seed(|seed| {
        let report = restart(seed, Duration::from_mins(1), 300);

        assert!(report.held_max <= HOLD_REQUESTS, "seed {seed}: {} held", report.held_max);
        let longest = report.told.iter().map(|told| told.took).max();
        assert!(longest < Some(HOLD_TIME + ms(2000)), "seed {seed}: {longest:?}");
    });
}
