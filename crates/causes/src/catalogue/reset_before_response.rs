//! `reset_before_response`: the upstream reset the connection before it answered.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "reset_before_response",
    summary: "The upstream reset the connection before it answered.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &["plaintext_to_tls_port"],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: -4.0,
    weighs: &[
        proves(Sign::ResetBeforeHead),
        supports(Sign::EndedBeforeHead, 5.8),
        supports(Sign::SendReset, 6.2),
        supports(Sign::ResponseInvalidOrEnded, 5.0),
        supports(Sign::ClientGotNothing, 2.0),
        supports(Sign::ResetSomewhere, 6.6),
        supports(Sign::NoTimeout, 1.3),
        against(Sign::EndedInFirstLine, 2.5),
        supports(Sign::WaitedForUpstream, 3.2),
    ],
    contact: "whoever runs the application",
};
