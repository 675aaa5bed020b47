//! `cms_extension_error`: a plugin or theme of the site fails.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "cms_extension_error",
    summary: "A plugin or theme of the site fails.",
    kind: Kind::Root,
    shows_as: &[shows_as("app_generated_error", -4.5)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: None,
    prior: 0.0,
    weighs: &[supports(Sign::CmsExtensionPath, 9.0), supports(Sign::OnlyOneRoute, 0.8)],
    contact: "whoever maintains the plugin or theme",
};
