//! Silences, dependencies and maintenance: who is not told, and what is told later.

use std::collections::BTreeSet;

use goodgate_incident::AlertKind::{Opened, Resolved};
use goodgate_incident::incident::{
    Ending, Event, Hush, Matchers, Part, Policy, Refusal, Silence, SilenceId, Why,
};
use goodgate_incident::{State, Timestamp};

use crate::world::{World, address, mins, monitor, plan, policy, secs};

fn silence(world: &World, minutes: u64, matchers: Matchers) -> Silence {
    Silence {
        id: SilenceId("api/1".into()),
        matchers,
        from: world.now,
        until: Timestamp(world.now.0 + mins(minutes).as_micros() as i64),
        by: "ann".to_owned(),
        why: "work on the database".to_owned(),
    }
}

fn of_monitor(number: usize) -> Matchers {
    Matchers { monitors: BTreeSet::from([monitor(number)]), ..Matchers::default() }
}

/// The second needs the first, the third the second.
fn chain() -> Policy {
    let mut policy = policy(3, plan(&[], None));
    for number in 1..3 {
        let watched = policy.monitors.get_mut(&monitor(number)).unwrap();
        watched.needs = BTreeSet::from([monitor(number - 1)]);
    }
    policy
}

fn fails(world: &mut World, number: usize) {
    world.fails(number, "connect_refused", &[address(&format!("192.0.2.{number}:443"))]);
}

#[test]
fn what_was_silenced_is_told_when_the_silence_ends_while_it_still_fails() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let silence = silence(&world, 30, of_monitor(0));
    world.give(Event::Silence(silence.clone()));
    world.pass(mins(5));
    fails(&mut world, 0);
    world.pass(mins(24));
    assert_eq!(world.kinds(), []);
    assert_eq!(world.only().failing().count(), 1);

    world.pass(mins(5));

    assert_eq!(world.kinds(), [Opened]);
    let since = Timestamp(silence.from.0 + mins(5).as_micros() as i64);
    assert_eq!(world.last().why, Why::Unhushed(Hush::Silence(silence.id), since));
    assert_eq!(world.last().at, silence.until);
    assert_eq!(world.last().lasted, mins(25));
}

#[test]
fn what_began_and_ended_in_a_silence_is_never_told() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let silence = silence(&world, 30, Matchers::default());
    world.give(Event::Silence(silence));
    fails(&mut world, 0);
    world.pass(mins(10));
    world.recovers(0);

    world.pass(mins(120));

    assert_eq!(world.kinds(), []);
    assert!(world.timeline().contains(&"resolved"), "the incident is kept");
}

#[test]
fn a_silence_that_is_taken_back_ends_at_once() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let silence = silence(&world, 30, of_monitor(0));
    world.give(Event::Silence(silence.clone()));
    fails(&mut world, 0);

    world.give(Event::Unsilence(silence.id.clone()));

    assert_eq!(world.kinds(), [Opened]);
    let again = world.engine.apply(world.now, Event::Unsilence(silence.id));
    assert_eq!(again, Err(Refusal::NoSuchSilence));
}

#[test]
fn a_silence_for_one_member_hides_it_and_not_the_incident() {
    let mut world = World::new(policy(2, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    let silence = silence(&world, 60, of_monitor(0));
    world.give(Event::Silence(silence));
    world.fails(0, "connect_refused", &there);

    world.fails(1, "connect_refused", &there);
    world.pass(mins(10));

    assert_eq!(world.kinds(), [Opened]);
    assert_eq!(world.last().monitors, [monitor(1)]);
    assert_eq!((world.last().radius.down, world.last().radius.hushed), (2, 1));
}

#[test]
fn a_silence_that_is_over_is_refused() {
    let mut world = World::new(policy(1, plan(&[], None)));
    let silence = silence(&world, 0, Matchers::default());

    let answer = world.engine.apply(world.now, Event::Silence(silence));

    assert_eq!(answer, Err(Refusal::EndsTooEarly));
}

#[test]
fn children_are_not_told_about_while_their_parent_is_down() {
    let mut world = World::new(chain());
    for number in 0..3 {
        fails(&mut world, number);
    }
    world.pass(mins(60));

    assert_eq!(world.kinds(), [Opened]);
    assert_eq!(world.last().monitors, [monitor(0)]);
    assert_eq!(world.engine.snapshot().cases.len(), 3, "each is an incident all the same");
}

#[test]
fn a_child_that_does_not_recover_with_its_parent_is_told_then() {
    let mut world = World::new(chain());
    fails(&mut world, 0);
    fails(&mut world, 1);
    world.pass(mins(10));

    world.recovers(0);
    world.pass(mins(3));

    assert_eq!(world.kinds(), [Opened, Resolved, Opened]);
    let child = &world.alerts[2];
    assert_eq!(child.monitors, [monitor(1)]);
    assert!(matches!(&child.why, Why::Unhushed(Hush::Parent(parent), _) if *parent == monitor(0)));
}

#[test]
fn a_child_that_recovers_a_minute_after_its_parent_is_never_told() {
    let mut world = World::new(chain());
    fails(&mut world, 0);
    fails(&mut world, 1);
    world.pass(mins(10));

    world.recovers(0);
    world.pass(mins(1));
    world.recovers(1);
    world.pass(mins(60));

    assert_eq!(world.kinds(), [Opened, Resolved]);
}

#[test]
fn a_child_waits_for_what_an_examination_of_its_parent_shows() {
    let mut world = World::new(chain());
    world.goes(&monitor(0), State::Suspect, None, None);
    fails(&mut world, 1);
    world.pass(secs(4));
    assert_eq!(world.kinds(), []);

    fails(&mut world, 0);
    world.pass(mins(5));

    assert_eq!(world.kinds(), [Opened]);
    assert_eq!(world.last().monitors, [monitor(0)]);
}

#[test]
fn a_child_of_a_parent_that_is_well_is_told_at_once() {
    let mut world = World::new(chain());

    fails(&mut world, 2);

    assert_eq!(world.kinds(), [Opened]);
}

#[test]
fn monitors_that_need_each_other_do_not_hide_each_other() {
    let mut circle = chain();
    circle.monitors.get_mut(&monitor(0)).unwrap().needs = BTreeSet::from([monitor(2)]);
    assert!(circle.circle().is_some());
    let mut world = World::new(circle);

    for number in 0..3 {
        fails(&mut world, number);
    }

    assert_eq!(world.kinds(), [Opened, Opened, Opened]);
}

#[test]
fn maintenance_raises_nothing_and_ends_what_was_told() {
    let mut world = World::new(policy(1, plan(&[], None)));
    fails(&mut world, 0);

    world.goes(&monitor(0), State::Maintenance, None, None);
    world.pass(mins(60));

    assert_eq!(world.kinds(), [Opened, Resolved]);
    assert_eq!(world.last().why, Why::Over(Ending::Withdrawn));
}

#[test]
fn what_is_broken_after_a_maintenance_is_paged_at_once() {
    let mut world = World::new(policy(1, plan(&[], None)));
    fails(&mut world, 0);
    world.goes(&monitor(0), State::Maintenance, None, None);
    world.pass(mins(10));

    fails(&mut world, 0);

    assert_eq!(world.kinds(), [Opened, Resolved, Opened]);
    assert_eq!(world.last().key.incident.0, 2);
}

#[test]
fn a_monitor_that_is_gone_leaves_its_incident() {
    let mut world = World::new(policy(2, plan(&[], None)));
    let there = [address("192.0.2.1:443")];
    world.fails(0, "connect_refused", &there);
    world.fails(1, "connect_refused", &there);

    world.give(Event::Policy(policy(1, plan(&[], None))));

    assert!(matches!(world.only().members[&monitor(1)].part, Part::Withdrawn(_)));
    assert!(!world.engine.snapshot().standings.contains_key(&monitor(1)));
    world.give(Event::Policy(policy(0, plan(&[], None))));
    assert_eq!(world.last().key.kind, Resolved);
}
