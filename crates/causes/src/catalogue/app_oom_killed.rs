//! `app_oom_killed`: the application was killed because memory ran out.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_oom_killed",
    summary: "The application was killed because memory ran out.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("closed_before_response", -2.7),
        shows_as("reset_before_response", -2.7),
        shows_as("connect_refused", -3.8),
    ],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[
        proves(Sign::OomKill),
        supports(Sign::MemoryQuota, 6.5),
        supports(Sign::WorkerKilled, 6.2),
        supports(Sign::WorkerSentKill, 4.4),
        supports(Sign::OomKillNearby, 2.5),
        supports(Sign::WorkerReplaced, 1.5),
    ],
    contact: "whoever runs the application",
};
