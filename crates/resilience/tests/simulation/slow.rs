//! Endpoints that freeze, crawl or are gone, among others that are well.

use std::time::Duration;

use goodgate_resilience::SplitMix;

use crate::gateway::{Reply, Setup, Visit};
use crate::world::{Report, between, exponential, for_each_seed, ms};

const FROM: Duration = Duration::from_secs(3);
const TO: Duration = Duration::from_secs(8);
const END: Duration = Duration::from_secs(10);

/// The first endpoints of a few are ill for a time.
fn ill(seed: u64, endpoints: u64, ill: usize, how: fn(&mut SplitMix) -> Reply) -> Report {
    let mut random = SplitMix::new(seed ^ 0x510);
    let rate = between(60, 150, &mut random) as f64;
    let setup = Setup::new(seed, endpoints, END.as_secs(), rate);
    setup.run(|Visit { endpoint, at, random, .. }: Visit<'_>| {
        if endpoint < ill && at >= FROM && at < TO {
            how(random)
        } else {
            Reply::Status(200, ms(5) + exponential(ms(10), random))
        }
    })
}

#[test]
fn a_frozen_endpoint_costs_a_get_at_most_a_third_of_a_second() {
    for_each_seed(|seed| {
        let report = ill(seed, 3, 1, |_| Reply::Never);

        assert_eq!(report.failed(true), 0, "seed {seed}: GETs failed");
        let quantile = report.quantile(0.99, FROM, TO);
        assert!(quantile <= ms(300), "seed {seed}: {quantile:?}");
    });
}

#[test]
fn a_slow_endpoint_costs_a_get_at_most_a_third_of_a_second() {
    for_each_seed(|seed| {
        let report = ill(seed, 2, 1, |random| Reply::Status(200, exponential(ms(1500), random)));

        assert_eq!(report.failed(true), 0, "seed {seed}: GETs failed");
        let quantile = report.quantile(0.99, FROM, TO);
        assert!(quantile <= ms(300), "seed {seed}: {quantile:?}");
    });
}

#[test]
fn two_dead_endpoints_of_three_cost_no_error() {
    for_each_seed(|seed| {
        let report = ill(seed, 3, 2, |_| Reply::Refuse);

        assert_eq!(report.failed(true) + report.failed(false), 0, "seed {seed}: requests failed");
        assert_eq!(report.duplicates, 0, "seed {seed}: a POST ran twice");
    });
}
