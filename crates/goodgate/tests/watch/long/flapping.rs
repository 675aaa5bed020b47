//! A target that is well and ill by turns.

use std::time::Duration;

use goodgate_lab::wait::wait_until;

use crate::origin::Origin;
use crate::sink::Sink;
use crate::support::{PATIENCE, Watch, are_well, asks, hook, is_soak};

/// How long it is well, and then ill.
const TURN: Duration = Duration::from_secs(3);

/// The checks of four minutes; those of bursts come on top and make it no longer.
const CHECKS: u64 = 240;

#[test]
fn a_target_that_flaps_is_one_incident_and_one_page() {
    if !is_soak() {
        return;
    }
    let (shop, sink) = (Origin::new(), Sink::new());
    let watch = Watch::new(&(asks("shop", shop.address, "") + &hook("ops", &sink)));
    watch.until(&["status"], |status| are_well(status, 1));

    let before = shop.asked();
    shop.flap(TURN);
    sink.wait_for("opened");
    wait_until("minutes of checks", Duration::from_mins(8), || {
        Ok((shop.asked() >= before + CHECKS).then_some(()))
    })
    .expect("minutes of checks");

    let kinds = sink.texts("/kind");
    let of = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!(of("opened"), 1, "{:#?}", sink.heard());
    assert_eq!(of("resolved"), 0, "{:#?}", sink.heard());
    let list = watch.json(&["incident"]);
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(1), "{list:#}");

    // It is told once when it is over.
    shop.steady();
    sink.wait_within(PATIENCE * 8, "resolved", |_| true);
    let file = watch.json(&["incident", "1"]);
    assert_eq!(file["incident"]["state"], "resolved", "{file:#}");
    assert_eq!(sink.of_kind("opened").len(), 1, "{:#?}", sink.heard());
}
