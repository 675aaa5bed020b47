//! Servers that fail, and what that comes to.

use std::time::{Duration, Instant};

use goodgate_evidence::probe::{Connect, Http};
use goodgate_faults::Protocol;
use goodgate_incident::{Doubt, Outcome};

use crate::support::{Origin, Said, cause, checked, dead_port, ok, outcome};

#[tokio::test]
async fn a_refused_connect_is_an_answer() {
    let address = dead_port().await;

    assert_eq!(cause(&format!("tcp = \"{address}\"")).await, Some("connect_refused"));
    assert_eq!(cause(&format!("http = \"http://{address}/\"")).await, Some("connect_refused"));
}

#[tokio::test]
async fn every_way_to_break_an_answer_has_its_cause() {
    for (fault, expected) in [
        ("reset_after_request", "reset_before_response"),
        ("close_after_request", "closed_before_response"),
        ("truncated_head", "response_header_truncated"),
        ("truncated_body", "body_truncated"),
        ("invalid_status_line", "invalid_response_head"),
        ("bad_chunking", "invalid_chunking"),
    ] {
        let origin = Origin::start(Protocol::Http, &[fault], &[]).await;

        let cause = cause(&format!("http = \"http://{}/\"", origin.address)).await;

        assert_eq!(cause, Some(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_stall_ends_with_the_timeout_and_is_a_matter_of_time() {
    for (fault, expected) in [
        ("never_answer", "response_timeout"),
        ("stall_in_head", "response_timeout"),
        ("stall_in_body", "body_stalled"),
    ] {
        let origin = Origin::start(Protocol::Http, &[fault], &[]).await;
        let begun = Instant::now();

        let (raw, checked) =
            checked(&format!("http = \"http://{}/\"\ntimeout = \"300ms\"", origin.address)).await;

        // The watch would drop it half a second later.
        assert!(!raw.overran, "{fault}: {:?}", begun.elapsed());
        assert!(begun.elapsed() >= Duration::from_millis(295), "{fault}: {:?}", begun.elapsed());
        let [failure] = checked.failures.as_slice() else { panic!("{fault}: {checked:?}") };
        assert_eq!((failure.cause, failure.is_by_time), (Some(expected), true), "{fault}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_not_content() {
    let origin = Origin::start(Protocol::Http, &["slow_body"], &[]).await;

    let keys = format!("http = \"http://{}/\"\ntimeout = \"200ms\"", origin.address);
    let (raw, checked) = checked(&keys).await;

    let exchange = raw.last().and_then(|attempt| attempt.exchange.as_ref()).expect("a head");
    assert_eq!(exchange.outcome, Http::BodyStalled);
    assert!(matches!(checked.result.outcome, Outcome::Bad { .. }));
}

#[tokio::test]
async fn the_phases_are_measured() {
    let origin = Origin::start(Protocol::Https, &["slow_head:50ms"], &[]).await;
    let keys = format!("http = \"https://{}/\"\n{}", origin.address, origin.trusted());

    let (_, checked) = checked(&keys).await;

    let phases = checked.phases;
    assert_eq!(checked.result.outcome, Outcome::Good, "{:?}", checked.failures);
    assert!(phases.connect.is_some_and(|took| took > Duration::ZERO), "{phases:?}");
    assert!(phases.tls.is_some_and(|took| took > Duration::ZERO), "{phases:?}");
    assert!(phases.head.is_some_and(|took| took >= Duration::from_millis(50)), "{phases:?}");
}

#[tokio::test]
async fn a_connection_comes_from_the_address_that_was_chosen() {
    let server = Said::always(ok("")).await;
    let keys = format!("http = \"http://{}/\"\nsource = \"127.0.0.2\"", server.address);

    let (outcome, words) = outcome(&keys).await;

    assert_eq!(outcome, Outcome::Good, "{words}");
    assert_eq!(server.asked()[0].0.ip().to_string(), "127.0.0.2");
}

#[tokio::test]
async fn an_address_that_we_do_not_have_says_nothing_about_the_target() {
    let server = Said::always(ok("")).await;
    let keys = format!("tcp = \"{}\"\nsource = \"192.0.2.77\"", server.address);

    let (outcome, words) = outcome(&keys).await;

    assert_eq!(outcome, Outcome::Unmeasured(Doubt::Network), "{words}");
    assert!(words.contains("192.0.2.77"), "{words}");
}

#[tokio::test]
async fn a_refused_connect_keeps_its_address_and_time() {
    let address = dead_port().await;

    let (raw, checked) = checked(&format!("tcp = \"{address}\"")).await;

    let connect = &raw.last().expect("an attempt").connect;
    assert_eq!(
        (connect.endpoint.to_string(), &connect.outcome),
        (address.to_string(), &Connect::Refused)
    );
    assert!(checked.evidence.is_some());
}
