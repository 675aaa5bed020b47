//! `app_not_ready`: the application is not ready to serve yet.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_not_ready",
    summary: "The application is not ready to serve yet.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("connect_refused", -2.5),
        shows_as("no_live_upstream", -3.5),
        shows_as("no_endpoints", -3.0),
    ],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        supports(Sign::AppBooting, 2.5),
        supports(Sign::AfterDeploy, 1.6),
        supports(Sign::RecoversByItself, 1.6),
        against(Sign::BootFailed, 4.0),
        against(Sign::OriginAnswersWell, 2.0),
    ],
    contact: "whoever deploys the application",
};
