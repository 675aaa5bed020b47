//! `app_worker_timeout`: the application server killed its own worker for running too long.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_worker_timeout",
    summary: "The application server killed its own worker for running too long.",
    kind: Kind::Root,
    shows_as: &[shows_as("closed_before_response", -2.3), shows_as("reset_before_response", -2.5)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[
        proves(Sign::WorkerTimeout),
        supports(Sign::WorkerSlow, 2.5),
        supports(Sign::WorkerReplaced, 2.2),
        supports(Sign::FailsAtTimeout, 1.2),
        supports(Sign::FailsSlowly, 1.2),
        against(Sign::FailsInstantly, 2.5),
        supports(Sign::WorkerSentKill, 4.6),
        supports(Sign::OnlyOneRoute, 0.8),
    ],
    contact: "whoever develops the application",
};
