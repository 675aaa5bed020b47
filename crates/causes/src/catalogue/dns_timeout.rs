//! `dns_timeout`: the resolver that the gateway asks does not answer.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_timeout",
    summary: "The resolver that the gateway asks does not answer.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Resolve,
    blame: Blame::Dependency,
    proxy_error: Some(ProxyError::DnsTimeout),
    prior: -4.0,
    weighs: &[
        proves(Sign::DnsTimeout),
        proves(Sign::ResolverUnreachable),
        supports(Sign::DnsTemporaryFailure, 6.0),
        supports(Sign::DnsFailed, 4.0),
        supports(Sign::NoServerSelected, 2.6),
        supports(Sign::FailsSlowly, 1.2),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::NoServerAvailable, 2.2),
        supports(Sign::WaitedForUpstream, 2.4),
    ],
    contact: "whoever runs the resolver that the gateway asks",
};
