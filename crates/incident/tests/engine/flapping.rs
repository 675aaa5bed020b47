//! Targets that come and go.

use goodgate_incident::AlertKind;
use goodgate_incident::incident::Stage;

use crate::world::{Random, World, address, for_each_seed, mins, plan, policy, secs};

const DAY: u64 = 24 * 60 * 60 * 1000;

#[test]
fn a_flapping_target_pages_at_most_once_in_half_an_hour_of_a_day() {
    let mut pages = 0;
    for_each_seed(|seed| {
        let mut random = Random(seed);
        let mut world = World::new(policy(1, plan(&[(5, "second")], Some(mins(10)))));
        let longest = [60_000, 600_000, 3 * 3_600_000][random.between(0, 3) as usize];
        let mut left = DAY;
        while left > 0 {
            world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
            let down = random.ms(1000, 280_000);
            world.pass(down);
            world.recovers(0);
            let up = random.ms(1000, longest);
            world.pass(up);
            left = left.saturating_sub((down + up).as_millis() as u64);
        }

        let at: Vec<i64> = world.pages().iter().map(|alert| alert.at.0).collect();
        let too_soon = at.windows(2).find(|at| at[1] - at[0] < mins(30).as_micros() as i64);
        assert_eq!(too_soon, None, "seed {seed}");
        assert!(!at.is_empty(), "seed {seed}");
        pages += at.len();
    });
    println!("{pages} pages in all worlds");
}

#[test]
fn what_comes_and_goes_within_minutes_is_one_incident() {
    for_each_seed(|seed| {
        let mut random = Random(seed ^ 0xF1A9);
        let mut world = World::new(policy(1, plan(&[], None)));
        for _ in 0..200 {
            let cause = ["connect_refused", "connect_reset"][random.between(0, 2) as usize];
            world.fails(0, cause, &[address("192.0.2.1:443")]);
            world.pass(random.ms(1000, 300_000));
            world.recovers(0);
            world.pass(random.ms(1000, 25 * 60_000));
        }

        assert_eq!(world.only().incident.id.0, 1, "seed {seed}");
        let beginnings = world.timeline().iter().filter(|what| **what == "opened").count();
        assert_eq!(beginnings, 1, "seed {seed}");
        world.pass(mins(60));
        assert!(world.engine.snapshot().cases.is_empty(), "seed {seed}");
    });
}

#[test]
fn whoever_was_told_that_it_is_over_hears_that_it_is_not() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    world.pass(secs(30));
    world.recovers(0);
    world.pass(mins(3));

    world.fails(0, "connect_refused", &there);
    world.pass(mins(40));

    let kinds = [AlertKind::Opened, AlertKind::Resolved, AlertKind::Updated, AlertKind::Opened];
    assert_eq!(world.kinds(), kinds);
    let since = (world.alerts[3].at.0 - world.alerts[0].at.0) / 60_000_000;
    assert_eq!(since, 30, "the page waits for half an hour after the first one");
}

#[test]
fn an_incident_that_begins_again_wants_to_be_acknowledged_again() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    let incident = world.only().incident.id;
    world.give(goodgate_incident::incident::Event::Acknowledge { incident, by: "ann".to_owned() });
    world.recovers(0);
    world.pass(mins(3));
    assert_eq!(world.only().incident.stage, Stage::Resolved);

    world.fails(0, "connect_refused", &there);

    assert_eq!(world.only().incident.stage, Stage::Open);
    assert_eq!(world.only().incident.acknowledged, None);
}
