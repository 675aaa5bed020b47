//! What experiments ask for, and what their outcomes show.

use std::cell::Cell;
use std::time::Duration;

use goodgate_causes::State;
use goodgate_evidence::Sign;
use goodgate_evidence::probe::{AppProtocol, Http, Idle, Tls, TlsVersion};

use super::world::*;
use crate::{
    Ask, Asked, Budget, Examination, Method, Options, Origin, Purpose, Scheme, Target, What,
};

fn asked_for(world: &World, purpose: Purpose) -> bool {
    world.probes.iter().any(|probe| probe.purpose == purpose)
}

fn thoroughly(world: &mut World, target: Target) -> Examination {
    let options = Options { thorough: true, ..Options::default() };
    world.examine(target, options, Budget::default())
}

fn with_field(mut asked: Asked, name: &str, value: &str) -> Asked {
    let head = asked.exchange.as_mut().and_then(|exchange| exchange.head.as_mut());
    head.expect("a head").fields.push((name.to_owned(), value.to_owned()));
    asked
}

fn has_field(ask: &Ask, name: &str) -> bool {
    ask.fields.iter().any(|(field, _)| field.eq_ignore_ascii_case(name))
}

/// A gateway whose cache holds an error of the past.
fn cached(ask: &Ask) -> Asked {
    if ask.path.contains("cache-buster") {
        return answers(ask, 200);
    }
    with_field(answers(ask, 502), "Age", "40")
}

#[test]
fn an_error_that_is_gone_past_the_cache_is_a_cached_one() {
    let mut world = World::default().with(GATEWAY, cached);

    let examination = world.of(target(GATEWAY));

    assert!(has(&examination, Sign::CachedError));
    assert_eq!(mechanism(&examination), "cached_error");
}

#[test]
fn an_error_that_is_there_past_the_cache_is_no_cached_one() {
    let mut world =
        World::default().with(GATEWAY, |ask| with_field(answers(ask, 502), "Age", "40"));

    assert!(!has(&world.of(target(GATEWAY)), Sign::CachedError));
}

#[test]
fn a_cache_is_not_asked_past_where_nothing_speaks_of_one() {
    let mut world =
        World::default().with(GATEWAY, |ask| with_field(answers(ask, 502), "X-Cache", "MISS"));

    world.of(target(GATEWAY));

    assert!(!asked_for(&world, Purpose::CacheBuster));
}

#[test]
fn a_gateway_that_answers_for_another_host_is_seen_to_live() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, if ask.authority == "a.example" { 502 } else { 404 }));

    assert!(has(&world.of(target(GATEWAY)), Sign::OnlyOneHost));
}

#[test]
fn a_gateway_that_fails_for_every_path_is_said_to() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    assert!(has(&world.of(target(GATEWAY)), Sign::AllRoutesFail));
}

#[test]
fn a_head_that_works_where_get_fails_is_seen() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, if ask.method == Method::Head { 200 } else { 502 }));

    assert!(has(&world.of(target(GATEWAY)), Sign::HeadRequestWorks));
}

#[test]
fn a_target_that_is_asked_with_another_method_is_asked_with_it_throughout() {
    for method in [Method::Head, Method::Options] {
        let mut world = World::default()
            .with(GATEWAY, |ask| answers(ask, if ask.method == Method::Get { 200 } else { 502 }));

        let examination = world.of(Target { method, ..target(GATEWAY) });

        assert_ne!(verdict(&examination).state, State::Healthy, "{method:?}");
        let of_head = world.probes.iter().filter(|probe| probe.purpose == Purpose::Head).count();
        assert_eq!(of_head, 0, "{method:?}");
        let asked: Vec<Method> = world
            .probes
            .iter()
            .filter_map(|probe| match &probe.what {
                What::Ask(ask) | What::Kept { ask, .. } => Some(ask.method),
                _ => None,
            })
            .collect();
        assert!(asked.len() > 2 && asked.iter().all(|asked| *asked == method), "{asked:?}");
    }
}

#[test]
fn large_cookies_that_break_a_well_target_are_found_when_asked_to_be_thorough() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, if has_field(ask, "Cookie") { 502 } else { 200 }));

    let examination = thoroughly(&mut world, target(GATEWAY));

    assert!(has(&examination, Sign::OnlyLargeCookies));
}

#[test]
fn a_refusal_of_large_cookies_is_no_failure() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, if has_field(ask, "Cookie") { 431 } else { 200 }));

    let examination = thoroughly(&mut world, target(GATEWAY));

    assert!(!has(&examination, Sign::OnlyLargeCookies));
    assert_eq!(verdict(&examination).state, State::Healthy);
}

#[test]
fn a_well_target_gets_no_large_cookies_unless_asked() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 200));

    world.of(target(GATEWAY));

    assert!(!asked_for(&world, Purpose::LargeCookies));
}

#[test]
fn compression_that_breaks_a_well_target_is_found_when_asked_to_be_thorough() {
    let mut world = World::default().with(GATEWAY, |ask| {
        answers(ask, if has_field(ask, "Accept-Encoding") { 502 } else { 200 })
    });

    let examination = thoroughly(&mut world, target(GATEWAY));

    assert!(has(&examination, Sign::OnlyCompressed));
}

#[test]
fn an_origin_that_closes_idle_connections_soon_is_a_reason_for_stale_ones() {
    let count = Cell::new(0);
    let mut world = World { idle: Some(Idle::Closed(Duration::from_secs(1))), ..World::default() }
        .with(GATEWAY, move |ask| {
            count.set(count.get() + 1);
            answers(ask, if count.get() == 2 { 502 } else { 200 })
        })
        .with(ORIGIN, |ask| answers(ask, 200));

    let examination = world.of(guessed());

    assert!(has(&examination, Sign::OriginClosesIdle));
}

#[test]
fn a_gateway_that_always_fails_has_no_stale_connections() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| answers(ask, 200));

    world.of(guessed());

    assert!(!asked_for(&world, Purpose::Kept));
}

#[test]
fn a_request_that_goes_well_through_the_origin_only_is_spoilt_by_the_gateway() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 400))
        .with(ORIGIN, |ask| answers(ask, 200));

    assert!(has(&world.of(guessed()), Sign::RefusedThroughGateway));
}

#[test]
fn an_origin_behind_a_well_gateway_is_not_watched() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 200))
        .with(ORIGIN, |ask| answers(ask, 200));

    world.of(guessed());

    assert!(!asked_for(&world, Purpose::Kept));
}

#[test]
fn a_server_that_agrees_to_tls_1_0_only_lacks_our_versions() {
    let mut world = World { agrees: Some((TlsVersion::Tls10, 0x002f)), ..World::default() }
        .with(GATEWAY, |ask| shakes(ask, Tls::Closed));

    let examination = world.of(secure(GATEWAY));

    assert_eq!(mechanism(&examination), "tls_version_mismatch");
}

#[test]
fn a_server_that_agrees_to_old_ciphers_only_shares_none_with_us() {
    let refused = Tls::Alert { number: 40, name: "handshake_failure".to_owned() };
    let mut world = World { agrees: Some((TlsVersion::Tls12, 0x002f)), ..World::default() }
        .with(GATEWAY, move |ask| shakes(ask, refused.clone()));

    let examination = world.of(secure(GATEWAY));

    assert_eq!(mechanism(&examination), "tls_no_shared_cipher");
}

#[test]
fn an_origin_that_speaks_fastcgi_did_not_fail_by_closing_http() {
    let mut world = World { speaks: Some(AppProtocol::Fastcgi), ..World::default() }
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| ends(ask, Http::ClosedBeforeHead));

    let examination = world.of(guessed());

    assert!(has(&examination, Sign::SpeaksAppProtocol));
    assert!(!has(&examination, Sign::ClosedBeforeHead));
}

#[test]
fn an_origin_that_is_said_to_speak_fastcgi_is_spoken_to_in_it() {
    let mut world = World { speaks: Some(AppProtocol::Fastcgi), ..World::default() }
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| ends(ask, Http::ClosedBeforeHead));
    let scheme = Scheme::App(AppProtocol::Fastcgi);
    let origin = Some(Origin { place: at(ORIGIN), scheme });

    let examination = world.of(Target { origin, ..target(GATEWAY) });

    assert!(has(&examination, Sign::OriginAccepts));
    assert!(!has(&examination, Sign::ClosedBeforeHead));
}

#[test]
fn a_fault_that_comes_now_and_then_is_found_behind_a_first_answer_that_is_well() {
    let count = Cell::new(0);
    let mut world = World::default().with(GATEWAY, move |ask| {
        count.set(count.get() + 1);
        if count.get() == 3 { ends(ask, Http::ClosedBeforeHead) } else { answers(ask, 200) }
    });

    let examination = world.of(target(GATEWAY));

    assert!(has(&examination, Sign::FailsSometimes));
    assert_eq!(verdict(&examination).state, State::Intermittent);
}

/// A gateway that answers 502 after these milliseconds, in turn.
fn after(times: &'static [u64]) -> World {
    let count = Cell::new(0);
    World::default().with(GATEWAY, move |ask| {
        let turn = count.replace(count.get() + 1);
        let mut asked = answers(ask, 504);
        let exchange = asked.exchange.as_mut().expect("an exchange");
        exchange.took = Duration::from_millis(times[turn % times.len()]);
        asked
    })
}

#[test]
fn equal_times_to_fail_are_those_of_a_timer() {
    let mut world = after(&[1_302, 1_311]);

    assert!(has(&world.of(target(GATEWAY)), Sign::FailsAtTimeout));
}

#[test]
fn different_times_to_fail_are_not_those_of_a_timer() {
    let mut world = after(&[1_302, 1_111, 1_450, 1_580]);

    assert!(!has(&world.of(target(GATEWAY)), Sign::FailsAtTimeout));
}

#[test]
fn an_experiment_that_would_tell_nothing_more_is_not_made() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));

    // The origin refuses connections: nothing about the gateway's routes matters any more.
    world.of(guessed());

    let made = [Purpose::OtherPath, Purpose::OtherHost, Purpose::LargeCookies];
    assert!(made.into_iter().all(|purpose| !asked_for(&world, purpose)));
}
