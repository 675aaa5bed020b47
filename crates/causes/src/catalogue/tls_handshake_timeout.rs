//! `tls_handshake_timeout`: the TLS handshake with the upstream does not finish.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_handshake_timeout",
    summary: "The TLS handshake with the upstream does not finish.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::ConnectionTimeout),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsHandshakeTimeout),
        supports(Sign::TlsHandshakeFailed, 4.4),
        supports(Sign::TimeoutSomewhere, 4.4),
        supports(Sign::FailsSlowly, 0.2),
        supports(Sign::ConnectOrTlsTimedOut, 4.8),
        supports(Sign::ConnectOrTlsFailed, 2.6),
        supports(Sign::NoServerAvailable, 2.4),
    ],
    contact: "whoever runs the upstream",
};
