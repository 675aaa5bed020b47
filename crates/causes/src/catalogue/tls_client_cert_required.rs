//! `tls_client_cert_required`: the upstream demands a client certificate and gets none.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_client_cert_required",
    summary: "The upstream demands a client certificate and gets none.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::TlsAlertReceived),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsAlertCertRequired),
        proves(Sign::TlsClientCertAsked),
        supports(Sign::TlsFailedAfterHandshake, 6.4),
        supports(Sign::TlsAlertHandshakeFailure, 5.8),
        supports(Sign::TlsHandshakeFailed, 4.6),
        supports(Sign::SendReset, 4.6),
        supports(Sign::ResetSomewhere, 3.0),
        supports(Sign::EndedBeforeHead, 2.5),
        supports(Sign::ResponseInvalidOrEnded, 3.4),
        supports(Sign::MutualTls, 2.5),
        supports(Sign::ConnectOrTlsFailed, 3.2),
        against(Sign::TlsNoCertAsked, 4.0),
        supports(Sign::NoServerAvailable, 2.4),
    ],
    contact: "you, with whoever issues the client certificates",
};
