//! Our own network goes away, and comes back; and targets that fail while it is there.

use goodgate_incident::trust::{Fact, Heard, Reach};
use goodgate_incident::{Doubt, Outcome, State};

use crate::random::{Random, for_each_seed};
use crate::world::{Ending, MINUTE, MS, Plan, SECOND, World};

const CUT: i64 = 2 * MINUTE;
const BACK: i64 = CUT + 5 * MINUTE;

fn unrelated(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("198.18.{number}.1")).collect()
}

fn plan(interval: i64) -> Plan {
    Plan { interval, lost_bursts: 0.0, end: BACK + 3 * MINUTE }
}

fn good(random: &mut Random) -> Ending {
    Ending::good(20 * MS + random.exponential(30 * MS))
}

/// An attempt over an uplink that is cut: it hears nothing, or finds no route. What was answered
/// before the cut is whole.
fn over_uplink(at: i64, has_route: bool, random: &mut Random) -> Ending {
    let ending = good(random);
    if (CUT..BACK).contains(&at) && !has_route {
        Ending { heard: Heard::NoRoute, is_good: false, took: MS }
    } else if at < BACK && at + ending.took >= CUT {
        Ending::silent()
    } else {
        ending
    }
}

#[test]
fn a_cut_uplink_makes_all_unknown_and_none_down() {
    let mut latest = 0;
    for_each_seed(|seed| {
        let has_route = seed % 2 == 0;
        let interval = [10 * SECOND, 30 * SECOND, MINUTE][(seed % 3) as usize];
        let targets = |_, at, random: &mut Random| over_uplink(at, has_route, random);
        let mut world = World::new(seed, plan(interval), &unrelated(50), targets);
        if seed % 5 == 0 {
            world.fact(CUT + SECOND, Fact::Route { is_there: false });
            world.fact(BACK, Fact::Route { is_there: true });
        }

        let report = world.run();

        assert_eq!(report.count(State::Down), 0, "seed {seed}");
        assert_eq!(report.count(State::Partial), 0, "seed {seed}");
        let mut unknown: Vec<_> = report
            .transitions
            .iter()
            .filter(|change| change.to == State::Unknown && change.at.0 > CUT)
            .collect();
        assert!(unknown.iter().all(|change| change.doubt == Some(Doubt::Network)), "seed {seed}");
        latest = latest.max(unknown.iter().map(|change| change.at.0 - CUT).max().unwrap());
        unknown.sort_unstable_by_key(|change| &change.monitor);
        unknown.dedup_by_key(|change| &change.monitor);
        assert_eq!(unknown.len(), 50, "seed {seed}");
        let is_bad = |outcome: &Outcome| matches!(outcome, Outcome::Bad { .. });
        let bad = report.results.iter().filter(|(.., outcome, _)| is_bad(outcome)).count();
        // Those that came in before the doubt was known.
        assert!(bad <= 2, "seed {seed}: {bad} recorded as failed");
        let mut last = std::collections::BTreeMap::new();
        for change in &report.transitions {
            last.insert(&change.monitor, change.to);
        }
        assert!(last.values().all(|state| *state == State::Up), "seed {seed}: {last:?}");
    });
    println!("the last of 50 was unknown {} s after the cut at most", latest / SECOND);
}

#[test]
fn neighbours_stay_up_while_the_uplink_is_cut() {
    for_each_seed(|seed| {
        let mut hosts = unrelated(10);
        hosts.extend((0..10).map(|number| format!("10.0.{number}.1")));
        let targets = |target: usize, at, random: &mut Random| {
            if target < 10 { over_uplink(at, true, random) } else { good(random) }
        };

        let report = World::new(seed, plan(10 * SECOND), &hosts, targets).run();

        let inside = |change: &&goodgate_incident::Transition| *change.monitor.0 >= *"m010";
        assert!(report.transitions.iter().filter(inside).all(|c| c.to == State::Up), "seed {seed}");
        assert_eq!(report.count(State::Down), 0, "seed {seed}");
    });
}

#[test]
fn a_target_that_is_silent_alone_is_down_at_once() {
    let mut longest = 0;
    for_each_seed(|seed| {
        let targets = |target: usize, at, random: &mut Random| {
            if target == 3 && at >= CUT { Ending::silent() } else { good(random) }
        };

        let report = World::new(seed, plan(MINUTE), &unrelated(12), targets).run();

        assert_eq!(report.count(State::Unknown), 0, "seed {seed}");
        assert_eq!(report.count(State::Down), 1, "seed {seed}");
        let suspect = report.first(State::Suspect).unwrap();
        let took = report.first(State::Down).unwrap() - suspect;
        // A burst, and the answer of a witness beside it.
        assert!(took <= 4 * SECOND, "seed {seed}: {took} us");
        longest = longest.max(took);
    });
    println!("from suspect to down in {} ms at most", longest / MS);
}

#[test]
fn two_that_are_silent_at_the_same_time_are_two_failures() {
    for_each_seed(|seed| {
        let targets = |target: usize, at, random: &mut Random| {
            if target < 2 && at >= CUT { Ending::silent() } else { good(random) }
        };

        let report = World::new(seed, plan(10 * SECOND), &unrelated(12), targets).run();

        assert_eq!(report.count(State::Unknown), 0, "seed {seed}");
        assert_eq!(report.count(State::Down), 2, "seed {seed}");
    });
}

#[test]
fn unrelated_refusals_at_the_same_time_are_no_doubt() {
    for_each_seed(|seed| {
        let count = 2 + (seed % 20) as usize;
        let targets = |_, at, random: &mut Random| {
            if at >= CUT { Ending::refused() } else { good(random) }
        };

        let report = World::new(seed, plan(30 * SECOND), &unrelated(count), targets).run();

        assert_eq!(report.count(State::Unknown), 0, "seed {seed}");
        assert_eq!(report.count(State::Down), count, "seed {seed}");
    });
}

#[test]
fn what_fails_while_the_uplink_is_cut_is_down_when_it_is_back() {
    for_each_seed(|seed| {
        let targets = |target: usize, at, random: &mut Random| {
            let ending = over_uplink(at, true, random);
            if target == 0 && at >= CUT + MINUTE && ending.is_good {
                Ending::silent()
            } else {
                ending
            }
        };

        let report = World::new(seed, plan(10 * SECOND), &unrelated(10), targets).run();

        assert_eq!(report.count(State::Down), 1, "seed {seed}");
        let down = report.first(State::Down).unwrap();
        assert!((BACK..=BACK + MINUTE).contains(&down), "seed {seed}: {down}");
    });
}

#[test]
fn what_was_down_before_the_cut_is_down_after_it() {
    for_each_seed(|seed| {
        let targets = |target: usize, at, random: &mut Random| {
            let ending = over_uplink(at, true, random);
            let is_down = target == 0 && at >= CUT - MINUTE;
            if is_down && ending.is_good { Ending::refused() } else { ending }
        };

        let report = World::new(seed, plan(10 * SECOND), &unrelated(10), targets).run();

        let first: Vec<State> = report
            .transitions
            .iter()
            .filter(|change| *change.monitor.0 == *"m000")
            .map(|change| change.to)
            .collect();
        let states = [State::Up, State::Suspect, State::Down, State::Unknown, State::Down];
        assert_eq!(first, states, "seed {seed}");
        assert_eq!(report.count(State::Down), 2, "seed {seed}");
    });
}

#[test]
fn a_lone_monitor_is_in_doubt_where_its_control_is_silent_as_well() {
    for_each_seed(|seed| {
        let targets = |_, at, random: &mut Random| over_uplink(at, true, random);
        let mut world = World::new(seed, plan(30 * SECOND), &unrelated(1), targets);
        let mut at = CUT + SECOND;
        while at < BACK {
            world.fact(at, Fact::Control { reach: Reach::Internet, answers: false });
            at += 5 * SECOND;
        }
        world.fact(BACK, Fact::Control { reach: Reach::Internet, answers: true });

        let report = world.run();

        assert_eq!(report.count(State::Down), 0, "seed {seed}");
        assert_eq!(report.count(State::Unknown), 1, "seed {seed}");
        assert_eq!(report.transitions.last().unwrap().to, State::Up, "seed {seed}");
    });
}
