//! The gateway beside its origin.

use std::time::Duration;

use goodgate_causes::{State, WrittenBy};
use goodgate_evidence::probe::{CertificateProblem, Foreign, Http, Tls};
use goodgate_evidence::{Observation, Product, Sign, Source};

use super::world::*;
use crate::{Budget, Examination, Options, Scheme, Step};

fn gateway_fails() -> World {
    World::default().with(GATEWAY, |ask| answers(ask, 502))
}

#[test]
fn an_origin_that_refuses_behind_a_502_is_connect_refused() {
    let examination = gateway_fails().of(guessed());

    assert_eq!(mechanism(&examination), "connect_refused");
    assert_eq!(verdict(&examination).state, State::Failing);
    assert!(has(&examination, Sign::GatewayMadeError));
}

#[test]
fn an_origin_that_hangs_behind_a_504_is_response_timeout() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 504))
        .with(ORIGIN, |ask| ends(ask, Http::HeadTimedOut));

    assert_eq!(mechanism(&world.of(guessed())), "response_timeout");
}

#[test]
fn an_origin_that_gives_the_same_error_made_it() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 500))
        .with(ORIGIN, |ask| answers(ask, 500));

    let examination = world.of(guessed());

    assert_eq!(mechanism(&examination), "app_generated_error");
    assert!(has(&examination, Sign::OriginFailsSame));
}

#[test]
fn an_origin_that_is_well_is_said_to_be() {
    let mut world = gateway_fails().with(ORIGIN, |ask| answers(ask, 200));

    let examination = world.of(guessed());

    assert!(has(&examination, Sign::OriginAnswersWell));
    assert!(has(&examination, Sign::OriginAccepts));
    assert!(!has(&examination, Sign::TargetHealthy));
}

#[test]
fn both_well_is_healthy() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, 200))
        .with(ORIGIN, |ask| answers(ask, 200));

    let examination = world.of(guessed());

    assert_eq!(verdict(&examination).state, State::Healthy);
    // The origin once; the gateway three times more, to see whether it always answers.
    assert_eq!(world.probes.len(), 5);
}

#[test]
fn a_dead_origin_behind_a_gateway_that_answers_is_partial() {
    let examination = World::default().with(GATEWAY, |ask| answers(ask, 200)).of(guessed());

    assert_eq!(verdict(&examination).state, State::Partial);
    assert_eq!(mechanism(&examination), "connect_refused");
}

#[test]
fn a_gateway_that_refuses_is_the_visitors_failure() {
    let examination = World::default().with(ORIGIN, |ask| answers(ask, 200)).of(guessed());

    assert!(has(&examination, Sign::ClientRefused));
    assert_eq!(mechanism(&examination), "connect_refused");
}

#[test]
fn a_guessed_scheme_is_corrected_and_not_held_against_the_origin() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 200)).with(ORIGIN, |ask| {
        if ask.tls.is_some() { answers(ask, 200) } else { ends(ask, Http::NotHttp(Foreign::Tls)) }
    });

    let examination = world.of(guessed());

    assert_eq!(verdict(&examination).state, State::Healthy);
    assert!(notice(&examination, "origin_scheme"));
}

#[test]
fn a_guess_of_tls_is_corrected_as_well() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 200)).with(ORIGIN, |ask| {
        let not_tls = Tls::NotTls { first_bytes: b"HTTP/1.1 400".to_vec() };
        if ask.tls.is_some() { shakes(ask, not_tls) } else { answers(ask, 200) }
    });

    let examination = world.of(with_origin(Scheme::Unknown { secure_first: true }));

    assert_eq!(verdict(&examination).state, State::Healthy);
}

#[test]
fn a_stated_scheme_is_held_against_the_origin() {
    let mut world = gateway_fails().with(ORIGIN, |ask| {
        if ask.tls.is_some() { answers(ask, 200) } else { ends(ask, Http::NotHttp(Foreign::Tls)) }
    });

    assert_eq!(mechanism(&world.of(with_origin(Scheme::Plain))), "plaintext_to_tls_port");
}

#[test]
fn a_tls_origin_behind_an_instant_502_is_suspected_and_not_convicted() {
    let mut world = gateway_fails().with(ORIGIN, |ask| {
        if ask.tls.is_some() { answers(ask, 200) } else { ends(ask, Http::NotHttp(Foreign::Tls)) }
    });

    let verdict = verdict(&world.of(guessed()));

    let top = verdict.top().expect("a candidate");
    assert_eq!(top.id, "plaintext_to_tls_port");
    assert!(top.confidence < 0.8, "{}", top.confidence);
}

#[test]
fn an_origins_bad_certificate_counts_only_where_the_gateway_fails() {
    let origin = |ask: &crate::Ask| distrusted(ask, CertificateProblem::Expired);
    let mut well = World::default().with(GATEWAY, |ask| answers(ask, 200)).with(ORIGIN, origin);
    let mut failing = gateway_fails().with(ORIGIN, origin);

    let (well, failing) = (well.of(with_origin(Scheme::Tls)), failing.of(with_origin(Scheme::Tls)));

    assert_eq!(verdict(&well).state, State::Healthy);
    assert!(notice(&well, "origin_certificate"));
    assert_eq!(mechanism(&failing), "tls_cert_expired");
}

#[test]
fn an_origin_that_needs_a_server_name_is_found() {
    let mut world = gateway_fails().with(ORIGIN, |ask| {
        if ask.tls.as_ref().is_some_and(|tls| tls.sni) {
            answers(ask, 200)
        } else {
            shakes(ask, Tls::Alert { number: 40, name: "handshake_failure".to_owned() })
        }
    });

    assert_eq!(mechanism(&world.of(with_origin(Scheme::Tls))), "tls_sni_missing");
}

#[test]
fn a_head_too_large_for_nginx_is_found() {
    let large = |ask: &crate::Ask| {
        let mut asked = answers(ask, 200);
        if let Some(head) = asked.exchange.as_mut().and_then(|exchange| exchange.head.as_mut()) {
            head.bytes = 12_000;
        }
        asked
    };
    let mut world = gateway_fails().with(ORIGIN, large);
    let mut examination = world.of(guessed());

    let nginx = WrittenBy { product: Product::Nginx, confidence: 0.9, because: Vec::new() };
    record_page(&mut examination, Vec::new(), Some(nginx));

    assert_eq!(mechanism(&examination), "response_header_too_large");
}

#[test]
fn what_a_page_can_only_narrow_down_gives_way_to_what_the_origin_does() {
    let mut world = gateway_fails().with(ORIGIN, |ask| ends(ask, Http::HeadTimedOut));
    let mut examination = world.of(guessed());

    let page = Observation::new(Sign::EndedBeforeHead, Source::probe_gateway());
    record_page(&mut examination, vec![page], None);

    assert_eq!(mechanism(&examination), "response_timeout");
}

#[test]
fn an_origin_behind_an_edge_that_fails_alone_is_told_apart() {
    let mut world = gateway_fails().with(ORIGIN, |ask| answers(ask, 200));
    let mut examination = world.of(guessed());

    let edge = WrittenBy { product: Product::Cloudflare, confidence: 0.9, because: Vec::new() };
    record_page(&mut examination, Vec::new(), Some(edge));

    assert!(has(&examination, Sign::FailsThroughEdgeOnly));
}

/// A gateway that gives up after so many seconds.
fn gives_up_after(seconds: u64) -> impl FnMut(&crate::Ask) -> crate::Asked {
    move |ask| {
        let mut asked = answers(ask, 504);
        let exchange = asked.exchange.as_mut().expect("an exchange");
        exchange.took = Duration::from_secs(seconds);
        asked
    }
}

/// An origin that answers after so many milliseconds, to those who wait.
fn answers_after(millis: u64) -> impl FnMut(&crate::Ask) -> crate::Asked {
    let mut tries = 0;
    move |ask| {
        tries += 1;
        let silent = tries == 1 && millis > 1_900;
        let mut asked = if silent { ends(ask, Http::HeadTimedOut) } else { answers(ask, 200) };
        let exchange = asked.exchange.as_mut().expect("an exchange");
        exchange.took = Duration::from_millis(if silent { 1_900 } else { millis });
        asked
    }
}

#[test]
fn an_origin_that_was_silent_is_asked_again_where_the_gateway_waited_longer() {
    let mut world =
        World::default().with(GATEWAY, gives_up_after(6)).with(ORIGIN, answers_after(2_500));

    let examination = world.of(guessed());

    assert!(has(&examination, Sign::OriginAnswersWell));
}

#[test]
fn an_origin_that_answers_after_the_gateway_gave_up_is_too_slow() {
    let mut world =
        World::default().with(GATEWAY, gives_up_after(1)).with(ORIGIN, answers_after(1_500));

    assert_eq!(mechanism(&world.of(guessed())), "response_timeout");
}

#[test]
fn an_origin_that_is_silent_for_longer_than_the_gateway_waits_timed_out() {
    let mut world = World::default()
        .with(GATEWAY, gives_up_after(1))
        .with(ORIGIN, |ask| ends(ask, Http::HeadTimedOut));

    assert_eq!(mechanism(&world.of(guessed())), "response_timeout");
}

#[test]
fn the_origin_is_asked_while_a_slow_gateway_is_still_waiting() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 504));

    world.of(guessed());

    let origin = world.probes.iter().find(|probe| probe.hop == crate::Hop::Origin);
    assert!(origin.is_some_and(|probe| probe.patience.begin_after == Duration::from_secs(1)));
}

#[test]
fn an_examination_can_be_looked_at_before_its_end() {
    let mut examination = Examination::new(guessed(), Options::default(), Budget::default());

    let Step::Probe(_) = examination.next(Duration::ZERO) else { panic!("there is work") };

    assert!(examination.observations().is_empty());
    assert_eq!(examination.chain().len(), 2);
}

#[test]
fn a_page_of_a_wrong_guess_is_not_held_against_anybody() {
    let complaint = b"The plain HTTP request was sent to HTTPS port";
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 200)).with(ORIGIN, |ask| {
        let mut asked = answers(ask, if ask.tls.is_some() { 200 } else { 400 });
        if let Some(exchange) = asked.exchange.as_mut().filter(|_| ask.tls.is_none()) {
            exchange.body = complaint.to_vec();
        }
        asked
    });
    let mut examination = world.of(guessed());

    let first = examination.asked_of(crate::Hop::Origin, crate::Purpose::First).next();
    let id = first.map(|(probe, _)| probe.id).expect("the origin was asked");
    let page = Observation::new(Sign::PlainHttpToTlsPort, Source::probe_origin());
    examination.record_page(id, vec![page], None);

    assert_eq!(verdict(&examination).state, State::Healthy);
}

#[test]
fn a_page_of_another_probe_names_no_writer() {
    let mut world = gateway_fails().with(ORIGIN, |ask| answers(ask, 502));
    let mut examination = world.of(guessed());

    let nginx = WrittenBy { product: Product::Nginx, confidence: 0.9, because: Vec::new() };
    let origin = examination.primary(crate::Hop::Origin).map(|(probe, _)| probe.id);
    examination.record_page(origin.expect("the origin was asked"), Vec::new(), Some(nginx));

    assert!(examination.written_by().is_none());
}
