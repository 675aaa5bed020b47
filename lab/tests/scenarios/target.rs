//! Faults of the target itself, seen from outside only.

use goodgate_lab::gateway::nginx;
use goodgate_lab::goodgate::{Answer, Run, diagnose, exit};
use goodgate_lab::tls::{self, EXPIRED, VALID, Validity};
use goodgate_lab::{Held, Workdir, port};

goodgate_lab::scenarios! {
    a_target_that_refuses_exits_with_1: [],
    a_target_that_refuses_is_named: [],
    a_target_with_a_valid_certificate_is_healthy: [NGINX, OPENSSL],
    a_url_that_is_none_exits_with_2: [],
    an_expired_certificate_of_the_target_is_named: [NGINX, OPENSSL],
}

fn a_target_that_refuses_is_named() -> Held {
    let dead = port::reserve()?;

    let answer = diagnose(&format!("http://{dead}/"))?.answer()?;

    answer.is_confident_of("connect_refused")
}

fn a_target_that_refuses_exits_with_1() -> Held {
    let dead = port::reserve()?;

    let answer = diagnose(&format!("http://{dead}/"))?.answer()?;

    answer.has_verdict_and_exit_code(exit::PROBLEM)
}

fn a_url_that_is_none_exits_with_2() -> Held {
    let answer = Run::new(["diagnose", "http://"])?.answer()?;

    answer.has_exit_code(exit::USAGE)
}

fn an_expired_certificate_of_the_target_is_named() -> Held {
    with_certificate(EXPIRED, |answer| answer.is_confident_of("tls_cert_expired"))
}

fn a_target_with_a_valid_certificate_is_healthy() -> Held {
    with_certificate(VALID, |answer| answer.has_state("healthy"))
}

fn with_certificate(validity: Validity, check: fn(&Answer) -> Held) -> Held {
    let folder = Workdir::new()?;
    let authority = tls::authority(&folder)?;
    let identity = tls::identity(&folder, validity)?;
    let gateway = nginx::with_tls(&identity, "return 200 well;")?;

    let answer = diagnose(&gateway.https_url())?.trusting(&authority.certificate).answer()?;

    check(&answer)
}
