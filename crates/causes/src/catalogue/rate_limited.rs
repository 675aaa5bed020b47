//! `rate_limited`: the gateway limits the client.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "rate_limited",
    summary: "The gateway limits the client.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Client,
    proxy_error: Some(ProxyError::HttpRequestDenied),
    prior: -4.0,
    weighs: &[
        proves(Sign::RateLimited),
        supports(Sign::AnsweredByRule, 1.5),
        against(Sign::WaitedFirst, 2.5),
        supports(Sign::OwnUnavailable, 4.3),
    ],
    contact: "you: the gateway's rate limit",
};
