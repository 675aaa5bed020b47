//! `route_target_missing`: the route points to a target that does not exist.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "route_target_missing",
    summary: "The route points to a target that does not exist.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationNotFound),
    prior: -4.0,
    weighs: &[
        proves(Sign::RouteMissing),
        supports(Sign::NoServerSelected, 4.4),
        supports(Sign::OnlyOneRoute, 1.0),
        supports(Sign::AnsweredByRule, 2.4),
        against(Sign::WaitedFirst, 2.5),
        supports(Sign::NoServerAvailable, 3.2),
        supports(Sign::OriginAnswersWell, 1.0),
    ],
    contact: "you: the gateway's routes",
};
