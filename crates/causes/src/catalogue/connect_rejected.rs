//! `connect_rejected`: a firewall rejects the connection to the upstream.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "connect_rejected",
    summary: "A firewall rejects the connection to the upstream.",
    kind: Kind::Root,
    shows_as: &[shows_as("connect_refused", -2.6), shows_as("connect_unreachable", -1.0)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        proves(Sign::FirewallRejects),
        supports(Sign::FirewallLogged, 5.0),
        supports(Sign::FirewallChanged, 3.5),
        supports(Sign::ListenerPresent, 4.5),
        against(Sign::NoListener, 4.0),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
    ],
    contact: "whoever maintains the firewall between gateway and application",
};
