//! `dns_server_failure`: the resolver that the gateway asks answers with an error.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_server_failure",
    summary: "The resolver that the gateway asks answers with an error.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Resolve,
    blame: Blame::Dependency,
    proxy_error: Some(ProxyError::DnsError),
    prior: -4.0,
    weighs: &[
        proves(Sign::DnsServfail),
        supports(Sign::DnsTemporaryFailure, 6.4),
        supports(Sign::DnsFailed, 4.4),
        supports(Sign::NoServerSelected, 2.6),
        against(Sign::FailsSlowly, 1.0),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::NoServerAvailable, 2.6),
    ],
    contact: "whoever runs the resolver that the gateway asks",
};
