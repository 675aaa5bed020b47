//! `closed_before_response`: the upstream closed the connection before it had answered.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "closed_before_response",
    summary: "The upstream closed the connection before it had answered.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &["plaintext_to_tls_port"],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: -4.0,
    weighs: &[
        proves(Sign::ClosedBeforeHead),
        supports(Sign::EndedBeforeHead, 5.9),
        supports(Sign::ResponseInvalidOrEnded, 5.2),
        supports(Sign::ClientGotNothing, 2.0),
        supports(Sign::ClosedSomewhere, 6.6),
        supports(Sign::EndedInFirstLine, 5.8),
        supports(Sign::NoTimeout, 1.6),
        supports(Sign::GatewayGaveNothing, 4.0),
        supports(Sign::WaitedForUpstream, 3.4),
    ],
    contact: "whoever runs the application",
};
