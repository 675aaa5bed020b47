//! `dns_stale_address`: the gateway keeps dialling an address that the name no longer has.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_stale_address",
    summary: "The gateway keeps dialling an address that the name no longer has.",
    kind: Kind::Root,
    shows_as: &[
        shows_as("connect_refused", -2.6),
        shows_as("connect_filtered", -2.9),
        shows_as("connect_unreachable", -2.7),
        shows_as("tls_cert_name_mismatch", -4.0),
    ],
    follows: &[],
    stage: Stage::Resolve,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        proves(Sign::AddressNotInDns),
        supports(Sign::GatewayDialsElsewhere, 2.5),
        supports(Sign::GatewayReloadHelps, 4.0),
        supports(Sign::StaticUpstreamName, 0.8),
        supports(Sign::StaticNameOriginWell, 5.0),
        supports(Sign::AfterDeploy, 0.7),
    ],
    contact: "you: the gateway has to look the name up again",
};
