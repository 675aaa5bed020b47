//! What holds for any order of events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use goodgate_incident::incident::{
    Alert, Event, Matchers, Policy, Silence, SilenceId, Stage, Subject,
};
use goodgate_incident::{AlertKind, Doubt, MonitorId, State, Timestamp};
use proptest::prelude::*;

use crate::world::{World, address, finding, mins, monitor, plan, policy, secs};

const MONITORS: usize = 6;
const CAUSES: [&str; 2] = ["connect_refused", "dns_timeout"];

#[derive(Clone, Debug)]
enum Act {
    Fail(usize, State, usize, usize),
    Go(usize, State),
    Doubt(usize, usize),
    Silence(Option<usize>, Option<usize>, u64),
    Acknowledge(usize),
    Resolve(usize),
    Reach(bool),
    Pass(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let one = 0..MONITORS;
    let bad = prop_oneof![Just(State::Down), Just(State::Partial)];
    let other = prop_oneof![
        4 => Just(State::Up),
        1 => Just(State::Suspect),
        1 => Just(State::Maintenance),
        1 => Just(State::Paused),
    ];
    let some = prop::option::of(0..MONITORS);
    prop_oneof![
        6 => (one.clone(), bad, 0..CAUSES.len(), 0..3_usize)
            .prop_map(|(number, state, cause, at)| Act::Fail(number, state, cause, at)),
        5 => (one.clone(), other).prop_map(|(number, state)| Act::Go(number, state)),
        2 => (one, 0..Doubt::ALL.len()).prop_map(|(number, doubt)| Act::Doubt(number, doubt)),
        1 => (some, prop::option::of(0..CAUSES.len()), 1..40_u64)
            .prop_map(|(monitor, cause, minutes)| Act::Silence(monitor, cause, minutes)),
        1 => (0..4_usize).prop_map(Act::Acknowledge),
        1 => (0..4_usize).prop_map(Act::Resolve),
        1 => any::<bool>().prop_map(Act::Reach),
        6 => prop_oneof![0..30_u64, 0..300_u64, 0..4000_u64].prop_map(Act::Pass),
    ]
}

/// Two children of the first, and one of the second.
fn family() -> Policy {
    let mut policy = policy(MONITORS, plan(&[(5, "second")], Some(mins(25))));
    for (child, parent) in [(1, 0), (2, 0), (3, 1)] {
        let watched = policy.monitors.get_mut(&monitor(child)).unwrap();
        watched.needs = BTreeSet::from([monitor(parent)]);
    }
    policy
}

/// What is known of the world without the engine.
#[derive(Default)]
struct Truth {
    silences: Vec<Silence>,
    causes: BTreeMap<MonitorId, &'static str>,
}

impl Truth {
    fn is_silenced(&self, monitor: &MonitorId, cause: Option<&str>, now: Timestamp) -> bool {
        let covers = |silence: &Silence| {
            let Matchers { monitors, causes, .. } = &silence.matchers;
            silence.from <= now
                && now < silence.until
                && (monitors.is_empty() || monitors.contains(monitor))
                && (causes.is_empty() || cause.is_some_and(|cause| causes.contains(cause)))
        };
        self.silences.iter().any(covers)
    }

    /// Checks the alerts that came since the last look, at the states that were true then.
    fn check(&self, world: &World, from: usize) {
        for alert in world.alerts.iter().skip(from) {
            if matches!(alert.key.kind, AlertKind::Resolved | AlertKind::Digest) {
                continue;
            }
            for monitor in &alert.monitors {
                self.check_one(world, alert, monitor);
            }
        }
    }

    fn check_one(&self, world: &World, alert: &Alert, monitor: &MonitorId) {
        let state = world.states[monitor];
        if alert.subject != Subject::Targets {
            let cause = Some("cannot_measure");
            assert!(!self.is_silenced(monitor, cause, alert.at), "silenced: {alert:#?}");
            assert!(!matches!(state, State::Paused | State::Maintenance), "{alert:#?}");
            return;
        }
        assert!(matches!(state, State::Down | State::Partial), "{monitor} {state:?}: {alert:#?}");
        let cause = self.causes.get(monitor).copied();
        assert!(!self.is_silenced(monitor, cause, alert.at), "silenced: {monitor} in {alert:#?}");
        for parent in &world.engine.policy().monitors[monitor].needs {
            let is_bad = matches!(world.states[parent], State::Down | State::Maintenance);
            assert!(!is_bad, "{monitor} is told although {parent} is down: {alert:#?}");
        }
    }
}

fn is_failing(world: &World, number: usize) -> bool {
    matches!(world.states[&monitor(number)], State::Down | State::Partial)
}

fn carry_out(world: &mut World, truth: &mut Truth, number: usize, act: &Act) {
    match *act {
        Act::Fail(number, state, cause, at) => {
            truth.causes.insert(monitor(number), CAUSES[cause]);
            let found = finding(state, CAUSES[cause], &[address(["a", "b", "c"][at])]);
            world.goes(&monitor(number), state, Some(found), None);
        }
        // Whoever fails is not suspected to.
        Act::Go(number, State::Suspect) if is_failing(world, number) => {}
        Act::Go(number, state) => world.goes(&monitor(number), state, None, None),
        Act::Doubt(number, doubt) => {
            world.goes(&monitor(number), State::Unknown, None, Some(Doubt::ALL[doubt]));
        }
        Act::Silence(who, cause, minutes) => {
            let silence = Silence {
                id: SilenceId(format!("api/{number}").into()),
                matchers: Matchers {
                    monitors: who.map(monitor).into_iter().collect(),
                    tags: BTreeSet::new(),
                    causes: cause.map(|cause| CAUSES[cause].into()).into_iter().collect(),
                },
                from: world.now,
                until: Timestamp(world.now.0 + mins(minutes).as_micros() as i64),
                by: String::new(),
                why: String::new(),
            };
            truth.silences.push(silence.clone());
            world.give(Event::Silence(silence));
        }
        Act::Acknowledge(nth) => {
            let cases = world.engine.snapshot().cases.values();
            let open = cases.filter(|case| !case.is_over()).nth(nth);
            if let Some(incident) = open.map(|case| case.incident.id) {
                world.give(Event::Acknowledge { incident, by: "ann".to_owned() });
            }
        }
        Act::Resolve(nth) => {
            let cases = world.engine.snapshot().cases.values();
            let open = cases.filter(|case| !case.is_over()).nth(nth);
            if let Some(incident) = open.map(|case| case.incident.id) {
                // Refused while somebody fails, which is as good.
                world.try_give(Event::Resolve { incident, by: "ann".to_owned() }).ok();
            }
        }
        Act::Reach(is_reachable) => world.is_reachable = is_reachable,
        Act::Pass(seconds) => world.pass(secs(seconds)),
    }
}

fn live(acts: &[Act], mut world: World) -> World {
    let mut truth = Truth::default();
    for (number, act) in acts.iter().enumerate() {
        // What is due belongs to the states before. No two things happen at the same time.
        let from = world.alerts.len();
        world.pass(Duration::from_micros(1));
        truth.check(&world, from);
        let from = world.alerts.len();
        carry_out(&mut world, &mut truth, number, act);
        truth.check(&world, from);
    }
    world
}

/// Lives, makes everything well, and looks whether whoever heard of a beginning heard of its end.
fn every_end_is_told(acts: &[Act]) -> Result<(), TestCaseError> {
    let mut world = live(acts, World::new(family()));
    world.is_reachable = true;
    for number in 0..MONITORS {
        world.recovers(number);
    }
    world.pass(mins(60));

    let of_the_watch = world.alerts.iter().filter(|alert| alert.subject != Subject::Targets);
    let of_the_watch: BTreeSet<_> = of_the_watch.map(|alert| alert.key.incident).collect();
    let (mut open, mut told) = (BTreeMap::new(), BTreeSet::new());
    for (_, key, channel) in &world.received {
        if key.kind != AlertKind::Resolved {
            told.insert((key.incident, channel.clone()));
        }
        match key.kind {
            AlertKind::Opened | AlertKind::Escalated => {
                open.insert((key.incident, channel.clone()), *key);
            }
            AlertKind::Resolved => {
                let heard = told.contains(&(key.incident, channel.clone()));
                prop_assert!(heard, "{channel} hears only of the end of {key}");
                open.remove(&(key.incident, channel.clone()));
            }
            // Of the watch itself the digest tells the end.
            AlertKind::Digest => {
                open.retain(|(incident, to), _| to != channel || !of_the_watch.contains(incident));
            }
            _ => {}
        }
    }
    let received: Vec<_> =
        world.received.iter().map(|(_, key, to)| format!("{key} {to}")).collect();
    prop_assert!(open.is_empty(), "{open:?}: {received:?}");
    Ok(())
}

#[test]
fn an_end_that_a_second_outage_keeps_back_is_told_by_its_digest_to_all_who_wait_for_it() {
    let acts = [
        Act::Doubt(0, 0),
        Act::Doubt(2, 1),
        Act::Pass(142),
        Act::Fail(0, State::Down, 0, 0),
        Act::Pass(278),
        Act::Acknowledge(0),
        Act::Pass(836),
        Act::Fail(2, State::Down, 0, 0),
        Act::Reach(false),
        Act::Pass(844),
        Act::Doubt(0, 1),
        Act::Pass(120),
    ];

    every_end_is_told(&acts).unwrap();
}

#[test]
fn who_was_to_be_called_next_and_never_was_hears_of_no_end() {
    let acts = [
        Act::Doubt(3, 1),
        Act::Pass(154),
        Act::Doubt(1, 0),
        Act::Reach(false),
        Act::Doubt(0, 0),
        Act::Pass(266),
        Act::Fail(0, State::Down, 0, 0),
        Act::Pass(120),
    ];

    every_end_is_told(&acts).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_told_what_is_hushed_up_and_everything_ends_when_all_are_well(
        acts in prop::collection::vec(act(), 1..80),
    ) {
        let mut world = live(&acts, World::new(family()));

        for number in 0..MONITORS {
            world.recovers(number);
        }
        world.pass(mins(30));

        for case in world.engine.snapshot().cases.values() {
            prop_assert_eq!(case.incident.stage, Stage::Resolved);
        }
        let keys: BTreeSet<_> = world.alerts.iter().map(|alert| alert.key).collect();
        prop_assert_eq!(keys.len(), world.alerts.len(), "a key came twice");
        prop_assert_eq!(&world.stored, world.engine.snapshot());
        world.is_reachable = true;
        world.pass(mins(25 * 60));
        prop_assert!(world.engine.snapshot().cases.is_empty(), "nothing is kept for ever");
        for incident in world.history.values() {
            let entries = world.entries.iter().filter(|(id, _)| *id == incident.id).count();
            prop_assert_eq!(incident.stage, Stage::Resolved);
            prop_assert_eq!(incident.timeline.entries as usize, entries);
        }
    }

    #[test]
    fn what_still_fails_is_known_to_those_who_are_to_know(
        acts in prop::collection::vec(act(), 1..80),
    ) {
        let mut world = live(&acts, World::new(family()));
        world.is_reachable = true;
        world.pass(mins(120));

        for (monitor, state) in &world.states {
            let needs = &world.engine.policy().monitors[monitor].needs;
            let is_hidden = needs.iter().any(|parent| {
                matches!(world.states[parent], State::Down | State::Maintenance)
            });
            if !matches!(state, State::Down | State::Partial) || is_hidden {
                continue;
            }
            let id = world.engine.snapshot().standings[monitor].incident;
            let case = id.and_then(|id| world.engine.snapshot().cases.get(&id));
            let case = case.expect("what fails is in an incident");
            prop_assert!(case.members[monitor].is_told, "{monitor} in {case:#?}");
            prop_assert!(case.incident.told.values().all(|told| told.knows), "{case:#?}");
        }
    }

    #[test]
    fn whoever_takes_it_for_lasting_is_told_of_its_end(
        acts in prop::collection::vec(act(), 1..80),
    ) {
        every_end_is_told(&acts)?;
    }

    #[test]
    fn a_process_that_dies_all_the_time_lives_the_same_life(
        acts in prop::collection::vec(act(), 1..60),
    ) {
        let calm = live(&acts, World::new(family()));
        let mortal = live(&acts, World::mortal(family()));

        prop_assert_eq!(calm.alerts, mortal.alerts);
        prop_assert_eq!(calm.entries, mortal.entries);
    }
}
