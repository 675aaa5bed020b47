//! `unix_socket_missing`: the unix socket that the gateway dials does not exist.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "unix_socket_missing",
    summary: "The unix socket that the gateway dials does not exist.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: -4.0,
    weighs: &[
        proves(Sign::UnixMissing),
        supports(Sign::LocalSocketError, 5.2),
        supports(Sign::NoTimeout, 0.8),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.6),
        supports(Sign::NoServerAvailable, 3.0),
        supports(Sign::ConnectFailed, 2.4),
    ],
    contact: "whoever runs the application server",
};
