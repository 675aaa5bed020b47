//! `connect_unreachable`: there is no way to the address of the upstream.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "connect_unreachable",
    summary: "There is no way to the address of the upstream.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::DestinationIpUnroutable),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConnectNoRoute),
        proves(Sign::ConnectNetUnreachable),
        supports(Sign::ConnectFailed, 3.4),
        supports(Sign::NoServerAvailable, 3.4),
        supports(Sign::LocalSocketError, 5.0),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::ConnectOrTlsFailed, 3.4),
    ],
    contact: "whoever runs the network between gateway and application",
};
