//! Times in which we cannot measure.

use std::time::Duration;

use goodgate_incident::incident::{CANNOT_MEASURE, Subject};
use goodgate_incident::{AlertKind, Doubt, State};

use crate::world::{Random, World, address, for_each_seed, mins, monitor, plan, policy, secs};

const MONITORS: usize = 200;

/// Cuts the uplink for a time: each monitor notices at its next check, once a minute.
fn cut(world: &mut World, time: Duration, random: &mut Random) {
    let length = time.as_millis() as u64;
    let mut turns: Vec<(u64, usize, State)> = Vec::new();
    for number in 0..MONITORS {
        let offset = random.between(0, 60_000);
        turns.push((offset + random.between(0, 13_000), number, State::Unknown));
        turns.push((length + offset, number, State::Up));
    }
    turns.sort_unstable();
    world.is_reachable = false;
    let mut passed = 0;
    for (millis, number, state) in turns {
        if passed < length && millis >= length {
            world.pass(Duration::from_millis(length - passed));
            passed = length;
            world.is_reachable = true;
        }
        world.pass(Duration::from_millis(millis - passed));
        passed = millis;
        let doubt = (state == State::Unknown).then_some(Doubt::Network);
        world.goes(&monitor(number), state, None, doubt);
    }
}

#[test]
fn five_minutes_without_uplink_are_one_incident_and_then_one_digest() {
    for_each_seed(|seed| {
        let mut random = Random(seed);
        let mut world = World::new(policy(MONITORS, plan(&[(4, "second")], Some(mins(3)))));

        cut(&mut world, mins(5), &mut random);
        world.pass(mins(20));

        let case = world.only();
        assert_eq!(case.incident.subject, Subject::Watch(Some(Doubt::Network)), "seed {seed}");
        assert_eq!(case.incident.cause, Some(CANNOT_MEASURE), "seed {seed}");
        assert_eq!(case.members.len(), MONITORS, "seed {seed}");
        assert!(case.is_over(), "seed {seed}");
        assert_eq!(world.kinds()[0], AlertKind::Opened, "seed {seed}");
        let received: Vec<_> =
            world.received.iter().map(|(_, key, to)| (key.kind, to.to_string())).collect();
        assert_eq!(received, [(AlertKind::Digest, "first".to_owned())], "seed {seed}");
        let digest = world.alerts.iter().find_map(|alert| alert.digest.as_ref()).unwrap();
        let late = world.received[0].0.0 - digest.to.0;
        assert!(late <= mins(2).as_micros() as i64, "seed {seed}: {late}");
        assert_eq!((digest.unmeasured, digest.missed.len()), (200, 0), "seed {seed}");
    });
}

#[test]
fn what_was_down_while_nobody_could_be_told_is_in_the_digest() {
    for_each_seed(|seed| {
        let mut random = Random(seed);
        let mut world = World::new(policy(MONITORS + 2, plan(&[], None)));
        // The way out is gone, but it takes a moment to see that: two targets are taken for down.
        world.is_reachable = false;
        let (was, is) = (MONITORS, MONITORS + 1);
        world.fails(was, "connect_timeout", &[address("192.0.2.1:443")]);
        world.fails(is, "connect_timeout", &[address("198.51.100.1:443")]);
        world.pass(secs(5));
        world.goes(&monitor(was), State::Unknown, None, Some(Doubt::Network));
        world.goes(&monitor(is), State::Unknown, None, Some(Doubt::Network));

        cut(&mut world, mins(5), &mut random);
        world.recovers(was);
        world.fails(is, "connect_timeout", &[address("198.51.100.1:443")]);
        world.pass(mins(20));

        let digest = world.alerts.iter().find_map(|alert| alert.digest.as_ref()).unwrap();
        let missed: Vec<_> =
            digest.missed.iter().map(|it| (it.monitors.clone(), it.to.is_some())).collect();
        let expected = [(vec![monitor(was)], true), (vec![monitor(is)], false)];
        assert_eq!(missed, expected, "seed {seed}");
        // What still fails is told by its own page, what is over is not.
        let received: Vec<_> =
            world.received.iter().map(|(_, key, _)| (key.incident.0, key.kind)).collect();
        assert_eq!(received.len(), 2, "seed {seed}: {received:?}");
        assert!(received.contains(&(2, AlertKind::Opened)), "seed {seed}: {received:?}");
        assert!(received.contains(&(3, AlertKind::Digest)), "seed {seed}: {received:?}");
    });
}

#[test]
fn a_wrong_doubt_keeps_nobody_from_being_told() {
    let mut world = World::new(policy(4, plan(&[], Some(mins(10)))));
    world.fails(3, "connect_refused", &[address("192.0.2.1:443")]);
    for number in 0..2 {
        world.goes(&monitor(number), State::Unknown, None, Some(Doubt::Network));
    }
    world.pass(mins(3));

    let before = world.alerts.len();
    world.fails(2, "connect_reset", &[address("198.51.100.1:443")]);

    assert!(world.engine.cut_off_since().is_some());
    assert_eq!(world.alerts.len(), before + 1);
}

#[test]
fn two_minutes_without_measuring_are_no_incident() {
    let mut world = World::new(policy(3, plan(&[], None)));
    for number in 0..3 {
        world.goes(&monitor(number), State::Unknown, None, Some(Doubt::Processor));
    }
    world.pass(secs(119));
    for number in 0..3 {
        world.recovers(number);
    }
    world.pass(mins(10));

    assert_eq!(world.kinds(), []);
    assert!(world.engine.snapshot().cases.is_empty());
}

#[test]
fn each_reason_for_not_measuring_is_one_incident_and_is_told_to_be_over() {
    let mut world = World::new(policy(6, plan(&[], None)));
    for number in 0..6 {
        let doubt = if number % 2 == 0 { Doubt::Processor } else { Doubt::Clock };
        world.goes(&monitor(number), State::Unknown, None, Some(doubt));
        world.pass(secs(5));
    }
    world.pass(mins(3));
    assert_eq!(world.kinds(), [AlertKind::Opened, AlertKind::Opened]);
    assert_eq!(world.last().radius.unmeasured, 3);

    for number in 0..6 {
        world.recovers(number);
    }
    world.pass(mins(2));

    assert_eq!(world.kinds()[2..], [AlertKind::Resolved, AlertKind::Resolved]);
}

#[test]
fn what_cannot_be_measured_is_neither_over_nor_reminded_of() {
    let mut world = World::new(policy(1, plan(&[], Some(mins(10)))));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.pass(mins(1));

    world.goes(&monitor(0), State::Unknown, None, Some(Doubt::Processor));
    world.pass(mins(60));

    let about_the_target = world.alerts.iter().filter(|alert| alert.subject == Subject::Targets);
    assert_eq!(about_the_target.count(), 1);
    let targets = world.engine.snapshot().cases.values().next().unwrap();
    assert!(!targets.is_over());
    assert_eq!(targets.failing().count(), 1);
}
