//! `response_header_truncated`: the connection ended in the middle of the response's head.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "response_header_truncated",
    summary: "The connection ended in the middle of the response's head.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseIncomplete),
    prior: -4.0,
    weighs: &[
        proves(Sign::HeadTruncated),
        supports(Sign::InformationalOnly, 7.0),
        supports(Sign::EndedBeforeHead, 4.6),
        supports(Sign::ResponseInvalidOrEnded, 4.2),
        supports(Sign::ClosedBeforeHead, 4.2),
        supports(Sign::ClosedSomewhere, 3.0),
        supports(Sign::HeadInvalidOrTruncated, 5.6),
        supports(Sign::HeaderInvalidOrTruncated, 5.2),
        supports(Sign::EndedInFirstLine, 5.2),
        supports(Sign::WaitedForUpstream, 1.5),
    ],
    contact: "whoever develops the application",
};
