//! `timeout_mismatch`: an outer hop gave up before the inner one.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "timeout_mismatch",
    summary: "An outer hop gave up before the inner one.",
    kind: Kind::Root,
    shows_as: &[shows_as("client_aborted", -1.6), shows_as("response_timeout", -3.5)],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::HttpResponseTimeout),
    prior: 0.0,
    weighs: &[supports(Sign::OuterTimeout, 4.0)],
    contact: "you: the timeouts along the chain",
};
