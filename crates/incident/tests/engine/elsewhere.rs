//! Alerts that another channel takes in the place of the first one.

use std::collections::BTreeSet;

use goodgate_incident::AlertKey;
use goodgate_incident::incident::{
    ChannelId, Delivery, Event, Plan, PlanId, Policy, Step, Watched, What,
};

use crate::world::{World, address, monitor, plan, policy};

fn answer(world: &mut World, key: AlertKey, channel: &str, failure: Option<&str>) {
    let channel = ChannelId(channel.into());
    let failure = failure.map(str::to_owned);
    world.give(Event::Delivery(Delivery { key, channel, failure }));
}

fn is_heard(world: &World, plan: &str) -> bool {
    world.only().incident.told[&PlanId(plan.into())].is_heard
}

/// Two monitors of two plans, each with channels of its own, that nobody can reach.
fn unreachable() -> World {
    let mut policy: Policy = policy(2, plan(&[], None));
    let night = PlanId("night".into());
    let channels = ["pager", "phone"].map(|name| ChannelId(name.into())).to_vec();
    let step = Step { after: std::time::Duration::ZERO, channels };
    policy.plans.insert(night.clone(), Plan { steps: vec![step], ..Plan::default() });
    let (tags, needs) = (BTreeSet::new(), BTreeSet::new());
    policy.monitors.insert(monitor(1), Watched { tags, needs, plan: night });
    let mut world = World::new(policy);
    world.is_reachable = false;
    world.fails(0, "connect_refused", &[address("a")]);
    world.fails(1, "connect_refused", &[address("a")]);
    world
}

#[test]
fn an_alert_that_a_fallback_takes_is_heard_by_those_who_follow_its_plan_alone() {
    let mut world = unreachable();
    let key = world.alerts.iter().find(|alert| &*alert.plan.0 == "night").unwrap().key;

    answer(&mut world, key, "pager", Some("no such number"));
    assert!(!is_heard(&world, "night"));
    answer(&mut world, key, "mail", None);

    assert!(is_heard(&world, "night"));
    assert!(!is_heard(&world, "default"), "somebody else's alert was taken");
    let last = &world.entries.last().unwrap().1.what;
    assert_eq!(last, &What::Delivered(key, ChannelId("mail".into())));
}

#[test]
fn a_fallback_counts_also_when_the_first_channel_was_the_only_one() {
    let mut world = unreachable();
    let key = world.alerts.iter().find(|alert| &*alert.plan.0 == "default").unwrap().key;

    answer(&mut world, key, "first", Some("gone"));
    answer(&mut world, key, "mail", None);

    assert!(is_heard(&world, "default"));
}

#[test]
fn a_fallback_that_fails_as_well_is_heard_by_nobody() {
    let mut world = unreachable();
    let key = world.alerts.iter().find(|alert| &*alert.plan.0 == "default").unwrap().key;

    answer(&mut world, key, "first", Some("gone"));
    answer(&mut world, key, "mail", Some("gone as well"));

    assert!(!is_heard(&world, "default"));
}
