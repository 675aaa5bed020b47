//! Changes of the gateway that are seen.

use rustix::process::Signal;

use super::support::{Gateway, Origin, Watch, id, is_bad};

#[test]
fn a_reload_is_a_marker() {
    let origin = Origin::start();
    let gateway = Gateway::before(origin.address);
    let watch = Watch::of(gateway.admin());
    // What it is configured to do was read with the first round.
    watch.until("another round", |heard| heard.monitor == id("process"));

    gateway.change("\"least_request\"", "\"round_robin\"");
    gateway.signal(Signal::HUP);

    let mark = watch.until_marked("upstream app has other balance");
    assert_eq!((&*mark.kind, &*mark.source), ("reload", "watch"));
}

#[test]
fn a_hand_over_is_a_marker_and_no_failure() {
    let origin = Origin::start();
    let gateway = Gateway::before(origin.address);
    for _ in 0..5 {
        gateway.ask();
    }
    let watch = Watch::of(gateway.admin());

    gateway.signal(Signal::USR2);

    let mark = watch.until_marked("the gateway is another process");
    assert_eq!(&*mark.kind, "reload");
    watch.until("a round after it", |heard| {
        assert!(!is_bad(heard), "{heard:?}");
        heard.monitor == id("process")
    });
}
