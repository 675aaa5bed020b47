//! `body_stalled`: the response stopped coming in the middle.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "body_stalled",
    summary: "The response stopped coming in the middle.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseBody,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionReadTimeout),
    prior: -4.0,
    weighs: &[
        proves(Sign::BodyStalled),
        supports(Sign::ReadTimedOut, 5.4),
        supports(Sign::BodyFailed, 4.4),
        supports(Sign::HeadRequestWorks, 1.2),
        supports(Sign::BodyCutAfterWait, 5.6),
    ],
    contact: "whoever develops the application",
};
