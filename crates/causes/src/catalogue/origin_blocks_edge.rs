//! `origin_blocks_edge`: the origin's firewall blocks the addresses of the edge.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "origin_blocks_edge",
    summary: "The origin's firewall blocks the addresses of the edge.",
    kind: Kind::Root,
    shows_as: &[shows_as("connect_refused", -3.4), shows_as("connect_filtered", -3.4)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::DestinationIpProhibited),
    prior: 0.0,
    weighs: &[
        supports(Sign::FailsThroughEdgeOnly, 5.5),
        supports(Sign::FirewallLogged, 3.0),
        supports(Sign::EdgeRefused, 2.2),
        supports(Sign::EdgeTimedOut, 2.2),
    ],
    contact: "whoever maintains the origin's firewall",
};
