//! `tls_to_plaintext_port`: the gateway speaks TLS to a port that speaks plain HTTP.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_to_plaintext_port",
    summary: "The gateway speaks TLS to a port that speaks plain HTTP.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::TlsProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsNotTls),
        supports(Sign::TlsHandshakeFailed, 4.9),
        supports(Sign::HttpsToPlainPort, 4.6),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.8),
        supports(Sign::NoServerAvailable, 3.0),
    ],
    contact: "you: the scheme or the port of the upstream",
};
