//! `wrong_listen_address`: the application listens on another address than the one that the gateway dials.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "wrong_listen_address",
    summary: "The application listens on another address than the one that the gateway dials.",
    kind: Kind::Root,
    shows_as: &[shows_as("connect_refused", -2.4)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        proves(Sign::ListensOnLoopbackOnly),
        proves(Sign::ListensElsewhere),
        against(Sign::OriginAccepts, 3.0),
        against(Sign::NoListener, 4.0),
    ],
    contact: "whoever deploys the application",
};
