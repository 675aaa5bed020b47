//! `plaintext_to_tls_port`: the gateway speaks plain HTTP to a port that speaks TLS.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "plaintext_to_tls_port",
    summary: "The gateway speaks plain HTTP to a port that speaks TLS.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsBytesInsteadOfHttp),
        proves(Sign::PlainHttpToTlsPort),
        supports(Sign::NotHttp, 5.6),
        supports(Sign::ResponseInvalid, 4.4),
        supports(Sign::EndedBeforeHead, 3.0),
        supports(Sign::ClosedBeforeHead, 1.5),
        supports(Sign::HttpToTlsPort, 4.6),
        supports(Sign::EndedInFirstLine, 5.4),
        supports(Sign::ResponseInvalidOrEnded, 3.2),
        supports(Sign::NoTimeout, 1.3),
        against(Sign::TlsNoHelp, 4.0),
        supports(Sign::GatewayGaveNothing, 2.4),
        against(Sign::WaitedForUpstream, 1.0),
    ],
    contact: "you: the scheme or the port of the upstream",
};
