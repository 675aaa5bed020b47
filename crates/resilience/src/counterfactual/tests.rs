//! Stories of failures and what would have avoided them.

use std::collections::BTreeSet;

use goodgate_evidence::{Blame, ProxyError, Stage};

use super::*;
use crate::Said;

const REFUSED: Failure = Failure {
    error: ProxyError::ConnectionRefused,
    cause: "connect_refused",
    stage: Stage::Connect,
    blame: Blame::Origin,
    progress: Progress::NothingSent,
    said: Said::Nothing,
};

const BROKEN: Failure = Failure {
    error: ProxyError::ConnectionTerminated,
    cause: "closed_before_response",
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    progress: Progress::RequestSent,
    said: Said::Nothing,
};

#[test]
fn a_post_with_a_key_points_at_the_route() {
    let story = Story {
        failures: &[BROKEN],
        denied: Some(Denied::Method),
        has_idempotency_key: true,
        endpoints: 2,
        ..Story::default()
    };

    assert_eq!(remedies(&story), [Remedy::IdempotencyKey]);
}

#[test]
fn a_post_without_a_key_could_not_be_saved() {
    let story = Story {
        failures: &[BROKEN],
        denied: Some(Denied::Method),
        endpoints: 2,
        ..Story::default()
    };

    assert_eq!(remedies(&story), []);
}

#[test]
fn a_lost_race_points_at_the_idle_limit() {
    let story = Story {
        failures: &[BROKEN],
        denied: Some(Denied::Method),
        was_stale_connection: true,
        endpoints: 1,
        ..Story::default()
    };

    assert_eq!(remedies(&story), [Remedy::IdleLimit]);
}

#[test]
fn a_restart_that_took_longer_than_the_hold_points_at_both() {
    let story = Story {
        failures: &[REFUSED],
        hold: Some(HoldEnd::TimedOut),
        endpoints: 1,
        recovered_after: Some(Duration::from_secs(3)),
        ..Story::default()
    };

    assert_eq!(remedies(&story), [Remedy::HoldTime, Remedy::SecondEndpoint]);
}

#[test]
fn a_long_outage_is_not_held() {
    let story = Story {
        failures: &[REFUSED],
        hold: Some(HoldEnd::TimedOut),
        endpoints: 3,
        recovered_after: Some(Duration::from_mins(5)),
        ..Story::default()
    };

    assert_eq!(remedies(&story), []);
}

#[test]
fn further_tries_help_only_where_endpoints_are_left() {
    let story = |endpoints| Story {
        failures: &[REFUSED, REFUSED],
        denied: Some(Denied::Attempts),
        endpoints,
        ..Story::default()
    };

    assert_eq!(remedies(&story(3)), [Remedy::Attempts]);
    assert_eq!(remedies(&story(2)), []);
}

#[test]
fn a_failure_that_lasts_points_at_no_other_endpoint() {
    let large = Failure { cause: "response_header_too_large", ..BROKEN };
    let story = Story {
        failures: &[large],
        denied: Some(Denied::NoOtherEndpoint),
        was_too_large: true,
        endpoints: 1,
        ..Story::default()
    };

    assert_eq!(remedies(&story), [Remedy::HeaderSize]);
}

#[test]
fn an_answer_that_broke_off_late_points_at_the_commit() {
    let story = Story { denied: Some(Denied::Committed), endpoints: 2, ..Story::default() };

    assert_eq!(remedies(&story), [Remedy::CommitBytes]);
}

#[test]
fn each_remedy_has_its_word_and_its_sentence() {
    let slugs: BTreeSet<&str> = Remedy::ALL.iter().map(|remedy| remedy.slug()).collect();

    assert_eq!(slugs.len(), Remedy::ALL.len());
    assert!(Remedy::ALL.iter().all(|remedy| remedy.sentence().ends_with('.')));
}
