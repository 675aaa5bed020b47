//! The process of the gateway: its death, its return, and what is no death.

use std::time::{Duration, Instant};

use goodgate_door::client::Place;
use goodgate_incident::{Outcome, State};
use rustix::process::Signal;

use super::support::{Gateway, Origin, Watch, id, is_bad};

#[test]
fn a_gateway_that_is_killed_is_told_within_ten_seconds_and_its_return_as_well() {
    let origin = Origin::start();
    let mut gateway = Gateway::to(origin.address, "127.0.0.1:0");
    let Place::Tcp(admin) = gateway.admin() else { panic!("an address") };
    let watch = Watch::of(Place::Tcp(admin));

    let killed = Instant::now();
    gateway.kill();
    let (told, heard) =
        watch.until("its death", |heard| heard.monitor == id("process") && is_bad(heard));

    assert!(told.duration_since(killed) < Duration::from_secs(10));
    let finding = heard.finding.expect("a finding");
    assert_eq!(finding.state, State::Down);
    assert!(finding.summary.contains("nothing listens"), "{}", finding.summary);
    assert!(finding.summary.contains(&admin.to_string()), "{}", finding.summary);
    let _again = Gateway::to(origin.address, &admin.to_string());
    watch.until("its return", |heard| {
        heard.monitor == id("process") && heard.result.outcome == Outcome::Good
    });
}

#[test]
fn one_that_stands_still_is_told_within_ten_seconds() {
    let origin = Origin::start();
    let gateway = Gateway::before(origin.address);
    let watch = Watch::of(gateway.admin());

    let stopped = Instant::now();
    gateway.signal(Signal::STOP);
    let (told, heard) =
        watch.until("its silence", |heard| heard.monitor == id("process") && is_bad(heard));

    assert!(told.duration_since(stopped) < Duration::from_secs(10));
    let finding = heard.finding.expect("a finding");
    assert!(finding.summary.contains("does not answer"), "{}", finding.summary);
    assert!(finding.summary.contains("admin.sock"), "{}", finding.summary);
    gateway.signal(Signal::CONT);
    watch.until("its return", |heard| {
        heard.monitor == id("process") && heard.result.outcome == Outcome::Good
    });
}
