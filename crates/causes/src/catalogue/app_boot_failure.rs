//! `app_boot_failure`: the application cannot start.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_boot_failure",
    summary: "The application cannot start.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("connect_refused", -2.3),
        shows_as("platform_no_instance", -2.0),
        shows_as("no_endpoints", -3.0),
        shows_as("no_live_upstream", -3.5),
    ],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        proves(Sign::BootFailed),
        proves(Sign::CrashLoop),
        supports(Sign::PortInUse, 6.5),
        supports(Sign::AfterDeploy, 0.8),
        supports(Sign::DependencyFailed, 1.5),
        against(Sign::RecoversByItself, 2.0),
        against(Sign::OriginAnswersWell, 2.0),
    ],
    contact: "whoever deploys the application",
};
