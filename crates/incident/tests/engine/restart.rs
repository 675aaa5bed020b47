//! What a start tells of incidents that were open all the while that nobody was there.

use std::time::Duration;

use goodgate_incident::AlertKind::{Escalated, Opened, Reminder, Resolved};
use goodgate_incident::Timestamp;
use goodgate_incident::incident::{Event, Why};

use crate::world::{World, address, mins, plan, policy};

/// A watch that was down for as long, and starts: the first that it says is whom it tells.
fn starts_after(world: &mut World, down: Duration) {
    world.now = Timestamp(world.now.0 + down.as_micros() as i64);
    world.give(Event::Policy(world.engine.policy().clone()));
}

/// Two monitors at one address that are down for five minutes.
fn down(later: &[(u64, &str)]) -> World {
    let mut world = World::mortal(policy(2, plan(later, Some(mins(60)))));
    for number in 0..2 {
        world.fails(number, "connect_refused", &[address("192.0.2.1:443")]);
    }
    world.pass(mins(5));
    world
}

#[test]
fn of_all_reminders_that_fell_due_one_is_told_and_it_says_how_long_it_has_lasted() {
    let mut world = down(&[]);
    let told = world.alerts.len();

    starts_after(&mut world, mins(5 * 60));

    let new = &world.alerts[told..];
    assert_eq!(new.iter().map(|alert| alert.key.kind).collect::<Vec<_>>(), [Reminder]);
    assert_eq!((new[0].lasted, &new[0].why), (mins(5 * 60 + 5), &Why::Lasts));
    world.pass(mins(59));
    assert_eq!(world.alerts.len(), told + 1, "the next one comes an hour later");
    world.pass(mins(1));
    assert_eq!(world.alerts.len(), told + 2);
}

#[test]
fn whoever_starts_again_and_again_reminds_once() {
    let mut world = down(&[]);
    let told = world.alerts.len();

    starts_after(&mut world, mins(5 * 60));
    for _ in 0..5 {
        starts_after(&mut world, mins(1));
    }

    assert_eq!(world.alerts.len(), told + 1);
}

#[test]
fn those_who_were_to_be_called_meanwhile_are_called_together_and_nobody_is_reminded_as_well() {
    let mut world = down(&[(15, "second"), (30, "third")]);
    let told = world.alerts.len();

    starts_after(&mut world, mins(5 * 60));

    let new = &world.alerts[told..];
    assert_eq!(new.iter().map(|alert| alert.key.kind).collect::<Vec<_>>(), [Escalated]);
    let channels: Vec<String> = new[0].channels.iter().map(ToString::to_string).collect();
    assert_eq!(channels, ["second", "third"]);
}

#[test]
fn what_is_well_when_it_is_looked_at_again_is_not_reminded_of() {
    let mut world = down(&[]);
    world.recovers(0);
    world.recovers(1);

    starts_after(&mut world, mins(5 * 60));

    let kinds = world.kinds();
    assert_eq!((kinds.first(), kinds.last()), (Some(&Opened), Some(&Resolved)));
    assert!(!kinds.contains(&Reminder), "{kinds:?}");
}
