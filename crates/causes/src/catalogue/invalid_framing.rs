//! `invalid_framing`: the response contradicts itself about its length.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "invalid_framing",
    summary: "The response contradicts itself about its length.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseTransferCoding),
    prior: -4.0,
    weighs: &[
        proves(Sign::FramingConflict),
        supports(Sign::ResponseInvalid, 4.9),
        supports(Sign::BodyNotFetched, 6.2),
        supports(Sign::ResponseInvalidOrEnded, 4.0),
        supports(Sign::BodyFailed, 5.4),
        supports(Sign::HeadRequestWorks, 0.8),
    ],
    contact: "whoever develops the application",
};
