//! `conntrack_full`: the kernel's connection tracking table is full and drops new connections.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "conntrack_full",
    summary: "The kernel's connection tracking table is full and drops new connections.",
    kind: Kind::Root,
    shows_as: &[shows_as("connect_filtered", -3.2)],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Network,
    proxy_error: Some(ProxyError::ConnectionTimeout),
    prior: 0.0,
    weighs: &[proves(Sign::ConntrackFull), supports(Sign::OnlyUnderLoad, 0.7)],
    contact: "whoever runs the host, node or NAT whose table is full",
};
