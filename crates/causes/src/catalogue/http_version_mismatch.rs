//! `http_version_mismatch`: the gateway and the upstream speak different versions of HTTP.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "http_version_mismatch",
    summary: "The gateway and the upstream speak different versions of HTTP.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("closed_before_response", -4.6)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::Http2Frames),
        proves(Sign::Http1InsteadOfHttp2),
        supports(Sign::NotHttp, 5.6),
        supports(Sign::ResponseInvalid, 4.5),
        supports(Sign::ConnectedThenFailed, 6.0),
        supports(Sign::EndedBeforeHead, 3.2),
        supports(Sign::EndedInFirstLine, 5.2),
        supports(Sign::ResponseInvalidOrEnded, 3.2),
        supports(Sign::ConfigSpeaksHttp2, 5.5),
        against(Sign::Http2NoHelp, 3.0),
        supports(Sign::ConnectOrTlsFailed, 2.8),
        supports(Sign::GatewayGaveNothing, 2.6),
        supports(Sign::NoServerAvailable, 2.2),
    ],
    contact: "you: the protocol that the gateway speaks to the upstream",
};
