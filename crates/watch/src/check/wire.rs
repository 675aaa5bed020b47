//! What goes wrong on the way to an answer, and what of it is our own fault.

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{
    Connect, ConnectAttempt, Exchange, Handshake, Http, LookupOutcome, Tls,
};
use goodgate_incident::Doubt;

use super::cause;
use super::judge::Failure;
use super::plan::{Plan, What};
use super::raw::Raw;
use super::words::{self, quoted};

/// Returns why there was no answer, if there was none.
pub(super) fn failure(plan: &Plan, raw: &Raw) -> Option<Failure> {
    if let Some(lookup) = raw.failed_lookup() {
        let resolver = &lookup.resolver;
        let words =
            format!("{} asked for {}: {}", resolver, lookup.name, words::lookup(&lookup.outcome));
        let failure = Failure::new(Stage::Resolve, quoted(&words));
        let silent = matches!(lookup.outcome, LookupOutcome::TimedOut);
        let failure = if silent { failure.by_time() } else { failure };
        return Some(failure.because(cause::of_lookup(&lookup.outcome)));
    }
    if let What::Dns(_) = plan.what {
        return raw.lookups.is_empty().then(nothing);
    }
    let Some(attempt) = raw.last() else {
        return Some(match raw.lookups.last() {
            Some(lookup) if !raw.overran => {
                let words = format!("{} has no address of the wanted family", lookup.name);
                Failure::new(Stage::Resolve, quoted(&words))
            }
            _ => nothing(),
        });
    };
    if !attempt.is_open() {
        return Some(connect(&attempt.connect));
    }
    let place = &attempt.connect.endpoint;
    if let Some(handshake) = &attempt.handshake {
        let problem = tls(handshake, verifies(plan));
        if let Some(failure) = problem {
            return Some(Failure { words: format!("{place}: {}", failure.words), ..failure });
        }
    }
    match (&attempt.exchange, plan.http()) {
        (Some(exchange), _) => {
            let failure = http(exchange)?;
            Some(Failure { words: format!("{place}: {}", failure.words), ..failure })
        }
        (None, Some(_)) => Some(nothing()),
        (None, None) => None,
    }
}

/// Returns what was wrong on our side: without a way out of this host nothing is known of the target.
pub(super) fn doubt(raw: &Raw) -> Option<Doubt> {
    if let Some(lookup) = raw.failed_lookup() {
        return matches!(lookup.outcome, LookupOutcome::Unreachable(_)).then_some(Doubt::Resolver);
    }
    let attempt = raw.last()?;
    match attempt.connect.outcome {
        Connect::NoFreePort => Some(Doubt::Resources),
        Connect::Denied => Some(Doubt::Network),
        Connect::NetworkUnreachable if attempt.has_no_way() => Some(Doubt::Network),
        _ => None,
    }
}

/// Whether what is wrong with a certificate makes the check fail.
fn verifies(plan: &Plan) -> bool {
    match &plan.what {
        What::Tls(_, wish) => wish.verify,
        _ => plan.http().is_some_and(|http| http.tls.verify),
    }
}

/// The check ended before anything came back, because nobody carried it out.
fn nothing() -> Failure {
    Failure::new(Stage::Connect, "the check did not end in time").by_time()
}

fn connect(attempt: &ConnectAttempt) -> Failure {
    let words = format!("{} {}", attempt.endpoint, words::connect(attempt));
    let failure = Failure::new(Stage::Connect, words).because(cause::of_connect(&attempt.outcome));
    if attempt.outcome == Connect::TimedOut { failure.by_time() } else { failure }
}

fn tls(handshake: &Handshake, verify: bool) -> Option<Failure> {
    if handshake.outcome != Tls::Established {
        let cause = cause::of_handshake(&handshake.outcome);
        let failure = Failure::new(Stage::Tls, words::handshake(handshake)).because(cause);
        return Some(if handshake.outcome == Tls::TimedOut { failure.by_time() } else { failure });
    }
    let problem = handshake.trust.as_ref().err().filter(|_| verify)?;
    let words = words::certificate(problem, handshake.chain.first());
    Some(Failure::new(Stage::Tls, words).because(cause::of_certificate(problem)))
}

fn http(exchange: &Exchange) -> Option<Failure> {
    if is_not_as_coded(exchange) {
        let words = "the body is not the gzip that its head says";
        return Some(Failure::new(Stage::ResponseBody, words).because(Some("bad_content_coding")));
    }
    let stage = match &exchange.outcome {
        Http::Complete | Http::Bounded | Http::ExtraBytes(_) => return None,
        // A stream of events pauses as it likes.
        Http::BodyStalled if is_event_stream(exchange) => return None,
        Http::BodyTruncated { .. } | Http::BodyStalled | Http::ChunkingInvalid(_) => {
            Stage::ResponseBody
        }
        Http::FailedWhileSending => Stage::Request,
        _ => Stage::ResponseHead,
    };
    let cause = cause::of_exchange(&exchange.outcome);
    let failure = Failure::new(stage, words::exchange(exchange)).because(cause);
    let by_time = matches!(exchange.outcome, Http::HeadTimedOut | Http::BodyStalled);
    Some(if by_time { failure.by_time() } else { failure })
}

/// Tells whether a whole body is said to be gzip and does not begin as gzip does (RFC 1952 section
/// 2.3.1). Browsers show an error in place of it.
fn is_not_as_coded(exchange: &Exchange) -> bool {
    let coded = exchange.head.as_ref().and_then(|head| head.field("content-encoding"));
    let is_gzip = coded.is_some_and(|coded| matches!(coded.trim(), "gzip" | "x-gzip"));
    let is_whole = matches!(exchange.outcome, Http::Complete | Http::Bounded | Http::ExtraBytes(_));
    is_gzip && is_whole && exchange.body.len() >= 2 && !exchange.body.starts_with(&[0x1f, 0x8b])
}

fn is_event_stream(exchange: &Exchange) -> bool {
    let kind = exchange.head.as_ref().and_then(|head| head.field("content-type"));
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream"))
}
