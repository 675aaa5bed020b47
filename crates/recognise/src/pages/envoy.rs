//! Envoy and Istio: plain text that names the reset reason.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Empty, Has, Not, Starts, Status, Text, Whole};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, WEAK, carried, rule, served, wrote,
};
use super::view::{View, bounded};
use super::{Mark, Marks};

const ENVOY: Product = Product::Envoy;

/// Bytes of the message that are read; what follows on a page is not part of it.
const WORDS_MAX: usize = 400;

const RESET: &str = "upstream connect error or disconnect/reset before headers";

/// The field that Envoy adds when the upstream answered.
const ANSWERED: When = Has("x-envoy-upstream-service-time", "");
const SERVER_ERROR: When = Any(&[Status(500), Status(502), Status(503), Status(504)]);
const SERVED: When = Any(&[
    Starts("server", "envoy"),
    Starts("server", "istio-envoy"),
    Has("x-envoy-overloaded", ""),
]);

/// Without `x-envoy-upstream-service-time` an error of Envoy is its own.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: Some(reset) };

const CLUES: &[Clue] = &[
    wrote(ENVOY, CERTAIN, Text(RESET)),
    wrote(ENVOY, STRONG, Text("no healthy upstream")),
    wrote(ENVOY, STRONG, Text("upstream request timeout")),
    wrote(ENVOY, STRONG, Whole("upstream max stream duration reached")),
    wrote(ENVOY, STRONG, Whole("fault filter abort")),
    wrote(ENVOY, STRONG, Whole("local_rate_limited")),
    wrote(ENVOY, STRONG, Whole("rbac: access denied")),
    wrote(ENVOY, STRONG, Whole("dns resolution failure")),
    wrote(ENVOY, LIKELY, Whole("stream timeout")),
    wrote(ENVOY, LIKELY, Whole("envoy overloaded")),
    // A route or cluster that does not exist gives an empty body.
    wrote(ENVOY, WEAK, All(&[SERVED, Any(&[Status(503), Status(404)]), Empty, Not(&ANSWERED)])),
    served(ENVOY, SERVED),
    carried(ENVOY, ANSWERED),
    carried(ENVOY, Has("x-envoy-decorator-operation", "")),
];

const RULES: &[Rule] = &[
    rule(All(&[ANSWERED, SERVER_ERROR]), &[Sign::UpstreamAnsweredError]),
    rule(Text("no healthy upstream"), &[Sign::NoLiveUpstream]),
    rule(
        Any(&[
            Text("upstream request timeout"),
            Whole("stream timeout"),
            Whole("upstream max stream duration reached"),
        ]),
        &[Sign::HeadTimeout],
    ),
    rule(Whole("fault filter abort"), &[Sign::FaultInjected]),
    rule(Whole("local_rate_limited"), &[Sign::RateLimited]),
    rule(Whole("rbac: access denied"), &[Sign::ClientRequestInvalid]),
    rule(Whole("dns resolution failure"), &[Sign::DnsFailed]),
    rule(Has("x-envoy-overloaded", "true"), &[Sign::ConcurrencyLimit]),
    rule(Whole("envoy overloaded"), &[Sign::GatewayConnectionsExhausted]),
];

/// Reset reasons, the more specific first.
const RESETS: &[(&str, Sign)] = &[
    ("connection timeout", Sign::ConnectTimedOut),
    ("connection termination", Sign::EndedBeforeHead),
    ("local connection failure", Sign::LocalSocketError),
    ("connection failure", Sign::ConnectFailed),
    ("remote refused stream reset", Sign::Http2StreamReset),
    ("remote reset", Sign::Http2StreamReset),
    ("overload manager reset", Sign::GatewayConnectionsExhausted),
    ("overflow", Sign::ConcurrencyLimit),
    ("protocol error", Sign::ResponseInvalid),
];

/// What the transport says about the failure; the words of `BoringSSL` come with `_` or spaces.
const TRANSPORTS: &[(&str, Sign)] = &[
    ("connect error: 111", Sign::ConnectRefused),
    ("connection refused", Sign::ConnectRefused),
    ("connect error: 113", Sign::ConnectNoRoute),
    ("no route to host", Sign::ConnectNoRoute),
    ("connect error: 101", Sign::ConnectNetUnreachable),
    ("network is unreachable", Sign::ConnectNetUnreachable),
    ("connect error: 110", Sign::ConnectTimedOut),
    ("connection timed out", Sign::ConnectTimedOut),
    ("connect error: 99", Sign::ConnectNoFreePort),
    ("cannot assign requested address", Sign::ConnectNoFreePort),
    ("connect error: 13", Sign::ConnectDenied),
    ("connect error: 2", Sign::UnixMissing),
    ("certificate has expired", Sign::TlsCertExpired),
    ("certificate expired", Sign::TlsCertExpired),
    ("san matcher", Sign::TlsCertNameMismatch),
    ("verify san list", Sign::TlsCertNameMismatch),
    ("self signed certificate", Sign::TlsCertUntrusted),
    ("self-signed certificate", Sign::TlsCertUntrusted),
    ("unable to get local issuer", Sign::TlsCertUntrusted),
    ("certificate verify failed", Sign::TlsCertInvalid),
    ("wrong version number", Sign::TlsNotTls),
    ("unrecognized name", Sign::TlsAlertUnrecognizedName),
    ("alert protocol version", Sign::TlsAlertProtocolVersion),
    ("unsupported protocol", Sign::TlsAlertProtocolVersion),
    ("certificate required", Sign::TlsAlertCertRequired),
    ("alert handshake failure", Sign::TlsAlertHandshakeFailure),
    ("no ciphers available", Sign::TlsNoSharedCipher),
    ("tls error", Sign::TlsHandshakeFailed),
];

/// Reads "reset reason: X, transport failure reason: Y".
fn reset(view: &View<'_>, marks: &mut Marks) {
    let Some(start) = view.folded.find(RESET) else { return };
    let Some(rest) = view.folded.get(start..) else { return };
    let Some((_, words)) = bounded(rest, WORDS_MAX).split_once("reset reason: ") else { return };
    let (reason, transport) = match words.split_once("transport failure reason: ") {
        Some((reason, transport)) => (reason, transport.replace('_', " ")),
        None => (words, String::new()),
    };
    let reason = reason.split(',').next().unwrap_or_default();
    let by_transport = TRANSPORTS.iter().find(|(words, _)| transport.contains(words));
    let by_reason = RESETS.iter().find(|(words, _)| reason.contains(words));
    let Some(sign) = by_transport.or(by_reason).map(|(_, sign)| *sign) else { return };
    let quote = view.quote(start, start + bounded(rest, WORDS_MAX).len());
    marks.add(Some(Mark::new(sign, &quote).with("reason", reason).with("transport", &transport)));
}
