//! `tls_cert_expired`: the upstream's certificate has expired.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_cert_expired",
    summary: "The upstream's certificate has expired.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::TlsCertificateError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsCertExpired),
        supports(Sign::TlsCertInvalid, 5.6),
        supports(Sign::TlsHandshakeFailed, 4.8),
        supports(Sign::ResponseInvalidOrEnded, 3.2),
        supports(Sign::ClientTlsFailed, 4.3),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.8),
        supports(Sign::NoServerAvailable, 3.0),
    ],
    contact: "whoever maintains the upstream's certificate",
};
