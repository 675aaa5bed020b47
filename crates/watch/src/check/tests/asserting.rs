//! Each assertion and each way to fail.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{CertificateProblem, Connect, Foreign, Http, LookupOutcome, Tls};
use goodgate_incident::{Component, Doubt, Outcome};

use super::script::{Line, answer, answered, broken, handshake, judged, plan, went, words};
use crate::check::judge;

/// Keys, an answer that is good by them, one that is not, and what is said of it.
type Case = (&'static str, Answer, Answer, &'static str);
type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

const OK: Answer = (200, &[], "");

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("", OK, (404, &[], ""), "the status is 404, not 200-399"),
    ("", (399, &[], ""), (502, &[], ""), "the status is 502, not 200-399"),
    ("expect.status = [204, \"500-599\"]", (503, &[], ""), OK, "the status is 200, not 204, 500-599"),
    ("expect.header_equals = { Server = \"x\" }", (200, &[("server", "x")], ""), (200, &[("server", "y")], ""), "`server` is \"y\", not \"x\""),
    ("expect.header_equals = { Server = \"x\" }", (200, &[("SERVER", "y"), ("Server", "x")], ""), OK, "`server` is not there, not \"x\""),
    ("expect.header_equals = { Set-Cookie = \"x\" }", (200, &[("set-cookie", "x")], ""), (200, &[("set-cookie", "s3ss10n")], ""), "`set-cookie` is another one, not \"x\""),
    ("expect.header_contains = { Content-Type = \"html\" }", (200, &[("content-type", "text/html")], ""), (200, &[("content-type", "text/plain")], ""), "without \"html\""),
    ("expect.header_matches = { Via = \"edge-[0-9]$\" }", (200, &[("via", "1.1 edge-7")], ""), (200, &[("via", "1.1 edge-x")], ""), "does not match edge-[0-9]$"),
    ("expect.header_lacks = \"X-Debug\"", OK, (200, &[("x-debug", "1")], ""), "`x-debug` is there"),
    ("expect.body_contains = [\"in\", \"stock\"]", (200, &[], "in stock"), (200, &[], "in"), "\"stock\" is not in the body"),
    ("expect.body_matches = \"^price: [0-9]+$\"", (200, &[], "price: 7"), (200, &[], "price: -"), "a match of ^price: [0-9]+$ is not in the body"),
    ("expect.body_lacks = \"Traceback\"", OK, (200, &[], "a Traceback"), "\"Traceback\" is in the body"),
    ("expect.json = \"$.a == 1\"", (200, &[], "{\"a\":1}"), (200, &[], "{\"a\":2}"), "$.a is 2, not == 1"),
    ("expect.json = \"$.a\"", (200, &[], "{\"a\":null}"), (200, &[], "<html>"), "the body is no JSON"),
    ("expect.body_contains = \"x\"", (200, &[], "x"), (200, &[("content-encoding", "gzip")], "x"), "the body is compressed (gzip)"),
];

#[test]
fn each_assertion_lets_the_good_pass_and_says_what_is_wrong_with_the_bad() {
    for (keys, good, bad, expected) in CASES {
        let good = answered(keys, answer(good.0, good.1, good.2));
        assert_eq!(good.result.outcome, Outcome::Good, "{keys}: {:?}", good.failures);
        assert!(good.evidence.is_none(), "{keys}");

        let bad = answered(keys, answer(bad.0, bad.1, bad.2));
        assert!(matches!(bad.result.outcome, Outcome::Bad { .. }), "{keys}");
        assert!(
            words(&bad).iter().any(|words| words.contains(expected)),
            "{keys}: {:?}",
            words(&bad)
        );
        assert!(bad.evidence.is_some(), "{keys}");
    }
}

#[test]
fn every_failed_assertion_is_told() {
    let keys = "expect.body_contains = \"x\"\nexpect.header_lacks = \"Via\"\nexpect.json = \"$\"";

    let checked = answered(keys, answer(500, &[("via", "1.1 a")], "y"));

    assert_eq!(checked.failures.len(), 4, "{:?}", words(&checked));
}

#[test]
fn what_lies_beyond_the_bytes_that_were_read_is_not_held_against_it_in_silence() {
    let cut = |body: &str| {
        let mut exchange = answer(200, &[], body);
        exchange.body_bytes += 1;
        exchange
    };

    let missing = answered("expect.body_contains = \"x\"", cut("abc"));
    assert_eq!(
        words(&missing),
        ["10.0.0.7:443"].map(|_| "\"x\" is not in the first 3 bytes of the body")
    );
    let json = answered("expect.json = \"$.a\"", cut("{\"a\":1}"));
    assert_eq!(words(&json), ["the JSON is longer than the 7 bytes that are kept"]);
    let there = answered("expect.body_contains = \"b\"", cut("abc"));
    assert_eq!(there.result.outcome, Outcome::Good);
}

#[test]
fn a_certificate_has_to_last_for_so_many_days() {
    let plan = plan("tls = \"10.0.0.7:443\"\nexpect.certificate_days = 14");
    for (days, is_good) in [(14, true), (13, false), (-1, false)] {
        let checked = judged(&plan, [Line::Shaken(handshake(days))]);
        assert_eq!(
            checked.result.outcome == Outcome::Good,
            is_good,
            "{days}: {:?}",
            words(&checked)
        );
    }

    // What is behind the leaf counts as well.
    let mut chain = handshake(300);
    chain.chain.extend(handshake(3).chain);
    let checked = judged(&plan, [Line::Shaken(chain)]);
    assert!(words(&checked)[0].contains("is valid for 3 days more"), "{:?}", words(&checked));
}

#[test]
fn addresses_are_those_that_are_expected() {
    let plan = plan("dns = \"a.example\"\nexpect.addresses = [\"10.0.0.7\", \"::1\"]");

    let good = judged(&plan, [Line::Addresses(&["::1"])]);
    assert_eq!(good.result.outcome, Outcome::Good);
    let bad = judged(&plan, [Line::Addresses(&["10.0.0.7", "10.0.0.8"])]);
    assert_eq!(words(&bad), ["the name has the address 10.0.0.8, which is not expected"]);
}

#[test]
fn time_is_held_against_it_only_if_we_were_in_time_ourselves() {
    let plan = plan("http = \"https://10.0.0.7/\"\nexpect.response_time = \"100ms\"");
    let (mut raw, _) = went(&plan, 0, [Line::Answered(answer(200, &[], ""))]);
    assert_eq!(judge(&plan, &raw).result.outcome, Outcome::Good);

    raw.took = Duration::from_millis(101);
    assert!(matches!(judge(&plan, &raw).result.outcome, Outcome::Bad { .. }));
    raw.late = Duration::from_millis(501);
    assert_eq!(judge(&plan, &raw).result.outcome, Outcome::Unmeasured(Doubt::Processor));
}

#[test]
fn a_fact_is_a_fact_however_late_we_were() {
    let plan = plan("http = \"https://10.0.0.7/\"");
    let (mut raw, _) = went(&plan, 0, [Line::Answered(answer(502, &[], ""))]);

    raw.late = Duration::from_secs(9);

    assert!(matches!(judge(&plan, &raw).result.outcome, Outcome::Bad { .. }));
}

#[test]
fn each_way_to_fail_has_its_stage_and_cause() {
    let connect = |outcome| vec![Line::Connect(outcome, 20)];
    let exchange = |outcome| vec![Line::Answered(broken(outcome))];
    let tls = |outcome| {
        let mut failed = handshake(300);
        failed.outcome = outcome;
        vec![Line::Shaken(failed)]
    };
    let distrusted = |problem| {
        let mut failed = handshake(300);
        failed.trust = Err(problem);
        vec![Line::Shaken(failed)]
    };
    let cases = [
        (connect(Connect::Refused), Stage::Connect, Some("connect_refused")),
        (connect(Connect::TimedOut), Stage::Connect, Some("connect_filtered")),
        (connect(Connect::NoRoute), Stage::Connect, Some("connect_unreachable")),
        (connect(Connect::NetworkUnreachable), Stage::Connect, Some("connect_unreachable")),
        (connect(Connect::Reset), Stage::Connect, Some("connect_rejected")),
        (tls(Tls::TimedOut), Stage::Tls, Some("tls_handshake_timeout")),
        (tls(Tls::NotTls { first_bytes: vec![b'H'] }), Stage::Tls, Some("tls_to_plaintext_port")),
        (distrusted(CertificateProblem::Expired), Stage::Tls, Some("tls_cert_expired")),
        (distrusted(CertificateProblem::WrongName), Stage::Tls, Some("tls_cert_name_mismatch")),
        (exchange(Http::ClosedBeforeHead), Stage::ResponseHead, Some("closed_before_response")),
        (exchange(Http::FailedWhileSending), Stage::Request, Some("closed_before_response")),
        (exchange(Http::HeadTimedOut), Stage::ResponseHead, Some("response_timeout")),
        (exchange(Http::NotHttp(Foreign::Ssh)), Stage::ResponseHead, Some("not_http")),
        (exchange(Http::BodyStalled), Stage::ResponseBody, Some("body_stalled")),
        (
            exchange(Http::BodyTruncated { missing: Some(9) }),
            Stage::ResponseBody,
            Some("body_truncated"),
        ),
    ];
    let plan = plan("http = \"https://10.0.0.7/\"");
    for (lines, stage, expected) in cases {
        let checked = judged(&plan, lines);

        let Outcome::Bad { cause, components } = &checked.result.outcome else {
            panic!("{:?}", checked.result.outcome)
        };
        assert_eq!((checked.failures[0].stage, *cause), (stage, expected), "{:?}", words(&checked));
        assert!(components.contains(&Component::Address("10.0.0.7:443".into())), "{components:?}");
    }
}

#[test]
fn a_certificate_that_does_not_verify_is_a_component() {
    let mut failed = handshake(-1);
    failed.trust = Err(CertificateProblem::Expired);
    let plan = plan("tls = \"10.0.0.7:443\"");

    let checked = judged(&plan, [Line::Shaken(failed)]);

    let Outcome::Bad { components, .. } = checked.result.outcome else { panic!("it failed") };
    assert!(components.contains(&Component::Certificate("ab".repeat(32).into())), "{components:?}");
}

#[test]
fn what_is_our_own_fault_says_nothing_about_the_target() {
    for (line, doubt) in [
        (Line::Connect(Connect::NetworkUnreachable, 1), Doubt::Network),
        (Line::Connect(Connect::NoFreePort, 0), Doubt::Resources),
        (Line::Connect(Connect::Denied, 0), Doubt::Network),
        (Line::Unable(Doubt::Resources), Doubt::Resources),
    ] {
        let checked = judged(&plan("tcp = \"10.0.0.7:80\""), [line]);
        assert_eq!(checked.result.outcome, Outcome::Unmeasured(doubt));
    }
    let outcome = LookupOutcome::Unreachable("refused".to_owned());
    let checked = judged(&plan("tcp = \"a.example:80\""), [Line::NoAddress(outcome)]);
    assert_eq!(checked.result.outcome, Outcome::Unmeasured(Doubt::Resolver));
}

#[test]
fn a_gateway_names_the_endpoint_that_failed_behind_it() {
    let fields: &[(&str, &str)] = &[
        ("via", "1.1 edge-1"),
        ("proxy-status", "edge-1; error=connection_refused; next-hop=\"10.0.0.9:8080\""),
    ];

    let checked = answered("provider = \"acme\"", answer(502, fields, ""));

    let Outcome::Bad { cause, components } = checked.result.outcome else { panic!("it failed") };
    let expected = BTreeSet::from([
        Component::Address("10.0.0.7:443".into()),
        Component::Dependency("acme".into()),
        Component::Endpoint("10.0.0.9:8080".into()),
        Component::Gateway("edge-1".into()),
    ]);
    assert_eq!(components, expected);
    assert_eq!(cause, Some("connect_refused"));
}

#[test]
fn two_sites_of_one_make_share_no_gateway() {
    let by = |place: &str| {
        let plan = plan(&format!("http = \"http://{place}/\""));
        let exchange = answer(502, &[("server", "nginx")], "");
        let Outcome::Bad { components, .. } =
            judged(&plan, [Line::Answered(exchange)]).result.outcome
        else {
            panic!("it failed")
        };
        components
    };

    assert_eq!(by("10.0.0.7").intersection(&by("10.0.0.8")).count(), 0);
    assert!(by("10.0.0.7").contains(&Component::Gateway("nginx at 10.0.0.7".into())));
}

#[test]
fn one_check_says_by_itself_what_it_met() {
    let plan = plan("tcp = \"10.0.0.7:80\"");

    let finding = judged(&plan, [Line::Connect(Connect::Refused, 1)]).finding(&plan).unwrap();

    assert_eq!((finding.cause, finding.stage), (Some("connect_refused"), Some(Stage::Connect)));
    assert_eq!(finding.summary, "10.0.0.7:80 refused the connection");
    assert!(judged(&plan, [Line::Connect(Connect::Connected, 1)]).finding(&plan).is_none());
}

#[test]
fn a_body_that_is_not_coded_as_its_head_says_fails() {
    let coded = |body| answered("", answer(200, &[("content-encoding", "gzip")], body));

    let plain = coded("plain words");

    assert_eq!(plain.failures[0].cause, Some("bad_content_coding"), "{plain:?}");
    assert_eq!(coded("").failures, [], "what has no body is not coded");
}
