//! Targets that come and go, and covers over them.

use goodgate_incident::{Outcome, State, Transition};

use crate::random::{Random, for_each_seed};
use crate::world::{Ending, MINUTE, MS, Plan, SECOND, World};

const END: i64 = 60 * MINUTE;

fn host() -> Vec<String> {
    vec!["192.0.2.1".to_owned()]
}

fn good() -> Ending {
    Ending::good(20 * MS)
}

#[test]
fn a_target_that_comes_and_goes_changes_its_state_seldom() {
    let (mut most, mut worst, mut total) = (0, 0, 0);
    for_each_seed(|seed| {
        let mut random = Random(seed ^ 0xF1A9);
        let up = random.between(2, 60) * SECOND;
        let down = random.between(2, 60) * SECOND;
        let lost_bursts = [0.0, 1.0][(seed % 2) as usize];
        let targets = |_, at: i64, _: &mut Random| {
            if at % (up + down) < up { good() } else { Ending::refused() }
        };
        let plan = Plan { interval: 5 * SECOND, lost_bursts, end: END };

        let report = World::new(seed, plan, &host(), targets).run();

        // Who is told: a suspicion and its dismissal are nobody's business.
        let is_loud = |change: &&Transition| {
            let between = [change.from, change.to];
            !between.iter().all(|state| matches!(state, State::Up | State::Suspect))
        };
        let loud = report.transitions.iter().filter(is_loud).count();
        most = most.max(loud);
        total += report.transitions.len();
        assert!(loud <= 30, "seed {seed}: {loud} changes for {up}/{down} us");
        worst = worst.max(report.transitions.len());
    });
    println!(
        "at most {most} changes that are told in an hour, {worst} with suspicions, {total} in all"
    );
    assert!(worst <= 60, "{worst} changes in an hour");
}

#[test]
fn a_target_that_has_recovered_is_up() {
    for_each_seed(|seed| {
        let mut random = Random(seed ^ 0x0FF);
        let from = random.between(MINUTE, 10 * MINUTE);
        let to = from + random.between(30 * SECOND, 10 * MINUTE);
        let interval = [SECOND, 5 * SECOND, 30 * SECOND, MINUTE][(seed % 4) as usize];
        let targets = |_, at, _: &mut Random| {
            if (from..to).contains(&at) { Ending::refused() } else { good() }
        };
        let plan = Plan { interval, lost_bursts: 0.3, end: to + 10 * MINUTE };

        let report = World::new(seed, plan, &host(), targets).run();

        if let Some(down) = report.first(State::Down) {
            assert!(down >= from, "seed {seed}");
            let up = report.transitions.last().unwrap();
            assert_eq!(up.to, State::Up, "seed {seed}");
            let took = up.at.0 - to;
            assert!(took <= interval + 15 * SECOND, "seed {seed}: {took} us until it was up");
        }
    });
}

#[test]
fn nothing_shows_during_a_maintenance_and_what_fails_after_it_does() {
    for_each_seed(|seed| {
        let (from, to) = (10 * MINUTE, 20 * MINUTE);
        let lasts = seed % 2 == 0;
        let targets = |_, at, _: &mut Random| {
            let is_down = at >= from + MINUTE && (lasts || at < to - 2 * MINUTE);
            if is_down { Ending::refused() } else { good() }
        };
        let plan = Plan { interval: 10 * SECOND, lost_bursts: 0.0, end: END };
        let mut world = World::new(seed, plan, &host(), targets);
        world.maintain(0, from, to);

        let report = world.run();

        let told: Vec<State> = report.transitions.iter().map(|change| change.to).collect();
        let after = if lasts { State::Down } else { State::Up };
        assert_eq!(told, [State::Up, State::Maintenance, after], "seed {seed}");
        let bad = |(_, at, outcome, _): &&(usize, i64, Outcome, State)| {
            *at < to && matches!(outcome, Outcome::Bad { .. })
        };
        assert!(report.results.iter().filter(bad).count() > 20, "seed {seed}: it is recorded");
    });
}

#[test]
fn a_pause_asks_nothing_and_ends_with_a_check_at_once() {
    for_each_seed(|seed| {
        let (from, to) = (10 * MINUTE, 20 * MINUTE);
        let targets = |_, _, _: &mut Random| good();
        let plan = Plan { interval: 5 * MINUTE, lost_bursts: 0.0, end: 30 * MINUTE };
        let mut world = World::new(seed, plan, &host(), targets);
        world.pause(0, from, to);

        let report = world.run();

        let during = report.results.iter().filter(|(_, at, ..)| (from + SECOND..to).contains(at));
        assert_eq!(during.count(), 0, "seed {seed}");
        let told: Vec<State> = report.transitions.iter().map(|change| change.to).collect();
        assert_eq!(told, [State::Up, State::Paused, State::Unknown, State::Up], "seed {seed}");
        assert!(report.transitions[3].at.0 - to < SECOND, "seed {seed}");
    });
}
