//! Laws that hold for every algorithm, and what is special about each.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::endpoint::Description;
use crate::failure::Mark;
use crate::random::SplitMix;

fn members(weights: &[u32], now: Instant) -> Vec<Endpoint> {
    let describe = |(id, weight): (usize, &u32)| Description {
        weight: *weight,
        ..Description::new(id as u64)
    };
    weights.iter().enumerate().map(describe).map(|found| Endpoint::new(found, now)).collect()
}

/// Picks with the keys 0, 1, 2… and counts who got how many.
fn counts(
    balance: &dyn Balance,
    members: &Vec<Endpoint>,
    among: &Set,
    picks: u64,
    now: Instant,
) -> Vec<u64> {
    let mut random = SplitMix::new(1);
    let mut counts = vec![0; members.len()];
    for key in 0..picks {
        let mut ask = Ask { among, key, now, random: &mut random };
        let index = balance.pick(members, &mut ask).expect("somebody is there");
        counts[index] += 1;
    }
    counts
}

fn by_name(name: &str) -> Box<dyn Balance> {
    (find(name).unwrap().make)()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn only_what_is_allowed_is_picked_and_something_if_anything_is(
        weights in prop::collection::vec(1_u32..100, 1..40),
        allowed in prop::collection::vec(any::<bool>(), 40),
        in_flight in prop::collection::vec(0_u32..20, 40),
        seed in any::<u64>(),
    ) {
        let now = Instant::now();
        let members = members(&weights, now);
        for (endpoint, busy) in members.iter().zip(in_flight) {
            (0..busy).for_each(|_| endpoint.load().begin());
        }
        let among: Set = (0..weights.len()).filter(|index| allowed[*index]).collect();
        let mut random = SplitMix::new(seed);
        for algorithm in ALL {
            let balance = (algorithm.make)();
            for key in 0..20 {
                let mut ask = Ask { among: &among, key: seed ^ key, now, random: &mut random };
                let picked = balance.pick(&members, &mut ask);
                prop_assert_eq!(picked.is_some(), !among.is_empty(), "{}", algorithm.name);
                prop_assert!(picked.is_none_or(|index| among.contains(index)), "{}", algorithm.name);
            }
        }
    }

    #[test]
    fn weights_are_respected_in_the_long_run(weights in prop::collection::vec(1_u32..10, 2..8)) {
        let now = Instant::now();
        let among: Set = (0..weights.len()).collect();
        let total: u32 = weights.iter().sum();
        for algorithm in ALL {
            let members = members(&weights, now);
            let balance = (algorithm.make)();
            let counts = counts(&*balance, &members, &among, 4000, now);
            for (weight, count) in weights.iter().zip(counts) {
                let expected = f64::from(*weight) / f64::from(total);
                let found = count as f64 / 4000.0;
                prop_assert!((found - expected).abs() < 0.05, "{} {expected} {found}", algorithm.name);
            }
        }
    }

    #[test]
    fn a_key_stays_when_another_endpoint_goes(
        count in 2_usize..40,
        gone in any::<prop::sample::Index>(),
        key in any::<u64>(),
    ) {
        let now = Instant::now();
        let members = members(&vec![1; count], now);
        let pick = |among: &Set| {
            let mut ask = Ask { among, key, now, random: &mut SplitMix::new(0) };
            by_name("hash").pick(&members, &mut ask).unwrap()
        };
        let all: Set = (0..count).collect();
        let mut fewer = all;
        fewer.remove(gone.index(count));

        let before = pick(&all);

        if before != gone.index(count) {
            prop_assert_eq!(pick(&fewer), before);
        }
    }
}

#[test]
fn the_list_is_sorted_and_is_the_folder() {
    let listed: Vec<&str> = ALL.iter().map(|algorithm| algorithm.name).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/balance");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .filter(|stem| stem != "mod" && stem != "laws")
        .collect();

    assert!(listed.is_sorted());
    assert_eq!(listed, found.iter().collect::<Vec<_>>());
    assert!(find(DEFAULT).is_some());
}

#[test]
fn round_robin_is_smooth() {
    let now = Instant::now();
    let members = members(&[3, 1], now);
    let balance = by_name("round_robin");
    let among: Set = (0..2).collect();
    let mut random = SplitMix::new(0);

    let picks: Vec<usize> = (0..8)
        .map(|key| {
            let mut ask = Ask { among: &among, key, now, random: &mut random };
            balance.pick(&members, &mut ask).unwrap()
        })
        .collect();

    assert_eq!(picks.iter().filter(|index| **index == 1).count(), 2);
    assert!(!picks.windows(5).any(|five| five.iter().all(|index| *index == 0)), "{picks:?}");
}

#[test]
fn round_robin_does_not_make_up_for_an_absence() {
    let now = Instant::now();
    let members = members(&[1, 1], now);
    let balance = by_name("round_robin");
    counts(&*balance, &members, &[0].into_iter().collect(), 1000, now);

    let after = counts(&*balance, &members, &(0..2).collect(), 10, now);

    assert_eq!(after, [5, 5]);
}

#[test]
fn a_broken_endpoint_that_fails_quickly_gets_little() {
    let now = Instant::now();
    for name in ["peak_ewma", "least_request"] {
        let members = members(&[1, 1, 1], now);
        let balance = by_name(name);
        let among: Set = (0..3).collect();
        let mut random = SplitMix::new(3);
        let mut broken = 0;
        for key in 0..1000 {
            let now = now + Duration::from_millis(key * 2);
            let mut ask = Ask { among: &among, key, now, random: &mut random };
            let index = balance.pick(&members, &mut ask).unwrap();
            let load = members[index].load();
            load.begin();
            let (mark, millis) = if index == 0 { (Mark::Broken, 1) } else { (Mark::Good, 20) };
            load.end(mark, Duration::from_millis(millis), now);
            broken += u32::from(index == 0);
        }
        assert!(broken < 30, "{name}: {broken}");
    }
}

#[test]
fn a_slow_endpoint_gets_less() {
    let now = Instant::now();
    let members = members(&[1, 1, 1], now);
    for (endpoint, millis) in members.iter().zip([500, 10, 10]) {
        endpoint.load().begin();
        endpoint.load().end(Mark::Good, Duration::from_millis(millis), now);
    }

    let found = counts(&*by_name("peak_ewma"), &members, &(0..3).collect(), 3000, now);

    assert_eq!(found[0], 0);
}

#[test]
fn the_fewest_requests_in_flight_win() {
    let now = Instant::now();
    let members = members(&[1, 1, 2], now);
    (0..3).for_each(|_| members[0].load().begin());
    (0..2).for_each(|_| members[1].load().begin());
    (0..3).for_each(|_| members[2].load().begin());

    let found = counts(&*by_name("least_request"), &members, &(0..3).collect(), 10, now);

    assert_eq!(found, [0, 0, 10]);
}

#[test]
fn only_the_keys_of_an_endpoint_that_goes_move() {
    let now = Instant::now();
    let members = members(&[1; 10], now);
    let all: Set = (0..10).collect();
    let mut fewer = all;
    fewer.remove(4);
    let before = counts(&*by_name("hash"), &members, &all, 10_000, now);
    let after = counts(&*by_name("hash"), &members, &fewer, 10_000, now);

    assert!((0..10).filter(|index| *index != 4).all(|index| after[index] >= before[index]));
    assert_eq!(after[4], 0);
}
