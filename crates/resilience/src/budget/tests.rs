//! What a budget earns, keeps and loses.

use super::*;

fn budget() -> (Budget, Instant) {
    let now = Instant::now();
    (Budget::new(Settings::default(), now), now)
}

fn take_all(budget: &Budget, now: Instant) -> usize {
    (0..100_000).take_while(|_| budget.take(now)).count()
}

/// Answers `rate` requests a second for `seconds`; returns the time after it.
fn traffic(budget: &Budget, rate: u32, seconds: u32, from: Instant) -> Instant {
    let step = Duration::from_secs(1) / rate;
    (1..=rate * seconds).fold(from, |_, number| {
        let now = from + step * number;
        budget.answered(now);
        now
    })
}

#[test]
fn a_quiet_site_has_ten_seconds_of_retries() {
    let (budget, now) = budget();

    assert_eq!(take_all(&budget, now), 30);
    assert!(!budget.has_retry(now));
}

#[test]
fn three_retries_come_back_each_second() {
    let (budget, now) = budget();
    take_all(&budget, now);

    let left = budget.left(now + Duration::from_secs(1));

    assert!((2.7..3.0).contains(&left), "{left}");
}

#[test]
fn a_fifth_of_the_requests_may_be_repeated() {
    let (budget, start) = budget();
    take_all(&budget, start);

    let mut repeated = 0;
    let mut now = start;
    for _ in 0..60 {
        now = traffic(&budget, 1000, 1, now);
        repeated += take_all(&budget, now);
    }

    let share = repeated as f64 / 60_000.0;
    assert!((0.18..0.21).contains(&share), "{share}");
}

#[test]
fn the_reserve_has_an_end() {
    let (budget, start) = budget();

    let now = traffic(&budget, 100, 120, start);

    let left = budget.left(now);
    assert!((220.0..231.0).contains(&left), "{left}");
}

#[test]
fn what_is_in_vain_empties_the_reserve() {
    let (budget, start) = budget();
    let now = traffic(&budget, 1000, 60, start);

    (0..20).for_each(|_| budget.in_vain(now));

    assert!(budget.left(now) < 10.0);
}

#[test]
fn in_vain_leaves_a_trickle_that_success_restores() {
    let (budget, now) = budget();
    (0..100).for_each(|_| budget.in_vain(now));

    let later = now + Duration::from_secs(5);
    let trickle = budget.left(later);
    assert!((0.5..1.0).contains(&trickle), "{trickle}");

    let end = traffic(&budget, 10, 10, later);
    assert!(budget.left(end) > 20.0);
}

#[test]
fn in_the_dark_there_are_no_retries() {
    let (budget, now) = budget();
    (0..=BUDGET_DARK).for_each(|_| budget.failed());

    assert!(!budget.has_retry(now) && !budget.take(now));

    budget.answered(now);
    assert!(budget.take(now));
}

#[test]
fn a_busy_upstream_may_fail_more_often_in_a_row() {
    let (budget, start) = budget();
    let now = traffic(&budget, 1000, 60, start);

    (0..400).for_each(|_| budget.failed());
    assert!(budget.has_retry(now));
    (0..200).for_each(|_| budget.failed());
    assert!(!budget.has_retry(now));
}

#[test]
fn asking_takes_nothing() {
    let (budget, now) = budget();

    (0..100).for_each(|_| assert!(budget.has_retry(now)));

    assert_eq!(take_all(&budget, now), 30);
}
