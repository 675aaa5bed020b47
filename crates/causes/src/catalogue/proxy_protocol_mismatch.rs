//! `proxy_protocol_mismatch`: one side speaks the PROXY protocol and the other does not.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "proxy_protocol_mismatch",
    summary: "One side speaks the PROXY protocol and the other does not.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("reset_before_response", -3.0),
        shows_as("closed_before_response", -3.2),
        shows_as("client_request_invalid", -3.5),
        shows_as("tls_handshake_aborted", -3.5),
    ],
    follows: &[],
    stage: Stage::Request,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionTerminated),
    prior: 0.0,
    weighs: &[
        proves(Sign::ProxyProtocolMissing),
        proves(Sign::AnswersWithProxyHeader),
        proves(Sign::ProxyProtocolUnexpected),
        supports(Sign::FailsAlways, 0.7),
        against(Sign::FailsSometimes, 2.0),
        against(Sign::ProxyHeaderNoHelp, 4.0),
        supports(Sign::ClientRequestInvalid, 2.5),
        supports(Sign::ValidRequestRefused, 1.5),
        supports(Sign::RefusedThroughGateway, 5.5),
    ],
    contact: "you: both ends of the connection",
};
