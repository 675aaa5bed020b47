//! `app_pool_exhausted`: all workers of the application are busy.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_pool_exhausted",
    summary: "All workers of the application are busy.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("response_timeout", -2.2),
        shows_as("accept_queue_full", -1.6),
        shows_as("connect_filtered", -3.5),
        shows_as("reset_before_response", -4.2),
        shows_as("closed_before_response", -4.4),
    ],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionLimitReached),
    prior: 0.0,
    weighs: &[
        proves(Sign::PoolExhausted),
        supports(Sign::DependencyExhausted, 6.5),
        supports(Sign::OnlyUnderLoad, 1.5),
        supports(Sign::UpstreamBusy, 1.0),
        against(Sign::UpstreamIsGateway, 6.0),
        against(Sign::OriginIsGateway, 6.0),
    ],
    contact: "whoever develops the application",
};
