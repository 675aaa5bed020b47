//! `gateway_worker_crash`: the gateway itself crashed or cannot run.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "gateway_worker_crash",
    summary: "The gateway itself crashed or cannot run.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("connect_refused", -3.6), shows_as("closed_before_response", -4.6)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: -4.0,
    weighs: &[
        proves(Sign::GatewayCrashed),
        proves(Sign::GatewayBindFailed),
        against(Sign::OnlyOneHost, 1.5),
        supports(Sign::GatewayGaveNothing, 5.2),
    ],
    contact: "you: the gateway itself",
};
