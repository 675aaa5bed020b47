//! What is watched without checks: the gateway's traffic, and changes.

use goodgate_config::Fault;

use super::Found;
use crate::settings::{Settings, Traffic};
use crate::source::limits::{CHANGES, ROUTES};

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    traffic(settings, found);
    changes(settings, found);
}

fn traffic(settings: &Settings, found: &mut Found<'_>) {
    if settings.traffic.len() > ROUTES {
        let fault = Fault::new(format!("there are more than {ROUTES} tables of routes"));
        found.error("traffic", fault);
    }
    for (index, table) in settings.traffic.iter().enumerate() {
        let path = format!("traffic[{index}]");
        if table.route.trim().is_empty() {
            let fault = Fault::new("this is no name of a route")
                .hint("route = \"*\" is for every route without a table of its own");
            found.error(format!("{path}.route"), fault);
        }
        let before = settings.traffic.iter().take(index);
        if let Some(first) = before.clone().position(|other| other.route == table.route) {
            let line = found.line(&format!("traffic[{first}]"));
            let what = format!("the table in line {line} is for the same route");
            found.error(format!("{path}.route"), Fault::new(what));
        }
        let key = format!("{path}.client_handshakes");
        if table.route != Traffic::ALL && found.is_set(&key) {
            let fault = Fault::new("the handshakes of clients belong to no route")
                .hint("write it into the table of route = \"*\"");
            found.error(key, fault);
        }
        if let (Some(most), Some(nearly_all)) = (table.latency_p95, table.latency_p99)
            && nearly_all < most
            && (found.is_set(&format!("{path}.latency_p95"))
                || found.is_set(&format!("{path}.latency_p99")))
        {
            let fault = Fault::new("`latency_p99` is less than `latency_p95`: it says it all")
                .hint("switch the other one off");
            found.warning(format!("{path}.latency_p99"), fault);
        }
    }
}

fn changes(settings: &Settings, found: &mut Found<'_>) {
    if settings.change.len() > CHANGES {
        found.error("change", Fault::new(format!("there are more than {CHANGES} of them")));
    }
    for (index, change) in settings.change.iter().enumerate() {
        let path = format!("change[{index}]");
        match (&change.file, &change.git) {
            (Some(_), Some(_)) => {
                let fault = Fault::new("it is a file or a repository, not both");
                found.error(format!("{path}.git"), fault);
            }
            (None, None) => {
                let fault = Fault::new("it does not say what is looked at")
                    .hint("write `file = PATH` or `git = PATH`");
                found.error(path, fault);
            }
            _ => {}
        }
    }
}
