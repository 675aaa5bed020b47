//! HAProxy: the lines that are not one request's. The request lines are read in
//! `access/haproxy.rs`.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Haproxy), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("can't connect to destination unix socket, check backlog size", Sign::UnixQueueFull),
    sig("no free ports.", Sign::ConnectNoFreePort),
    sig("Cannot bind to source address before connect()", Sign::ConnectNoFreePort),
    sig("could not resolve address", Sign::NameUnresolvedAtStart),
    sigs(
        "is DOWN, reason: Layer4 connection problem{*}Connection refused",
        Sign::ConnectRefused,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is DOWN, reason: Layer4 connection problem{*}No route to host",
        Sign::ConnectNoRoute,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is DOWN, reason: Layer4 connection problem{*}Network is unreachable",
        Sign::ConnectNetUnreachable,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is DOWN, reason: Layer4 connection problem",
        Sign::ConnectFailed,
        &[Sign::ServerMarkedDown],
    ),
    sigs("is DOWN, reason: Layer4 timeout", Sign::ConnectTimedOut, &[Sign::ServerMarkedDown]),
    sigs("is DOWN, reason: Layer6 timeout", Sign::TlsHandshakeTimeout, &[Sign::ServerMarkedDown]),
    sigs(
        "is DOWN, reason: Layer6 invalid response",
        Sign::TlsHandshakeFailed,
        &[Sign::ServerMarkedDown],
    ),
    sigs("is DOWN, reason: Layer7 timeout", Sign::HeadTimeout, &[Sign::ServerMarkedDown]),
    sigs(
        "is DOWN, reason: Layer7 wrong status",
        Sign::UpstreamAnsweredError,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is DOWN, reason: Layer7 invalid response",
        Sign::ResponseInvalid,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is going DOWN for maintenance (No IP for server",
        Sign::DnsFailed,
        &[Sign::ServerMarkedDown],
    ),
    sigs(
        "is going DOWN for maintenance (unspecified DNS error)",
        Sign::DnsFailed,
        &[Sign::ServerMarkedDown],
    ),
    sig("is going DOWN for maintenance", Sign::ServerMarkedDown),
    sig("is DOWN, reason:", Sign::ServerMarkedDown),
    sig("has no server available", Sign::NoLiveUpstream),
    sig("reached the configured maximum connection limit", Sign::GatewayConnectionsExhausted),
    sig("reached process FD limit", Sign::FdExhausted),
    sig("reached system FD limit", Sign::FdExhausted),
    sig(
        "Received something which does not look like a PROXY protocol header",
        Sign::ProxyProtocolMissing,
    ),
    sig("PROXY SIG ERROR", Sign::ProxyProtocolMissing),
    sig("bc_err=34:SSL handshake failure", Sign::TlsHandshakeFailed),
    sig("bc_err=33:", Sign::TlsCertNameMismatch),
    sig("bc_err=43:", Sign::TlsFailedAfterHandshake),
    // A listener's line: the handshake was a client's.
    sig("] {*}: SSL handshake failure (error:", Sign::ClientRequestInvalid),
    sig("SSL handshake failure (error:{*}no shared cipher", Sign::TlsNoSharedCipher),
    sig("Current worker ({*}) exited with code", Sign::GatewayCrashed),
    sig("A worker process managed by the master just exited", Sign::GatewayCrashed),
];
