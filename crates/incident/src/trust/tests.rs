//! Whom we believe, and when we doubt ourselves.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::limits::{RECENT_MAX, WITNESSES};
use crate::words::Component;

const ALLOWED: Duration = Duration::from_secs(10);

const fn ms(millis: i64) -> Timestamp {
    Timestamp(millis * 1000)
}

fn id(number: usize) -> MonitorId {
    MonitorId(format!("m{number}").into())
}

/// Trust over monitors of unrelated targets on the Internet.
fn trust(count: usize) -> Trust {
    let mut trust = Trust::default();
    for number in 0..count {
        trust.add(id(number), Some(&format!("198.18.{number}.1")));
    }
    trust
}

fn seen(heard: Heard) -> Seen {
    Seen { heard, allowed: ALLOWED, address: None, resolved: heard != Heard::NoName }
}

fn result(began: i64, took: i64, is_good: bool) -> Result {
    let bad = Outcome::Bad { cause: None, components: BTreeSet::new() };
    let outcome = if is_good { Outcome::Good } else { bad };
    Result { at: ms(began), took: Duration::from_millis(took as u64), outcome }
}

fn good(trust: &mut Trust, number: usize, at: i64) -> Effects {
    trust.judge(&id(number), &result(at, 20, true), &seen(Heard::Answer)).effects
}

fn bad(trust: &mut Trust, number: usize, began: i64, took: i64, heard: Heard) -> Judgement {
    trust.judge(&id(number), &result(began, took, false), &seen(heard))
}

/// A check that heard nothing for ten seconds.
fn silent(trust: &mut Trust, number: usize, began: i64) -> Judgement {
    bad(trust, number, began, 10_000, Heard::Nothing)
}

fn doubt(judgement: &Judgement) -> Option<Doubt> {
    match judgement.outcome {
        Outcome::Unmeasured(doubt) => Some(doubt),
        Outcome::Good | Outcome::Bad { .. } => None,
    }
}

#[test]
fn a_first_silence_asks_others_and_waits_for_them() {
    let mut trust = trust(9);

    let judgement = silent(&mut trust, 0, 0);

    assert_eq!(judgement.standing, Standing::Unvouched);
    assert_eq!(judgement.effects.witnesses, [id(1), id(2), id(3), id(4)]);
    let vouched = good(&mut trust, 1, 10_001).vouched;
    assert_eq!(vouched, [id(0)]);
    assert_eq!(trust.standing(&id(0), ms(10_050)), Standing::Vouched);
    assert_eq!(trust.doubts(ms(10_050)), []);
}

/// Trust over targets on the Internet of which some are known by name and one by address, the last.
fn named(names: usize) -> Trust {
    let mut trust = Trust::default();
    for number in 0..names {
        trust.add(id(number), Some(&format!("shop{number}.test{number}")));
    }
    trust.add(id(names), Some("198.18.0.1"));
    trust
}

/// A failed check of a target that is known by its address, or whose name nobody resolves.
fn unresolved(trust: &mut Trust, number: usize, began: i64, heard: Heard) -> Judgement {
    let seen = Seen { resolved: false, ..seen(heard) };
    trust.judge(&id(number), &result(began, 3000, false), &seen)
}

/// An answer of a target that is known by its address.
fn answers(trust: &mut Trust, number: usize, at: i64) -> Effects {
    let seen = Seen { resolved: false, ..seen(Heard::Answer) };
    trust.judge(&id(number), &result(at, 20, true), &seen).effects
}

#[test]
fn a_silent_resolver_and_a_silent_address_are_a_cut_uplink_in_either_order() {
    for names in 1..4 {
        for is_address_first in [true, false] {
            let mut trust = named(names);
            (0..names).for_each(|number| drop(good(&mut trust, number, 0)));
            answers(&mut trust, names, 0);

            if is_address_first {
                unresolved(&mut trust, names, 5000, Heard::NoRoute);
            }
            for number in 0..names {
                unresolved(&mut trust, number, 6000, Heard::NoName);
            }
            if !is_address_first {
                unresolved(&mut trust, names, 9000, Heard::NoRoute);
            }

            let case = format!("{names} names, the address first: {is_address_first}");
            let standing = trust.standing(&id(names), ms(12_500));
            assert_eq!(standing, Standing::Doubted(Doubt::Network), "{case}");
        }
    }
}

#[test]
fn a_silent_resolver_hides_no_target_where_another_answers_after_it() {
    let mut trust = named(3);
    trust.add(id(4), Some("203.0.113.1"));
    for number in 0..3 {
        unresolved(&mut trust, number, 0, Heard::NoName);
    }
    answers(&mut trust, 4, 5500);

    let judgement = unresolved(&mut trust, 3, 6000, Heard::NoRoute);

    assert_eq!(doubt(&judgement), None);
    assert_eq!(answers(&mut trust, 4, 9500).vouched, [id(3)]);
    assert_eq!(trust.standing(&id(3), ms(9600)), Standing::Vouched);
    // The names are in doubt all the same, by the resolver.
    let judgement = unresolved(&mut trust, 0, 10_000, Heard::NoName);
    assert_eq!(doubt(&judgement), Some(Doubt::Resolver));
}

#[test]
fn an_answer_before_the_end_of_a_silence_proves_nothing() {
    let mut trust = trust(9);
    silent(&mut trust, 0, 0);

    assert_eq!(good(&mut trust, 1, 9000), Effects::default());
    assert_eq!(trust.standing(&id(0), ms(10_000)), Standing::Unvouched);
}

#[test]
fn three_unrelated_silences_are_a_doubt_and_take_back_what_was_believed() {
    let mut trust = trust(9);
    assert_eq!(doubt(&silent(&mut trust, 0, 0)), None);
    assert_eq!(doubt(&silent(&mut trust, 1, 100)), None);

    let third = silent(&mut trust, 2, 200);

    assert_eq!(doubt(&third), Some(Doubt::Network));
    let taken: Vec<_> = third.effects.taken_back.iter().map(|(id, ..)| id.clone()).collect();
    assert_eq!(taken, [id(0), id(1), id(2)]);
    assert_eq!(trust.doubts(ms(10_200)), [(Doubt::Network, ms(0))]);
    assert_eq!(trust.standing(&id(7), ms(10_200)), Standing::Doubted(Doubt::Network));
}

#[test]
fn related_silences_are_no_doubt() {
    let mut trust = Trust::default();
    for (number, host) in ["a.example.org", "b.example.org", "example.org"].iter().enumerate() {
        trust.add(id(number), Some(host));
    }
    trust.add(id(3), Some("example.net"));

    for number in 0..3 {
        assert_eq!(doubt(&silent(&mut trust, number, 0)), None);
    }
}

#[test]
fn a_component_in_common_makes_silences_related() {
    let mut trust = trust(9);
    for number in 0..5 {
        let gateway = Component::Gateway("edge-1".into());
        let components = BTreeSet::from([gateway]);
        let outcome = Outcome::Bad { cause: None, components };
        let result = Result { outcome, ..result(0, 10_000, false) };
        let judgement = trust.judge(&id(number), &result, &seen(Heard::Nothing));

        assert_eq!(doubt(&judgement), None);
    }
}

#[test]
fn two_are_enough_where_there_are_only_two() {
    let mut trust = trust(2);
    assert_eq!(doubt(&silent(&mut trust, 0, 0)), None);

    assert_eq!(doubt(&silent(&mut trust, 1, 5)), Some(Doubt::Network));
}

#[test]
fn one_alone_is_believed_unless_its_control_is_silent_as_well() {
    let mut alone = trust(1);
    assert_eq!(doubt(&silent(&mut alone, 0, 0)), None);
    assert_eq!(alone.standing(&id(0), ms(10_000)), Standing::Vouched);

    let control = Fact::Control { reach: Reach::Internet, answers: false };
    let effects = alone.learn(control, ms(11_000));

    assert_eq!(effects.taken_back, [(id(0), Doubt::Network, ms(0))]);
}

#[test]
fn an_answer_of_the_control_vouches() {
    let mut trust = trust(9);
    silent(&mut trust, 0, 0);

    let control = Fact::Control { reach: Reach::Internet, answers: true };

    assert_eq!(trust.learn(control, ms(10_500)).vouched, [id(0)]);
}

#[test]
fn refusals_are_never_a_doubt() {
    let mut trust = trust(9);

    for number in 0..9 {
        let judgement = bad(&mut trust, number, 0, 1, Heard::Answer);
        assert_eq!((doubt(&judgement), judgement.standing), (None, Standing::Vouched));
    }
}

#[test]
fn what_is_silent_by_itself_says_nothing_later() {
    let mut trust = trust(9);
    for number in 0..2 {
        silent(&mut trust, number, 0);
        good(&mut trust, 8, 10_001);
    }
    for number in 0..2 {
        silent(&mut trust, number, 20_000);
    }

    assert_eq!(doubt(&silent(&mut trust, 2, 20_000)), None);
}

#[test]
fn a_doubt_ends_with_two_answers_and_asks_for_the_second_at_once() {
    let mut trust = trust(9);
    (0..3).for_each(|number| drop(silent(&mut trust, number, 0)));

    let first = good(&mut trust, 5, 20_000);

    assert!(!first.witnesses.is_empty());
    assert_eq!(doubt(&silent(&mut trust, 0, 15_000)), Some(Doubt::Network));
    good(&mut trust, 6, 21_000);
    assert_eq!(trust.doubts(ms(21_100)), []);
    // It was on its way when the doubt ended.
    assert_eq!(doubt(&silent(&mut trust, 0, 20_500)), Some(Doubt::Network));
    assert_eq!(doubt(&silent(&mut trust, 0, 21_100)), None);
}

#[test]
fn a_silence_between_the_answers_prolongs_the_doubt() {
    let mut trust = trust(9);
    (0..3).for_each(|number| drop(silent(&mut trust, number, 0)));

    good(&mut trust, 5, 20_000);
    silent(&mut trust, 0, 20_100);
    good(&mut trust, 6, 31_000);

    assert_eq!(trust.doubts(ms(31_100)), [(Doubt::Network, ms(0))]);
}

#[test]
fn ways_are_doubted_apart() {
    let mut trust = trust(4);
    trust.add(id(8), Some("10.0.0.1"));
    trust.add(id(9), None);
    (0..3).for_each(|number| drop(silent(&mut trust, number, 0)));

    assert_eq!(doubt(&silent(&mut trust, 3, 0)), Some(Doubt::Network));
    assert_eq!(doubt(&silent(&mut trust, 8, 0)), None);
    assert_eq!(doubt(&silent(&mut trust, 9, 0)), None);
}

#[test]
fn without_a_default_route_nothing_is_said_of_the_internet() {
    let mut trust = trust(2);
    trust.add(id(8), Some("10.0.0.1"));
    trust.learn(Fact::Route { is_there: false }, ms(0));

    let heard = [Heard::NoRoute, Heard::Nothing, Heard::Answer];
    for heard in heard {
        assert_eq!(doubt(&bad(&mut trust, 0, 5, 1, heard)), Some(Doubt::Network));
    }
    assert_eq!(doubt(&bad(&mut trust, 8, 5, 1, Heard::Answer)), None, "a neighbour's refusal");
    trust.learn(Fact::Route { is_there: true }, ms(1000));
    assert_eq!(doubt(&bad(&mut trust, 0, 3999, 1, Heard::Answer)), Some(Doubt::Network));
    assert_eq!(doubt(&bad(&mut trust, 0, 4000, 1, Heard::Answer)), None);
}

#[test]
fn a_neighbour_that_dies_is_told_by_a_host_that_never_had_a_default_route() {
    let neighbour = |had_route: bool| {
        let mut trust = Trust::default();
        trust.add(id(0), Some("10.0.0.7"));
        if had_route {
            trust.learn(Fact::Route { is_there: true }, ms(0));
        }
        trust.learn(Fact::Route { is_there: false }, ms(500));
        doubt(&silent(&mut trust, 0, 1000))
    };

    assert_eq!(neighbour(false), None);
    assert_eq!(neighbour(true), Some(Doubt::Network));
}

#[test]
fn a_resolver_that_answers_nobody_is_in_doubt() {
    let mut trust = Trust::default();
    for (number, host) in ["example.org", "example.net", "example.com"].iter().enumerate() {
        trust.add(id(number), Some(host));
    }
    trust.add(id(9), Some("198.18.0.1"));
    let first = bad(&mut trust, 0, 0, 5000, Heard::NoName);
    assert_eq!(first.effects.witnesses, [id(1), id(2)], "an address proves nothing of names");
    bad(&mut trust, 1, 0, 5000, Heard::NoName);

    let control = trust.learn(Fact::Resolver { answers: false }, ms(5100));

    assert_eq!(control.taken_back.len(), 2);
    assert_eq!(doubt(&bad(&mut trust, 2, 0, 5200, Heard::NoName)), Some(Doubt::Resolver));
    assert_eq!(doubt(&bad(&mut trust, 2, 0, 5200, Heard::Answer)), None);
}

#[test]
fn a_name_that_nobody_else_misses_is_its_own_failure() {
    let mut trust = Trust::default();
    for (number, host) in ["example.org", "example.net", "example.com"].iter().enumerate() {
        trust.add(id(number), Some(host));
    }
    bad(&mut trust, 0, 0, 5000, Heard::NoName);

    assert_eq!(good(&mut trust, 1, 5001).vouched, [id(0)]);
}

#[test]
fn our_own_lag_explains_a_silence_but_no_refusal() {
    let mut trust = trust(9);
    trust.learn(Fact::Lag(Duration::from_millis(2500)), ms(8000));

    let judgement = silent(&mut trust, 0, 0);

    assert_eq!(doubt(&judgement), Some(Doubt::Processor));
    assert_eq!(judgement.effects.witnesses, [], "it says nothing of the network");
    assert_eq!(doubt(&bad(&mut trust, 1, 0, 9000, Heard::Answer)), None);
    assert_eq!(doubt(&silent(&mut trust, 2, 8000)), None, "it came after the lag");
}

#[test]
fn lag_that_is_learned_late_takes_back_the_check_that_it_spoiled() {
    let mut trust = trust(9);
    silent(&mut trust, 0, 0);
    silent(&mut trust, 1, 30_000);

    let effects = trust.learn(Fact::Lag(Duration::from_secs(9)), ms(10_000));

    assert_eq!(effects.taken_back, [(id(0), Doubt::Processor, ms(0))]);
    assert_eq!(trust.standing(&id(1), ms(40_000)), Standing::Unvouched);
}

#[test]
fn a_timer_that_fires_late_shows_the_lag_itself() {
    let judgement = bad(&mut trust(9), 0, 0, 12_500, Heard::Nothing);

    assert_eq!(doubt(&judgement), Some(Doubt::Processor));
}

#[test]
fn an_answer_is_late_only_by_what_is_not_our_lag() {
    let mut trust = trust(9);
    trust.learn(Fact::Lag(Duration::from_millis(300)), ms(500));
    let late = Seen { allowed: Duration::from_millis(200), ..seen(Heard::Late) };

    let spoiled = trust.judge(&id(0), &result(100, 450, false), &late);
    let real = trust.judge(&id(0), &result(100, 600, false), &late);

    assert_eq!((doubt(&spoiled), doubt(&real)), (Some(Doubt::Processor), None));
}

#[test]
fn a_clock_that_jumps_spoils_dates_and_silences_for_a_while() {
    for by_us in [3_600_000_000, -3_600_000_000] {
        let mut trust = trust(9);
        let now = 100_000_000;
        trust.learn(Fact::ClockJumped { by_us }, ms(now));

        let old = now - by_us / 1000;
        for began in [old - 5000, now, now + 29_000] {
            let judgement = bad(&mut trust, 0, began, 9, Heard::Date);
            assert_eq!(doubt(&judgement), Some(Doubt::Clock), "{by_us} {began}");
            assert_eq!(doubt(&bad(&mut trust, 0, began, 9, Heard::Answer)), None);
        }
        assert_eq!(doubt(&bad(&mut trust, 0, now + 31_000, 9, Heard::Date)), None);
        // The old calendar is reached again, and nothing has jumped.
        assert_eq!(doubt(&bad(&mut trust, 0, now + 3_599_000, 9, Heard::Date)), None);
    }
}

#[test]
fn a_clock_that_is_slewed_is_no_jump() {
    let mut trust = trust(9);
    trust.learn(Fact::ClockJumped { by_us: 400_000 }, ms(0));

    assert_eq!(trust.doubts(ms(1)), []);
}

#[test]
fn without_descriptors_silences_are_ours() {
    let mut trust = trust(9);
    trust.learn(Fact::Resources { are_exhausted: true }, ms(0));

    assert_eq!(doubt(&silent(&mut trust, 0, 0)), Some(Doubt::Resources));
    assert_eq!(doubt(&bad(&mut trust, 0, 0, 1, Heard::Answer)), None);
    assert_eq!(trust.doubts(ms(1)), [(Doubt::Resources, ms(0))]);
}

#[test]
fn a_silence_that_nobody_can_explain_is_believed_after_a_while() {
    let mut trust = trust(9);
    silent(&mut trust, 0, 0);
    assert_eq!(trust.lapsed(ms(24_999)), []);
    silent(&mut trust, 0, 14_000);

    assert_eq!(trust.lapsed(ms(25_000)), [id(0)]);
    assert_eq!(trust.standing(&id(0), ms(25_000)), Standing::Vouched);
}

#[test]
fn nobody_waits_for_monitors_that_are_not_checked() {
    let mut trust = trust(3);
    trust.rest(&id(1), true);
    trust.rest(&id(2), true);

    let judgement = silent(&mut trust, 0, 0);

    assert_eq!((judgement.standing, judgement.effects.witnesses.len()), (Standing::Vouched, 0));
}

#[test]
fn a_monitor_that_is_forgotten_speaks_no_more() {
    let mut trust = trust(3);
    silent(&mut trust, 0, 0);
    trust.remove(&id(0));
    silent(&mut trust, 1, 0);

    assert_eq!(doubt(&bad(&mut trust, 0, 0, 9, Heard::Answer)), None);
    assert_eq!(trust.known(Way::Internet), 2);
}

fn heards() -> impl Strategy<Value = Heard> {
    let all =
        [Heard::Answer, Heard::Late, Heard::Date, Heard::Nothing, Heard::NoRoute, Heard::NoName];
    prop::sample::select(all.to_vec())
}

fn facts() -> impl Strategy<Value = Fact> {
    let reach = prop::sample::select(vec![Reach::Host, Reach::Site, Reach::Internet]);
    prop_oneof![
        any::<bool>().prop_map(|is_there| Fact::Route { is_there }),
        (reach, any::<bool>()).prop_map(|(reach, answers)| Fact::Control { reach, answers }),
        any::<bool>().prop_map(|answers| Fact::Resolver { answers }),
        any::<u64>().prop_map(|micros| Fact::Lag(Duration::from_micros(micros))),
        any::<i64>().prop_map(|by_us| Fact::ClockJumped { by_us }),
        any::<bool>().prop_map(|are_exhausted| Fact::Resources { are_exhausted }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn good_is_always_believed_bad_never_becomes_good_and_all_is_bounded(
        events in prop::collection::vec(
            (0_usize..80, heards(), any::<bool>(), any::<i64>(), any::<u64>(), facts()),
            0..150,
        ),
    ) {
        let mut trust = trust(70);
        for (number, heard, is_good, at, took, fact) in events {
            let at = Timestamp(if number % 2 == 0 { at } else { at % 100_000_000 });
            if number >= 75 {
                trust.learn(fact, at);
                continue;
            }
            let result = Result { at, took: Duration::from_micros(took), ..result(0, 0, is_good) };
            let judgement = trust.judge(&id(number), &result, &seen(heard));

            prop_assert_eq!(judgement.outcome == Outcome::Good, is_good);
            prop_assert!(judgement.effects.witnesses.len() <= WITNESSES);
            prop_assert!(judgement.effects.taken_back.len() <= RECENT_MAX);
            prop_assert!(trust.recent.len() <= RECENT_MAX);
            trust.lapsed(at);
            trust.doubts(at);
        }
    }
}

#[test]
fn silences_that_were_on_their_way_do_not_renew_a_doubt() {
    let mut trust = trust(9);
    (0..3).for_each(|number| drop(silent(&mut trust, number, 0)));
    good(&mut trust, 5, 20_000);
    good(&mut trust, 6, 21_000);

    (0..3).for_each(|number| drop(silent(&mut trust, number, 15_000)));

    assert_eq!(trust.doubts(ms(25_100)), []);
}

#[test]
fn silences_that_our_lag_explains_late_are_no_doubt_in_the_network() {
    let mut trust = trust(9);
    (0..2).for_each(|number| drop(silent(&mut trust, number, 0)));
    trust.learn(Fact::Lag(Duration::from_secs(9)), ms(10_000));

    assert_eq!(doubt(&silent(&mut trust, 2, 20_000)), None);
}
