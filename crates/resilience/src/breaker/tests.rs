//! The states of a breaker and what moves them.

use super::*;

const FIVE: u32 = 5;

fn breaker() -> (Breaker, Instant) {
    let now = Instant::now();
    (Breaker::new(Settings::endpoint(), now), now)
}

fn opened() -> (Breaker, Instant) {
    let (breaker, now) = breaker();
    fail(&breaker, FIVE, now);
    (breaker, now)
}

fn fail(breaker: &Breaker, times: u32, now: Instant) -> Transition {
    let record = |_| breaker.record(Admission::Pass, Mark::Broken, true, now);
    (0..times).map(record).last().unwrap()
}

fn after(now: Instant, millis: u64) -> Instant {
    now + Duration::from_millis(millis)
}

#[test]
fn traffic_flows_until_five_failures_in_a_row() {
    let (breaker, now) = breaker();

    assert_eq!(fail(&breaker, 4, now), Transition::None);
    assert_eq!(breaker.admit(Asker::UnsafeRequest, now), Admission::Pass);
    assert!(matches!(fail(&breaker, 1, now), Transition::Opened { .. }));
}

#[test]
fn refuses_when_open() {
    let (breaker, now) = opened();

    let retry_after = BREAKER_OPEN;
    assert_eq!(breaker.admit(Asker::SafeRequest, now), Admission::Refused { retry_after });
    assert_eq!(breaker.state(now), State::Open { until: now + BREAKER_OPEN });
}

#[test]
fn half_open_admits_one_safe_request() {
    let (breaker, now) = opened();
    let later = after(now, 1000);

    assert!(breaker.is_trial_due(later));
    assert!(!breaker.admit(Asker::UnsafeRequest, later).is_admitted());
    assert_eq!(breaker.admit(Asker::SafeRequest, later), Admission::Trial);
    assert!(!breaker.admit(Asker::SafeRequest, later).is_admitted());
    assert_eq!(breaker.state(later), State::HalfOpen { is_on_trial: true });
}

#[test]
fn never_admits_a_post_on_trial() {
    let (breaker, now) = opened();

    let admitted = (0..100_000)
        .step_by(100)
        .any(|ms| breaker.admit(Asker::UnsafeRequest, after(now, ms)).is_admitted());

    assert!(!admitted);
}

#[test]
fn a_probe_may_look_at_any_time() {
    let (breaker, now) = opened();

    assert_eq!(breaker.admit(Asker::Probe, now), Admission::Trial);
}

#[test]
fn a_good_probe_closes_it_where_no_connection_could_be_made() {
    let (breaker, now) = breaker();
    breaker.record(Admission::Pass, Mark::Refused, true, now);
    assert!(breaker.is_away());

    assert_eq!(breaker.probed(Mark::Unreachable, now), Transition::None);
    assert_eq!(breaker.probed(Mark::Good, now), Transition::Closed);
}

#[test]
fn a_good_probe_is_a_trial_where_requests_failed() {
    let (breaker, now) = opened();
    let later = after(now, 1000);

    assert!(!breaker.is_away());
    assert_eq!(breaker.probed(Mark::Good, now), Transition::None);
    assert_eq!(breaker.probed(Mark::Good, later), Transition::None);
    assert_eq!(breaker.probed(Mark::Good, later), Transition::Closed);
    assert_eq!(breaker.probed(Mark::Good, later), Transition::None);
}

#[test]
fn a_bad_probe_is_a_trial_in_vain_when_one_is_due() {
    let (breaker, now) = opened();
    let later = after(now, 1000);

    assert_eq!(breaker.probed(Mark::Unreachable, now), Transition::None);
    let until = later + BREAKER_OPEN * 2;
    assert_eq!(breaker.probed(Mark::Unreachable, later), Transition::Opened { until });
    assert!(breaker.is_away());
}

#[test]
fn good_trials_in_a_row_close_it_and_it_forgets() {
    let (breaker, now) = opened();
    let later = after(now, 1000);
    let trial = |mark| breaker.record(breaker.admit(Asker::SafeRequest, later), mark, true, later);

    assert_eq!(trial(Mark::Good), Transition::None);
    assert!(!breaker.admit(Asker::UnsafeRequest, later).is_admitted());
    assert_eq!(trial(Mark::Good), Transition::Closed);

    assert_eq!(breaker.counts(later), Counts::default());
    assert_eq!(fail(&breaker, 4, later), Transition::None);
}

#[test]
fn a_failed_trial_begins_the_row_anew() {
    let (breaker, now) = opened();
    let trial = |mark, at| breaker.record(breaker.admit(Asker::SafeRequest, at), mark, true, at);
    trial(Mark::Good, after(now, 1000));
    trial(Mark::Broken, after(now, 1000));

    assert_eq!(trial(Mark::Good, after(now, 3000)), Transition::None);
    assert_eq!(trial(Mark::Good, after(now, 3000)), Transition::Closed);
}

#[test]
fn each_opening_in_vain_takes_twice_as_long() {
    let (breaker, now) = opened();
    let mut later = now;
    let mut times = Vec::new();
    for _ in 0..6 {
        let State::Open { until } = breaker.state(later) else { panic!("it stays open") };
        times.push(until.duration_since(later).as_secs());
        later = until;
        let admission = breaker.admit(Asker::SafeRequest, later);
        breaker.record(admission, Mark::Unreachable, true, later);
    }

    assert_eq!(times, [1, 2, 4, 8, 16, 30]);
}

#[test]
fn a_trial_without_an_outcome_is_free_again() {
    let (breaker, now) = opened();
    let later = after(now, 1000);
    let admission = breaker.admit(Asker::SafeRequest, later);

    assert_eq!(breaker.record(admission, Mark::Nothing, true, later), Transition::None);
    assert_eq!(breaker.admit(Asker::SafeRequest, later), Admission::Trial);
}

#[test]
fn a_trial_that_never_ends_is_given_to_the_next() {
    let (breaker, now) = opened();
    let later = after(now, 1000);
    breaker.admit(Asker::SafeRequest, later);

    assert_eq!(breaker.admit(Asker::SafeRequest, later + TRIAL_MAX), Admission::Trial);
}

#[test]
fn late_answers_change_nothing() {
    let (breaker, now) = opened();

    assert_eq!(breaker.record(Admission::Pass, Mark::Good, true, now), Transition::None);
    assert_eq!(fail(&breaker, 100, now), Transition::None);
    assert!(matches!(breaker.state(now), State::Open { .. }));
}

#[test]
fn without_others_only_refused_connections_open_it() {
    let (breaker, now) = breaker();
    let record = |mark| (0..50).map(|_| breaker.record(Admission::Pass, mark, false, now)).last();

    assert_eq!(record(Mark::Broken), Some(Transition::None));
    assert!(matches!(
        breaker.record(Admission::Pass, Mark::Unreachable, false, now),
        Transition::Opened { .. }
    ));
}

#[test]
fn a_last_resort_closes_it_by_success_only() {
    let (breaker, now) = opened();

    assert_eq!(breaker.record(Admission::LastResort, Mark::Broken, true, now), Transition::None);
    assert_eq!(breaker.record(Admission::LastResort, Mark::Good, true, now), Transition::Closed);
}

#[test]
fn an_upstream_opens_only_when_nearly_everything_fails() {
    let now = Instant::now();
    let breaker = Breaker::new(Settings::upstream(), now);
    let good = || breaker.record(Admission::Pass, Mark::Good, true, now);
    (0..8).for_each(|_| _ = good());
    fail(&breaker, 40, now);
    (0..2).for_each(|_| _ = good());

    fail(&breaker, 49, now);
    assert_eq!(breaker.state(now), State::Closed);
    fail(&breaker, 1, now);
    assert!(matches!(breaker.state(now), State::Open { .. }));
}
