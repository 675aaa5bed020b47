//! `error_page_masking`: the gateway shows another error than the one that happened.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "error_page_masking",
    summary: "The gateway shows another error than the one that happened.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyInternalResponse),
    prior: -4.0,
    weighs: &[
        proves(Sign::ErrorPageMissing),
        supports(Sign::StatusMasked, 6.0),
        supports(Sign::ErrorPageLoops, 9.0),
    ],
    contact: "you: the gateway's error pages",
};
