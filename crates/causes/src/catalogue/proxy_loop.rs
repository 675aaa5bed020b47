//! `proxy_loop`: the gateway sends requests to itself.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "proxy_loop",
    summary: "The gateway sends requests to itself.",
    kind: Kind::Mechanism,
    shows_as: &[
        shows_as("gateway_connections_exhausted", -1.4),
        shows_as("response_timeout", -5.0),
        shows_as("reset_before_response", -5.0),
        shows_as("closed_before_response", -5.0),
    ],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyLoopDetected),
    prior: -4.2,
    weighs: &[
        proves(Sign::LoopDetected),
        supports(Sign::LoopSuspected, 6.4),
        supports(Sign::UpstreamIsGateway, 8.0),
        // Only if the gateway is configured as whoever asks believes.
        supports(Sign::OriginIsGateway, 5.0),
        supports(Sign::OwnInternalError, 3.2),
    ],
    contact: "you: the upstream is the gateway itself",
};
