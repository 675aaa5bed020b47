//! Maintenance, monitors that need others, and silences: nobody is told, and checks go on.

use goodgate_lab::wait::wait_until;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::origin::Origin;
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, asks, hook, is_soak, state};

/// A time of the calendar in UTC, some hours from now.
fn in_hours(hours: i64) -> String {
    let at = Timestamp::now().checked_add(Span::new().hours(hours)).expect("a time");
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Waits until a target was asked some times more: what would be told would have been.
fn asked_again(origin: &Origin, times: u64) {
    let before = origin.asked();
    wait_until("further checks", PATIENCE, || Ok((origin.asked() >= before + times).then_some(())))
        .expect("further checks");
}

#[test]
fn what_fails_in_its_maintenance_is_checked_and_not_told() {
    let (shop, till, sink) = (Origin::new(), Origin::new(), Sink::new());
    let window = format!(
        "[[monitor.maintenance]]\nfrom = \"{}\"\nuntil = \"{}\"\nzone = \"UTC\"\n",
        in_hours(-1),
        in_hours(1)
    );
    let text = asks("shop", shop.address, &window) + &asks("till", till.address, "");
    let watch = Watch::new(&(text + &hook("ops", &sink)));
    watch
        .until(&["status"], |status| status["monitors"]["maintenance"] == 1 && are_well(status, 1));

    shop.answer(502);
    asked_again(&shop, 5);
    till.answer(502);
    sink.wait_for("opened");

    assert_eq!(sink.about("shop"), Vec::<serde_json::Value>::new());
    let list = watch.json(&["incident"]);
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(1), "{list:#}");
    let status = watch.json(&["status"]);
    assert_eq!(status["monitors"]["maintenance"], 1, "{status:#}");
}

#[test]
fn what_needs_a_monitor_that_is_down_is_not_told() {
    let (database, shop, till, sink) = (Origin::new(), Origin::new(), Origin::new(), Sink::new());
    let text = asks("database", database.address, "")
        + &asks("shop", shop.address, "depends_on = [\"database\"]\n")
        + &asks("till", till.address, "")
        + &hook("ops", &sink);
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 3));

    database.refuse();
    sink.wait_for("opened");
    shop.refuse();
    watch.until(&["status"], |status| state(status, "shop") == Some("down"));
    // Somebody else's failure after it is told: that of the shop would have been before.
    till.refuse();
    sink.wait_within(PATIENCE, "opened", |one| one["monitors"][0] == "till");

    assert_eq!(sink.about("shop"), Vec::<serde_json::Value>::new());
    // Two minutes, so that it is checked again before that.
    if is_soak() {
        database.listen();
        let told = sink.wait_within(PATIENCE * 3, "opened", |one| one["monitors"][0] == "shop");
        assert_eq!(told["incident"]["state"], "down", "{told:#}");
    }
}

#[test]
fn a_silence_keeps_quiet_and_what_lasts_is_told_when_it_ends() {
    let (shop, till, sink) = (Origin::new(), Origin::new(), Sink::new());
    let text = asks("shop", shop.address, "") + &asks("till", till.address, "");
    let watch = Watch::new(&(text + &hook("ops", &sink)));
    watch.until(&["status"], |status| are_well(status, 2));
    watch.run(&["silence", "begin", "10m", "--monitor", "shop", "--why", "the database moves"]);
    let silences = watch.json(&["silence", "list"]);
    assert_eq!(silences["silences"][0]["why"], "the database moves", "{silences:#}");

    shop.refuse();
    watch.until(&["incident"], |list| list["incidents"][0]["monitors"][0] == "shop");
    till.refuse();
    sink.wait_within(PATIENCE, "opened", |one| one["monitors"][0] == "till");
    assert_eq!(sink.about("shop"), Vec::<serde_json::Value>::new());

    let number = silences["silences"][0]["id"].as_str().expect("a number").to_owned();
    watch.run(&["silence", "end", &number]);
    let told = sink.wait_within(PATIENCE, "opened", |one| one["monitors"][0] == "shop");
    assert_eq!(told["verdict"]["cause"], "connect_refused", "{told:#}");
}

#[test]
fn a_silence_ends_by_itself() {
    let (shop, sink) = (Origin::new(), Sink::new());
    let watch = Watch::new(&(asks("shop", shop.address, "") + &hook("ops", &sink)));
    watch.until(&["status"], |status| are_well(status, 1));
    watch.run(&["silence", "begin", "15s", "--all", "--why", "a short one"]);
    let silences = watch.json(&["silence", "list"]);
    let until = silences["silences"][0]["until"].as_str().expect("an end").to_owned();

    shop.refuse();
    let told = sink.wait_for("opened");

    let at: Timestamp = told["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
    let until: Timestamp = until.parse().expect("a time");
    assert!(at >= until, "silent until {until}: {told:#}");
}
