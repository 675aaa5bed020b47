//! HAProxy in front of origins that fail.

use goodgate_lab::gateway::haproxy;
use goodgate_lab::goodgate::{Answer, exit};
use goodgate_lab::origin::{Behaviour, Origin};
use goodgate_lab::{Held, port};

use crate::ask::{from_logs, from_logs_and_outside, from_outside};

goodgate_lab::scenarios! {
    a_dead_origin_behind_haproxy_exits_with_1: [HAPROXY],
    a_dead_origin_behind_haproxy_has_a_fix_for_haproxy: [HAPROXY],
    a_dead_origin_behind_haproxy_is_named_from_its_log: [HAPROXY],
    a_dead_origin_behind_haproxy_is_named_from_outside: [HAPROXY],
    a_healthy_origin_behind_haproxy_is_healthy: [HAPROXY],
    an_origin_that_closes_behind_haproxy_is_named_with_its_log: [HAPROXY],
    an_origin_that_hangs_behind_haproxy_is_named_from_its_log: [HAPROXY],
}

fn a_dead_origin_behind_haproxy_is_named_from_outside() -> Held {
    dead_origin_from_outside()?.is_confident_of("connect_refused")
}

fn a_dead_origin_behind_haproxy_exits_with_1() -> Held {
    dead_origin_from_outside()?.has_verdict_and_exit_code(exit::PROBLEM)
}

fn a_dead_origin_behind_haproxy_has_a_fix_for_haproxy() -> Held {
    dead_origin_from_outside()?.has_fix_for("haproxy")
}

fn a_dead_origin_behind_haproxy_is_named_from_its_log() -> Held {
    let dead = port::reserve()?;
    let gateway = haproxy::in_front_of(dead)?;

    // SC says only that no connection was made; the origin's own answer says why.
    let answer = from_logs_and_outside(&gateway, " SC--", dead)?;

    answer.is_confident_of("connect_refused")
}

fn a_healthy_origin_behind_haproxy_is_healthy() -> Held {
    let origin = Origin::start(Behaviour::Healthy)?;
    let gateway = haproxy::in_front_of(origin.address())?;

    from_outside(&gateway, origin.address())?.has_state("healthy")
}

fn an_origin_that_closes_behind_haproxy_is_named_with_its_log() -> Held {
    let origin = Origin::start(Behaviour::CloseWithoutAnswer)?;
    let gateway = haproxy::in_front_of(origin.address())?;

    from_logs_and_outside(&gateway, " SH--", origin.address())?
        .is_confident_of("closed_before_response")
}

fn an_origin_that_hangs_behind_haproxy_is_named_from_its_log() -> Held {
    let origin = Origin::start(Behaviour::Hang)?;
    let gateway = haproxy::in_front_of(origin.address())?;

    from_logs(&gateway, " sH--")?.is_confident_of("response_timeout")
}

fn dead_origin_from_outside() -> anyhow::Result<Answer> {
    let dead = port::reserve()?;
    let gateway = haproxy::in_front_of(dead)?;
    from_outside(&gateway, dead)
}
