//! `no_live_upstream`: the gateway counts every server of the pool as down.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "no_live_upstream",
    summary: "The gateway counts every server of the pool as down.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[
        "connect_refused",
        "connect_unreachable",
        "connect_filtered",
        "unix_socket_missing",
        "unix_socket_denied",
        "local_policy_denied",
        "reset_before_response",
        "closed_before_response",
        "response_timeout",
    ],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationUnavailable),
    prior: -4.0,
    weighs: &[
        proves(Sign::NoLiveUpstream),
        supports(Sign::NoServerSelected, 6.2),
        supports(Sign::NoServerAvailable, 5.8),
        supports(Sign::ServerMarkedDown, 3.0),
        supports(Sign::ConnectFailed, 1.0),
        supports(Sign::NoTimeout, 0.8),
        supports(Sign::OriginAnswersWell, 1.0),
        against(Sign::HeadRequestWorks, 1.5),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::ConnectOrTlsFailed, 1.0),
        against(Sign::WaitedFirst, 2.5),
    ],
    contact: "you: look at the first error before this one",
};
