//! `dns_no_resolver`: the gateway has to resolve a name at request time and knows no resolver.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_no_resolver",
    summary: "The gateway has to resolve a name at request time and knows no resolver.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Resolve,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyConfigurationError),
    prior: -4.0,
    weighs: &[proves(Sign::NoResolverDefined), supports(Sign::ResolverNotSeen, 4.6)],
    contact: "you: the gateway's configuration",
};
