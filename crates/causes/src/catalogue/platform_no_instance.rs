//! `platform_no_instance`: the platform has no running instance of the application.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "platform_no_instance",
    summary: "The platform has no running instance of the application.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::DestinationUnavailable),
    prior: -4.6,
    weighs: &[proves(Sign::PlatformNoInstance), supports(Sign::CrashLoop, 2.0)],
    contact: "whoever deploys the application on the platform",
};
