//! What a check heard: whether the other side spoke at all, for whoever decides whether we can be trusted.

use std::net::IpAddr;
use std::time::Duration;

use goodgate_evidence::probe::{CertificateProblem, Connect, Endpoint, Http, LookupOutcome, Tls};
use goodgate_incident::Timestamp;
use goodgate_incident::trust::{Heard, Seen};

use super::judge::Failure;
use super::plan::Plan;
use super::raw::{Attempt, Raw};

/// Addresses and the certificate that a check met, for whoever notices that they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// What the name leads to, in the order of the numbers; nothing where none was looked up.
    pub addresses: Vec<IpAddr>,
    /// The SHA-256 of the certificate of the server in hexadecimal, and when it ends.
    pub certificate: Option<(Box<str>, Timestamp)>,
}

/// A result for which nothing was sent: there was nothing to be silent.
pub(crate) const SPOKEN: Seen =
    Seen { heard: Heard::Answer, allowed: Duration::ZERO, address: None, resolved: false };

/// Returns what was heard.
pub(super) fn seen(plan: &Plan, raw: &Raw, failures: &[Failure]) -> Seen {
    let heard = heard(raw, failures);
    let allowed = match (heard, plan.expect.response_time) {
        (Heard::Late, Some(allowed)) => allowed,
        _ => plan.timeout,
    };
    let resolved = !raw.lookups.is_empty() && raw.failed_lookup().is_none();
    Seen { heard, allowed, address: raw.last().and_then(address), resolved }
}

/// Returns whom a check met.
pub(super) fn met(raw: &Raw) -> Met {
    let mut addresses = match raw.lookups.first().map(|lookup| &lookup.outcome) {
        Some(LookupOutcome::Addresses { addresses, .. }) => addresses.clone(),
        _ => Vec::new(),
    };
    addresses.sort_unstable();
    // That of the first host; redirects may lead elsewhere.
    let first = raw.attempts.first().and_then(|(_, attempt)| attempt.handshake.as_ref());
    let leaf = first.and_then(|handshake| handshake.chain.first());
    let certificate = leaf.map(|leaf| (leaf.sha256.as_str().into(), leaf.not_after));
    Met { addresses, certificate }
}

fn heard(raw: &Raw, failures: &[Failure]) -> Heard {
    if let Some(lookup) = raw.failed_lookup() {
        return match lookup.outcome {
            LookupOutcome::Addresses { .. }
            | LookupOutcome::NoSuchName
            | LookupOutcome::NoAddress => Heard::Answer,
            LookupOutcome::ServerFailure(_)
            | LookupOutcome::Refused
            | LookupOutcome::TimedOut
            | LookupOutcome::Temporary
            | LookupOutcome::Unreachable(_)
            | LookupOutcome::Malformed(_) => Heard::NoName,
        };
    }
    let Some(attempt) = raw.last() else {
        return if raw.lookups.is_empty() || raw.overran { Heard::Nothing } else { Heard::Answer };
    };
    match attempt.connect.outcome {
        Connect::Connected => {}
        Connect::NetworkUnreachable | Connect::NoFreePort | Connect::Denied => {
            return Heard::NoRoute;
        }
        // Nobody answers for the address where the way ends: that may be our own gateway.
        Connect::TimedOut | Connect::NoRoute => return Heard::Nothing,
        _ => return Heard::Answer,
    }
    if is_silent(attempt) {
        return Heard::Nothing;
    }
    if is_by_date(attempt, failures) {
        return Heard::Date;
    }
    let is_late = !failures.is_empty() && failures.iter().all(|failure| failure.is_by_time);
    if is_late { Heard::Late } else { Heard::Answer }
}

/// Whether nothing came any more once the connection was open. The way may have broken in that moment.
fn is_silent(attempt: &Attempt) -> bool {
    let handshake = attempt.handshake.as_ref().map(|handshake| &handshake.outcome);
    let exchange = attempt.exchange.as_ref().map(|exchange| &exchange.outcome);
    matches!(handshake, Some(Tls::TimedOut))
        || matches!(exchange, Some(Http::HeadTimedOut | Http::BodyStalled))
}

fn is_by_date(attempt: &Attempt, failures: &[Failure]) -> bool {
    let trust = attempt.handshake.as_ref().map(|handshake| &handshake.trust);
    let is_over =
        matches!(trust, Some(Err(CertificateProblem::Expired | CertificateProblem::NotYetValid)));
    (is_over && !failures.is_empty())
        || (!failures.is_empty() && failures.iter().all(|failure| failure.is_by_date))
}

fn address(attempt: &Attempt) -> Option<IpAddr> {
    match &attempt.connect.endpoint {
        Endpoint::Tcp(address) => Some(address.ip()),
        Endpoint::Unix(_) => None,
    }
}
