//! What the desk is to watch.

use std::sync::Arc;

use goodgate_incident::MonitorId;

use crate::desk::Target;
use crate::settings::Traffic;
use crate::settings::values::Slug;
use crate::source::limits::{NAME_SHOWN, POLL};
use crate::source::words::name;

/// What every id begins with.
const PREFIX: &str = "gateway/";

/// The process itself.
pub(super) const PROCESS: &str = "process";

/// The handshakes of clients.
pub(super) const CLIENTS: &str = "clients";

/// Returns the id of a route. One that is called as the process or the clients are keeps apart from them.
pub(super) fn id(route: &str) -> MonitorId {
    let shown = name(route);
    let apart = if [PROCESS, CLIENTS].contains(&route) { "route/" } else { "" };
    MonitorId(format!("{PREFIX}{apart}{shown}").into())
}

/// Returns the id of the process or the clients.
pub(super) fn own_id(word: &str) -> MonitorId {
    MonitorId(format!("{PREFIX}{word}").into())
}

/// Returns the target of a route.
pub(super) fn of_route(route: &str, rules: &Traffic, gateway: &str) -> Target {
    target(id(route), format!("route {} of the gateway at {gateway}", name(route)), rules)
}

/// Returns the target of the process.
pub(super) fn of_process(rules: &Traffic, gateway: &str) -> Target {
    target(own_id(PROCESS), format!("the gateway's process, by its admin address {gateway}"), rules)
}

/// Returns the target of the handshakes of clients.
pub(super) fn of_clients(rules: &Traffic, gateway: &str) -> Target {
    target(
        own_id(CLIENTS),
        format!("TLS handshakes of clients with the gateway at {gateway}"),
        rules,
    )
}

fn target(monitor: MonitorId, about: String, rules: &Traffic) -> Target {
    let word = |slug: &Slug| Arc::from(slug.as_str());
    Target {
        monitor,
        kind: "traffic",
        about,
        interval: POLL,
        tags: rules.tags.iter().map(word).collect(),
        policy: rules.policy.as_ref().map(word),
    }
}

const _: () = assert!(NAME_SHOWN * 10 + 32 < 4096, "an id is a name of the store");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_is_taken_for_the_process() {
        assert_eq!(&*id("shop").0, "gateway/shop");
        assert_eq!(&*id("process").0, "gateway/route/process");
        assert_ne!(id("process"), own_id(PROCESS));
        assert_ne!(id("clients"), own_id(CLIENTS));
    }
}
