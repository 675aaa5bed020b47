//! `source_ports_exhausted`: the gateway's host has no free local port towards the upstream.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "source_ports_exhausted",
    summary: "The gateway's host has no free local port towards the upstream.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyInternalError),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConnectNoFreePort),
        supports(Sign::NoPortOrQueueFull, 6.0),
        supports(Sign::OnlyUnderLoad, 0.5),
        supports(Sign::ConnectOrTlsFailed, 2.6),
        supports(Sign::NoServerAvailable, 2.4),
    ],
    contact: "you: the gateway's host",
};
