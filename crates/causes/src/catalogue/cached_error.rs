//! `cached_error`: the error comes from a cache, and the site may be well again.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "cached_error",
    summary: "The error comes from a cache, and the site may be well again.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Gateway,
    proxy_error: None,
    prior: -4.0,
    weighs: &[supports(Sign::CachedError, 6.6), supports(Sign::OnlyOneVisitor, 0.5)],
    contact: "you: purge the cache",
};
