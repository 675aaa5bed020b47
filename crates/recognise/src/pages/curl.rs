//! Errors of curl. Run on the gateway's host, it speaks to the upstream as the gateway does.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::Text;
use super::fingerprint::{CERTAIN, Clue, Fingerprint, wrote};
use super::view::{self, View};
use super::{Mark, Marks};

/// Errors that are read; a paste has a handful.
const ERRORS_MAX: usize = 16;
/// Bytes of one message.
const MESSAGE_MAX: usize = 300;

/// The number in parentheses is the exit code.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: &[], more: Some(errors) };

const CLUES: &[Clue] = &[wrote(Product::Curl, CERTAIN, Text("curl: ("))];

/// Exit code, words of the message (none: any), sign. The first that fits counts.
const MESSAGES: &[(u8, &str, Sign)] = &[
    (1, "http/0.9 when not allowed", Sign::NotHttp),
    (5, "", Sign::ClientProxyFailed),
    (6, "", Sign::DnsFailed),
    (7, "connection refused", Sign::ConnectRefused),
    (7, "no route to host", Sign::ConnectNoRoute),
    (7, "network is unreachable", Sign::ConnectNetUnreachable),
    (7, "timed out", Sign::ConnectTimedOut),
    (7, "permission denied", Sign::ConnectDenied),
    (7, "no such file", Sign::UnixMissing),
    (7, "", Sign::ConnectFailed),
    (8, "", Sign::ResponseInvalid),
    (16, "", Sign::ResponseInvalid),
    (18, "", Sign::BodyTruncated),
    (28, "resolving timed out", Sign::DnsTimeout),
    (28, "ssl connection timeout", Sign::TlsHandshakeTimeout),
    (28, "failed to connect", Sign::ConnectTimedOut),
    (28, "connection timed out", Sign::ConnectTimedOut),
    (28, "connection timeout", Sign::ConnectTimedOut),
    (28, "with 0 bytes received", Sign::HeadTimeout),
    (28, "with 0 out of", Sign::HeadTimeout),
    (28, "bytes received", Sign::BodyStalled),
    (28, "", Sign::TimeoutSomewhere),
    (35, "wrong version number", Sign::TlsNotTls),
    (35, "handshake failure", Sign::TlsAlertHandshakeFailure),
    (35, "unrecognized name", Sign::TlsAlertUnrecognizedName),
    (35, "protocol version", Sign::TlsAlertProtocolVersion),
    (35, "unsupported protocol", Sign::TlsAlertProtocolVersion),
    (35, "certificate required", Sign::TlsAlertCertRequired),
    (35, "connection reset by peer", Sign::TlsPeerClosed),
    (35, "ssl_error_syscall", Sign::TlsPeerClosed),
    (35, "unexpected eof", Sign::TlsPeerClosed),
    (35, "", Sign::TlsHandshakeFailed),
    (47, "", Sign::RedirectCycle),
    (51, "", Sign::TlsCertNameMismatch),
    (52, "", Sign::ClosedBeforeHead),
    (55, "", Sign::SendReset),
    (56, "from proxy after connect", Sign::ClientProxyFailed),
    (56, "connect tunnel failed", Sign::ClientProxyFailed),
    (56, "certificate required", Sign::TlsAlertCertRequired),
    (56, "connection reset", Sign::ResetBeforeHead),
    (56, "", Sign::EndedBeforeHead),
    (60, "expired", Sign::TlsCertExpired),
    (60, "not yet valid", Sign::TlsCertExpired),
    (60, "self-signed", Sign::TlsCertUntrusted),
    (60, "self signed", Sign::TlsCertUntrusted),
    (60, "unable to get local issuer", Sign::TlsCertUntrusted),
    (60, "no alternative certificate subject name", Sign::TlsCertNameMismatch),
    (60, "does not match target host name", Sign::TlsCertNameMismatch),
    (60, "", Sign::TlsCertInvalid),
    (61, "", Sign::ContentCodingInvalid),
    (92, "", Sign::Http2StreamReset),
    (97, "", Sign::ClientProxyFailed),
];

fn errors(view: &View<'_>, marks: &mut Marks) {
    for start in view::places(&view.folded, "curl: (").take(ERRORS_MAX) {
        marks.add(error(view, start));
    }
}

fn error(view: &View<'_>, start: usize) -> Option<Mark> {
    let rest = view.folded.get(start + "curl: (".len()..)?;
    let (code, message) = rest.split_once(')')?;
    let code: u8 = view::bounded(code, 3).parse().ok()?;
    let message = view::bounded(message, MESSAGE_MAX);
    let message = message.split("curl: (").next().unwrap_or_default();
    let fits = |(number, words, _): &&(u8, &str, Sign)| *number == code && message.contains(words);
    let (_, _, sign) = MESSAGES.iter().find(fits)?;
    let end = start + (rest.len() - rest.split_once(')')?.1.len()) + "curl: (".len();
    let quote = view.quote(start, end + message.len());
    Some(Mark::new(*sign, &quote).with("tool", "curl").with("code", &code.to_string()))
}
