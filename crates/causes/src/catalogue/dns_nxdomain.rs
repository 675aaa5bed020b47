//! `dns_nxdomain`: the name of the upstream does not exist.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "dns_nxdomain",
    summary: "The host name that was asked for does not exist.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Resolve,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::DnsError),
    prior: -4.0,
    weighs: &[
        proves(Sign::DnsNxdomain),
        supports(Sign::DnsFailed, 5.2),
        supports(Sign::NoServerSelected, 3.6),
        supports(Sign::NoTimeout, 0.5),
        supports(Sign::OriginAnswersWell, 0.8),
        against(Sign::HeadRequestWorks, 2.0),
        against(Sign::OnlyOneRoute, 1.0),
        supports(Sign::NoServerAvailable, 2.8),
    ],
    contact: "whoever maintains the upstream's DNS zone, or you for the name in the configuration",
};
