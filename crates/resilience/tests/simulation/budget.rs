//! A total outage: how many tries does it cost?

use std::time::Duration;

use goodgate_resilience::SplitMix;

use crate::gateway::{Reply, Setup, Style, Visit};
use crate::world::{between, exponential, for_each_seed, ms};

const HEALTHY: Duration = Duration::from_secs(8);
const OUTAGE: Duration = Duration::from_secs(10);

/// Healthy for a while, then nothing works any more.
fn outage(seed: u64, style: Style, broken: Reply) -> f64 {
    let mut random = SplitMix::new(seed ^ 0xB0D6);
    let rate = between(25, 150, &mut random) as f64;
    let endpoints = between(1, 6, &mut random);
    let setup = Setup { style, ..Setup::new(seed, endpoints, 18, rate) };

    let report = setup.run(|Visit { at, random, .. }: Visit<'_>| {
        if at < HEALTHY { Reply::Status(200, exponential(ms(10), random)) } else { broken }
    });

    report.tries_per_request(HEALTHY, HEALTHY + OUTAGE)
}

#[test]
fn refused_connections_cost_a_tenth_at_most() {
    for_each_seed(|seed| {
        let tries = outage(seed, Style::BudgetAlone, Reply::Refuse);
        assert!(tries <= 1.10, "seed {seed}: {tries} tries for each request");
    });
}

#[test]
fn slow_failures_cost_a_tenth_at_most() {
    for_each_seed(|seed| {
        let tries = outage(seed, Style::BudgetAlone, Reply::Break(ms(500)));
        assert!(tries <= 1.10, "seed {seed}: {tries} tries for each request");
    });
}

#[test]
fn with_breakers_and_hold_tries_are_fewer_than_requests() {
    for_each_seed(|seed| {
        let tries = outage(seed, Style::Ours, Reply::Refuse);
        assert!(tries <= 0.2, "seed {seed}: {tries} tries for each request");
    });
}

#[test]
fn naive_retries_triple_the_load() {
    for_each_seed(|seed| {
        let tries = outage(seed, Style::Naive, Reply::Refuse);
        assert!(tries > 2.0, "seed {seed}: {tries} tries for each request");
    });
}
