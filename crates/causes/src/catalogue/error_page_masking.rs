//! `error_page_masking`: the gateway shows another error than the one that happened.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "error_page_masking",
    summary: "The gateway shows another error than the one that happened.",
    kind: Kind::Mechanism,
    shows_as: &[
        shows_as("connect_refused", -4.5),
        shows_as("closed_before_response", -4.5),
        shows_as("response_timeout", -4.5),
    ],
    follows: &[
        "connect_refused",
        "connect_unreachable",
        "connect_filtered",
        "unix_socket_missing",
        "unix_socket_denied",
        "local_policy_denied",
        "reset_before_response",
        "closed_before_response",
        "response_timeout",
    ],
    stage: Stage::Gateway,
    blame: Blame::Gateway,
    proxy_error: Some(ProxyError::ProxyInternalResponse),
    prior: -4.0,
    weighs: &[
        proves(Sign::ErrorPageMissing),
        supports(Sign::StatusMasked, 6.0),
        supports(Sign::ErrorPageLoops, 10.0),
    ],
    contact: "you: the gateway's error pages",
};
