//! Apache in front of origins that fail.

use goodgate_lab::gateway::apache;
use goodgate_lab::goodgate::{Answer, exit};
use goodgate_lab::origin::{Behaviour, Origin};
use goodgate_lab::{Held, port};

use crate::ask::{from_logs, from_outside};

goodgate_lab::scenarios! {
    a_dead_origin_behind_apache_exits_with_1: [APACHE],
    a_dead_origin_behind_apache_has_a_fix_for_apache: [APACHE],
    a_dead_origin_behind_apache_is_named_from_its_logs: [APACHE],
    a_dead_origin_behind_apache_is_named_from_outside: [APACHE],
    a_healthy_origin_behind_apache_is_healthy: [APACHE],
    an_origin_that_closes_behind_apache_is_named_from_its_logs: [APACHE],
    an_origin_that_hangs_behind_apache_is_named_from_outside: [APACHE],
}

fn a_dead_origin_behind_apache_is_named_from_outside() -> Held {
    dead_origin_from_outside()?.is_confident_of("connect_refused")
}

fn a_dead_origin_behind_apache_exits_with_1() -> Held {
    dead_origin_from_outside()?.has_verdict_and_exit_code(exit::PROBLEM)
}

fn a_dead_origin_behind_apache_has_a_fix_for_apache() -> Held {
    dead_origin_from_outside()?.has_fix_for("apache")
}

fn a_dead_origin_behind_apache_is_named_from_its_logs() -> Held {
    let gateway = apache::in_front_of(port::reserve()?)?;

    from_logs(&gateway, "AH00957")?.is_confident_of("connect_refused")
}

fn a_healthy_origin_behind_apache_is_healthy() -> Held {
    let origin = Origin::start(Behaviour::Healthy)?;
    let gateway = apache::in_front_of(origin.address())?;

    from_outside(&gateway, origin.address())?.has_state("healthy")
}

fn an_origin_that_closes_behind_apache_is_named_from_its_logs() -> Held {
    let origin = Origin::start(Behaviour::CloseWithoutAnswer)?;
    let gateway = apache::in_front_of(origin.address())?;

    from_logs(&gateway, "AH01102")?.is_confident_of("closed_before_response")
}

fn an_origin_that_hangs_behind_apache_is_named_from_outside() -> Held {
    let origin = Origin::start(Behaviour::Hang)?;
    let gateway = apache::in_front_of(origin.address())?;

    from_outside(&gateway, origin.address())?.is_confident_of("response_timeout")
}

fn dead_origin_from_outside() -> anyhow::Result<Answer> {
    let dead = port::reserve()?;
    let gateway = apache::in_front_of(dead)?;
    from_outside(&gateway, dead)
}
