//! One bad endpoint of four, and single blips.

use goodgate_incident::State;

use crate::random::{Random, for_each_seed};
use crate::world::{Ending, MINUTE, MS, Plan, SECOND, World};

const BAD_FROM: i64 = 10 * MINUTE;

fn plan(interval: i64, lost_bursts: f64) -> Plan {
    Plan { interval, lost_bursts, end: BAD_FROM + 10 * MINUTE }
}

fn host() -> Vec<String> {
    vec!["192.0.2.1".to_owned()]
}

fn good(random: &mut Random) -> Ending {
    Ending::good(20 * MS + random.exponential(10 * MS))
}

/// Returns how long it took until a partial failure was found.
fn time_to_partial(
    seed: u64,
    plan: Plan,
    mut is_bad: impl FnMut(&mut Random) -> bool,
) -> Option<i64> {
    let targets = |_, at, random: &mut Random| {
        let meets_bad = is_bad(random);
        if at >= BAD_FROM && meets_bad { Ending::refused() } else { good(random) }
    };
    let report = World::new(seed, plan, &host(), targets).run();
    assert_eq!(report.transitions[0].to, State::Up, "seed {seed}");
    report.first(State::Partial).map(|at| at - BAD_FROM)
}

#[test]
fn one_bad_endpoint_of_four_in_turn_is_found_within_two_minutes() {
    for lost_bursts in [0.0, 0.5, 1.0] {
        let mut longest = 0;
        for_each_seed(|seed| {
            // Other clients take their turns as well.
            let others = Random(seed ^ 7).between(0, 4);
            let mut turn = 0;
            let in_turn = |random: &mut Random| {
                turn += 1 + if others == 0 { 0 } else { random.between(0, others + 1) };
                turn % 4 == 0
            };
            let took = time_to_partial(seed, plan(5 * SECOND, lost_bursts), in_turn);

            let took = took.unwrap_or(i64::MAX);
            longest = longest.max(took);
            assert!(took <= 2 * MINUTE, "seed {seed}: {took} us with {lost_bursts} lost");
        });
        println!("lost bursts {lost_bursts}: at most {} s", longest / SECOND);
    }
}

#[test]
fn one_bad_endpoint_of_four_by_chance_is_found_within_two_minutes() {
    let mut all = Vec::new();
    for_each_seed(|seed| {
        let by_chance = |random: &mut Random| random.chance(0.25);
        let took = time_to_partial(seed, plan(5 * SECOND, 0.0), by_chance);

        let took = took.unwrap_or(i64::MAX);
        assert!(took <= 2 * MINUTE, "seed {seed}: {took} us");
        all.push(took / SECOND);
    });
    all.sort_unstable();
    println!("median {} s, longest {} s", all[all.len() / 2], all[all.len() - 1]);
}

#[test]
fn by_checks_alone_it_takes_minutes_and_is_found() {
    let mut all = Vec::new();
    for_each_seed(|seed| {
        let by_chance = |random: &mut Random| random.chance(0.25);
        let took = time_to_partial(seed, plan(5 * SECOND, 1.0), by_chance);

        let took = took.unwrap_or(i64::MAX);
        assert!(took <= 5 * MINUTE, "seed {seed}: {took} us");
        all.push(took / SECOND);
    });
    all.sort_unstable();
    println!("median {} s, longest {} s", all[all.len() / 2], all[all.len() - 1]);
}

#[test]
fn a_single_blip_is_never_more_than_suspect() {
    for_each_seed(|seed| {
        for lost_bursts in [0.0, 1.0] {
            let mut random = Random(seed ^ 0xB11B);
            let from = random.between(0, 10 * MINUTE);
            let mut blips = 0;
            // The first attempt since a moment fails, and no other.
            let targets = |_, at, random: &mut Random| {
                if at >= from && blips == 0 {
                    blips += 1;
                    if random.chance(0.5) { Ending::refused() } else { Ending::silent() }
                } else {
                    good(random)
                }
            };
            let interval = [SECOND, 5 * SECOND, 30 * SECOND, MINUTE][(seed % 4) as usize];

            let report = World::new(seed, plan(interval, lost_bursts), &host(), targets).run();

            assert_eq!(report.count(State::Suspect), 1, "seed {seed}");
            let others = [State::Partial, State::Down, State::Unknown];
            assert!(others.iter().all(|state| report.count(*state) == 0), "seed {seed}");
            assert_eq!(report.transitions.last().unwrap().to, State::Up, "seed {seed}");
            assert_eq!(report.bursts, 1, "seed {seed}");
        }
    });
}

#[test]
fn one_bad_endpoint_of_four_is_one_trouble_for_an_hour() {
    let mut changes = 0;
    let mut worlds = 0;
    for_each_seed(|seed| {
        let targets = |_, _, random: &mut Random| {
            if random.chance(0.25) { Ending::refused() } else { good(random) }
        };
        let plan = Plan { end: 60 * MINUTE, ..plan(5 * SECOND, 0.0) };
        let report = World::new(seed, plan, &host(), targets).run();

        let ends = report.transitions.iter().filter(|change| {
            matches!(change.from, State::Partial | State::Down) && change.to == State::Up
        });
        changes += ends.count();
        worlds += 1;
        assert!(report.transitions.len() <= 40, "seed {seed}: {}", report.transitions.len());
    });
    let mean = f64::from(changes as u32) / f64::from(worlds);
    println!("taken for recovered {mean} times an hour");
    assert!(mean <= 1.0, "{mean}");
}
