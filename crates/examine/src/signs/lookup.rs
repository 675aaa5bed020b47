//! What lookups show.

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{Connect, Lookup, LookupOutcome};

use super::Seen;
use crate::answer::{Answer, words};
use crate::examination::Examination;
use crate::probe::Hop;

pub(super) fn look(examination: &Examination, hop: Hop, seen: &mut Seen) {
    if let Some(lookup) = examination.system_lookup(hop) {
        if hop == Hop::Origin
            && gateway_refuses(examination)
            && !failures(&lookup.outcome).is_empty()
        {
            // A gateway that resolves its upstreams when it starts does not start then.
            seen.add_apart(hop, Sign::GatewayDownNameFails, lookup.at, &quote(lookup));
            return;
        }
        for sign in failures(&lookup.outcome) {
            seen.add(hop, *sign, lookup.at, &quote(lookup));
        }
        // It is the name of the URL, and we are who looked it up.
        if hop == Hop::Gateway && !failures(&lookup.outcome).is_empty() {
            seen.add_apart(hop, Sign::TargetLookupFailed, lookup.at, &quote(lookup));
        }
    }
    if hop == Hop::Gateway {
        compare(examination, seen);
    }
}

fn gateway_refuses(examination: &Examination) -> bool {
    let gateway = examination.primary(Hop::Gateway);
    gateway.is_some_and(|(_, asked)| asked.connect.outcome == Connect::Refused)
}

fn failures(outcome: &LookupOutcome) -> &'static [Sign] {
    match outcome {
        LookupOutcome::Addresses { .. } => &[],
        LookupOutcome::NoSuchName => &[Sign::DnsNxdomain],
        LookupOutcome::NoAddress => &[Sign::DnsFailed],
        LookupOutcome::ServerFailure(_) | LookupOutcome::Refused | LookupOutcome::Malformed(_) => {
            &[Sign::DnsServfail]
        }
        LookupOutcome::TimedOut => &[Sign::DnsTimeout],
        LookupOutcome::Temporary => &[Sign::DnsTemporaryFailure],
        LookupOutcome::Unreachable(_) => &[Sign::ResolverUnreachable],
    }
}

fn quote(lookup: &Lookup) -> String {
    format!("{} asked for {}: {}", lookup.resolver, lookup.name, words::lookup(&lookup.outcome))
}

/// Name servers that contradict each other are a sign when one knows the name and another says that
/// it does not exist. Different addresses are usual and count only where requests fail.
fn compare(examination: &Examination, seen: &mut Seen) {
    let lookups: Vec<&Lookup> = examination
        .made
        .iter()
        .filter(|made| made.probe.hop == Hop::Gateway)
        .filter_map(|made| made.lookup())
        .filter(|lookup| lookup.resolver != "system")
        .collect();
    let fails = examination.result(Hop::Gateway).is_some_and(Answer::fails);
    for (at, one) in lookups.iter().enumerate() {
        for other in lookups.iter().skip(at + 1) {
            if contradict(&one.outcome, &other.outcome, fails) {
                let words = format!("{}; {}", quote(one), quote(other));
                seen.add_apart(Hop::Gateway, Sign::ResolversDisagree, one.at, &words);
                return;
            }
        }
    }
}

fn contradict(one: &LookupOutcome, other: &LookupOutcome, by_address: bool) -> bool {
    use LookupOutcome::{Addresses, NoSuchName};
    match (one, other) {
        (Addresses { .. }, NoSuchName) | (NoSuchName, Addresses { .. }) => true,
        (Addresses { addresses: a, .. }, Addresses { addresses: b, .. }) => {
            by_address && !a.iter().any(|address| b.contains(address))
        }
        _ => false,
    }
}
