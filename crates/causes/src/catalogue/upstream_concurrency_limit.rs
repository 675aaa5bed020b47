//! `upstream_concurrency_limit`: the gateway's limit for the upstream is reached.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "upstream_concurrency_limit",
    summary: "The gateway's limit for the upstream is reached.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("no_live_upstream", -2.2)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionLimitReached),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConcurrencyLimit),
        supports(Sign::UpstreamBusy, 3.5),
        supports(Sign::ConfigLimitsConnections, 4.0),
        supports(Sign::OriginAnswersWell, 1.5),
        supports(Sign::NoServerAvailable, 2.6),
    ],
    contact: "whoever develops the application, you for the limit",
};
