//! `invalid_chunking`: the chunked coding of the response is broken.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "invalid_chunking",
    summary: "The chunked coding of the response is broken.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("closed_before_response", -4.6)],
    follows: &[],
    stage: Stage::ResponseBody,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseTransferCoding),
    prior: -4.0,
    weighs: &[
        proves(Sign::ChunkingInvalid),
        supports(Sign::ResponseInvalid, 4.8),
        supports(Sign::ResponseInvalidOrEnded, 3.8),
        supports(Sign::BodyFailed, 5.4),
        supports(Sign::HeadRequestWorks, 1.2),
        supports(Sign::GatewayGaveNothing, 2.4),
    ],
    contact: "whoever develops the application",
};
