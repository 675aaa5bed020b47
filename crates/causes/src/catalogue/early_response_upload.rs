//! `early_response_upload`: the upstream answered and closed before it had read the whole upload.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "early_response_upload",
    summary: "The upstream answered and closed before it had read the whole upload.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Request,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: -4.0,
    weighs: &[
        proves(Sign::AnsweredBeforeUpload),
        supports(Sign::UpstreamBodyLimit, 6.0),
        supports(Sign::SendReset, 5.8),
        supports(Sign::OnlyUploads, 2.6),
    ],
    contact: "whoever develops the application",
};
