//! `invalid_response_head`: the head of the response is malformed.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "invalid_response_head",
    summary: "The head of the response is malformed.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("closed_before_response", -4.6)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::StatusLineInvalid),
        supports(Sign::InformationalFlood, 7.0),
        proves(Sign::HeaderInvalid),
        supports(Sign::NotHttp, 5.6),
        supports(Sign::ResponseInvalid, 5.2),
        supports(Sign::ResponseInvalidOrEnded, 4.6),
        supports(Sign::HeadInvalidOrTruncated, 6.0),
        supports(Sign::HeaderInvalidOrTruncated, 6.2),
        supports(Sign::StatusLineOrForeign, 6.0),
        supports(Sign::GatewayGaveNothing, 2.4),
    ],
    contact: "whoever develops the application",
};
