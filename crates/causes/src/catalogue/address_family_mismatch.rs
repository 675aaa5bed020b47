//! `address_family_mismatch`: the name leads to an address family on which the application does not listen.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "address_family_mismatch",
    summary: "The name leads to an address family on which the application does not listen.",
    kind: Kind::Root,
    shows_as: &[shows_as("connect_refused", -3.3), shows_as("connect_unreachable", -3.0)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ConnectionRefused),
    prior: 0.0,
    weighs: &[
        supports(Sign::OtherFamilyWorks, 7.0),
        supports(Sign::Ipv6AddressFailed, 4.2),
        supports(Sign::LocalhostUpstream, 1.2),
    ],
    contact: "you: the gateway's upstream or the application's listen address",
};
