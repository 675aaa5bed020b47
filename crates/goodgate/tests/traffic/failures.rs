//! Requests that fail.

use goodgate_incident::{Component, Outcome, State};
use serde_json::Value;

use super::support::{Gateway, Origin, Watch, id, is_bad};

#[test]
fn a_route_that_fails_is_told_with_its_cause_endpoint_and_evidence_and_its_recovery() {
    let origin = Origin::start();
    let gateway = Gateway::before(origin.address);
    let watch = Watch::of(gateway.admin());
    for _ in 0..20 {
        assert_eq!(gateway.ask(), 200);
    }
    watch.until("good traffic", |heard| {
        heard.monitor == id("shop") && heard.result.outcome == Outcome::Good
    });

    origin.breaks(true);
    for _ in 0..20 {
        assert_eq!(gateway.ask(), 502);
    }
    let (_, heard) =
        watch.until("failed traffic", |heard| heard.monitor == id("shop") && is_bad(heard));

    let finding = heard.finding.expect("a finding");
    let (summary, endpoint) = (&finding.summary, origin.address.to_string());
    assert!(summary.contains("requests of route shop in the last minute failed"), "{summary}");
    assert!(summary.ends_with(&format!("closed_before_response at {endpoint}")), "{summary}");
    assert_eq!((finding.cause, finding.state), (Some("closed_before_response"), State::Partial));
    assert!(finding.components.contains(&Component::Endpoint(endpoint.as_str().into())));
    assert!(finding.stage.is_some() && finding.blame.is_some());
    let evidence = heard.evidence.expect("evidence");
    let json: Value = serde_json::from_slice(&evidence).expect("JSON");
    assert_eq!(json["failures"][0]["attempts"][0]["endpoint"], endpoint);
    assert!(evidence.len() <= 16 << 10);

    // Well below the threshold in the end: what fails goes on as long as the window is full of it.
    origin.breaks(false);
    let good = |heard: &goodgate_watch::desk::Heard| {
        heard.monitor == id("shop") && heard.result.outcome == Outcome::Good
    };
    goodgate_lab::wait::wait_until("good traffic again", std::time::Duration::from_mins(1), || {
        assert_eq!(gateway.ask(), 200);
        Ok(watch.has(good).then_some(()))
    })
    .expect("it recovers");
}

#[test]
fn without_requests_nothing_is_said_of_a_route() {
    let origin = Origin::start();
    let gateway = Gateway::before(origin.address);
    gateway.ask();
    let watch = Watch::of(gateway.admin());

    // Two more rounds.
    for _ in 0..2 {
        watch.until("a round", |heard| heard.monitor == id("process"));
    }

    assert!(!watch.has(|heard| heard.monitor == id("shop")));
}
