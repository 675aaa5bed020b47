//! `tls_no_shared_cipher`: the gateway and the upstream share no cipher suite.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_no_shared_cipher",
    summary: "The gateway and the upstream share no cipher suite.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::TlsAlertReceived),
    prior: -4.1,
    weighs: &[
        proves(Sign::TlsNoSharedCipher),
        supports(Sign::TlsLegacyAlgorithm, 6.0),
        supports(Sign::TlsAlertHandshakeFailure, 5.8),
        supports(Sign::TlsHandshakeFailed, 4.7),
        supports(Sign::ConfigLimitsCiphers, 5.0),
        supports(Sign::ConfigLimitsTlsVersions, 3.0),
        supports(Sign::SinceTlsUpgrade, 1.0),
        supports(Sign::ConnectOrTlsFailed, 3.2),
        supports(Sign::NoServerAvailable, 2.6),
    ],
    contact: "whoever maintains the TLS settings of the older side",
};
