//! `no_endpoints`: the pool of servers is empty.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "no_endpoints",
    summary: "The pool of servers is empty.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("no_live_upstream", -2.6)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationUnavailable),
    prior: -4.0,
    weighs: &[
        proves(Sign::NoEndpoints),
        supports(Sign::NoServerSelected, 5.4),
        supports(Sign::NoServerAvailable, 4.4),
        against(Sign::WaitedFirst, 2.5),
        supports(Sign::OriginAnswersWell, 1.0),
        supports(Sign::OwnUnavailable, 2.6),
    ],
    contact: "whoever deploys the application",
};
