//! `local_policy_denied`: the gateway's own host does not permit the connection.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "local_policy_denied",
    summary: "The gateway's own host does not permit the connection.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DestinationIpProhibited),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConnectDenied),
        proves(Sign::SelinuxDenied),
        supports(Sign::PermissionDenied, 5.6),
        supports(Sign::LocalSocketError, 5.0),
        supports(Sign::OriginAnswersWell, 1.2),
        supports(Sign::ConnectOrTlsFailed, 3.2),
        supports(Sign::NoServerAvailable, 2.6),
        supports(Sign::ConnectFailed, 2.2),
    ],
    contact: "you: the security policy of the gateway's host",
};
