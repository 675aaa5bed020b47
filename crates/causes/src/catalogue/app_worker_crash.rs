//! `app_worker_crash`: a worker of the application crashed.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_worker_crash",
    summary: "A worker of the application crashed.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("closed_before_response", -2.4),
        shows_as("reset_before_response", -2.4),
        shows_as("connect_refused", -3.8),
    ],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[
        proves(Sign::WorkerCrashed),
        supports(Sign::WorkerExited, 4.2),
        supports(Sign::WorkerReplaced, 2.2),
        supports(Sign::HeadRequestWorks, 0.6),
        supports(Sign::OnlyOneRoute, 1.0),
    ],
    contact: "whoever develops the application",
};
