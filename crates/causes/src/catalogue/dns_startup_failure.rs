//! `dns_startup_failure`: the gateway does not start because an upstream's name does not resolve.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_startup_failure",
    summary: "The gateway does not start because an upstream's name does not resolve.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("connect_refused", -3.4)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationUnavailable),
    prior: -4.0,
    weighs: &[proves(Sign::NameUnresolvedAtStart), supports(Sign::GatewayDownNameFails, 7.5)],
    contact: "you: the gateway's configuration and start order",
};
