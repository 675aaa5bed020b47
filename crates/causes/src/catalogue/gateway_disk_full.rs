//! `gateway_disk_full`: the gateway cannot write what it has to buffer.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "gateway_disk_full",
    summary: "The gateway cannot write what it has to buffer.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyInternalError),
    prior: -4.0,
    weighs: &[
        proves(Sign::DiskFull),
        against(Sign::OnlyOneHost, 1.5),
        supports(Sign::OwnInternalError, 3.0),
    ],
    contact: "you: the gateway's disk",
};
