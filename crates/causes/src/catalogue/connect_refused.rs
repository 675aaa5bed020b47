//! `connect_refused`: nothing listens on the address and port that was dialled.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "connect_refused",
    summary: "Nothing listens on the address and port that was dialled.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &["dns_startup_failure", "gateway_config_invalid"],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConnectRefused),
        proves(Sign::UnixRefused),
        supports(Sign::ConnectFailed, 5.4),
        supports(Sign::NoServerAvailable, 5.6),
        supports(Sign::EdgeRefused, 7.0),
        supports(Sign::NoListener, 5.0),
        supports(Sign::TunnelOriginFailed, 2.0),
        supports(Sign::ClientRefused, 5.0),
        supports(Sign::NoTimeout, 1.9),
        against(Sign::OriginAnswersWell, 1.0),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::ConnectOrTlsFailed, 5.4),
        against(Sign::WaitedForUpstream, 3.0),
    ],
    contact: "whoever runs the application",
};
