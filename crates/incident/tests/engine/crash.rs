//! A process that dies between any two steps.

use goodgate_incident::incident::{Event, Matchers, Silence, SilenceId};
use goodgate_incident::{Doubt, State, Timestamp};

use crate::world::{Random, World, address, for_each_seed, mins, monitor, plan, policy, secs};

/// Some hours of a bad day.
fn day(seed: u64, world: &mut World) {
    let mut random = Random(seed ^ 0xDEAD);
    for step in 0..30 {
        let number = random.between(0, 6) as usize;
        match random.between(0, 10) {
            0..=3 => {
                let cause = ["connect_refused", "dns_timeout"][random.between(0, 2) as usize];
                world.fails(number, cause, &[address(["a", "b"][number % 2])]);
            }
            4..=6 => world.recovers(number),
            7 => world.goes(&monitor(number), State::Unknown, None, Some(Doubt::Network)),
            8 => {
                let until = Timestamp(world.now.0 + mins(10).as_micros() as i64);
                world.give(Event::Silence(Silence {
                    id: SilenceId(format!("api/{step}").into()),
                    matchers: Matchers {
                        monitors: [monitor(number)].into(),
                        ..Matchers::default()
                    },
                    from: world.now,
                    until,
                    by: String::new(),
                    why: String::new(),
                }));
            }
            _ => {
                let open = world.engine.snapshot().cases.values().find(|case| !case.is_over());
                if let Some(incident) = open.map(|case| case.incident.id) {
                    world.give(Event::Acknowledge { incident, by: "ann".to_owned() });
                }
            }
        }
        world.is_reachable = random.between(0, 4) > 0;
        world.pass(secs([1, 40, 200, 1200][random.between(0, 4) as usize]));
    }
}

#[test]
fn whoever_dies_at_every_step_says_the_same_with_the_same_keys() {
    let (mut alerts, mut digests) = (0, 0);
    for_each_seed(|seed| {
        let policy = policy(6, plan(&[(5, "second")], Some(mins(20))));
        let (mut calm, mut mortal) = (World::new(policy.clone()), World::mortal(policy));
        day(seed, &mut calm);
        day(seed, &mut mortal);

        assert_eq!(calm.alerts, mortal.alerts, "seed {seed}");
        assert_eq!(calm.entries, mortal.entries, "seed {seed}");
        assert_eq!(calm.received, mortal.received, "seed {seed}");
        alerts += calm.alerts.len();
        digests += calm.alerts.iter().filter(|alert| alert.digest.is_some()).count();
    });
    println!("{alerts} alerts, {digests} digests");
    let is_one_world = std::env::var("GOODGATE_SIM_SEED").is_ok();
    assert!(is_one_world || (alerts > 1000 && digests > 20), "{alerts} alerts, {digests} digests");
}

/// A hundred monitors fail one after the other, and most of them come back.
fn crowd(seed: u64, world: &mut World) {
    let mut random = Random(seed ^ 0xC0DE);
    for number in 0..100 {
        world.fails(number, "connect_refused", &[address("a")]);
        world.pass(random.ms(1, 300));
    }
    world.pass(mins(10));
    for number in 0..95 {
        world.recovers(number);
        world.pass(random.ms(1, 300));
    }
    world.pass(mins(10));
}

#[test]
fn a_large_incident_outlives_its_process_as_well() {
    for seed in 0..4 {
        let policy = policy(100, plan(&[(5, "second")], Some(mins(20))));
        let (mut calm, mut mortal) = (World::new(policy.clone()), World::mortal(policy));
        crowd(seed, &mut calm);
        crowd(seed, &mut mortal);

        assert_eq!(calm.alerts, mortal.alerts, "seed {seed}");
        assert_eq!(calm.entries, mortal.entries, "seed {seed}");
        let split = calm.timeline().iter().filter(|what| **what == "split_off").count();
        assert_eq!(split, 95, "seed {seed}");
    }
}
