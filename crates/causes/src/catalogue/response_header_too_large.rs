//! `response_header_too_large`: the head of the response is larger than the gateway accepts.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "response_header_too_large",
    summary: "The head of the response is larger than the gateway accepts.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpResponseHeaderSectionSize),
    prior: -4.0,
    weighs: &[
        proves(Sign::HeadTooLarge),
        supports(Sign::ResponseInvalid, 5.0),
        supports(Sign::ResponseInvalidOrEnded, 4.4),
        supports(Sign::OnlyLargeCookies, 2.5),
        supports(Sign::NoTimeout, 0.8),
        supports(Sign::OnlyOneRoute, 1.0),
    ],
    contact: "you for the gateway's buffers, the developer for the size of the head",
};
