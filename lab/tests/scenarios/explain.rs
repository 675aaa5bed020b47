//! `goodgate explain -` with lines that a real gateway wrote a moment ago.

use goodgate_lab::gateway::{apache, haproxy, nginx};
use goodgate_lab::goodgate::{exit, explain};
use goodgate_lab::origin::{Behaviour, Origin};
use goodgate_lab::{Held, port};

use crate::ask::line;

goodgate_lab::scenarios! {
    explain_names_a_dead_origin_in_an_apache_line: [APACHE],
    explain_names_a_dead_origin_in_an_nginx_line: [NGINX],
    explain_names_a_hanging_origin_in_a_haproxy_line: [HAPROXY],
    explain_of_an_nginx_line_exits_with_1: [NGINX],
    explain_of_an_nginx_line_has_a_fix_for_nginx: [NGINX],
}

fn explain_names_a_dead_origin_in_an_nginx_line() -> Held {
    explain(&nginx_line()?)?.answer()?.is_confident_of("connect_refused")
}

fn explain_of_an_nginx_line_has_a_fix_for_nginx() -> Held {
    explain(&nginx_line()?)?.answer()?.has_fix_for("nginx")
}

fn explain_of_an_nginx_line_exits_with_1() -> Held {
    explain(&nginx_line()?)?.answer()?.has_verdict_and_exit_code(exit::PROBLEM)
}

fn explain_names_a_dead_origin_in_an_apache_line() -> Held {
    let gateway = apache::in_front_of(port::reserve()?)?;
    let line = line(&gateway, "AH00957")?;

    explain(&line)?.answer()?.is_confident_of("connect_refused")
}

fn explain_names_a_hanging_origin_in_a_haproxy_line() -> Held {
    let origin = Origin::start(Behaviour::Hang)?;
    let gateway = haproxy::in_front_of(origin.address())?;
    let line = line(&gateway, " sH--")?;

    explain(&line)?.answer()?.is_confident_of("response_timeout")
}

fn nginx_line() -> anyhow::Result<String> {
    let gateway = nginx::in_front_of(port::reserve()?)?;
    line(&gateway, "Connection refused")
}
