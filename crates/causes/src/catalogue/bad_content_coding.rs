//! `bad_content_coding`: the body of the response is not coded as its head says.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "bad_content_coding",
    summary: "The body of the response is not coded as its head says.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseBody,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpResponseContentCoding),
    prior: -4.0,
    weighs: &[
        proves(Sign::ContentCodingInvalid),
        supports(Sign::BodyFailed, 3.5),
        supports(Sign::OnlyCompressed, 3.5),
    ],
    contact: "whoever develops the application",
};
