//! The table of what may be tried again, and the order of the reasons.

use std::time::{Duration, Instant};

use super::*;
use crate::failure::{Method, Progress};

const PERMITTED: Situation = Situation {
    method: Method::Safe,
    has_idempotency_key: false,
    body: Body::Kept,
    is_committed: false,
    trigger: Trigger::Failed(Progress::RequestSent),
    lasts: false,
    attempts: 1,
    has_other_endpoint: true,
    has_budget: true,
    deadline: None,
};

const STRICT: Policy = Policy {
    attempts_max: 3,
    idempotent_methods: false,
    idempotency_key: false,
    replace_status: true,
};

fn decide(situation: Situation, policy: Policy) -> Result<(), Denied> {
    may_retry(&situation, policy, Duration::ZERO, Instant::now())
}

#[test]
fn method_and_progress_decide() {
    use Method::{Idempotent, Other, Safe};
    use Progress::{NothingSent, Refused, RequestSent, ResponseStarted};
    let lenient = Policy { idempotent_methods: true, ..STRICT };
    let keyed = Policy { idempotency_key: true, ..STRICT };
    // Whether it is tried again: strictly; with PUT and DELETE allowed; with a key that is honoured.
    let table = [
        (Safe, NothingSent, [true, true, true]),
        (Safe, Refused, [true, true, true]),
        (Safe, RequestSent, [true, true, true]),
        (Safe, ResponseStarted, [true, true, true]),
        (Idempotent, NothingSent, [true, true, true]),
        (Idempotent, Refused, [true, true, true]),
        (Idempotent, RequestSent, [false, true, true]),
        (Idempotent, ResponseStarted, [false, true, true]),
        (Other, NothingSent, [true, true, true]),
        (Other, Refused, [true, true, true]),
        (Other, RequestSent, [false, false, true]),
        (Other, ResponseStarted, [false, false, true]),
    ];

    assert_eq!(table.len(), Method::ALL.len() * Progress::ALL.len());
    for (method, progress, expected) in table {
        let trigger = Trigger::Failed(progress);
        let plain = Situation { method, trigger, ..PERMITTED };
        let with_key = Situation { has_idempotency_key: true, ..plain };
        let found = [decide(plain, STRICT), decide(plain, lenient), decide(with_key, keyed)];
        assert_eq!(found.map(|decision| decision.is_ok()), expected, "{method:?} {progress:?}");
        // The only reason can be the method.
        assert!(found.iter().all(|found| matches!(found, Ok(()) | Err(Denied::Method))));
    }
}

#[test]
fn a_key_counts_only_where_the_route_says_so() {
    let post = Situation { method: Method::Other, has_idempotency_key: true, ..PERMITTED };

    assert_eq!(decide(post, STRICT), Err(Denied::Method));
}

#[test]
fn another_answer_replaces_some_statuses_of_safe_requests() {
    let answered =
        |status| decide(Situation { trigger: Trigger::Answered(status), ..PERMITTED }, STRICT);
    let retried: Vec<u16> = (100..600).filter(|status| answered(*status).is_ok()).collect();

    assert_eq!(retried, [502, 503, 504]);
    assert_eq!(answered(500), Err(Denied::Status));
}

#[test]
fn a_status_of_a_post_is_its_answer() {
    let trigger = Trigger::Answered(503);
    let post = Situation { method: Method::Other, trigger, ..PERMITTED };

    assert_eq!(decide(post, STRICT), Err(Denied::Method));
}

#[test]
fn a_status_is_replaced_only_by_another_endpoint_and_if_the_route_says_so() {
    let trigger = Trigger::Answered(503);
    let alone = Situation { trigger, has_other_endpoint: false, ..PERMITTED };
    let off = Policy { replace_status: false, ..STRICT };

    assert_eq!(decide(alone, STRICT), Err(Denied::NoOtherEndpoint));
    assert_eq!(decide(Situation { trigger, ..PERMITTED }, off), Err(Denied::Status));
}

#[test]
fn a_failure_may_be_tried_at_the_same_endpoint() {
    assert_eq!(decide(Situation { has_other_endpoint: false, ..PERMITTED }, STRICT), Ok(()));
}

#[test]
fn a_failure_that_lasts_is_tried_at_another_endpoint_or_not_at_all() {
    for progress in Progress::ALL {
        let lasts = Situation { lasts: true, trigger: Trigger::Failed(progress), ..PERMITTED };
        let alone = Situation { has_other_endpoint: false, ..lasts };

        assert_eq!(decide(lasts, STRICT), Ok(()));
        assert_eq!(decide(alone, STRICT), Err(Denied::NoOtherEndpoint));
    }
}

#[test]
fn each_bound_stops_a_retry() {
    let now = Instant::now();
    let cases = [
        (Situation { is_committed: true, ..PERMITTED }, Denied::Committed),
        (Situation { body: Body::Gone, ..PERMITTED }, Denied::BodyGone),
        (Situation { attempts: 3, ..PERMITTED }, Denied::Attempts),
        (Situation { deadline: Some(now), ..PERMITTED }, Denied::Deadline),
        (Situation { has_budget: false, ..PERMITTED }, Denied::Budget),
    ];

    for (situation, reason) in cases {
        assert_eq!(may_retry(&situation, STRICT, Duration::ZERO, now), Err(reason));
    }
}

#[test]
fn the_pause_counts_against_the_deadline() {
    let now = Instant::now();
    let situation = Situation { deadline: Some(now + Duration::from_millis(100)), ..PERMITTED };
    let decide = |pause| may_retry(&situation, STRICT, Duration::from_millis(pause), now);

    assert_eq!(decide(99), Ok(()));
    assert_eq!(decide(100), Err(Denied::Deadline));
}

#[test]
fn a_committed_response_is_never_taken_back() {
    for progress in Progress::ALL {
        let trigger = Trigger::Failed(progress);
        let situation = Situation { is_committed: true, trigger, ..PERMITTED };

        assert_eq!(decide(situation, STRICT), Err(Denied::Committed));
    }
}

#[test]
fn one_try_means_no_retry() {
    let trigger = Trigger::Failed(Progress::NothingSent);
    let off = Policy { attempts_max: 1, ..STRICT };

    assert_eq!(decide(Situation { trigger, ..PERMITTED }, off), Err(Denied::Attempts));
}

#[test]
fn what_had_no_effect_may_wait_although_it_may_not_be_tried() {
    let waits = Situation {
        method: Method::Other,
        trigger: Trigger::Failed(Progress::NothingSent),
        attempts: 9,
        has_budget: false,
        ..PERMITTED
    };

    assert!(may_hold(&waits));
    assert!(!may_hold(&Situation { is_committed: true, ..waits }));
    assert!(!may_hold(&Situation { body: Body::Gone, ..waits }));
    assert!(!may_hold(&PERMITTED));
}

#[test]
fn the_irrevocable_reason_is_named_first() {
    let all = Situation {
        method: Method::Other,
        body: Body::Gone,
        attempts: 9,
        has_budget: false,
        deadline: Some(Instant::now()),
        ..PERMITTED
    };

    assert_eq!(decide(all, STRICT), Err(Denied::Method));
    assert_eq!(decide(Situation { method: Method::Safe, ..all }, STRICT), Err(Denied::BodyGone));
}
