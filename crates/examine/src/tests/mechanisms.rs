//! Each mechanism that a probe of the target can see.

use std::time::Duration;

use goodgate_causes::State;
use goodgate_evidence::Sign;
use goodgate_evidence::probe::{
    CertificateProblem, Connect, Foreign, Http, HttpVersion, LookupOutcome, Tls,
};

use super::world::*;
use crate::{Options, Target};

/// Examines a plain target whose exchange ends as given.
fn after(outcome: Http) -> crate::Examination {
    World::default().with(GATEWAY, move |ask| ends(ask, outcome.clone())).of(target(GATEWAY))
}

/// Examines a TLS target whose handshake ends as given.
fn after_tls(outcome: Tls) -> crate::Examination {
    World::default().with(GATEWAY, move |ask| shakes(ask, outcome.clone())).of(secure(GATEWAY))
}

#[test]
fn a_body_that_is_no_gzip_as_it_says_is_a_failure() {
    let coded = |body: &'static [u8]| {
        let mut world = World::default().with(GATEWAY, move |ask| {
            let mut asked = answers(ask, 200);
            if let Some(exchange) = &mut asked.exchange {
                exchange.body = body.to_vec();
                if let Some(head) = &mut exchange.head {
                    head.fields.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
                }
            }
            asked
        });
        has(&world.of(target(GATEWAY)), Sign::ContentCodingInvalid)
    };

    assert!(coded(b"plain text"));
    assert!(!coded(b"\x1f\x8b\x08"));
    assert!(!coded(b""));
}

#[test]
fn a_short_wait_proves_no_timeout() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = ends(ask, Http::HeadTimedOut);
        if let Some(exchange) = &mut asked.exchange {
            exchange.took = Duration::from_millis(1800);
        }
        asked
    });

    let examination = world.of(target(GATEWAY));

    let signs: Vec<Sign> = examination.observations().iter().map(|seen| seen.sign).collect();
    assert!(signs.contains(&Sign::TimeoutSomewhere) && !signs.contains(&Sign::HeadTimeout));
}

#[test]
fn a_port_that_refuses_is_connect_refused() {
    let examination = World::default().of(target(GATEWAY));

    assert_eq!(mechanism(&examination), "connect_refused");
}

#[test]
fn every_failing_connect_has_its_mechanism() {
    let cases = [
        (Connect::TimedOut, "connect_filtered"),
        (Connect::NoRoute, "connect_unreachable"),
        (Connect::NetworkUnreachable, "connect_unreachable"),
        (Connect::Denied, "local_policy_denied"),
        (Connect::NoFreePort, "source_ports_exhausted"),
        (Connect::SocketMissing, "unix_socket_missing"),
        (Connect::SocketDenied, "unix_socket_denied"),
    ];

    for (outcome, expected) in cases {
        let mut world =
            World::default().with(GATEWAY, move |ask| no_connection(ask, outcome.clone()));

        assert_eq!(mechanism(&world.of(target(GATEWAY))), expected);
    }
}

#[test]
fn every_failing_exchange_has_its_mechanism() {
    let words = || "in words".to_owned();
    let cases = [
        (Http::ClosedBeforeHead, "closed_before_response"),
        (Http::ResetBeforeHead, "reset_before_response"),
        (Http::HeadTimedOut, "response_timeout"),
        (Http::HeadTruncated, "response_header_truncated"),
        (Http::HeadTooLarge, "response_header_too_large"),
        (Http::NotHttp(Foreign::Ssh), "not_http"),
        (Http::NotHttp(Foreign::Tls), "plaintext_to_tls_port"),
        (Http::NotHttp(Foreign::Http2), "http_version_mismatch"),
        (Http::NotHttp(Foreign::Fastcgi), "app_protocol_mismatch"),
        (Http::StatusLineInvalid(words()), "invalid_response_head"),
        (Http::InformationalFlood, "invalid_response_head"),
        (Http::HeaderInvalid(words()), "invalid_response_head"),
        (Http::FramingConflict(words()), "invalid_framing"),
        (Http::UnexpectedUpgrade, "upgrade_failed"),
        (Http::BodyTruncated { missing: Some(7) }, "body_truncated"),
        (Http::BodyStalled, "body_stalled"),
        (Http::ChunkingInvalid(words()), "invalid_chunking"),
        (Http::StreamReset(words()), "http2_stream_failure"),
    ];

    for (outcome, expected) in cases {
        let examination = after(outcome.clone());

        assert_eq!(mechanism(&examination), expected, "{outcome:?}");
    }
}

#[test]
fn every_failing_handshake_has_its_mechanism() {
    let alert = |number, name: &str| Tls::Alert { number, name: name.to_owned() };
    let cases = [
        (alert(70, "protocol_version"), "tls_version_mismatch"),
        (alert(116, "certificate_required"), "tls_client_cert_required"),
        (alert(112, "unrecognized_name"), "tls_sni_missing"),
        (Tls::TimedOut, "tls_handshake_timeout"),
        (Tls::NotTls { first_bytes: b"HTTP/1.1 400".to_vec() }, "tls_to_plaintext_port"),
        (Tls::Incompatible("no cipher suites in common".to_owned()), "tls_no_shared_cipher"),
    ];

    for (outcome, expected) in cases {
        let examination = after_tls(outcome.clone());

        assert_eq!(mechanism(&examination), expected, "{outcome:?}");
    }
}

#[test]
fn every_problem_of_a_certificate_has_its_mechanism() {
    let cases = [
        (CertificateProblem::Expired, "tls_cert_expired"),
        (CertificateProblem::NotYetValid, "tls_cert_expired"),
        (CertificateProblem::WrongName, "tls_cert_name_mismatch"),
        (CertificateProblem::SelfSigned, "tls_cert_untrusted"),
        (CertificateProblem::UnknownIssuer, "tls_cert_untrusted"),
    ];

    for (problem, expected) in cases {
        let mut world = World::default().with(GATEWAY, move |ask| distrusted(ask, problem.clone()));

        assert_eq!(mechanism(&world.of(secure(GATEWAY))), expected);
    }
}

#[test]
fn a_certificate_that_cannot_be_checked_here_is_only_mentioned() {
    let problem = CertificateProblem::Other("no authority is trusted".to_owned());
    let mut world = World::default().with(GATEWAY, move |ask| distrusted(ask, problem.clone()));

    let examination = world.of(secure(GATEWAY));

    assert_eq!(verdict(&examination).state, State::Healthy);
    assert!(notice(&examination, "certificate_not_checked"));
    assert!(examination.chain().iter().all(|link| link.broken.is_none()));
}

#[test]
fn every_failing_lookup_has_its_mechanism() {
    let cases = [
        (LookupOutcome::NoSuchName, "dns_nxdomain"),
        (LookupOutcome::ServerFailure("SERVFAIL".to_owned()), "dns_server_failure"),
        (LookupOutcome::Refused, "dns_server_failure"),
        (LookupOutcome::TimedOut, "dns_timeout"),
    ];

    for (outcome, expected) in cases {
        let examination = World::default().resolving("system", outcome.clone()).of(named());

        assert_eq!(mechanism(&examination), expected, "{outcome:?}");
    }
}

#[test]
fn a_late_alert_names_the_missing_client_certificate() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = answers(ask, 200);
        let mut exchange = exchange(ask, None, Http::ResetBeforeHead);
        exchange.departures = vec!["TLS alert 116 certificate_required".to_owned()];
        asked.exchange = Some(exchange);
        asked
    });

    assert_eq!(mechanism(&world.of(secure(GATEWAY))), "tls_client_cert_required");
}

#[test]
fn a_target_that_answers_is_healthy() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 200));

    let examination = world.of(target(GATEWAY));

    assert_eq!(verdict(&examination).state, State::Healthy);
    // Once, and three times more to see whether it always does.
    assert_eq!(world.probes.len(), 4);
}

#[test]
fn a_client_error_is_healthy_for_the_chain() {
    let examination = World::default().with(GATEWAY, |ask| answers(ask, 404)).of(target(GATEWAY));

    assert_eq!(verdict(&examination).state, State::Healthy);
    assert!(notice(&examination, "client_error"));
}

#[test]
fn a_bare_502_is_failing_without_a_known_cause() {
    let examination = World::default().with(GATEWAY, |ask| answers(ask, 502)).of(target(GATEWAY));

    assert_eq!(verdict(&examination).state, State::Unknown);
    assert!(has(&examination, Sign::Status502));
    assert!(has(&examination, Sign::FailsInstantly));
    assert!(has(&examination, Sign::FailsAlways));
}

#[test]
fn a_failure_that_goes_away_is_sometimes() {
    let mut asked = 0;
    let mut world = World::default().with(GATEWAY, move |ask| {
        asked += 1;
        answers(ask, if asked == 1 { 502 } else { 200 })
    });

    let examination = world.of(target(GATEWAY));

    assert!(has(&examination, Sign::FailsSometimes));
    assert!(!has(&examination, Sign::TargetHealthy));
}

#[test]
fn a_failure_on_one_path_only_is_named() {
    let mut world = World::default()
        .with(GATEWAY, |ask| answers(ask, if ask.path == "/x" { 502 } else { 200 }));

    assert!(has(&world.of(target(GATEWAY)), Sign::OnlyOneRoute));
}

#[test]
fn a_time_that_is_a_usual_timeout_is_named() {
    let slow = |ask: &crate::Ask| {
        let mut asked = answers(ask, 504);
        if let Some(exchange) = &mut asked.exchange {
            exchange.took = Duration::from_millis(60_080);
        }
        asked
    };

    let examination = World::default().with(GATEWAY, slow).of(target(GATEWAY));

    assert!(has(&examination, Sign::FailsAtTimeout));
    assert!(has(&examination, Sign::FailsSlowly));
}

#[test]
fn one_of_several_addresses_that_fails_is_partial() {
    let mut world = World::default()
        .resolving("system", addresses(&["192.0.2.1", "192.0.2.2"]))
        .with(GATEWAY, |ask| answers(ask, 200));

    let examination = world.of(named());

    assert_eq!(verdict(&examination).state, State::Partial);
    assert_eq!(mechanism(&examination), "connect_refused");
}

#[test]
fn an_address_that_answers_with_an_error_is_partial() {
    let mut world = World::default()
        .resolving("system", addresses(&["192.0.2.1", "192.0.2.2"]))
        .with(GATEWAY, |ask| answers(ask, 200))
        .with("192.0.2.2:80", |ask| ends(ask, Http::ClosedBeforeHead));

    let examination = world.of(named());

    assert_eq!(verdict(&examination).state, State::Partial);
}

#[test]
fn a_family_that_fails_as_a_whole_is_named() {
    let mut world = World::default()
        .resolving("system", addresses(&["2001:db8::1", "192.0.2.1"]))
        .with(GATEWAY, |ask| answers(ask, 200));

    let examination = world.of(named());

    assert!(has(&examination, Sign::OtherFamilyWorks));
    assert!(has(&examination, Sign::Ipv6AddressFailed));
}

#[test]
fn our_lack_of_ipv6_is_not_held_against_the_target() {
    let mut world = World::default()
        .resolving("system", addresses(&["2001:db8::1", "192.0.2.1"]))
        .with("[2001:db8::1]:80", |ask| no_connection(ask, Connect::NetworkUnreachable))
        .with(GATEWAY, |ask| answers(ask, 200));

    let examination = world.of(named());

    assert_eq!(verdict(&examination).state, State::Healthy);
    assert!(notice(&examination, "no_ipv6_here"));
}

#[test]
fn name_servers_that_contradict_each_other_are_named() {
    let options = Options { name_servers: vec![server(53), server(54)], ..Options::default() };
    let mut world = World::default()
        .resolving("system", addresses(&["192.0.2.1"]))
        .resolving(&server(53).to_string(), addresses(&["192.0.2.1"]))
        .resolving(&server(54).to_string(), LookupOutcome::NoSuchName)
        .with(GATEWAY, |ask| answers(ask, 200));

    let examination = world.examine(named(), options, crate::Budget::default());

    assert!(has(&examination, Sign::ResolversDisagree));
}

#[test]
fn a_certificate_that_ends_soon_is_mentioned() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = answers(ask, 200);
        if let Some(handshake) = &mut asked.handshake {
            handshake.chain = vec![certificate(13)];
        }
        asked
    });

    let examination = world.of(secure(GATEWAY));

    assert_eq!(verdict(&examination).state, State::Healthy);
    assert!(notice(&examination, "certificate_expires_soon"));
}

#[test]
fn a_server_that_waits_for_a_proxy_header_is_found() {
    let mut world = World::default().with(GATEWAY, |ask| {
        if ask.proxy_header { answers(ask, 200) } else { ends(ask, Http::ResetBeforeHead) }
    });

    let examination = world.of(target(GATEWAY));

    assert_eq!(verdict(&examination).top().map(|top| top.id), Some("proxy_protocol_mismatch"));
}

#[test]
fn a_server_that_speaks_only_http2_is_found() {
    let mut world = World::default().with(GATEWAY, |ask| {
        if ask.http2 { answers(ask, 200) } else { ends(ask, Http::ClosedBeforeHead) }
    });

    assert_eq!(mechanism(&world.of(target(GATEWAY))), "http_version_mismatch");
}

#[test]
fn a_tls_server_that_closes_on_plain_http_is_found() {
    let mut world = World::default().with(GATEWAY, |ask| {
        if ask.tls.is_some() { answers(ask, 200) } else { ends(ask, Http::ClosedBeforeHead) }
    });

    assert_eq!(mechanism(&world.of(target(GATEWAY))), "plaintext_to_tls_port");
}

#[test]
fn a_complaint_about_plain_http_is_understood() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = answers(ask, 400);
        if let Some(exchange) = &mut asked.exchange {
            exchange.body = b"The plain HTTP request was sent to HTTPS port".to_vec();
        }
        asked
    });

    assert_eq!(mechanism(&world.of(target(GATEWAY))), "plaintext_to_tls_port");
}

#[test]
fn a_gateway_that_fails_over_one_version_only_is_failing() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let offers_http2 =
            ask.tls.as_ref().is_some_and(|tls| tls.alpn.iter().any(|name| name == "h2"));
        let mut asked = answers(ask, 200);
        if let Some(exchange) = asked.exchange.as_mut().filter(|_| offers_http2) {
            exchange.version = HttpVersion::Http2;
            exchange.outcome = Http::StreamReset("INTERNAL_ERROR".to_owned());
        }
        asked
    });

    let examination = world.of(Target { secure: true, ..target(GATEWAY) });

    assert_eq!(mechanism(&examination), "http2_stream_failure");
}

#[test]
fn an_event_stream_may_pause() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = answers(ask, 200);
        if let Some(exchange) = &mut asked.exchange {
            exchange.outcome = Http::BodyStalled;
            if let Some(head) = &mut exchange.head {
                head.fields.push(("Content-Type".to_owned(), "text/event-stream".to_owned()));
            }
        }
        asked
    });

    assert_eq!(verdict(&world.of(target(GATEWAY))).state, State::Healthy);
}

#[test]
fn a_forward_proxy_that_refuses_to_try_is_our_sides_failure() {
    let line = "HTTP/1.1 407 Proxy Authentication Required".to_owned();
    let mut world = World::default()
        .with(GATEWAY, move |ask| no_connection(ask, Connect::ProxyRefused(line.clone())));

    let examination = world.of(target(GATEWAY));

    assert!(has(&examination, Sign::ClientProxyFailed));
    assert!(!has(&examination, Sign::ConnectFailed));
}

#[test]
fn a_forward_proxy_that_tried_in_vain_tells_of_the_target() {
    let line = "HTTP/1.1 503 Service Unavailable".to_owned();
    let mut world = World::default()
        .with(GATEWAY, move |ask| no_connection(ask, Connect::ProxyRefused(line.clone())));

    assert!(has(&world.of(target(GATEWAY)), Sign::ConnectFailed));
}
