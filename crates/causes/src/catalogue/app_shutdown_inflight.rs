//! `app_shutdown_inflight`: the application was stopped while it was answering.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_shutdown_inflight",
    summary: "The application was stopped while it was answering.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("closed_before_response", -2.5),
        shows_as("reset_before_response", -2.5),
        shows_as("connect_refused", -4.0),
    ],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[supports(Sign::AppStopping, 6.8), supports(Sign::AfterDeploy, 2.0)],
    contact: "whoever deploys the application",
};
