//! Readings over time, in virtual time: counters of a gateway go in, and what the states of a real fleet
//! become comes out.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_evidence::{Blame, Stage};
use goodgate_incident::monitor::{Examination, Fleet, Settings};
use goodgate_incident::trust::{Heard, Seen};
use goodgate_incident::{Component, Outcome, Result, State, Timestamp};
use proptest::prelude::*;

use super::ledger::{Ledger, Round, RouteRound};
use super::records::Details;
use super::rules::{Rule, Verdict};
use super::snapshot::{RouteCounters, Snapshot, UpstreamCounters};
use super::{finding, target};
use crate::settings::Traffic;
use crate::source::limits::POLL;
use crate::source::part::Parts;

/// A gateway with one route, and its watch.
struct World {
    now: Timestamp,
    counters: Snapshot,
    ledger: Ledger,
    fleet: Fleet,
    parts: Parts,
    states: Vec<State>,
}

impl World {
    fn new(rules: Vec<Traffic>) -> Self {
        let mut counters = Snapshot { version: "1".into(), ..Snapshot::default() };
        counters.bounds = vec![0.1, 1.0, 10.0, 60.0, f64::INFINITY];
        counters.lookup_bounds = vec![0.1, 0.5, 60.0, f64::INFINITY];
        let route = RouteCounters { upstream: "app".into(), ..RouteCounters::default() };
        counters.routes.insert("shop".into(), RouteCounters { durations: vec![0; 5], ..route });
        counters.upstreams.insert("app".into(), UpstreamCounters::default());
        let now = Timestamp(1_795_435_200_000_000);
        let mut fleet = Fleet::default();
        fleet.add(target::id("shop"), Settings::every(POLL), None, None, now);
        let mut world = Self {
            now,
            counters,
            ledger: Ledger::new(rules),
            fleet,
            parts: Parts::default(),
            states: vec![],
        };
        world.read();
        world
    }

    fn route(&mut self) -> &mut RouteCounters {
        self.counters.routes.get_mut("shop").expect("the route")
    }

    /// Lets requests come, and five seconds pass.
    fn serve(&mut self, good: u64, failed: u64) -> RouteRound {
        self.counters.connections += good + failed;
        let route = self.route();
        route.good += good;
        route.failed += failed;
        route.durations[0] += good + failed;
        self.pass()
    }

    fn pass(&mut self) -> RouteRound {
        self.now = Timestamp(self.now.0 + i64::try_from(POLL.as_micros()).expect("a time"));
        let mut round = self.read();
        let route = round.routes.pop().expect("the route");
        self.feed(&route);
        route
    }

    fn read(&mut self) -> Round {
        self.ledger.take(self.counters.clone(), self.now)
    }

    /// Tells the fleet, as the desk does.
    fn feed(&mut self, round: &RouteRound) {
        let (id, at) = (target::id("shop"), self.now);
        let (outcome, found) = match &round.verdict {
            Verdict::Nothing => return,
            Verdict::Good => (Outcome::Good, None),
            Verdict::Bad(broken) => {
                let found = finding::of(round, &broken[0], None, "99.9%", "gateway");
                let components = found.components.clone();
                (Outcome::Bad { cause: found.cause, components }, Some(found))
            }
        };
        let (outcome, found) = self.parts.told(&id, outcome, found);
        let result = Result { at, took: Duration::from_millis(1), outcome };
        let seen = Seen {
            heard: Heard::Answer,
            allowed: Duration::from_secs(2),
            address: None,
            resolved: false,
        };
        let mut step = self.fleet.checked(&id, result, &seen).step;
        if let Some(finding) = found {
            let ended = Timestamp(at.0 + 2000);
            step.join(
                self.fleet.examined(&id, Examination { ended, finding, bad_tries: 0, doubt: None }),
            );
        }
        self.states.extend(step.transitions.iter().filter(|it| it.from != it.to).map(|it| it.to));
    }

    fn state(&self) -> State {
        self.fleet.get(&target::id("shop")).expect("the route").state()
    }
}

fn rule(round: &RouteRound) -> Option<Rule> {
    match &round.verdict {
        Verdict::Bad(broken) => broken.first().map(|breach| breach.rule),
        _ => None,
    }
}

fn only(change: impl Fn(&mut Traffic)) -> Vec<Traffic> {
    let mut rules = Traffic {
        errors: None,
        outage: None,
        latency_p95: None,
        latency_p99: None,
        objective: None,
        ..Traffic::default()
    };
    change(&mut rules);
    vec![rules]
}

#[test]
fn a_share_of_failures_is_told_with_its_numbers_cause_and_place() {
    let mut world = World::new(vec![]);
    for _ in 0..12 {
        world.serve(100, 0);
    }
    assert_eq!(world.state(), State::Up);

    let upstream = world.counters.upstreams.get_mut("app").expect("it");
    upstream.causes.insert("connect_refused".into(), 90);
    let round = world.serve(10, 90);

    assert_eq!((rule(&round), world.state()), (Some(Rule::Errors), State::Partial));
    let Verdict::Bad(broken) = &round.verdict else { panic!("{round:?}") };
    let details = Details {
        cause: Some("connect_refused"),
        endpoints: vec!["10.0.0.7:8080".into()],
        evidence: None,
    };
    let found = finding::of(&round, &broken[0], Some(&details), "99.9%", "gateway");
    assert_eq!(
        found.summary,
        "6.9 % of 1,300 requests of route shop in the last minute failed, mostly connect_refused at 10.0.0.7:8080"
    );
    assert_eq!((found.cause, found.state), (Some("connect_refused"), State::Partial));
    assert_eq!(found.components.len(), 1, "{:?}", found.components);
    // Without records the counters of the upstream tell the cause.
    let found = finding::of(&round, &broken[0], None, "99.9%", "gateway");
    assert_eq!(found.cause, Some("connect_refused"));
}

#[test]
fn answers_of_the_application_are_its_own() {
    let mut world = World::new(vec![]);
    world.route().answered_badly += 100;

    let round = world.serve(100, 0);

    let Verdict::Bad(broken) = &round.verdict else { panic!("{round:?}") };
    let found = finding::of(&round, &broken[0], None, "99.9%", "gateway");
    assert_eq!(found.cause, Some("app_generated_error"));
}

#[test]
fn a_single_failure_of_little_traffic_wakes_nobody() {
    let mut world = World::new(vec![]);

    for _ in 0..500 {
        world.serve(1, 0);
        for _ in 0..3 {
            world.pass();
        }
        let failed = world.serve(0, 1);
        assert_eq!(failed.verdict, Verdict::Nothing);
        for _ in 0..800 {
            world.serve(u64::from(world.now.0 % 60_000_000 == 0), 0);
        }
    }

    assert_eq!(world.states, [State::Up]);
}

#[test]
fn an_outage_of_little_traffic_is_found_and_its_end_as_well() {
    let mut world = World::new(vec![]);
    world.serve(1, 0);
    // A request each three minutes.
    let wait = |world: &mut World, good, failed| {
        for _ in 0..35 {
            assert_eq!(world.pass().verdict, Verdict::Nothing, "no request says nothing");
        }
        world.serve(good, failed)
    };
    wait(&mut world, 0, 1);
    wait(&mut world, 0, 1);
    wait(&mut world, 0, 1);
    let fourth = wait(&mut world, 0, 1);

    assert_eq!((rule(&fourth), world.state()), (Some(Rule::Outage), State::Down));
    for _ in 0..3 {
        wait(&mut world, 1, 0);
    }
    assert_eq!(world.state(), State::Up);
}

#[test]
fn a_restart_of_the_gateway_is_no_traffic_and_loses_none() {
    let mut world = World::new(vec![]);
    for _ in 0..12 {
        world.serve(100, 0);
    }
    let route = world.route();
    (route.good, route.durations) = (0, vec![0; 5]);
    world.counters.connections = 0;

    let round = world.serve(10, 2);

    assert_eq!((round.counts.requests, round.counts.failed), (1212, 2));
    assert_eq!(world.state(), State::Up);
}

#[test]
fn the_first_reading_says_nothing_about_what_was_before_it() {
    let mut world = World::new(vec![]);
    let mut counters = world.counters.clone();
    counters.routes.get_mut("shop").expect("it").failed = 1_000_000;
    let mut ledger = Ledger::new(vec![]);

    let round = ledger.take(counters.clone(), world.now);
    assert_eq!(round.routes[0].verdict, Verdict::Nothing);
    counters.routes.get_mut("shop").expect("it").good += 100;
    world.now = Timestamp(world.now.0 + 5_000_000);
    let round = ledger.take(counters, world.now);

    assert_eq!(round.routes[0].verdict, Verdict::Good);
}

#[test]
fn a_share_around_the_threshold_does_not_flap() {
    let mut world = World::new(vec![Traffic { objective: None, ..Traffic::default() }]);

    // From 3 to 7 %, back and forth within two minutes, for six hours.
    for poll in 0..4320_u32 {
        let share = 5.0 + 2.0 * (f64::from(poll) / 4.0).sin();
        let failed = (share * 10.0).round() as u64;
        world.serve(1000 - failed, failed);
    }

    let fell = world.states.iter().filter(|state| **state == State::Partial).count();
    assert!(fell <= 2, "{fell} times partial: {:?}", world.states);
    assert_eq!(world.states.iter().filter(|state| **state == State::Down).count(), 0);
}

#[test]
fn a_leak_below_the_threshold_burns_the_budget() {
    let mut world = World::new(vec![]);
    let mut last = None;
    for _ in 0..1440 {
        last = rule(&world.serve(97, 3));
    }

    // 3 % are 30 times as much as 99.9 % allow.
    assert_eq!((last, world.state()), (Some(Rule::Burn), State::Partial));
    for _ in 0..120 {
        last = rule(&world.serve(100, 0));
    }
    assert_eq!((last, world.state()), (None, State::Up));
}

#[test]
fn slow_answers_are_told_and_streams_are_not() {
    let rules = only(|rules| rules.latency_p95 = Some(Duration::from_secs(10)));
    let mut world = World::new(rules);
    world.route().durations[4] += 100;
    let streams = world.serve(100, 0);
    assert_eq!(rule(&streams), None);

    world.route().durations[3] += 30;
    let slow = world.serve(100, 0);

    assert_eq!(rule(&slow), Some(Rule::Latency95));
    let Verdict::Bad(broken) = &slow.verdict else { panic!("{slow:?}") };
    let found = finding::of(&slow, &broken[0], None, "", "gateway");
    assert_eq!(
        found.summary,
        "13 % of 230 requests of route shop in the last minute took longer than 10 s"
    );
    assert_eq!(found.state, State::Partial);
}

#[test]
fn each_rule_about_the_upstream_is_told_and_can_be_switched_off() {
    type Case = (Rule, fn(&mut World), fn(&mut Traffic));
    let cases: [Case; 7] = [
        (
            Rule::Breaker,
            |world| world.counters.upstreams.get_mut("app").expect("it").is_open = true,
            |rules| rules.breaker = false,
        ),
        (
            Rule::EndpointsOut,
            |world| {
                let upstream = world.counters.upstreams.get_mut("app").expect("it");
                upstream.endpoints.insert("a:1".into(), "up".into());
                upstream.endpoints.insert("b:1".into(), "ejected".into());
                upstream.endpoints.insert("c:1".into(), "draining".into());
            },
            |rules| rules.endpoints_out = None,
        ),
        (
            Rule::Handshakes,
            |world| {
                world.counters.upstreams.get_mut("app").expect("it").handshakes_failed += 20;
            },
            |rules| rules.handshakes = None,
        ),
        (
            Rule::Lookups,
            |world| world.counters.upstreams.get_mut("app").expect("it").lookups_failed += 3,
            |rules| rules.lookups = None,
        ),
        (
            Rule::SlowLookups,
            |world| {
                world.counters.upstreams.get_mut("app").expect("it").lookups_took = vec![1, 1, 3];
            },
            |rules| rules.lookup_p95 = None,
        ),
        (Rule::Retries, |world| world.route().retries += 40, |rules| rules.retries = None),
        (Rule::Hedges, |world| world.route().hedges += 50, |rules| rules.hedges = None),
    ];

    for (expected, breaks, off) in cases {
        let mut world = World::new(vec![]);
        breaks(&mut world);
        let round = world.serve(100, 0);
        assert_eq!(rule(&round), Some(expected));
        let Verdict::Bad(broken) = &round.verdict else { panic!("{round:?}") };
        let found = finding::of(&round, &broken[0], None, "", "gateway");
        assert!(found.summary.contains("shop") && !found.summary.contains("  "), "{found:?}");

        let mut rules = Traffic::default();
        off(&mut rules);
        let mut world = World::new(vec![rules]);
        breaks(&mut world);
        assert_eq!(world.serve(100, 0).verdict, Verdict::Good, "{expected:?}");
    }
}

/// Lets look-ups be answered in so many buckets, and requests come.
fn look_up(world: &mut World, took: [u64; 4]) -> RouteRound {
    let upstream = world.counters.upstreams.get_mut("app").expect("it");
    upstream.lookups_took.resize(took.len(), 0);
    for (sum, count) in upstream.lookups_took.iter_mut().zip(took) {
        *sum += count;
    }
    world.serve(100, 0)
}

#[test]
fn a_name_server_that_answers_late_is_told_without_a_cause_until_it_is_well() {
    let mut world = World::new(vec![]);
    assert_eq!(look_up(&mut world, [15, 5, 2, 0]).verdict, Verdict::Good, "two may be two blips");

    let round = look_up(&mut world, [0, 0, 4, 1]);

    assert_eq!((rule(&round), world.state()), (Some(Rule::SlowLookups), State::Partial));
    let Verdict::Bad(broken) = &round.verdict else { panic!("{round:?}") };
    let elsewhere = Details {
        cause: Some("connect_refused"),
        endpoints: vec!["10.0.0.7:8080".into()],
        evidence: None,
    };
    let found = finding::of(&round, &broken[0], Some(&elsewhere), "", "gateway");
    assert_eq!(
        found.summary,
        "7 of 27 look-ups of the names of endpoints of upstream app (route shop) in the last 10 minutes \
         took longer than 500 ms: the name server answers late; the last answers stay in use"
    );
    assert_eq!((found.cause, found.stage), (None, Some(Stage::Resolve)));
    assert_eq!(found.blame, Some(Blame::Dependency));
    assert_eq!(found.components, BTreeSet::from([Component::Gateway("gateway".into())]));
    for _ in 0..140 {
        look_up(&mut world, [1, 0, 0, 0]);
    }
    assert_eq!(world.state(), State::Up);
}

#[test]
fn without_a_fresh_look_up_nothing_of_before_the_watch_is_told() {
    let mut world = World::new(vec![]);
    world.counters.upstreams.get_mut("app").expect("it").lookups_took = vec![0, 0, 50, 0];
    let mut ledger = Ledger::new(vec![]);
    ledger.take(world.counters.clone(), world.now);

    world.counters.routes.get_mut("shop").expect("it").good += 100;
    world.now = Timestamp(world.now.0 + 5_000_000);

    assert_eq!(ledger.take(world.counters, world.now).routes[0].verdict, Verdict::Good);
}

#[test]
fn a_route_has_its_own_table_and_the_others_that_of_all() {
    let off = Traffic { route: "shop".to_owned(), enabled: false, ..Traffic::default() };
    let strict = Traffic { requests: 5, ..Traffic::default() };
    let mut ledger = Ledger::new(vec![strict, off]);
    let world = World::new(vec![]);

    assert!(ledger.take(world.counters, world.now).routes.is_empty());
    assert_eq!((ledger.rules("api").requests, ledger.rules("shop").requests), (5, 50));
}

#[test]
fn clients_that_break_off_nearly_all_handshakes_are_told() {
    let mut world = World::new(vec![]);
    world.counters.connections += 100;
    world.counters.client_handshakes_failed += 95;
    world.now = Timestamp(world.now.0 + 5_000_000);

    let told = world.read().clients.expect("a rule");

    let Verdict::Bad(broken) = &told else { panic!("{told:?}") };
    let found = finding::of_clients(&broken[0], "gateway");
    assert!(found.summary.starts_with("95 of 100 TLS handshakes of clients"), "{}", found.summary);
}

#[test]
fn endpoints_that_leave_are_told() {
    let mut world = World::new(vec![]);
    let stands = |world: &mut World, word: &str| {
        let upstream = world.counters.upstreams.get_mut("app").expect("it");
        upstream.endpoints.insert("a:1".into(), word.into());
        world.read().moved
    };
    stands(&mut world, "up");

    let moved = stands(&mut world, "ejected");

    assert_eq!((&*moved[0].from, &*moved[0].to), ("up", "ejected"));
    assert_eq!(stands(&mut world, "ejected"), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_counted_no_request_is_counted_twice_or_invented(
        steps in prop::collection::vec((0_u64..50, 0_u64..50, prop::bool::weighted(0.1)), 1..60),
    ) {
        let mut world = World::new(vec![]);
        let (mut requests, mut failures) = (0, 0);
        for (good, failed, restarts) in steps {
            // A process that has counted nothing yet cannot be told from one that was started anew.
            if restarts && world.counters.connections > 0 {
                let route = world.route();
                (route.good, route.failed, route.durations) = (0, 0, vec![0; 5]);
                world.counters.connections = 0;
                world.read();
            }
            (requests, failures) = (requests + good, failures + failed);
            let round = world.serve(good, failed);
            // All of it is within ten minutes.
            prop_assert!(round.counts.requests <= requests + failures);
            prop_assert!(round.counts.failed <= failures);
            if good + failed == 0 {
                prop_assert_eq!(&round.verdict, &Verdict::Nothing);
            }
        }
    }
}
