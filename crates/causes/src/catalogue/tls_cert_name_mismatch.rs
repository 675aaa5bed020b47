//! `tls_cert_name_mismatch`: the upstream's certificate is for another name.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "tls_cert_name_mismatch",
    summary: "The upstream's certificate is for another name.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Tls,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::TlsCertificateError),
    prior: -4.0,
    weighs: &[
        proves(Sign::TlsCertNameMismatch),
        supports(Sign::TlsCertInvalid, 5.5),
        supports(Sign::TlsHandshakeFailed, 4.7),
        supports(Sign::ResponseInvalidOrEnded, 3.2),
        supports(Sign::ClientTlsFailed, 4.0),
        against(Sign::HeadRequestWorks, 2.0),
        supports(Sign::ConnectOrTlsFailed, 3.6),
        supports(Sign::NoServerAvailable, 3.0),
    ],
    contact: "you: the name that the gateway verifies, or whoever maintains the certificate",
};
