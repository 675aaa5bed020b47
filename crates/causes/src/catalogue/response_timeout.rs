//! `response_timeout`: the upstream took too long to answer.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "response_timeout",
    summary: "The upstream took too long to answer.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseTimeout),
    prior: -4.0,
    weighs: &[
        proves(Sign::HeadTimeout),
        proves(Sign::OriginSlowerThanGateway),
        supports(Sign::TimeoutSomewhere, 6.4),
        supports(Sign::ReadTimedOut, 6.4),
        against(Sign::OriginAnswersWell, 1.5),
        supports(Sign::OnlyOneRoute, 0.4),
    ],
    contact: "whoever develops the application",
};
