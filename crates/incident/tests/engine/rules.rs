//! What holds whatever happens: bounds, and time that runs backwards.

use goodgate_incident::incident::{Event, limits};
use goodgate_incident::{AlertKind, Timestamp};

use crate::world::{World, address, mins, plan, policy, secs};

#[test]
fn a_timeline_is_bounded_and_its_end_is_in_it() {
    let mut world = World::new(policy(1, plan(&[], None)));
    for _ in 0..2000 {
        world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
        world.pass(secs(20));
        world.recovers(0);
        world.pass(secs(20));
    }
    let incident = world.only().incident.id;
    for _ in 0..500 {
        world.give(Event::Note { incident, by: "ann".to_owned(), text: "x".repeat(10_000) });
    }
    world.pass(mins(32));

    let timeline = world.only().incident.timeline;
    assert!(timeline.entries <= limits::ENTRIES_MAX && timeline.left_out > 0, "{timeline:?}");
    assert!(timeline.bytes <= limits::ENTRY_BYTES_MAX, "{timeline:?}");
    assert_eq!(world.entries.len(), timeline.entries as usize);
    assert!(world.timeline().contains(&"resolved"), "{:?}", world.timeline().last());
}

#[test]
fn what_was_never_delivered_is_bounded() {
    let mut world = World::new(policy(1, plan(&[], Some(mins(5)))));
    world.is_reachable = false;
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);

    world.pass(mins(24 * 60));

    assert_eq!(world.alerts.len(), 289);
    assert_eq!(world.only().incident.waiting.len(), limits::WAITING_MAX);
}

#[test]
fn a_clock_that_goes_back_delays_no_page() {
    let mut world = World::new(policy(2, plan(&[], None)));
    world.pass(mins(60));
    world.now = Timestamp(world.now.0 - mins(30).as_micros() as i64);

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);

    assert_eq!(world.kinds(), [AlertKind::Opened]);
    assert_eq!(world.last().since, world.now);
}

#[test]
fn an_incident_that_is_over_is_forgotten_and_its_number_is_not() {
    let mut world = World::new(policy(1, plan(&[], None)));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.recovers(0);
    world.pass(mins(33));
    assert!(world.engine.snapshot().cases.is_empty());

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);

    assert_eq!(world.only().incident.id.0, 2);
}

#[test]
fn nothing_to_do_is_nothing_to_wake_for() {
    let mut world = World::new(policy(3, plan(&[], None)));

    assert_eq!(world.engine.wake_at(), None);
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.pass(mins(3));

    assert_eq!(world.engine.wake_at(), None, "one page, nothing new, no reminders");
}
