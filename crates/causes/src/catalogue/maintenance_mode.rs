//! `maintenance_mode`: the site is in maintenance mode.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "maintenance_mode",
    summary: "The site is in maintenance mode.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Origin,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        proves(Sign::MaintenancePage),
        supports(Sign::RetryAfter, 3.0),
        supports(Sign::Status503, 0.5),
        supports(Sign::AnsweredByRule, 4.8),
        against(Sign::WaitedFirst, 2.5),
        supports(Sign::OwnUnavailable, 4.4),
        supports(Sign::OriginAnswersWell, 1.0),
    ],
    contact: "whoever put the site into maintenance",
};
