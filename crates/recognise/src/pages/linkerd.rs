//! Linkerd: an empty body and the cause in `l5d-proxy-error`.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::Has;
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, carried, rule, wrote};

const LINKERD: Product = Product::Linkerd;

/// The text of the field is the error of the proxy.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(LINKERD, CERTAIN, Has("l5d-proxy-error", "")),
    carried(LINKERD, Has("l5d-proxy-connection", "")),
];

const RULES: &[Rule] = &[
    says("service in fail-fast", &[Sign::NoLiveUpstream, Sign::ConcurrencyLimit]),
    says("connection refused", &[Sign::ConnectRefused]),
    says("no route to host", &[Sign::ConnectNoRoute]),
    says("connect timed out", &[Sign::ConnectTimedOut]),
    says("connection reset", &[Sign::ResetBeforeHead]),
    says("connection closed before message", &[Sign::ClosedBeforeHead]),
    says("gateway loop detected", &[Sign::LoopDetected]),
    says("response timeout", &[Sign::HeadTimeout]),
    says("unknown issuer", &[Sign::TlsCertUntrusted]),
    says("unable to verify certificate", &[Sign::TlsCertInvalid]),
    says("max-concurrency exhausted", &[Sign::ConcurrencyLimit]),
    says("no such host", &[Sign::DnsFailed]),
];

const fn says(words: &'static str, signs: &'static [Sign]) -> Rule {
    rule(Has("l5d-proxy-error", words), signs)
}
