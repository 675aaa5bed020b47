//! What the words of answers show, as far as it belongs to the examination.

use goodgate_evidence::{Observation, Sign};

use super::Seen;
use crate::answer::Answer;
use crate::examination::Examination;
use crate::probe::{Hop, Probe, Purpose};

pub(super) fn look(examination: &Examination, seen: &mut Seen) {
    for (id, observation) in &examination.pages {
        let Some(probe) = examination.made.get(id.0).map(|made| &made.probe) else { continue };
        if !is_shown_by(examination, probe) {
            continue;
        }
        let sign = observation.sign;
        if counts(examination, probe.hop, sign) && !is_repeated(probe.hop, observation, seen) {
            seen.push(observation.clone());
        }
    }
}

/// Tells whether the answer to a probe shows how its hop behaves: a first try in a wrong scheme
/// does not.
fn is_shown_by(examination: &Examination, probe: &Probe) -> bool {
    let primary = examination.primary(probe.hop).map(|(primary, _)| primary.id);
    primary == Some(probe.id) || probe.purpose == Purpose::OtherAddress
}

/// What was seen on the wire need not be said again.
fn is_repeated(hop: Hop, page: &Observation, seen: &Seen) -> bool {
    let said = |other: &Observation| other.sign == page.sign && other.source == page.source;
    seen.has_of(hop, page.sign) || seen.0.iter().any(said)
}

fn counts(examination: &Examination, hop: Hop, sign: Sign) -> bool {
    match examination.result(hop) {
        _ if hop == Hop::Origin && examination.origin_is_gateway() => false,
        // The origin's own page says nothing about who made the gateway's.
        Some(Answer::Error(_)) if hop == Hop::Origin => !is_about_the_gateway(sign),
        Some(Answer::Error(_)) if is_passed_on(examination) => !is_about_the_gateway(sign),
        Some(Answer::Error(_) | Answer::Failed(_)) => !is_explained(examination, sign),
        Some(Answer::Well(_) | Answer::Speaks) => names_a_broken_chain(sign),
        None => false,
    }
}

/// The origin's own failure says what a page can only narrow down: Apache has the same words for a
/// timeout, a closed connection and a malformed head.
fn is_explained(examination: &Examination, sign: Sign) -> bool {
    let origin_failed = matches!(examination.result(Hop::Origin), Some(Answer::Failed(_)));
    origin_failed && is_unspecific(sign)
}

/// The origin answers with the same error status: the gateway passes it on, and what its page would
/// tell of a failure of its own does not count.
fn is_passed_on(examination: &Examination) -> bool {
    let of = |hop| examination.result(hop).filter(|answer| answer.fails());
    let status = |hop| of(hop).and_then(Answer::status);
    status(Hop::Gateway).is_some() && status(Hop::Gateway) == status(Hop::Origin)
}

fn is_unspecific(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::ConnectFailed
            | Sign::NoServerAvailable
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
            | Sign::NoTimeout
            | Sign::TimeoutSomewhere
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
            | Sign::RateLimited
            | Sign::ClientRequestInvalid
    )
}
