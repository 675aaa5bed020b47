//! `upgrade_failed`: the upgrade of the connection (WebSocket) failed.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "upgrade_failed",
    summary: "The upgrade of the connection (WebSocket) failed.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpUpgradeFailed),
    prior: -4.0,
    weighs: &[
        proves(Sign::UnexpectedUpgrade),
        proves(Sign::UpgradedConnectionBroke),
        proves(Sign::UpgradeRefused),
        supports(Sign::ResponseInvalid, 4.2),
        supports(Sign::BodyNotFetched, 5.2),
        supports(Sign::UpgradeNotForwarded, 4.8),
        supports(Sign::ResponseInvalidOrEnded, 3.4),
    ],
    contact: "you: the gateway's upgrade settings",
};
