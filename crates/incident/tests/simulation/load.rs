//! A prober whose own processor is busy.

use std::cell::RefCell;
use std::time::Duration;

use goodgate_incident::trust::{Fact, Heard};
use goodgate_incident::{Doubt, Outcome, State};

use crate::random::{Random, for_each_seed};
use crate::world::{Ending, MS, Plan, SECOND, TIMEOUT, World};

const INTERVAL: i64 = 5 * SECOND;

/// Results of the healthy target in each world; in all worlds they are many times 10,000.
const RESULTS: usize = 500;
const END: i64 = RESULTS.cast_signed() as i64 * INTERVAL;

/// Times in which nothing of ours runs: from a tenth up to half of all time. Most are short; some
/// swallow a whole check.
fn stalls(random: &mut Random) -> Vec<(i64, i64)> {
    let mut stalls = Vec::new();
    let mut at = 0;
    let between = random.between(400 * MS, 4 * SECOND);
    while at < END {
        at += random.exponential(between);
        let took = if random.chance(0.99) {
            random.exponential(300 * MS)
        } else {
            random.exponential(12 * SECOND)
        };
        stalls.push((at, at + took));
        at += took;
    }
    stalls
}

/// The time that stalls take of a time.
fn stalled(from: i64, to: i64, stalls: &[(i64, i64)]) -> i64 {
    stalls.iter().map(|(begin, end)| ((*end).min(to) - (*begin).max(from)).max(0)).sum()
}

/// Lets an attempt pass through the stalls: it goes on only between them, and gives up when its time
/// is over by the clock.
fn under_load(at: i64, work: i64, stalls: &[(i64, i64)]) -> Ending {
    let mut place = stalls.partition_point(|(_, end)| *end <= at);
    let (mut now, mut left) = (at, work);
    loop {
        let next = stalls.get(place).copied().unwrap_or((i64::MAX, i64::MAX));
        if now < next.0 {
            let runs = left.min(next.0 - now);
            (now, left) = (now + runs, left - runs);
        }
        if left == 0 {
            break;
        }
        now = now.max(next.1);
        place += 1;
    }
    let took = now - at;
    // The timer that ends the attempt is looked at before what has come in meanwhile: the worst case.
    if took >= TIMEOUT {
        Ending { heard: Heard::Nothing, is_good: false, took }
    } else {
        Ending::good(took)
    }
}

#[test]
fn a_healthy_target_is_never_down_under_load_and_a_real_failure_is_within_three_intervals() {
    let (mut least_up, mut slowest) = (1.0_f64, 0);
    let (mut all, mut all_up, mut spoiled) = (0, 0, 0);
    for_each_seed(|seed| {
        let mut random = Random(seed ^ 0x10AD);
        let stalls = stalls(&mut random);
        let fails_at = random.between(END / 4, END / 2);
        let fails_to = fails_at + 20 * INTERVAL;
        let targets = |target: usize, at: i64, random: &mut Random| {
            if target == 1 && (fails_at..fails_to).contains(&at) {
                return Ending { is_good: false, ..under_load(at, MS, &stalls) };
            }
            under_load(at, 20 * MS + random.exponential(10 * MS), &stalls)
        };
        let targets = RefCell::new(targets);
        let attempt = |target, at, random: &mut Random| (targets.borrow_mut())(target, at, random);
        let hosts = ["192.0.2.1".to_owned(), "198.51.100.1".to_owned()];
        let plan = Plan { interval: INTERVAL, lost_bursts: 0.2, end: END };
        let mut world = World::new(seed, plan, &hosts, attempt);
        for (from, to) in &stalls {
            world.fact(*to, Fact::Lag(Duration::from_micros((to - from) as u64)));
        }

        let report = world.run();

        let healthy: Vec<_> = report.results.iter().filter(|(target, ..)| *target == 0).collect();
        let up = healthy.iter().filter(|(.., state)| *state == State::Up).count();
        let share = up as f64 / healthy.len() as f64;
        let told = report.transitions.iter().filter(|change| *change.monitor.0 == *"m000");
        let told: Vec<_> = told.collect();
        assert!(healthy.len() >= RESULTS * 9 / 10, "seed {seed}: {}", healthy.len());
        assert!(told.iter().all(|change| change.to != State::Down), "seed {seed}: {told:?}");
        assert!(told.iter().all(|change| change.to != State::Partial), "seed {seed}: {told:?}");
        assert!(share >= 0.95, "seed {seed}: {share} up");
        let by_us = |(.., outcome, _): &&&(usize, i64, Outcome, State)| {
            *outcome == Outcome::Unmeasured(Doubt::Processor)
        };
        spoiled += healthy.iter().filter(by_us).count();
        least_up = least_up.min(share);
        (all, all_up) = (all + healthy.len(), all_up + up);

        let down = report
            .transitions
            .iter()
            .find(|change| *change.monitor.0 == *"m001" && change.to == State::Down);
        let down = down.unwrap_or_else(|| panic!("seed {seed}: a real failure is not seen"));
        // In a stall there are no intervals.
        let took = down.at.0 - fails_at - stalled(fails_at, down.at.0, &stalls);
        slowest = slowest.max(took);
        assert!(took >= 0, "seed {seed}: down before it failed");
        assert!(took <= 3 * INTERVAL, "seed {seed}: {took} us");
    });
    println!(
        "{all_up} of {all} up, at least {least_up} in each world, {spoiled} results spoiled, a real \
         failure seen after {} ms at most",
        slowest / MS
    );
}
