//! `client_request_invalid`: the client's request is refused.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "client_request_invalid",
    summary: "The client's request is refused.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("reset_before_response", -4.0), shows_as("closed_before_response", -4.2)],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: Some(ProxyError::HttpRequestError),
    prior: -4.0,
    weighs: &[
        proves(Sign::ClientRequestInvalid),
        proves(Sign::UpstreamHeadLimit),
        supports(Sign::ValidRequestRefused, 3.4),
        supports(Sign::RefusedThroughGateway, 3.0),
    ],
    contact: "whoever wrote the client",
};
