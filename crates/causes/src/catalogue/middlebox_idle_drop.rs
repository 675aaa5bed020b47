//! `middlebox_idle_drop`: a box on the way silently forgot the idle connection.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "middlebox_idle_drop",
    summary: "A box on the way silently forgot the idle connection.",
    kind: Kind::Root,
    shows_as: &[shows_as("response_timeout", -4.2), shows_as("reset_before_response", -4.5)],
    follows: &[],
    stage: Stage::Request,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::ConnectionReadTimeout),
    prior: 0.0,
    weighs: &[supports(Sign::FailsAfterIdle, 4.6), against(Sign::FirstOnConnection, 4.0)],
    contact: "whoever runs the NAT, balancer or firewall between gateway and application",
};
