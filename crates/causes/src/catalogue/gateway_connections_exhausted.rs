//! `gateway_connections_exhausted`: the gateway reached its own connection limit.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "gateway_connections_exhausted",
    summary: "The gateway reached its own connection limit.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionLimitReached),
    prior: -4.0,
    weighs: &[
        supports(Sign::GatewayConnectionsExhausted, 6.6),
        against(Sign::OnlyOneHost, 1.5),
        against(Sign::OnlyOneRoute, 1.5),
        supports(Sign::OwnInternalError, 3.4),
    ],
    contact: "you: the gateway's limits",
};
