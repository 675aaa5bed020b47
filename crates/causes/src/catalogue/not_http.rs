//! `not_http`: what listens on the upstream's port does not speak HTTP.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "not_http",
    summary: "What listens on the upstream's port does not speak HTTP.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("closed_before_response", -4.6)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::ForeignBanner),
        supports(Sign::NotHttp, 6.2),
        supports(Sign::ResponseInvalid, 4.8),
        supports(Sign::ResponseInvalidOrEnded, 3.5),
        supports(Sign::StatusLineOrForeign, 5.8),
        supports(Sign::EndedInFirstLine, 5.2),
        supports(Sign::EndedBeforeHead, 3.2),
        supports(Sign::BodyFailed, 3.6),
        supports(Sign::GatewayGaveNothing, 2.6),
    ],
    contact: "you: the port of the upstream",
};
