//! What a gateway does to us because its upstream fails: it cuts, closes or garbles its own answer.
//!
//! Once the upstream's failure is seen itself, by a probe of the origin or by the gateway's log, the
//! gateway's own ending is its consequence and no second fault.

use goodgate_causes::catalogue;
use goodgate_evidence::{Observation, Sign, Source, Stage};

use crate::answer::Answer;
use crate::examination::Examination;
use crate::probe::Hop;

/// Takes the consequences away from what was seen of the gateway, where `log` shows what happened
/// behind it.
pub fn without_consequences(seen: Vec<Observation>, log: &[Observation]) -> Vec<Observation> {
    if !log.iter().any(|observation| is_fault_behind(observation.sign)) {
        return seen;
    }
    let of_gateway = Source::probe_gateway();
    let of_origin = Source::probe_origin();
    let same = |sign: Sign| log.iter().any(|observation| observation.sign == sign);
    let ended = log.iter().any(|observation| is_ending(observation.sign));
    let stays = |observation: &Observation| {
        let sign = observation.sign;
        // How it ended for the gateway is what counts; to us it may end otherwise.
        let otherwise = observation.source == of_origin && ended && is_ending(sign);
        let follows = observation.source == of_gateway && is_consequence(sign);
        same(sign) || !otherwise && !follows
    };
    seen.into_iter().filter(stays).collect()
}

/// Tells whether the gateway's failure on the wire follows from the origin's: the origin fails too,
/// and the gateway failed only after it had taken the request.
pub(super) fn follows_from_origin(examination: &Examination) -> bool {
    let origin_failed = matches!(examination.result(Hop::Origin), Some(Answer::Failed(_)));
    let after_request = matches!(
        examination.result(Hop::Gateway),
        Some(Answer::Failed(Stage::Request | Stage::ResponseHead | Stage::ResponseBody))
    );
    origin_failed && after_request
}

/// Tells whether a sign is what a gateway shows us when its upstream fails.
fn is_consequence(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::BodyStalled
            | Sign::BodyTruncated
            | Sign::ChunkingInvalid
            | Sign::ClosedBeforeHead
            | Sign::HeadTimeout
            | Sign::HeadTruncated
            | Sign::InformationalOnly
            | Sign::InformationalFlood
            | Sign::NotHttp
            | Sign::ResetBeforeHead
            | Sign::SendReset
    )
}

/// Tells whether a sign is one of the ways in which a connection ends without an answer.
fn is_ending(sign: Sign) -> bool {
    matches!(sign, Sign::ClosedBeforeHead | Sign::ResetBeforeHead | Sign::SendReset)
}

/// Tells whether a sign proves what happened between the gateway and its upstream.
fn is_fault_behind(sign: Sign) -> bool {
    let behind = |stage| !matches!(stage, Stage::Downstream | Stage::Gateway);
    catalogue::ALL.iter().any(|cause| behind(cause.stage) && cause.proven_by(sign))
}
