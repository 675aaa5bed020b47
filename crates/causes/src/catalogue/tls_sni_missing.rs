//! `tls_sni_missing`: the upstream needs the server name in the handshake and does not get the right one.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_sni_missing",
    summary: "The upstream needs the server name in the handshake and does not get the right one.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::TlsAlertReceived),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsAlertUnrecognizedName),
        proves(Sign::TlsWorksWithSni),
        supports(Sign::TlsAlertHandshakeFailure, 5.6),
        supports(Sign::TlsHandshakeFailed, 4.8),
        supports(Sign::TlsPeerClosed, 3.5),
        supports(Sign::TlsNoSniSent, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.4),
        against(Sign::TlsWorksWithoutSni, 4.0),
        supports(Sign::NoServerAvailable, 2.8),
    ],
    contact: "you: the gateway's TLS settings towards the upstream",
};
