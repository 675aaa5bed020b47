//! `auth_subrequest_failed`: the request that asks for permission failed.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "auth_subrequest_failed",
    summary: "The request that asks for permission failed.",
    kind: Kind::Mechanism,
    shows_as: &[
        shows_as("connect_refused", -4.0),
        shows_as("connect_filtered", -4.0),
        shows_as("closed_before_response", -4.5),
    ],
    follows: &[],
    stage: Stage::Gateway,
    blame: Blame::Dependency,
    proxy_error: Some(ProxyError::ProxyInternalError),
    prior: -4.0,
    weighs: &[proves(Sign::AuthSubrequestFailed), supports(Sign::OwnInternalError, 3.4)],
    contact: "whoever runs the service that grants access",
};
