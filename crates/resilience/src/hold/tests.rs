//! Bounds, order and release of held requests.

use super::*;
use crate::{Random, SplitMix};

const SMALL: Settings = Settings { time: Duration::from_secs(5), requests: 3, bytes: 100 };

const QUICK: Duration = Duration::from_millis(10);

const LARGE: Settings = Settings { time: HOLD_TIME, requests: 1000, bytes: HOLD_BYTES };

const GUEST: Guest =
    Guest { route: 0, bytes: 10, is_safe: true, deadline: None, held: Duration::ZERO };

fn hold() -> (Hold<u32>, Instant) {
    (Hold::new(), Instant::now())
}

fn filled(count: u32) -> (Hold<u32>, Instant) {
    let (mut hold, now) = hold();
    (0..count).for_each(|name| _ = hold.enter(GUEST, LARGE, name, now).unwrap());
    (hold, now)
}

fn released(hold: &mut Hold<u32>, now: Instant) -> Vec<u32> {
    std::iter::from_fn(|| hold.release(now)).collect()
}

#[test]
fn a_request_waits_for_the_whole_time() {
    let (mut hold, now) = hold();

    let ticket = hold.enter(GUEST, LARGE, 0, now).unwrap();

    assert_eq!(ticket.until, now + HOLD_TIME);
    assert!(!hold.is_empty());
}

#[test]
fn the_deadline_of_the_client_counts() {
    let (mut hold, now) = hold();
    let until = now + Duration::from_secs(1);

    assert_eq!(
        hold.enter(Guest { deadline: Some(until), ..GUEST }, LARGE, 0, now).unwrap().until,
        until
    );
    assert_eq!(
        hold.enter(Guest { deadline: Some(now), ..GUEST }, LARGE, 0, now),
        Err(Refused::Time)
    );
}

#[test]
fn what_was_held_before_is_held_for_the_rest() {
    let (mut hold, now) = hold();
    let guest = Guest { held: Duration::from_secs(4), ..GUEST };

    assert_eq!(hold.enter(guest, LARGE, 0, now).unwrap().until, now + Duration::from_secs(1));
    assert_eq!(hold.enter(Guest { held: HOLD_TIME, ..GUEST }, LARGE, 0, now), Err(Refused::Time));
}

#[test]
fn number_and_bytes_are_bounded() {
    let now = Instant::now();
    let mut hold = Hold::new();

    assert_eq!(hold.enter(Guest { bytes: 101, ..GUEST }, SMALL, 0, now), Err(Refused::Full));
    (0..3).for_each(|name| assert!(hold.enter(GUEST, SMALL, name, now).is_ok()));
    assert_eq!(hold.enter(GUEST, SMALL, 3, now), Err(Refused::Full));
    assert_eq!((hold.len(), hold.bytes()), (3, 30));
}

#[test]
fn each_route_is_bounded_by_its_own_settings() {
    let now = Instant::now();
    let mut hold = Hold::new();
    let other = Guest { route: 1, ..GUEST };
    let short = Settings { time: Duration::from_secs(1), ..LARGE };
    (0..3).for_each(|name| assert!(hold.enter(GUEST, SMALL, name, now).is_ok()));

    let ticket = hold.enter(other, short, 3, now).unwrap();

    assert_eq!(ticket.until, now + Duration::from_secs(1));
    (4..100).for_each(|name| assert!(hold.enter(other, short, name, now).is_ok()));
    assert_eq!(hold.enter(GUEST, SMALL, 100, now), Err(Refused::Full));
    hold.endpoint_returned(now);
    assert_eq!(hold.release(now), Some(0));
    assert_eq!(hold.enter(GUEST, SMALL, 101, now).unwrap().until, now + SMALL.time);
}

#[test]
fn no_time_means_off() {
    let mut hold = Hold::new();
    let off = Settings { time: Duration::ZERO, ..SMALL };

    assert_eq!(hold.enter(GUEST, off, 0, Instant::now()), Err(Refused::Off));
}

#[test]
fn nobody_goes_before_an_endpoint_is_back() {
    let (mut hold, now) = filled(3);

    assert_eq!(released(&mut hold, now), []);
}

#[test]
fn the_oldest_go_first_and_few_at_once() {
    let (mut hold, now) = filled(100);

    hold.endpoint_returned(now);

    assert_eq!(released(&mut hold, now), [0, 1, 2, 3]);
}

#[test]
fn each_answer_lets_two_more_go() {
    let (mut hold, now) = filled(100);
    hold.endpoint_returned(now);
    released(&mut hold, now);

    hold.released_ended(Mark::Good, QUICK, now);

    assert_eq!(released(&mut hold, now), [4, 5]);
}

#[test]
fn an_answer_that_took_longer_lets_one_more_go() {
    let (mut hold, now) = filled(100);
    hold.endpoint_returned(now);
    released(&mut hold, now);
    hold.released_ended(Mark::Good, QUICK, now);
    released(&mut hold, now);

    hold.released_ended(Mark::Good, QUICK * 3, now);

    assert_eq!(released(&mut hold, now), [6]);
}

#[test]
fn slow_answers_do_not_stop_the_release() {
    let (mut hold, now) = filled(100);
    hold.endpoint_returned(now);
    released(&mut hold, now);

    assert_eq!(released(&mut hold, now + HOLD_RELEASE_EVERY), [4, 5, 6, 7]);
}

#[test]
fn failures_slow_the_release_and_a_new_outage_stops_it() {
    let (mut hold, now) = filled(100);
    hold.endpoint_returned(now);
    released(&mut hold, now);

    (0..3).for_each(|_| hold.released_ended(Mark::Broken, QUICK, now));
    assert_eq!(released(&mut hold, now), []);
    hold.endpoints_gone();
    hold.released_ended(Mark::Good, QUICK, now);
    assert_eq!(released(&mut hold, now + HOLD_RELEASE_EVERY), []);
}

#[test]
fn a_trial_is_the_oldest_safe_request() {
    let (mut hold, now) = hold();
    hold.enter(Guest { is_safe: false, ..GUEST }, LARGE, 0, now).unwrap();
    hold.enter(GUEST, LARGE, 1, now).unwrap();

    assert_eq!(hold.release_trial(), Some(1));
    assert_eq!(hold.release_trial(), None);
}

#[test]
fn a_trial_counts_among_those_on_their_way() {
    let (mut hold, now) = filled(100);
    hold.release_trial();

    // Its answer closes the breaker, and somebody sees that before the trial is noted as ended.
    hold.endpoint_returned(now);

    assert_eq!(released(&mut hold, now).len() as u32, HOLD_RELEASE - 1);
}

#[test]
fn those_of_before_an_outage_count_after_it() {
    let (mut hold, now) = filled(100);
    hold.endpoint_returned(now);
    released(&mut hold, now);
    hold.released_ended(Mark::Good, QUICK, now);
    hold.endpoints_gone();

    hold.endpoint_returned(now);

    assert_eq!(released(&mut hold, now), [4]);
}

/// What may happen to a queue, in any order: the count is that of those on their way, and a release
/// never lets more go than there is room for.
#[test]
fn never_more_are_on_their_way_than_there_is_room_for() {
    for seed in 0..256 {
        let (mut hold, began) = hold();
        let mut random = SplitMix::new(seed);
        let (mut now, mut flying) = (began, 0);
        for _ in 0..500 {
            now += Duration::from_millis(random.below(40));
            match random.below(8) {
                0..3 => {
                    let guest = Guest { is_safe: random.below(2) == 0, ..GUEST };
                    hold.enter(guest, LARGE, 0, now).unwrap();
                }
                3 => hold.endpoint_returned(now),
                4 => hold.endpoints_gone(),
                5 => flying += u32::from(hold.release_trial().is_some()),
                _ if flying > 0 => {
                    let mark = [Mark::Good, Mark::Broken, Mark::Nothing][random.below(3) as usize];
                    hold.released_ended(mark, QUICK, now);
                    flying -= 1;
                }
                _ => {}
            }
            let before = flying;
            flying += released(&mut hold, now).len() as u32;

            assert_eq!(hold.flying, flying, "seed {seed}");
            assert!(flying == before || flying <= hold.room, "seed {seed}: {flying} fly");
        }
    }
}

#[test]
fn who_leaves_frees_room() {
    let (mut hold, now) = hold();
    let ticket = hold.enter(GUEST, LARGE, 7, now).unwrap();
    hold.enter(GUEST, LARGE, 8, now).unwrap();

    assert_eq!(hold.leave(ticket), Some(7));
    assert_eq!(hold.leave(ticket), None);
    assert_eq!((hold.len(), hold.bytes()), (1, 10));
}
