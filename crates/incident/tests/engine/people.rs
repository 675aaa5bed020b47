//! Acknowledgements, escalation, reminders, the end.

use goodgate_incident::AlertKind::{Escalated, Opened, Reminder, Resolved};
use goodgate_incident::incident::{
    ChannelId, Ending, Event, Marker, MarkerKind, PlanId, Refusal, Stage, Why,
};
use goodgate_incident::{Doubt, IncidentId, State};

use crate::world::{World, address, mins, monitor, plan, policy, secs};

fn acknowledge(world: &mut World) {
    let incident = world.only().incident.id;
    world.give(Event::Acknowledge { incident, by: "ann".to_owned() });
}

fn channels(world: &World) -> Vec<String> {
    world.last().channels.iter().map(ToString::to_string).collect()
}

fn one_down(later: &[(u64, &str)], remind: Option<std::time::Duration>) -> World {
    let mut world = World::new(policy(1, plan(later, remind)));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world
}

#[test]
fn the_next_in_line_are_told_until_somebody_acknowledges() {
    let mut world = one_down(&[(5, "second"), (15, "third")], None);
    assert_eq!(channels(&world), ["first"]);
    world.pass(mins(6));
    assert_eq!((world.kinds(), channels(&world)), (vec![Opened, Escalated], vec!["second".into()]));
    assert_eq!(world.last().why, Why::Unanswered);

    acknowledge(&mut world);
    world.pass(mins(60));

    assert_eq!(world.kinds(), [Opened, Escalated]);
}

#[test]
fn the_end_is_told_to_those_who_were_told_and_to_nobody_else() {
    let mut world = one_down(&[(5, "second"), (15, "third")], None);
    world.pass(mins(6));

    world.recovers(0);
    world.pass(mins(2));

    assert_eq!(world.kinds(), [Opened, Escalated, Resolved]);
    assert_eq!(channels(&world), ["first", "second"]);
    assert_eq!(world.last().state, State::Up);
    assert_eq!(world.last().lasted, mins(6));
}

#[test]
fn reminders_say_how_long_it_has_lasted() {
    let mut world = one_down(&[], Some(mins(20)));

    world.pass(mins(41));

    assert_eq!(world.kinds(), [Opened, Reminder, Reminder]);
    assert_eq!((world.last().lasted, &world.last().why), (mins(40), &Why::Lasts));
}

#[test]
fn reminders_are_slower_once_somebody_takes_care() {
    let mut slow = plan(&[], Some(mins(20)));
    slow.remind_acknowledged = Some(mins(240));
    let mut world = World::new(policy(1, slow));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    acknowledge(&mut world);

    world.pass(mins(239));
    assert_eq!(world.kinds(), [Opened]);
    world.pass(mins(2));

    assert_eq!(world.kinds(), [Opened, Reminder]);
    assert_eq!(world.last().acknowledged.as_ref().map(|(by, _)| by.as_str()), Some("ann"));
}

#[test]
fn a_second_acknowledgement_changes_nothing() {
    let mut world = one_down(&[], None);
    acknowledge(&mut world);
    let first = world.only().incident.acknowledged.clone();
    world.pass(secs(10));

    let again = Event::Acknowledge { incident: IncidentId(1), by: "bob".to_owned() };
    let effects = world.engine.apply(world.now, again);

    assert_eq!(effects, Ok(vec![]));
    assert_eq!(world.only().incident.acknowledged, first);
}

#[test]
fn what_is_over_or_unknown_cannot_be_acknowledged() {
    let mut world = one_down(&[], None);
    world.recovers(0);
    world.pass(mins(2));
    let by = || "ann".to_owned();
    let (over, none) = (IncidentId(1), IncidentId(2));

    let late = world.engine.apply(world.now, Event::Acknowledge { incident: over, by: by() });
    let wrong = world.engine.apply(world.now, Event::Acknowledge { incident: none, by: by() });

    assert_eq!(late, Err(Refusal::Over));
    assert_eq!(wrong, Err(Refusal::NoSuchIncident));
    assert_eq!(world.only().incident.stage, Stage::Resolved);
}

fn resolve(world: &mut World) -> Result<(), Refusal> {
    let event = Event::Resolve { incident: IncidentId(1), by: "ann".to_owned() };
    world.try_give(event)
}

#[test]
fn what_still_fails_cannot_be_said_to_be_over() {
    let mut world = one_down(&[], None);

    assert_eq!(resolve(&mut world), Err(Refusal::StillFails(monitor(0))));
    world.goes(&monitor(0), State::Partial, None, None);
    assert_eq!(resolve(&mut world), Err(Refusal::StillFails(monitor(0))));
    assert_eq!(world.only().incident.stage, Stage::Open);
}

#[test]
fn whoever_knows_that_it_is_over_says_so_and_all_who_heard_of_it_hear_that() {
    let mut world = one_down(&[], None);
    world.recovers(0);

    assert_eq!(resolve(&mut world), Ok(()));

    assert_eq!(world.only().incident.stage, Stage::Resolved);
    assert_eq!(world.only().incident.until, Some(world.now));
    assert_eq!(world.kinds(), [Opened, Resolved]);
    assert_eq!(world.last().why, Why::Over(Ending::ByHand));
    assert_eq!(resolve(&mut world), Err(Refusal::Over));
    let none = Event::Resolve { incident: IncidentId(2), by: "ann".to_owned() };
    assert_eq!(world.try_give(none), Err(Refusal::NoSuchIncident));
}

#[test]
fn what_is_said_to_be_over_and_fails_again_soon_is_the_same_incident() {
    let mut world = one_down(&[], None);
    world.recovers(0);
    resolve(&mut world).unwrap();
    world.pass(secs(30));

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);

    assert_eq!(world.only().incident.stage, Stage::Open);
    assert_eq!(world.only().incident.reopened, 1);
}

#[test]
fn what_cannot_be_measured_can_be_said_to_be_over_and_is_news_when_it_fails() {
    let mut world = one_down(&[], None);
    world.goes(&monitor(0), State::Unknown, None, Some(Doubt::Processor));

    assert_eq!(resolve(&mut world), Ok(()));
    world.pass(secs(30));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);

    let stages: Vec<Stage> =
        world.engine.snapshot().cases.values().map(|case| case.incident.stage).collect();
    assert_eq!(stages, [Stage::Resolved, Stage::Open]);
}

#[test]
fn those_who_want_to_hear_later_hear_nothing_of_what_is_over_by_then() {
    let mut late = plan(&[], None);
    late.steps[0].after = mins(10);
    let mut world = World::new(policy(1, late));
    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.pass(mins(5));
    world.recovers(0);
    world.pass(mins(60));
    assert_eq!(world.kinds(), []);

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    world.pass(mins(10));

    assert_eq!(world.kinds(), [Opened]);
}

#[test]
fn an_alert_names_the_change_before_it_and_notes_are_on_the_timeline() {
    let mut world = World::new(policy(2, plan(&[], None)));
    let marker = |what: &str, about: &[usize]| Marker {
        at: goodgate_incident::Timestamp(0),
        kind: MarkerKind::Deploy,
        what: what.to_owned(),
        by: "ci".to_owned(),
        monitors: about.iter().map(|number| monitor(*number)).collect(),
    };
    let at = world.now;
    world.give(Event::Marker(Marker { at, ..marker("v1.2", &[]) }));
    world.give(Event::Marker(Marker { at, ..marker("other", &[1]) }));
    world.pass(mins(10));

    world.fails(0, "connect_refused", &[address("192.0.2.1:443")]);
    let (incident, by) = (world.only().incident.id, "ann".to_owned());
    world.give(Event::Note { incident, by: by.clone(), text: "looking".to_owned() });
    let step = "restarted php-fpm".to_owned();
    world.give(Event::Step { incident, by: by.clone(), text: step });
    world.give(Event::Publish { incident, by, text: "The shop is back soon.".to_owned() });
    let at = world.now;
    world.give(Event::Marker(Marker { at, ..marker("v1.1", &[0]) }));

    let named: Vec<_> = world.last().markers.iter().map(|marker| marker.what.as_str()).collect();
    assert_eq!(named, ["v1.2"]);
    let timeline = [
        "opened",
        "joined",
        "marker",
        "alerted",
        "delivered",
        "note",
        "step",
        "published",
        "marker",
    ];
    assert_eq!(world.timeline(), timeline);
}

#[test]
fn a_channel_in_two_steps_is_told_once_of_the_end() {
    let mut world = one_down(&[(5, "first")], None);
    world.pass(mins(6));
    world.recovers(0);
    world.pass(mins(2));

    assert_eq!(world.last().channels, [ChannelId("first".into())].into());
    assert_eq!(world.last().plan, PlanId("default".into()));
}
