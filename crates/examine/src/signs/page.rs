//! What the words of answers show, as far as it belongs to the examination.

use goodgate_evidence::{Observation, Sign, Source};

use super::Seen;
use crate::answer::Answer;
use crate::examination::Examination;
use crate::probe::Hop;

pub(super) fn look(examination: &Examination, seen: &mut Seen) {
    for observation in &examination.pages {
        if counts(examination, observation) && !is_repeated(observation, seen) {
            seen.0.push(observation.clone());
        }
    }
}

/// A status that was seen on the wire need not be said again.
fn is_repeated(observation: &Observation, seen: &Seen) -> bool {
    seen.0.iter().any(|other| {
        other.sign == observation.sign && other.source == observation.source
    })
}

fn counts(examination: &Examination, observation: &Observation) -> bool {
    let hop = if observation.source == Source::probe_origin() { Hop::Origin } else { Hop::Gateway };
    match examination.result(hop) {
        // The origin's own page says nothing about who made the gateway's.
        Some(Answer::Error(_)) if hop == Hop::Origin => !is_about_the_gateway(observation.sign),
        Some(Answer::Error(_) | Answer::Failed(_)) => !is_explained(examination, observation.sign),
        Some(Answer::Well(_)) => names_a_broken_chain(observation.sign),
        None => false,
    }
}

/// The origin's own failure says what a page can only narrow down: Apache has the same words for a
/// timeout, a closed connection and a malformed head.
fn is_explained(examination: &Examination, sign: Sign) -> bool {
    let origin_failed = matches!(examination.result(Hop::Origin), Some(Answer::Failed(_)));
    origin_failed && is_unspecific(sign)
}

fn is_unspecific(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::ConnectFailed
            | Sign::ConnectOrTlsTimedOut
            | Sign::ConnectedThenFailed
            | Sign::TlsHandshakeFailed
            | Sign::TlsCertInvalid
            | Sign::ClosedSomewhere
            | Sign::ResetSomewhere
            | Sign::EndedBeforeHead
            | Sign::TimeoutSomewhere
            | Sign::ReadTimedOut
            | Sign::HeadInvalidOrTruncated
            | Sign::HeaderInvalidOrTruncated
            | Sign::StatusLineOrForeign
            | Sign::ResponseInvalid
            | Sign::ResponseInvalidOrEnded
            | Sign::BodyFailed
    )
}

fn is_about_the_gateway(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::GatewayMadeError
            | Sign::UpstreamAnsweredError
            | Sign::ErrorPage
            | Sign::Status500
            | Sign::Status502
            | Sign::Status503
            | Sign::Status504
    )
}

/// Answers below 500 that speak of a broken chain: platforms say "no such application" with 404.
fn names_a_broken_chain(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::PlainHttpToTlsPort
            | Sign::PlatformNoInstance
            | Sign::RouteMissing
            | Sign::NoEndpoints
            | Sign::TunnelDown
            | Sign::TunnelOriginFailed
            | Sign::LoopDetected
    )
}
