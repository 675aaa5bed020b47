//! How much is asked, and what happens when the budget ends.

use std::time::Duration;

use goodgate_evidence::probe::Http;

use super::world::*;
use crate::{Budget, Examination, Options, Outcome, Purpose, Step, What};

fn count(world: &World, purpose: Purpose) -> usize {
    world.probes.iter().filter(|probe| probe.purpose == purpose).count()
}

#[test]
fn the_number_of_requests_is_bounded() {
    let budget = Budget { requests: 5, ..Budget::default() };
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    let examination = world.examine(target(GATEWAY), Options::default(), budget);

    assert_eq!(examination.requests(), 5);
    assert!(notice(&examination, "budget_ended"));
}

#[test]
fn the_time_is_bounded() {
    let budget = Budget { time: Duration::from_secs(3), ..Budget::default() };
    let mut world = World { batch: Duration::from_secs(2), ..World::default() }
        .with(GATEWAY, |ask| answers(ask, 502));

    let options = Options { thorough: true, ..Options::default() };
    let examination = world.examine(target(GATEWAY), options, budget);

    assert!(notice(&examination, "budget_ended"));
    assert!(examination.requests() <= 6);
}

#[test]
fn what_would_delay_the_answer_is_left_out_and_mentioned() {
    let mut world = World { batch: Duration::from_secs(2), ..World::default() }
        .with(GATEWAY, |ask| answers(ask, 502));

    let examination = world.of(target(GATEWAY));

    assert!(notice(&examination, "left_out_for_time"));
    assert!(!notice(&examination, "budget_ended"));
}

#[test]
fn a_budget_that_suffices_is_not_mentioned() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    assert!(!notice(&world.of(target(GATEWAY)), "budget_ended"));
}

#[test]
fn a_wait_never_exceeds_what_is_left() {
    let budget = Budget { time: Duration::from_secs(2), ..Budget::default() };
    let mut world = World::default().with(GATEWAY, |ask| ends(ask, Http::HeadTimedOut));

    world.examine(target(GATEWAY), Options::default(), budget);

    assert!(world.probes.iter().all(|probe| probe.patience.total <= Duration::from_secs(2)));
    assert!(world.probes.iter().all(|probe| probe.patience.head <= Duration::from_secs(2)));
}

#[test]
fn what_timed_out_is_not_repeated() {
    let mut world = World::default().with(GATEWAY, |ask| ends(ask, Http::HeadTimedOut));

    world.of(target(GATEWAY));

    assert_eq!(world.probes.len(), 1);
}

#[test]
fn what_fails_quickly_is_repeated_three_times() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    world.of(target(GATEWAY));

    assert_eq!(count(&world, Purpose::Repeat), 3);
}

#[test]
fn other_paths_are_not_asked_for_once_the_cause_is_clear() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    world.of(guessed());

    assert_eq!(count(&world, Purpose::OtherPath), 0);
}

#[test]
fn only_safe_methods_and_known_paths_are_used() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    world.of(target(GATEWAY));

    let paths = world.probes.iter().filter_map(|probe| match &probe.what {
        What::Ask(ask) => Some(ask.path.as_str()),
        _ => None,
    });
    assert!(paths.into_iter().all(|path| ["/x", "/", "/favicon.ico"].contains(&path)));
}

#[test]
fn sixteen_addresses_are_tried_and_the_rest_is_mentioned() {
    let all: Vec<String> = (1..=20).map(|last| format!("192.0.2.{last}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut world = World::default().resolving("system", addresses(&all));

    let examination = world.of(named());

    assert_eq!(count(&world, Purpose::Reach), 16);
    assert!(notice(&examination, "addresses_left_out"));
    assert_eq!(mechanism(&examination), "connect_refused");
}

#[test]
fn name_servers_are_not_asked_for_names_of_this_host() {
    let mut local = named();
    local.place = crate::Place::Name { host: "localhost".to_owned(), port: 80 };
    let options = Options { name_servers: vec![server(53)], ..Options::default() };
    let mut world = World::default().resolving("system", addresses(&["192.0.2.1"]));

    world.examine(local, options, Budget::default());

    assert_eq!(count(&world, Purpose::Lookup), 1);
}

#[test]
fn a_probe_without_an_outcome_does_not_stop_the_examination() {
    let mut examination = Examination::new(target(GATEWAY), Options::default(), Budget::default());

    let mut steps = 0;
    while let Step::Probe(_) = examination.next(Duration::ZERO) {
        steps += 1;
    }

    assert_eq!(steps, 1);
    assert!(notice(&examination, "not_carried_out"));
}

#[test]
fn our_own_failure_gives_no_observation() {
    let mut examination = Examination::new(target(GATEWAY), Options::default(), Budget::default());

    while let Step::Probe(batch) = examination.next(Duration::ZERO) {
        for probe in batch {
            examination.record(probe.id, Outcome::Unable("no socket".to_owned()));
        }
    }

    assert!(examination.observations().is_empty());
    assert!(examination.is_blind());
}
