//! `app_protocol_mismatch`: the gateway and the application server speak different protocols on that port.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_protocol_mismatch",
    summary: "The gateway and the application server speak different protocols on that port.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("reset_before_response", -3.2), shows_as("closed_before_response", -3.4)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::FastcgiVersionWrong),
        proves(Sign::AppProtocolGotHttp),
        against(Sign::FailsSometimes, 2.0),
        supports(Sign::HttpToAppPort, 6.0),
        supports(Sign::SpeaksAppProtocol, 6.2),
        against(Sign::AppProtocolNoHelp, 3.0),
    ],
    contact: "you: the directive that passes requests to the application",
};
