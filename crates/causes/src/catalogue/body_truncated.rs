//! `body_truncated`: the response ended before it was complete.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "body_truncated",
    summary: "The response ended before it was complete.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseBody,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseIncomplete),
    prior: -4.0,
    weighs: &[
        proves(Sign::BodyTruncated),
        supports(Sign::BodyFailed, 6.0),
        supports(Sign::HeadRequestWorks, 1.2),
        against(Sign::SendReset, 4.0),
        against(Sign::OnlyUploads, 1.0),
        supports(Sign::BodyCutAfterWait, 5.2),
    ],
    contact: "whoever develops the application",
};
