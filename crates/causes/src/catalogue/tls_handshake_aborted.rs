//! `tls_handshake_aborted`: the upstream breaks the TLS handshake off.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_handshake_aborted",
    summary: "The upstream breaks the TLS handshake off.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::TlsProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsPeerClosed),
        supports(Sign::TlsHandshakeFailed, 4.9),
        supports(Sign::ClosedSomewhere, 4.4),
        supports(Sign::ResetSomewhere, 4.4),
        supports(Sign::EndedBeforeHead, 2.5),
        supports(Sign::ConnectOrTlsFailed, 3.6),
        supports(Sign::NoServerAvailable, 2.8),
    ],
    contact: "whoever runs the upstream",
};
