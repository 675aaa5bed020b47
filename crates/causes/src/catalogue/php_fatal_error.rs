//! `php_fatal_error`: PHP ended with a fatal error.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "php_fatal_error",
    summary: "PHP ended with a fatal error.",
    kind: Kind::Root,
    shows_as: &[shows_as("app_generated_error", -4.0)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: None,
    prior: 0.0,
    weighs: &[proves(Sign::PhpFatal), supports(Sign::OnlyOneRoute, 0.8)],
    contact: "whoever develops the PHP application",
};
