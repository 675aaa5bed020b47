//! `php_memory_limit`: PHP reached its memory limit.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "php_memory_limit",
    summary: "PHP reached its memory limit.",
    kind: Kind::Root,
    shows_as: &[shows_as("app_generated_error", -4.5)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: None,
    prior: 0.0,
    weighs: &[proves(Sign::PhpMemoryLimit), supports(Sign::OnlyOneRoute, 0.8)],
    contact: "whoever develops or hosts the PHP application",
};
