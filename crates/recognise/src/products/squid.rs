//! Squid: cache.log and the codes of its error pages.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Squid),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("ERR_DNS_FAIL", Sign::DnsNxdomain),
    sig("The DNS server returned: Name Error", Sign::DnsNxdomain),
    sig("Name Error: The domain name does not exist", Sign::DnsNxdomain),
    sig("Unable to determine IP address from host name", Sign::DnsFailed),
    sig("ERR_CONNECT_FAIL 111", Sign::ConnectRefused),
    sig("ERR_CONNECT_FAIL 110", Sign::ConnectTimedOut),
    sig("ERR_CONNECT_FAIL 113", Sign::ConnectNoRoute),
    sig("ERR_CONNECT_FAIL 101", Sign::ConnectNetUnreachable),
    sig("ERR_CONNECT_FAIL 13", Sign::ConnectDenied),
    sig("ERR_CONNECT_FAIL", Sign::ConnectFailed),
    sig("ERR_CANNOT_FORWARD", Sign::NoLiveUpstream),
    sig("ERR_READ_ERROR 104", Sign::ResetBeforeHead),
    sig("ERR_READ_ERROR", Sign::EndedBeforeHead),
    sig("ERR_ZERO_SIZE_OBJECT", Sign::ClosedBeforeHead),
    sig("ERR_READ_TIMEOUT", Sign::HeadTimeout),
    sig("ERR_SECURE_CONNECT_FAIL 104", Sign::TlsPeerClosed),
    sig("ERR_SECURE_CONNECT_FAIL", Sign::TlsHandshakeFailed),
    sig("ERR_INVALID_RESP", Sign::ResponseInvalid),
    sig("ERR_TOO_BIG", Sign::HeadTooLarge),
    sig("Invalid Response: No object data received", Sign::ClosedBeforeHead),
    sig("HTTP header contains NULL characters", Sign::HeaderInvalid),
    sig("Invalid Response: Bad header encountered", Sign::HeadInvalidOrTruncated),
    sig("Invalid Response", Sign::ResponseInvalid),
    sig("WARNING: Forwarding {*} detected for", Sign::LoopDetected),
    sig("Forwarding loop detected", Sign::LoopDetected),
    sigs("TCP connection to {*} failed", Sign::ConnectFailed, &[Sign::TlsHandshakeFailed]),
    sig("DEAD Peer", Sign::ServerMarkedDown),
    sig("Detected DEAD Parent", Sign::ServerMarkedDown),
    sig("error:transaction-end-before-headers", Sign::ClientAborted),
];

/// A NUL in the head says more than the line that follows it, and a connection that a client ends
/// in the same second as a failure is what follows.
fn settle(observations: &mut Vec<Observation>) {
    let of_squid = |seen: &Observation| seen.product == Some(Product::Squid);
    let header_invalid =
        observations.iter().any(|seen| of_squid(seen) && seen.sign == Sign::HeaderInvalid);
    let failed = observations.iter().any(|seen| of_squid(seen) && seen.sign != Sign::ClientAborted);
    observations.retain(|seen| {
        !of_squid(seen)
            || !(header_invalid && seen.sign == Sign::HeadInvalidOrTruncated
                || failed && seen.sign == Sign::ClientAborted)
    });
}
