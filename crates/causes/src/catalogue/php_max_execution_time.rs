//! `php_max_execution_time`: PHP reached its execution time limit.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "php_max_execution_time",
    summary: "PHP reached its execution time limit.",
    kind: Kind::Root,
    shows_as: &[shows_as("app_generated_error", -4.5)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: None,
    prior: 0.0,
    weighs: &[proves(Sign::PhpMaxExecutionTime), supports(Sign::OnlyOneRoute, 0.8)],
    contact: "whoever develops or hosts the PHP application",
};
