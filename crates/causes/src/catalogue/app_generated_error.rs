//! `app_generated_error`: the application itself answered with the error.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "app_generated_error",
    summary: "The application itself answered with the error.",
    kind: Kind::Mechanism,
    shows_as: &[shows_as("closed_before_response", -3.0)],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: None,
    prior: -4.0,
    weighs: &[
        proves(Sign::UpstreamAnsweredError),
        supports(Sign::AppTraceback, 7.0),
        supports(Sign::PhpFatal, 7.0),
        supports(Sign::PhpMemoryLimit, 7.0),
        supports(Sign::PhpMaxExecutionTime, 7.0),
        supports(Sign::PhpScriptMissing, 7.0),
        supports(Sign::FunctionFailed, 7.0),
        supports(Sign::DependencyFailed, 5.5),
        supports(Sign::EmptyReplyOnException, 3.4),
        supports(Sign::DependencyExhausted, 1.0),
        supports(Sign::RedirectsToItself, 3.5),
        against(Sign::GatewayMadeError, 3.0),
        supports(Sign::ForeignErrorBody, 5.2),
        against(Sign::OriginAnswersWell, 4.0),
        supports(Sign::OnlyOneRoute, 1.0),
        supports(Sign::Status500, 0.1),
        supports(Sign::Status502, 0.1),
        supports(Sign::Status503, 0.1),
        supports(Sign::Status504, 0.1),
    ],
    contact: "whoever develops the application",
};
