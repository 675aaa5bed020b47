//! Five hundred monitors with one cause.

use std::fmt::Write as _;
use std::time::Duration;

use goodgate_lab::wait::wait_until;

use crate::origin::Origin;
use crate::sink::Sink;
use crate::support::{PATIENCE, Watch, are_well, hook, is_soak};

const MONITORS: usize = 500;

/// The page, then what is gathered for 75 s, and time for a machine that has much else to do.
const UPDATED_WITHIN: Duration = Duration::from_mins(3);

#[test]
fn five_hundred_monitors_behind_one_gateway_are_one_incident_one_page_and_one_update() {
    if !is_soak() {
        return;
    }
    let (gateway, sink) = (Origin::new(), Sink::new());
    let mut text = hook("ops", &sink);
    for number in 1..=MONITORS {
        // Writing into a string cannot fail.
        write!(
            text,
            "[[monitor]]\nname = \"m{number}\"\nhttp = \"http://{}/{number}\"\ninterval = \"10s\"\n",
            gateway.address
        )
        .ok();
    }
    let watch = Watch::new(&text);
    watch.until_within(PATIENCE * 2, &["status"], |status| are_well(status, MONITORS));

    gateway.answer(502);
    let page = sink.wait_for("opened");
    let update = sink.wait_within(UPDATED_WITHIN, "updated", |_| true);

    assert_eq!(page["incident"]["state"], "down", "{page:#}");
    assert_eq!(update["incident"]["id"], page["incident"]["id"], "{update:#}");
    assert_eq!(update["monitors_total"], MONITORS, "{update:#}");
    // What else would be told would come within some further rounds of checks.
    let asked = gateway.asked();
    wait_until("further checks", PATIENCE * 2, || {
        Ok((gateway.asked() >= asked + 2 * MONITORS as u64).then_some(()))
    })
    .expect("further checks");
    let list = watch.json(&["incident"]);
    let incidents = list["incidents"].as_array().expect("incidents");
    assert_eq!(incidents.len(), 1, "{list:#}");
    assert_eq!(incidents[0]["monitors"].as_array().map(Vec::len), Some(MONITORS));
    let kinds = sink.texts("/kind");
    assert_eq!(kinds, ["opened", "updated"], "{:#?}", sink.heard());

    gateway.answer(200);
    sink.wait_within(PATIENCE * 5, "resolved", |_| true);
    let kinds = sink.texts("/kind");
    assert_eq!(kinds, ["opened", "updated", "resolved"], "{:#?}", sink.heard());
}
