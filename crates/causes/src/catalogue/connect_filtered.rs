//! `connect_filtered`: connections to the upstream get no answer at all.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "connect_filtered",
    summary: "Connections to the upstream get no answer at all.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::ConnectionTimeout),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConnectTimedOut),
        proves(Sign::FirewallDrops),
        supports(Sign::EdgeTimedOut, 7.0),
        supports(Sign::ConnectFailed, 3.6),
        supports(Sign::NoServerAvailable, 3.8),
        supports(Sign::TimeoutSomewhere, 5.0),
        supports(Sign::ClientConnectTimedOut, 5.0),
        supports(Sign::ProxySilent, 4.0),
        supports(Sign::ConnectOrTlsTimedOut, 6.8),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::ConnectOrTlsFailed, 3.4),
    ],
    contact: "whoever maintains the firewall or security group between gateway and application",
};
