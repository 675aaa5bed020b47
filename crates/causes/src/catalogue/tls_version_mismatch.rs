//! `tls_version_mismatch`: the gateway and the upstream share no TLS version.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_version_mismatch",
    summary: "The gateway and the upstream share no TLS version.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::TlsAlertReceived),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsAlertProtocolVersion),
        supports(Sign::TlsLegacyAlgorithm, 6.0),
        supports(Sign::TlsAlertHandshakeFailure, 3.0),
        supports(Sign::TlsHandshakeFailed, 4.7),
        supports(Sign::ConfigLimitsTlsVersions, 4.4),
        supports(Sign::ConfigLimitsCiphers, 2.5),
        supports(Sign::SinceTlsUpgrade, 1.0),
        supports(Sign::ClientTlsFailed, 3.2),
        supports(Sign::ConnectOrTlsFailed, 3.4),
        supports(Sign::NoServerAvailable, 2.8),
    ],
    contact: "whoever maintains the TLS settings of the older side",
};
