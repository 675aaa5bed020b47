//! `captive_portal`: a portal, proxy or VPN in the visitor's network answers.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "captive_portal",
    summary: "A portal, proxy or VPN in the visitor's network answers.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        proves(Sign::ClientProxyFailed),
        supports(Sign::OnlyOneVisitor, 1.0),
        supports(Sign::ClientTlsFailed, 3.8),
        supports(Sign::ProxySilent, 4.0),
        against(Sign::ClientOnline, 2.0),
        against(Sign::FailsElsewhere, 4.0),
    ],
    contact: "whoever runs the visitor's network",
};
