//! nginx in front of origins that fail.

use goodgate_lab::gateway::{apache, nginx};
use goodgate_lab::goodgate::{Answer, exit};
use goodgate_lab::origin::{Behaviour, Origin};
use goodgate_lab::{Held, Workdir, port};

use crate::ask::{from_logs, from_outside};

goodgate_lab::scenarios! {
    a_dead_origin_behind_nginx_exits_with_1: [NGINX],
    a_dead_origin_behind_nginx_has_a_fix_for_nginx: [NGINX],
    a_dead_origin_behind_nginx_has_evidence: [NGINX],
    a_dead_origin_behind_nginx_is_failing: [NGINX],
    a_dead_origin_behind_nginx_is_named_from_its_logs: [NGINX],
    a_dead_origin_behind_nginx_is_named_from_outside: [NGINX],
    a_healthy_origin_behind_nginx_exits_with_0: [NGINX],
    a_healthy_origin_behind_nginx_is_healthy: [NGINX],
    a_large_header_behind_nginx_is_named_from_its_logs: [NGINX],
    a_missing_unix_socket_behind_nginx_is_named_from_its_logs: [NGINX],
    a_plain_port_behind_nginx_with_https_is_named_from_its_logs: [APACHE, NGINX],
    an_origin_that_closes_behind_nginx_is_named_from_its_logs: [NGINX],
    an_origin_that_closes_behind_nginx_is_named_from_outside: [NGINX],
    an_origin_that_hangs_behind_nginx_is_named_from_its_logs: [NGINX],
    an_origin_that_hangs_behind_nginx_is_named_from_outside: [NGINX],
}

fn a_dead_origin_behind_nginx_is_named_from_outside() -> Held {
    dead_origin_from_outside()?.is_confident_of("connect_refused")
}

fn a_dead_origin_behind_nginx_is_failing() -> Held {
    dead_origin_from_outside()?.has_state("failing")
}

fn a_dead_origin_behind_nginx_exits_with_1() -> Held {
    dead_origin_from_outside()?.has_verdict_and_exit_code(exit::PROBLEM)
}

fn a_dead_origin_behind_nginx_has_a_fix_for_nginx() -> Held {
    dead_origin_from_outside()?.has_fix_for("nginx")
}

fn a_dead_origin_behind_nginx_has_evidence() -> Held {
    dead_origin_from_outside()?.has_evidence()
}

fn a_dead_origin_behind_nginx_is_named_from_its_logs() -> Held {
    let gateway = nginx::in_front_of(port::reserve()?)?;

    let answer = from_logs(&gateway, "Connection refused")?;

    answer.is_confident_of("connect_refused")
}

fn a_healthy_origin_behind_nginx_is_healthy() -> Held {
    healthy()?.has_state("healthy")
}

fn a_healthy_origin_behind_nginx_exits_with_0() -> Held {
    healthy()?.has_verdict_and_exit_code(exit::HEALTHY)
}

fn an_origin_that_hangs_behind_nginx_is_named_from_outside() -> Held {
    let origin = Origin::start(Behaviour::Hang)?;
    let gateway = nginx::in_front_of(origin.address())?;

    from_outside(&gateway, origin.address())?.is_confident_of("response_timeout")
}

fn an_origin_that_hangs_behind_nginx_is_named_from_its_logs() -> Held {
    let origin = Origin::start(Behaviour::Hang)?;
    let gateway = nginx::in_front_of(origin.address())?;

    from_logs(&gateway, "upstream timed out")?.is_confident_of("response_timeout")
}

fn an_origin_that_closes_behind_nginx_is_named_from_outside() -> Held {
    let origin = Origin::start(Behaviour::CloseWithoutAnswer)?;
    let gateway = nginx::in_front_of(origin.address())?;

    from_outside(&gateway, origin.address())?.is_confident_of("closed_before_response")
}

fn an_origin_that_closes_behind_nginx_is_named_from_its_logs() -> Held {
    let origin = Origin::start(Behaviour::CloseWithoutAnswer)?;
    let gateway = nginx::in_front_of(origin.address())?;

    from_logs(&gateway, "prematurely closed")?.is_confident_of("closed_before_response")
}

fn a_large_header_behind_nginx_is_named_from_its_logs() -> Held {
    let origin = Origin::start(Behaviour::LargeHeader(12 << 10))?;
    let gateway = nginx::in_front_of(origin.address())?;

    from_logs(&gateway, "too big header")?.is_confident_of("response_header_too_large")
}

fn a_missing_unix_socket_behind_nginx_is_named_from_its_logs() -> Held {
    let folder = Workdir::new()?;
    let socket = folder.join("app.sock");
    let gateway = nginx::with_location(&format!("proxy_pass http://unix:{};", socket.display()))?;

    from_logs(&gateway, "No such file")?.is_confident_of("unix_socket_missing")
}

fn a_plain_port_behind_nginx_with_https_is_named_from_its_logs() -> Held {
    // A server that answers a handshake at once, as servers for plain HTTP do.
    let origin = apache::in_front_of(port::reserve()?)?;
    let gateway = nginx::with_location(&format!("proxy_pass https://{};", origin.address()))?;

    from_logs(&gateway, "SSL_do_handshake")?.is_confident_of("tls_to_plaintext_port")
}

fn dead_origin_from_outside() -> anyhow::Result<Answer> {
    let dead = port::reserve()?;
    let gateway = nginx::in_front_of(dead)?;
    from_outside(&gateway, dead)
}

fn healthy() -> anyhow::Result<Answer> {
    let origin = Origin::start(Behaviour::Healthy)?;
    let gateway = nginx::in_front_of(origin.address())?;
    from_outside(&gateway, origin.address())
}
