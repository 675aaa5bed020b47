//! `gateway_config_invalid`: the gateway's configuration cannot work for this request.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "gateway_config_invalid",
    summary: "The gateway's configuration cannot work for this request.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("connect_refused", -3.6)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyConfigurationError),
    prior: -4.0,
    weighs: &[
        proves(Sign::ConfigInvalid),
        proves(Sign::RedirectCycle),
        supports(Sign::TlsProxyNotEnabled, 5.5),
        supports(Sign::RedirectsToItself, 5.0),
        supports(Sign::AnsweredByRule, 2.0),
        supports(Sign::GatewayGaveNothing, 2.6),
        against(Sign::WaitedFirst, 2.5),
        supports(Sign::OwnInternalError, 3.6),
    ],
    contact: "you: the gateway's configuration",
};
