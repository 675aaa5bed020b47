//! Somebody is told, at once, and with the cause.

use super::origin::Origin;
use super::sink::Sink;
use super::support::{Watch, are_well, asks, hook};

fn monitor(name: &str, origin: &Origin) -> String {
    asks(name, origin.address, "")
}

#[test]
fn a_refused_connection_is_told_with_its_cause_and_where_the_chain_broke() {
    let (origin, sink) = (Origin::new(), Sink::new());
    let watch = Watch::new(&(monitor("shop", &origin) + &hook("ops", &sink)));
    watch.until(&["status"], |status| are_well(status, 1));

    watch.run(&["event", "deploy", "v1.2"]);
    origin.refuse();
    let told = sink.wait_for("opened");

    assert_eq!(told["verdict"]["cause"], "connect_refused", "{told:#}");
    assert_eq!(told["verdict"]["stage"], "connect");
    assert_eq!(told["monitors"][0], "shop");
    assert_eq!(told["components"][0], format!("address {}", origin.address));
    assert!(told["changes"][0]["what"].as_str().is_some_and(|what| what.contains("v1.2")));
    let incident =
        watch.until(&["incident", "1"], |file| file["deliveries"][0]["state"] == "accepted");
    assert_eq!(incident["incident"]["cause"], "connect_refused");
    let kinds: Vec<&str> = incident["evidence"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"attempt") && kinds.contains(&"verdict"), "{kinds:?}");

    watch.run(&["incident", "1", "ack", "--by", "ann"]);
    watch.run(&["incident", "1", "resolve"]);
    let incident = watch.json(&["incident", "1"]);
    assert_eq!(incident["incident"]["state"], "acknowledged", "it still fails: {incident:#}");
    origin.listen();
    watch.until(&["status"], |status| are_well(status, 1));
    let incident = watch.json(&["incident", "1"]);
    assert_eq!(incident["incident"]["acknowledged"]["by"], "ann", "{incident:#}");
    assert_eq!(incident["incident"]["state"], "acknowledged", "two minutes have not passed");

    let done = watch.run(&["incident", "1", "resolve", "--by", "ann"]);
    assert!(done.contains("incident 1: over"), "{done}");
    let told = sink.wait_for("resolved");
    assert_eq!(told["incident"]["id"], 1, "{told:#}");
    let incident = watch.json(&["incident", "1"]);
    assert_eq!(incident["incident"]["state"], "resolved", "{incident:#}");
    let said = incident["timeline"].as_array().into_iter().flatten();
    let said: Vec<_> = said.filter(|line| line["kind"] == "resolved").collect();
    assert_eq!(said[0]["by"], "ann", "{said:?}");
}

#[test]
fn a_channel_that_hangs_delays_no_check_and_no_other_channel() {
    let (origin, sink, deaf) = (Origin::new(), Sink::new(), Sink::deaf());
    let text = monitor("shop", &origin) + &hook("deaf", &deaf) + &hook("ops", &sink);
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 1));

    origin.answer(503);
    sink.wait_for("opened");
    let asked = origin.asked();
    // The one that hangs has twenty seconds for each attempt; checks go on every second.
    goodgate_lab::wait::wait_until("checks", super::support::PATIENCE, || {
        Ok((origin.asked() >= asked + 5).then_some(()))
    })
    .expect("checks go on");

    let file = watch.json(&["incident", "1"]);
    let state = |channel: &str| {
        let all = file["deliveries"].as_array().into_iter().flatten();
        all.into_iter().find(|one| one["channel"] == channel).map(|one| one["state"].clone())
    };
    assert_eq!(state("ops"), Some("accepted".into()), "{file:#}");
    assert_eq!(state("deaf"), Some("pending".into()));
}

#[test]
fn unrelated_targets_that_fail_together_are_two_incidents() {
    let (one, other, sink) = (Origin::new(), Origin::new(), Sink::new());
    let text = monitor("one", &one) + &monitor("other", &other) + &hook("ops", &sink);
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 2));

    one.refuse();
    other.refuse();
    let list = watch.until(&["incident"], |list| {
        list["incidents"].as_array().is_some_and(|all| all.len() == 2)
    });

    let members = |index: usize| list["incidents"][index]["monitors"].clone();
    assert_ne!(members(0), members(1), "{list:#}");
}
