//! What is learned from closes.

use super::*;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn learned(closes: &[f64]) -> (Learner, Instant) {
    let mut learner = Learner::new();
    let mut now = Instant::now();
    for idle in closes {
        now += Duration::from_secs(1);
        learner.closed(seconds(*idle), now);
    }
    (learner, now)
}

fn published(learner: &Learner) -> IdleLimit {
    let limit = IdleLimit::new();
    limit.publish(learner);
    limit
}

const fn kept(idle: Duration) -> Kept {
    Kept { idle, age: idle, requests: 1 }
}

fn may_reuse(limit: &IdleLimit, idle: f64, is_replayable: bool) -> bool {
    limit.may_reuse(kept(seconds(idle)), &Bounds::default(), is_replayable)
}

#[test]
fn four_seconds_are_safe_until_more_is_known() {
    let limit = published(&Learner::new());

    assert!(may_reuse(&limit, 3.9, true));
    assert!(!may_reuse(&limit, 4.0, true));
    assert!(may_reuse(&limit, 0.09, false));
    assert!(!may_reuse(&limit, 0.1, false));
}

#[test]
fn a_post_follows_where_others_were_served() {
    let limit = published(&Learner::new());

    limit.served(seconds(3.0));

    assert!(may_reuse(&limit, 1.4, false));
    assert!(!may_reuse(&limit, 1.5, false));
    limit.publish(&learned(&[1.0]).0);
    assert!(!may_reuse(&limit, 0.5, false));
}

#[test]
fn the_limit_is_what_was_seen_with_a_margin() {
    let limit = published(&learned(&[5.0, 5.01, 5.02]).0);

    assert!(may_reuse(&limit, 3.9, true));
    assert!(!may_reuse(&limit, 4.0, true));
    assert!(may_reuse(&limit, 2.4, false));
    assert!(!may_reuse(&limit, 2.5, false));
}

#[test]
fn an_announced_limit_counts_at_once() {
    let mut learner = Learner::new();

    learner.announced(2);

    assert_eq!(learner.limit(), Some(seconds(2.0)));
}

#[test]
fn the_shorter_of_seen_and_announced_counts() {
    let (mut learner, _) = learned(&[5.0, 5.0]);

    learner.announced(60);

    assert_eq!(learner.limit(), Some(seconds(5.0)));
}

#[test]
fn a_rare_early_close_is_not_the_limit() {
    let mut closes = vec![5.0; 30];
    closes.push(0.2);

    assert_eq!(learned(&closes).0.limit(), Some(seconds(5.0)));
}

#[test]
fn a_restart_teaches_nothing() {
    let (mut learner, now) = learned(&[5.0]);
    let later = now + Duration::from_mins(1);

    for idle in [0.1, 3.2, 1.7, 0.9, 4.4] {
        learner.closed(seconds(idle), later);
    }

    assert!(learner.limit() >= Some(seconds(0.5)), "{:?}", learner.limit());
}

#[test]
fn a_connection_that_is_still_open_refutes_a_short_limit() {
    let (mut learner, now) = learned(&[1.0]);

    learner.still_open(seconds(2.0), now);

    assert_eq!(learner.limit(), None);
}

#[test]
fn old_closes_are_forgotten() {
    let (mut learner, now) = learned(&[1.0]);

    learner.closed(seconds(30.0), now + IDLE_FORGET);

    assert_eq!(learner.limit(), Some(seconds(30.0)));
}

#[test]
fn samples_are_bounded() {
    let (learner, _) = learned(&vec![5.0; 1000]);

    assert_eq!(learner.samples.len(), IDLE_SAMPLES);
}

#[test]
fn an_old_connection_is_retired() {
    let limit = published(&learned(&[60.0]).0);
    let bounds = Bounds::default();
    let of_age = |age| Kept { age, ..kept(Duration::ZERO) };

    assert!(limit.may_reuse(of_age(CONNECTION_AGE_MAX.mul_f64(0.9)), &bounds, true));
    assert!(!limit.may_reuse(of_age(CONNECTION_AGE_MAX), &bounds, true));
    let bounds = Bounds { age: None, ..bounds };
    assert!(limit.may_reuse(of_age(CONNECTION_AGE_MAX), &bounds, true));
}

#[test]
fn a_connection_that_carried_enough_is_retired() {
    let limit = published(&Learner::new());
    let bounds = Bounds { requests: Some(9), ..Bounds::default() };
    let after = |requests| Kept { requests, ..kept(Duration::ZERO) };

    assert!(limit.may_reuse(after(8), &bounds, true));
    assert!(!limit.may_reuse(after(9), &bounds, true));
}

#[test]
fn what_is_configured_bounds_what_was_learned() {
    let bounds = Bounds { idle: seconds(3.0), unlearned: seconds(0.05), ..Bounds::default() };
    let unknown = published(&Learner::new());
    let known = published(&learned(&[60.0]).0);

    assert_eq!(known.reuse_until(&bounds, true), seconds(3.0));
    assert_eq!(known.reuse_until(&bounds, false), seconds(3.0));
    assert_eq!(unknown.reuse_until(&bounds, true), seconds(0.05));
    assert_eq!(unknown.reuse_until(&bounds, false), seconds(0.05));
}
