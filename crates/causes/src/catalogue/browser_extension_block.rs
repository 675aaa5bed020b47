//! `browser_extension_block`: a browser extension blocks the request.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "browser_extension_block",
    summary: "A browser extension blocks the request.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        proves(Sign::ExtensionBlocked),
        supports(Sign::OnlyOneVisitor, 1.0),
        against(Sign::FailsElsewhere, 4.0),
    ],
    contact: "the visitor",
};
