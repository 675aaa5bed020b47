//! Node.js: system errors, the HTTP parser and undici.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Node),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("getaddrinfo ENOTFOUND", Sign::DnsNxdomain),
    sig("getaddrinfo EAI_AGAIN", Sign::DnsTemporaryFailure),
    sigs(
        "connect ECONNREFUSED ::1:",
        Sign::ConnectRefused,
        &[Sign::Ipv6AddressFailed, Sign::LocalhostUpstream],
    ),
    sig("connect ECONNREFUSED /{*}.sock", Sign::UnixRefused),
    sig("connect ECONNREFUSED", Sign::ConnectRefused),
    sig("connect EHOSTUNREACH", Sign::ConnectNoRoute),
    sig("connect ENETUNREACH", Sign::ConnectNetUnreachable),
    sig("connect ETIMEDOUT", Sign::ConnectTimedOut),
    sig("UND_ERR_CONNECT_TIMEOUT", Sign::ConnectTimedOut),
    sig("connect EACCES /{*}.sock", Sign::UnixDenied),
    sig("connect EACCES {*}.sock", Sign::UnixDenied),
    sig("connect EACCES", Sign::ConnectDenied),
    sig("connect EPERM", Sign::ConnectDenied),
    sig("connect ENOENT", Sign::UnixMissing),
    sig("connect EAGAIN", Sign::UnixQueueFull),
    sig("connect EADDRNOTAVAIL", Sign::ConnectNoFreePort),
    sig("CERT_HAS_EXPIRED", Sign::TlsCertExpired),
    sig("CERT_NOT_YET_VALID", Sign::TlsCertExpired),
    sig("DEPTH_ZERO_SELF_SIGNED_CERT", Sign::TlsCertUntrusted),
    sig("SELF_SIGNED_CERT_IN_CHAIN", Sign::TlsCertUntrusted),
    sig("UNABLE_TO_VERIFY_LEAF_SIGNATURE", Sign::TlsCertUntrusted),
    sig("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", Sign::TlsCertUntrusted),
    sig("ERR_TLS_CERT_ALTNAME_INVALID", Sign::TlsCertNameMismatch),
    sig("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", Sign::TlsAlertCertRequired),
    sig("disconnected before secure TLS connection was established", Sign::TlsPeerClosed),
    sig("ERR_SSL_WRONG_VERSION_NUMBER", Sign::TlsNotTls),
    sig("ERR_SSL_PACKET_LENGTH_TOO_LONG", Sign::TlsNotTls),
    sig("HPE_HEADER_OVERFLOW", Sign::HeadTooLarge),
    sig("UND_ERR_HEADERS_OVERFLOW", Sign::HeadTooLarge),
    sig("HPE_INVALID_CONSTANT", Sign::NotHttp),
    sig("HPE_INVALID_VERSION", Sign::StatusLineInvalid),
    sig("HPE_INVALID_STATUS", Sign::StatusLineInvalid),
    sig("HPE_INVALID_HEADER_TOKEN", Sign::HeaderInvalid),
    sig("HPE_CR_EXPECTED", Sign::HeaderInvalid),
    sig("HPE_LF_EXPECTED", Sign::HeaderInvalid),
    sig("HPE_UNEXPECTED_CONTENT_LENGTH", Sign::FramingConflict),
    sig("HPE_INVALID_CONTENT_LENGTH", Sign::FramingConflict),
    sig("HPE_INVALID_TRANSFER_ENCODING", Sign::FramingConflict),
    sig("HPE_INVALID_CHUNK_SIZE", Sign::ChunkingInvalid),
    sig("UND_ERR_RES_CONTENT_LENGTH_MISMATCH", Sign::BodyTruncated),
    sig("UND_ERR_BODY_TIMEOUT", Sign::BodyStalled),
    sig("UND_ERR_HEADERS_TIMEOUT", Sign::HeadTimeout),
    sig("ECONNRESET | aborted", Sign::BodyFailed),
    sig("ECONNRESET aborted", Sign::BodyFailed),
    sig("Error: aborted", Sign::BodyFailed),
    sig("terminated | cause UND_ERR_SOCKET", Sign::BodyTruncated),
    sig("UND_ERR_SOCKET | other side closed", Sign::ClosedBeforeHead),
    sig("other side closed", Sign::ClosedBeforeHead),
    sig("Z_DATA_ERROR", Sign::ContentCodingInvalid),
    sig("incorrect header check", Sign::ContentCodingInvalid),
    sig("bad upgrade", Sign::UnexpectedUpgrade),
    sig("socket hang up", Sign::ClosedBeforeHead),
    sig("write ECONNRESET", Sign::SendReset),
    sig("write EPIPE", Sign::SendReset),
    sig("read ECONNRESET", Sign::ResetBeforeHead),
    sig("Listening on http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("listening on http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("Listening on http://localhost:", Sign::ListensOnLoopbackOnly),
    sig("listening on http://localhost:", Sign::ListensOnLoopbackOnly),
    sigs("listen EADDRINUSE", Sign::PortInUse, &[Sign::BootFailed]),
    sig("JavaScript heap out of memory", Sign::OomKill),
    sig("Error: Cannot find module", Sign::BootFailed),
    sig("UnhandledPromiseRejection", Sign::WorkerCrashed),
    sig("node:internal/process", Sign::WorkerCrashed),
    sig("trying to proxy{*}ECONNREFUSED", Sign::ConnectRefused),
    sig("trying to proxy{*}ENOTFOUND", Sign::DnsNxdomain),
    sig("trying to proxy{*}ETIMEDOUT", Sign::ConnectTimedOut),
    sig("trying to proxy{*}ECONNRESET", Sign::ResetSomewhere),
    sig("undefined | timeout", Sign::TimeoutSomewhere),
    sig("aborted due to timeout", Sign::TimeoutSomewhere),
    sig("[nodemon] app crashed", Sign::BootFailed),
    sig("npm ERR!", Sign::BootFailed),
    sig("npm error", Sign::BootFailed),
];

/// A body that was broken off for its broken chunks is not truncated besides, and `socket hang up`
/// has the code ECONNRESET although nothing was reset.
fn settle(observations: &mut Vec<Observation>) {
    let of_node = |seen: &Observation| seen.product == Some(Product::Node);
    let broken =
        observations.iter().any(|seen| of_node(seen) && seen.sign == Sign::ChunkingInvalid);
    let hung_up = observations.iter().any(|seen| of_node(seen) && seen.quote.contains("hang up"));
    observations.retain(|seen| {
        let code = seen.sign == Sign::ResetSomewhere && seen.quote.starts_with("ECONNRESET");
        if hung_up && code {
            return false;
        }
        let consequence = matches!(seen.sign, Sign::BodyTruncated | Sign::BodyFailed);
        !(of_node(seen) && broken && consequence)
    });
}
