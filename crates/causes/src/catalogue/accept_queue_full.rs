//! `accept_queue_full`: the listen queue of the application is full.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "accept_queue_full",
    summary: "The listen queue of the application is full.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("connect_filtered", -2.2)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: -4.3,
    weighs: &[
        proves(Sign::UnixQueueFull),
        proves(Sign::ListenQueueFull),
        supports(Sign::NoPortOrQueueFull, 5.4),
        supports(Sign::SynAnsweredLate, 4.5),
        supports(Sign::OnlyUnderLoad, 1.0),
        against(Sign::ListenQueueRoom, 4.0),
        supports(Sign::ConnectOrTlsFailed, 2.6),
        supports(Sign::ConnectOrTlsTimedOut, 5.2),
        supports(Sign::NoServerAvailable, 2.6),
    ],
    contact: "whoever runs the application",
};
