//! Fastly: Varnish with the reason in the heading.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Reason, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, carried, rule, wrote};

const FASTLY: Product = Product::Fastly;

/// The heading in the ways in which it is written; the reason phrase is the same words.
macro_rules! reason {
    ($words:literal) => {
        Any(&[Text(concat!("503 ", $words)), Reason($words)])
    };
}

/// The reason after "503" is the cause.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(FASTLY, CERTAIN, Text("details: cache-")),
    wrote(FASTLY, STRONG, All(&[Text("guru mediation:"), Text("varnish cache server")])),
    wrote(FASTLY, CERTAIN, Text("fastly error: unknown domain")),
    wrote(FASTLY, STRONG, FIRST_BYTE),
    wrote(FASTLY, STRONG, reason!("backend read error")),
    carried(FASTLY, Has("x-served-by", "cache-")),
    carried(FASTLY, Has("fastly-restarts", "")),
    carried(FASTLY, Has("x-fastly-request-id", "")),
];

const FIRST_BYTE: When = reason!("first byte timeout");

const RULES: &[Rule] = &[
    rule(FIRST_BYTE, &[Sign::HeadTimeout]),
    made(reason!("between bytes timeout"), &[Sign::BodyStalled]),
    made(reason!("backend read error"), &[Sign::EndedBeforeHead]),
    made(reason!("backend write error"), &[Sign::SendReset]),
    made(reason!("connection timed out"), &[Sign::ConnectTimedOut]),
    made(reason!("connection refused"), &[Sign::ConnectRefused]),
    made(reason!("network unreachable"), &[Sign::ConnectNetUnreachable]),
    made(reason!("backend.max_conn reached"), &[Sign::ConcurrencyLimit]),
    made(reason!("ssl handshake error"), &[Sign::TlsHandshakeFailed]),
    made(reason!("certificate has expired"), &[Sign::TlsCertExpired]),
    made(reason!("hostname doesn't match against certificate"), &[Sign::TlsCertNameMismatch]),
    made(reason!("unable to get local issuer certificate"), &[Sign::TlsCertUntrusted]),
    made(reason!("loop detected"), &[Sign::LoopDetected]),
    made(reason!("backend is unhealthy"), &[Sign::NoLiveUpstream]),
    made(reason!("all backends failed or unhealthy"), &[Sign::NoLiveUpstream]),
    made(reason!("no healthy backends"), &[Sign::NoLiveUpstream]),
    rule(Text("fastly error: unknown domain"), &[Sign::RouteMissing]).taking("host"),
];

const fn made(when: When, signs: &'static [Sign]) -> Rule {
    rule(when, signs).by(&[FASTLY])
}
