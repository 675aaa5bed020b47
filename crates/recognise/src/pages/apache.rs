//! Apache httpd: "Proxy Error" with a reason that often is the cause.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Is, Reason, Source, Starts, Status, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, Rule, STRONG, rule, served, wrote};

const APACHE: Product = Product::Apache;

/// The reason phrase `Proxy Error` is Apache's alone.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

/// What follows "Reason:" on the page; the log writes the same words without it.
const REASONS: When = Any(&[
    Text("reason: dns lookup failure for:"),
    Text("reason: error during ssl handshake with remote server"),
    Text("reason: error reading from remote server"),
    Text("reason: corrupt status line returned by remote server"),
    Text("reason: unexpected upgrade"),
]);

const CLUES: &[Clue] = &[
    wrote(APACHE, STRONG, Reason("proxy error")),
    wrote(APACHE, STRONG, REASONS),
    wrote(APACHE, STRONG, Any(&[Text("502 proxy error"), Text("500 proxy error")])),
    wrote(
        APACHE,
        STRONG,
        Text("the proxy server received an invalid response from an upstream server"),
    ),
    wrote(APACHE, CERTAIN, Text("the proxy server could not handle the request")),
    wrote(
        APACHE,
        STRONG,
        Text(
            "the server is temporarily unable to service your request due to maintenance \
             downtime or capacity problems",
        ),
    ),
    wrote(APACHE, STRONG, Text("the gateway did not receive a timely response from the upstream")),
    wrote(
        APACHE,
        STRONG,
        Text(
            "the server encountered an internal error or misconfiguration and was unable to \
             complete your request",
        ),
    ),
    wrote(APACHE, STRONG, Text("you're speaking plain http to an ssl-enabled server port")),
    wrote(APACHE, CERTAIN, All(&[Source("<address>apache"), Text("server at")])),
    served(APACHE, Starts("server", "apache/")),
    served(APACHE, Is("server", "apache")),
];

const RULES: &[Rule] = &[
    rule(Text("reason: dns lookup failure for:"), &[Sign::DnsFailed]).taking("host"),
    rule(
        Text("reason: error during ssl handshake with remote server"),
        &[Sign::TlsHandshakeFailed],
    ),
    rule(
        Text("reason: error reading from remote server"),
        &[Sign::EndedBeforeHead, Sign::ResponseInvalid],
    )
    .noting(&[("reason", "Error reading from remote server")]),
    rule(Text("reason: document contains no data"), &[Sign::ClosedBeforeHead]).by(&[APACHE]),
    rule(Text("reason: corrupt status line returned by remote server"), &[Sign::StatusLineInvalid]),
    rule(Text("reason: unexpected upgrade"), &[Sign::UnexpectedUpgrade]),
    rule(
        Text("you're speaking plain http to an ssl-enabled server port"),
        &[Sign::PlainHttpToTlsPort],
    ),
    // Apache answers 500 when a name does not resolve or a handshake fails.
    rule(Any(&[Reason("proxy error"), Text("500 proxy error")]), &[Sign::GatewayMadeError])
        .by(&[APACHE]),
    // A refused or timed-out connection, a worker in error state: the page is the same.
    rule(Status(503), &[Sign::ConnectFailed]).by(&[APACHE]),
    rule(Status(504), &[Sign::HeadTimeout]).by(&[APACHE]),
    rule(
        All(&[Status(400), Has("server", "apache"), Text("could not understand")]),
        &[Sign::ClientRequestInvalid],
    ),
];
