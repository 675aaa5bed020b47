//! `tls_cert_untrusted`: the upstream's certificate leads to no trusted authority.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_cert_untrusted",
    summary: "The upstream's certificate leads to no trusted authority.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::TlsCertificateError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsCertUntrusted),
        supports(Sign::TlsCertInvalid, 5.9),
        supports(Sign::TlsHandshakeFailed, 5.0),
        supports(Sign::ResponseInvalidOrEnded, 3.2),
        supports(Sign::ClientTlsFailed, 4.2),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 4.0),
        supports(Sign::NoServerAvailable, 3.2),
    ],
    contact: "whoever maintains the upstream's certificate",
};
