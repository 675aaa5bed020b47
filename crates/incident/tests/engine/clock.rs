//! A calendar that is set while incidents are open.

use std::time::Duration;

use goodgate_incident::AlertKind::{Opened, Reminder, Resolved};
use goodgate_incident::incident::{Event, Stage};
use goodgate_incident::{AlertKind, Timestamp};

use crate::world::{World, address, mins, plan, policy, secs};

const YEAR: Duration = Duration::from_hours(24 * 365);

fn set_ahead(world: &mut World, by: Duration) {
    world.now = Timestamp(world.now.0 + by.as_micros() as i64);
}

fn set_back(world: &mut World, by: Duration) {
    world.now = Timestamp(world.now.0 - by.as_micros() as i64);
}

/// Lets time pass as the desk does: it looks each second, and ticks where something is due.
fn look_on(world: &mut World, minutes: u64) {
    for _ in 0..minutes * 60 {
        set_ahead(world, secs(1));
        if world.engine.is_due(world.now) {
            world.give(Event::Tick);
        }
    }
}

/// One that is down for five minutes, told each twenty; a process that lives, and one that always dies.
fn one_down(each: fn(goodgate_incident::incident::Policy) -> World) -> World {
    let mut world = each(policy(1, plan(&[(30, "second")], Some(mins(20)))));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    look_on(&mut world, 5);
    world
}

const PROCESSES: [fn(goodgate_incident::incident::Policy) -> World; 2] =
    [World::new, World::mortal];

#[test]
fn reminders_go_on_when_a_clock_that_was_far_ahead_is_set_back() {
    for process in PROCESSES {
        let mut world = one_down(process);
        set_ahead(&mut world, YEAR);
        look_on(&mut world, 1);
        let told = world.alerts.len();

        set_back(&mut world, YEAR);
        look_on(&mut world, 65);

        let since: Vec<AlertKind> =
            world.alerts.iter().skip(told).map(|alert| alert.key.kind).collect();
        assert_eq!(since, [Reminder, Reminder, Reminder], "{:?}", world.kinds());
        assert!(world.last().lasted < mins(80), "{:?}", world.last().lasted);
    }
}

#[test]
fn what_began_while_the_clock_was_ahead_is_reminded_of_and_ends_in_time() {
    for process in PROCESSES {
        let mut world = process(policy(1, plan(&[], Some(mins(20)))));
        set_ahead(&mut world, YEAR);
        world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
        look_on(&mut world, 1);

        set_back(&mut world, YEAR);
        look_on(&mut world, 21);
        assert_eq!(world.kinds(), [Opened, Reminder]);
        assert!(world.last().lasted >= mins(20), "{:?}", world.last().lasted);
        world.recovers(0);
        look_on(&mut world, 3);

        assert_eq!(world.kinds(), [Opened, Reminder, Resolved]);
    }
}

#[test]
fn what_has_recovered_while_the_clock_was_ahead_is_over_in_time() {
    for process in PROCESSES {
        let mut world = one_down(process);
        set_ahead(&mut world, YEAR);
        world.recovers(0);

        set_back(&mut world, YEAR);
        look_on(&mut world, 3);

        assert_eq!(world.last().key.kind, Resolved);
        assert_eq!(world.only().incident.stage, Stage::Resolved);
        look_on(&mut world, 31);
        assert!(world.engine.snapshot().cases.is_empty(), "it is forgotten like any other");
    }
}

#[test]
fn a_clock_that_was_set_back_while_nobody_was_there_is_noticed_at_the_start() {
    let mut world = one_down(World::mortal);
    set_ahead(&mut world, YEAR);
    look_on(&mut world, 1);
    let told = world.alerts.len();
    set_back(&mut world, YEAR);

    // The first that a start says.
    world.give(Event::Policy(world.engine.policy().clone()));
    look_on(&mut world, 21);

    let since: Vec<AlertKind> =
        world.alerts.iter().skip(told).map(|alert| alert.key.kind).collect();
    assert_eq!(since, [Reminder]);
}

#[test]
fn a_clock_that_is_off_by_seconds_puts_nothing_off_and_brings_nothing_twice() {
    let mut world = one_down(World::new);

    for _ in 0..20 {
        set_back(&mut world, secs(30));
        world.give(Event::Tick);
        set_ahead(&mut world, secs(30));
        look_on(&mut world, 1);
    }

    assert_eq!(world.kinds(), [Opened, Reminder]);
}
