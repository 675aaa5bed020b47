//! A reload while an incident is open.

use rustix::process::Signal;

use super::origin::Origin;
use super::sink::Sink;
use super::support::{Watch, are_well, asks, hook, state};

#[test]
fn a_reload_that_adds_and_removes_keeps_an_open_incident() {
    let (shop, old, new) = (Origin::new(), Origin::new(), Origin::new());
    let (ops, gone, added) = (Sink::new(), Sink::new(), Sink::new());
    let text = asks("shop", shop.address, "") + &asks("old", old.address, "") + &hook("ops", &ops);
    let watch = Watch::new(&(text + &hook("gone", &gone)));
    watch.until(&["status"], |status| are_well(status, 2));
    shop.refuse();
    let first = ops.wait_for("opened");
    gone.wait_for("opened");

    let text = asks("shop", shop.address, "") + &asks("new", new.address, "") + &hook("ops", &ops);
    watch.rewrite(&(text + &hook("added", &added)));
    watch.signal(Signal::HUP);
    watch.wait_for("reloaded");
    watch.until(&["status"], |status| are_well_but_one(status) && new.asked() > 0);
    let monitors: Vec<String> = monitors(&watch);

    assert!(monitors.contains(&"new".to_owned()), "{monitors:?}");
    assert!(!monitors.contains(&"old".to_owned()), "{monitors:?}");
    let file = watch.json(&["incident", "1"]);
    assert_eq!(file["incident"]["state"], "open", "{file:#}");
    assert_eq!(file["incident"]["monitors"][0], "shop", "{file:#}");
    // Those who are told now are told of what is new; what is known to them is not told again.
    new.refuse();
    added.wait_within(super::support::PATIENCE, "opened", |one| one["monitors"][0] == "new");
    ops.wait_within(super::support::PATIENCE, "opened", |one| one["monitors"][0] == "new");
    let again: Vec<_> =
        ops.about("shop").into_iter().filter(|one| one["key"] != first["key"]).collect();
    assert!(again.is_empty(), "{again:#?}");
    assert_eq!(gone.about("new"), Vec::<serde_json::Value>::new());
    let list = watch.json(&["incident"]);
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(2), "{list:#}");
}

/// The shop is down, and nothing else is wrong.
fn are_well_but_one(status: &serde_json::Value) -> bool {
    status["broken_total"] == 1
        && state(status, "shop") == Some("down")
        && status["monitors"]["up"].as_u64().is_some_and(|up| up >= 3)
}

fn monitors(watch: &Watch) -> Vec<String> {
    let socket = watch.folder.join("watch/goodgate.sock");
    let (_, body) = super::asking::over_unix(&socket, "GET", "/monitors");
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let all = answer["monitors"].as_array().cloned().unwrap_or_default();
    all.iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
}
