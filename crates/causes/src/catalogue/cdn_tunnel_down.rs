//! `cdn_tunnel_down`: the tunnel between edge and origin is down.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "cdn_tunnel_down",
    summary: "The tunnel between edge and origin is down.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationUnavailable),
    prior: -4.0,
    weighs: &[proves(Sign::TunnelDown), supports(Sign::TunnelOriginFailed, 2.5)],
    contact: "whoever runs the tunnel's connector",
};
