//! `unix_socket_denied`: the gateway may not open the unix socket.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "unix_socket_denied",
    summary: "The gateway may not open the unix socket.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: -4.0,
    weighs: &[
        proves(Sign::UnixDenied),
        supports(Sign::PermissionDenied, 5.6),
        supports(Sign::LocalSocketError, 4.8),
        supports(Sign::NoTimeout, 0.4),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.6),
        supports(Sign::NoServerAvailable, 2.8),
        supports(Sign::ConnectFailed, 2.2),
    ],
    contact: "you: owner and mode of the socket",
};
