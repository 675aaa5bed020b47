//! Many monitors with one cause, and few with several.

use std::collections::BTreeSet;

use goodgate_incident::incident::{Part, PlanId, Why};
use goodgate_incident::{AlertKind, Component, Finding, State};

use crate::world::{
    Random, World, address, finding, for_each_seed, mins, monitor, plan, policy, secs,
};

#[test]
fn five_hundred_monitors_with_one_cause_are_one_incident_one_page_and_one_update() {
    for_each_seed(|seed| {
        let mut random = Random(seed);
        let mut world = World::new(policy(500, plan(&[], None)));
        let gateway = Component::Gateway("edge".into());
        // All are checked within a minute, and a confirmation takes up to thirteen seconds.
        let mut at: Vec<(u64, usize)> = (0..500)
            .map(|number| (random.between(0, 60_000) + random.between(0, 13_000), number))
            .collect();
        at.sort_unstable();
        let mut passed = 0;
        for (millis, number) in at {
            world.pass(std::time::Duration::from_millis(millis - passed));
            passed = millis;
            let own = address(&format!("10.0.0.{number}:443"));
            world.fails(number, "connect_refused", &[gateway.clone(), own]);
        }
        world.pass(mins(10));

        assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Updated], "seed {seed}");
        let case = world.only();
        assert_eq!(case.failing().count(), 500, "seed {seed}");
        assert_eq!(case.incident.components, BTreeSet::from([gateway]), "seed {seed}");
        let (page, update) = (&world.alerts[0], &world.alerts[1]);
        assert_eq!((page.at, page.radius.down), (page.since, 1), "seed {seed}");
        assert_eq!((update.radius.down, update.monitors.len()), (500, 20), "seed {seed}");
    });
}

#[test]
fn two_unrelated_targets_that_are_refused_at_once_are_two_incidents() {
    let mut world = World::new(policy(2, plan(&[], None)));

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.fails(1, "connect_refused", &[address("198.51.100.1:443")]);

    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Opened]);
    assert_eq!(world.engine.snapshot().cases.len(), 2);
}

#[test]
fn one_address_with_two_causes_is_two_incidents() {
    let mut world = World::new(policy(2, plan(&[], None)));

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.fails(1, "certificate_expired", &[address("192.0.2.1:443")]);

    assert_eq!(world.engine.snapshot().cases.len(), 2);
}

#[test]
fn failures_without_a_cause_are_joined_only_where_they_begin_together() {
    for (apart, places, incidents) in [(5, 1, 1), (60, 1, 1), (80, 1, 2), (5, 2, 2)] {
        let mut world = World::new(policy(2, plan(&[], None)));
        for number in 0..2 {
            world.goes(&monitor(number), State::Down, Some(unknown(number % places)), None);
            world.pass(secs(apart));
        }

        let case = format!("{apart} s apart at {places} places");
        assert_eq!(world.engine.snapshot().cases.len(), incidents, "{case}");
    }
}

/// A failure at an address of which nobody knows the cause.
fn unknown(place: usize) -> Finding {
    let there = address(&format!("192.0.2.{place}:443"));
    let found = finding(State::Down, "connect_refused", &[there]);
    Finding { cause: None, confidence: 0.0, ..found }
}

#[test]
fn a_guess_and_no_cause_and_a_known_one_that_begin_together_are_one_incident() {
    let there = [address("192.0.2.0:443")];
    let guessed = |cause| Finding { confidence: 0.02, ..finding(State::Down, cause, &there) };
    let mut world = World::new(policy(5, plan(&[], None)));

    world.goes(&monitor(0), State::Down, Some(unknown(0)), None);
    world.goes(&monitor(1), State::Down, Some(guessed("app_generated_error")), None);
    world.goes(&monitor(2), State::Down, Some(guessed("app_crash")), None);
    world.fails(3, "connect_refused", &there);
    world.goes(&monitor(4), State::Down, Some(unknown(0)), None);
    world.pass(mins(10));

    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Updated]);
    assert_eq!(world.only().incident.cause, Some("connect_refused"));
    assert_eq!(world.last().radius.down, 5);
}

#[test]
fn a_chain_of_components_is_not_one_cause() {
    let mut world = World::new(policy(3, plan(&[], None)));
    let (one, two) = (address("192.0.2.1:443"), address("192.0.2.2:443"));
    let (other, edge) = (address("192.0.2.3:443"), Component::Gateway("edge".into()));

    world.fails(0, "connect_refused", &[one.clone(), edge.clone()]);
    world.fails(1, "connect_refused", &[edge, two.clone()]);
    world.fails(2, "connect_refused", &[two, other]);

    // The last one has something in common with the second only.
    assert_eq!(world.engine.snapshot().cases.len(), 2);
}

#[test]
fn who_joins_later_is_told_in_an_update_and_not_paged() {
    let mut world = World::new(policy(4, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    world.pass(mins(60));

    for number in 1..4 {
        world.fails(number, "connect_refused", &there);
        world.pass(secs(10));
    }
    world.pass(mins(60));

    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Updated]);
    assert_eq!(world.last().radius.down, 4);
}

#[test]
fn who_follows_another_plan_is_paged_when_their_monitor_joins() {
    let mut policy = policy(2, plan(&[], None));
    let other = PlanId("payments".into());
    policy.plans.insert(other.clone(), plan(&[], None));
    policy.monitors.get_mut(&monitor(1)).unwrap().plan = other.clone();
    let mut world = World::new(policy);
    let there = [address("192.0.2.1:443")];

    world.fails(0, "connect_refused", &there);
    world.fails(1, "connect_refused", &there);
    world.pass(mins(10));

    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Opened]);
    assert_eq!(world.last().plan, other);
    assert_eq!(world.last().monitors, [monitor(1)]);
    assert_eq!(world.last().radius.down, 2);
    world.only();
}

#[test]
fn a_member_that_recovers_alone_is_split_off_and_the_rest_goes_on() {
    let mut world = World::new(policy(2, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    world.fails(1, "connect_refused", &there);
    world.pass(mins(5));

    world.recovers(0);
    world.pass(mins(5));

    assert!(matches!(world.only().members[&monitor(0)].part, Part::SplitOff(_)));
    assert!(world.timeline().contains(&"split_off"));
    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Updated]);
    world.recovers(1);
    world.pass(mins(2));
    assert_eq!(world.last().key.kind, AlertKind::Resolved);
}

#[test]
fn a_verdict_that_changes_is_told_once_in_five_minutes() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    world.pass(mins(2));

    let causes = ["a", "b", "c", "d", "e", "f"];
    for round in 0..60 {
        world.fails(0, causes[round % causes.len()], &there);
        world.pass(secs(61));
    }

    let updates: Vec<_> =
        world.alerts.iter().filter(|alert| alert.key.kind == AlertKind::Updated).collect();
    assert!((6..=12).contains(&updates.len()), "{} updates", updates.len());
    let is_apart = |pair: &[&goodgate_incident::incident::Alert]| {
        pair[1].at.0 - pair[0].at.0 >= mins(5).as_micros() as i64
    };
    assert!(updates.windows(2).all(is_apart));
    assert!(updates.iter().all(|alert| alert.why == Why::News));
    world.only();
}
