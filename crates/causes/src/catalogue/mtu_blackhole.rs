//! `mtu_blackhole`: large packets vanish on the way and small ones pass.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "mtu_blackhole",
    summary: "Large packets vanish on the way and small ones pass.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("tls_handshake_timeout", -2.4),
        shows_as("body_stalled", -2.6),
        shows_as("response_timeout", -4.6),
        shows_as("connect_filtered", -4.5),
    ],
    follows: &[],
    stage: Stage::ResponseBody,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::ConnectionReadTimeout),
    prior: 0.0,
    weighs: &[supports(Sign::OnlyLargeResponses, 5.0), supports(Sign::HeadRequestWorks, 0.8)],
    contact: "whoever runs the VPN, overlay or tunnel between gateway and application",
};
