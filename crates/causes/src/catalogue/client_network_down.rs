//! `client_network_down`: the visitor's own network is down.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "client_network_down",
    summary: "The visitor's own network is down.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        proves(Sign::ClientOffline),
        supports(Sign::OnlyOneVisitor, 1.5),
        against(Sign::ClientOnline, 4.0),
        against(Sign::FailsElsewhere, 4.0),
    ],
    contact: "the visitor's own network or provider",
};
