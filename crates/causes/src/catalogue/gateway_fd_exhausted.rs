//! `gateway_fd_exhausted`: the gateway has no file descriptors left.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "gateway_fd_exhausted",
    summary: "The gateway has no file descriptors left.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyInternalError),
    prior: -4.0,
    weighs: &[
        proves(Sign::FdExhausted),
        against(Sign::OnlyOneHost, 1.5),
        against(Sign::OnlyOneRoute, 1.5),
        supports(Sign::OwnInternalError, 3.3),
    ],
    contact: "you: the gateway's limits",
};
