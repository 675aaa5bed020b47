//! `client_aborted`: the client closed the connection before the answer.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "client_aborted",
    summary: "The client closed the connection before the answer.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Downstream,
    blame: Blame::Client,
    proxy_error: None,
    prior: -4.0,
    weighs: &[proves(Sign::ClientAborted), supports(Sign::ClientTimedOut, 6.5)],
    contact: "nobody, unless the client is your own outer gateway",
};
