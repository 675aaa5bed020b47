//! `client_dns_failure`: the visitor's machine cannot look the site's name up.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "client_dns_failure",
    summary: "The visitor's machine cannot look the site's name up.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        supports(Sign::ClientDnsFailed, 7.0),
        supports(Sign::TargetLookupFailed, 5.0),
        supports(Sign::OnlyOneVisitor, 1.5),
        against(Sign::ClientOnline, 1.5),
        against(Sign::FailsElsewhere, 3.0),
    ],
    contact: "the visitor, or whoever maintains the site's DNS",
};
