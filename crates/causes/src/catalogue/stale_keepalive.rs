//! `stale_keepalive`: the gateway reused an idle connection that the upstream was closing.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "stale_keepalive",
    summary: "The gateway reused an idle connection that the upstream was closing.",
    kind: Kind::Root,
    shows_as: &[shows_as("closed_before_response", -2.3), shows_as("reset_before_response", -2.5)],
    follows: &[],
    stage: Stage::Request,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[
        proves(Sign::RetrySucceeded),
        supports(Sign::ReusedConnection, 6.0),
        supports(Sign::FailsAfterIdle, 4.0),
        supports(Sign::FailsInstantly, 0.6),
        supports(Sign::FailsSometimes, 0.5),
        against(Sign::FirstOnConnection, 8.0),
        against(Sign::FailsAlways, 4.0),
        against(Sign::FailsSlowly, 4.0),
        against(Sign::OriginFailsSame, 2.0),
        supports(Sign::OriginClosesIdle, 3.6),
    ],
    contact: "you, with the application's developer: the two idle timeouts",
};
