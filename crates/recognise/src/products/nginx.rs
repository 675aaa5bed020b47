//! nginx, OpenResty and ingress-nginx: the error log.
//!
//! Source of the words: `src/event/ngx_event_connect.c`, `src/http/ngx_http_upstream.c`,
//! `src/core/ngx_resolver.c` and the modules of each protocol.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::read::failed_upstream;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Nginx),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    // Names.
    sig("could not be resolved (3:", Sign::DnsNxdomain),
    sig("could not be resolved (2:", Sign::DnsServfail),
    sig("could not be resolved (5:", Sign::DnsServfail),
    sig("could not be resolved (110:", Sign::DnsTimeout),
    sig("while resolving, resolver:", Sign::ResolverUnreachable),
    sig("dns server error: 3 name error", Sign::DnsNxdomain),
    sig("dns server error: 2 server failure", Sign::DnsServfail),
    sig("DNS resolution failed", Sign::DnsFailed),
    sig("could not be resolved (", Sign::DnsFailed),
    sig("no resolver defined to resolve", Sign::NoResolverDefined),
    sig("host not found in upstream", Sign::NameUnresolvedAtStart),
    sig("host not found in resolver", Sign::NameUnresolvedAtStart),
    // Unix sockets before addresses: the number alone does not tell them apart.
    sig("connect() to unix:{*} failed (2:", Sign::UnixMissing),
    sig("connect() to unix:{*} failed (13:", Sign::UnixDenied),
    sig("connect() to unix:{*} failed (11:", Sign::UnixQueueFull),
    sig("connect() to unix:{*} failed (111:", Sign::UnixRefused),
    sig("failed (11: Resource temporarily unavailable) while connecting", Sign::UnixQueueFull),
    sigs(
        "connect() failed (111:{*}upstream: \"{*}://[",
        Sign::ConnectRefused,
        &[Sign::Ipv6AddressFailed],
    ),
    sigs("connect() to [{*} failed (111:", Sign::ConnectRefused, &[Sign::Ipv6AddressFailed]),
    sigs("connect() to [{*} failed (101:", Sign::ConnectNetUnreachable, &[Sign::Ipv6AddressFailed]),
    sig("connect() failed (111:", Sign::ConnectRefused),
    sig("connect() to {*} failed (111:", Sign::ConnectRefused),
    sig("connect() failed (110:", Sign::ConnectTimedOut),
    sig("connect() failed (113:", Sign::ConnectNoRoute),
    sig("connect() to {*} failed (113:", Sign::ConnectNoRoute),
    sig("failed (101: Network is unreachable)", Sign::ConnectNetUnreachable),
    sig("failed (99: Cannot assign requested address)", Sign::ConnectNoFreePort),
    sig("connect() to {*} failed (13:", Sign::ConnectDenied),
    sig("connect() failed (13:", Sign::ConnectDenied),
    sig("connect() to {*} failed (1:", Sign::ConnectDenied),
    sig("upstream timed out (110:{*}while connecting to upstream", Sign::ConnectTimedOut),
    sig("upstream timed out{*}while connecting to upstream", Sign::ConnectTimedOut),
    // TLS.
    sig("while SSL handshaking, client:", Sign::ClientRequestInvalid),
    sig("upstream timed out{*}while SSL handshaking", Sign::TlsHandshakeTimeout),
    sig("upstream SSL certificate verify error: (10:", Sign::TlsCertExpired),
    sig("upstream SSL certificate verify error: (9:", Sign::TlsCertExpired),
    sig("upstream SSL certificate verify error: (18:", Sign::TlsCertUntrusted),
    sig("upstream SSL certificate verify error: (19:", Sign::TlsCertUntrusted),
    sig("upstream SSL certificate verify error: (20:", Sign::TlsCertUntrusted),
    sig("upstream SSL certificate verify error: (21:", Sign::TlsCertUntrusted),
    sig("upstream SSL certificate verify error: (2:", Sign::TlsCertUntrusted),
    sig("upstream SSL certificate verify error:", Sign::TlsCertInvalid),
    sig("upstream SSL certificate does not match", Sign::TlsCertNameMismatch),
    sig("upstream prematurely sent response while SSL handshaking", Sign::TlsNotTls),
    sig("SSL_do_handshake() failed{*}wrong version number", Sign::TlsNotTls),
    sig("SSL_do_handshake() failed{*}packet length too long", Sign::TlsNotTls),
    sig("SSL_do_handshake() failed{*}http request", Sign::TlsNotTls),
    sig("SSL_do_handshake() failed{*}unrecognized name", Sign::TlsAlertUnrecognizedName),
    sig("SSL_do_handshake() failed{*}alert number 112", Sign::TlsAlertUnrecognizedName),
    sig("SSL_do_handshake() failed{*}protocol version", Sign::TlsAlertProtocolVersion),
    sig("SSL_do_handshake() failed{*}unsupported protocol", Sign::TlsAlertProtocolVersion),
    sig("SSL_do_handshake() failed{*}no shared cipher", Sign::TlsNoSharedCipher),
    sig("SSL_do_handshake() failed{*}no ciphers available", Sign::TlsNoSharedCipher),
    sig("SSL_do_handshake() failed{*}dh key too small", Sign::TlsNoSharedCipher),
    sig("SSL_do_handshake() failed{*}ee key too small", Sign::TlsLegacyAlgorithm),
    sig("SSL_do_handshake() failed{*}legacy sigalg", Sign::TlsLegacyAlgorithm),
    sig("SSL_do_handshake() failed{*}unsafe legacy renegotiation", Sign::TlsLegacyAlgorithm),
    sig("SSL_do_handshake() failed{*}certificate required", Sign::TlsAlertCertRequired),
    sig("SSL_do_handshake() failed{*}bad certificate", Sign::TlsClientCertAsked),
    sig("SSL_do_handshake() failed{*}handshake failure", Sign::TlsAlertHandshakeFailure),
    sig("SSL_do_handshake() failed{*}alert number 40", Sign::TlsAlertHandshakeFailure),
    sig("SSL_do_handshake() failed{*}unexpected eof", Sign::TlsPeerClosed),
    sig("SSL_do_handshake() failed{*}certificate has expired", Sign::TlsCertExpired),
    sig("SSL_do_handshake() failed{*}certificate verify failed", Sign::TlsCertInvalid),
    sig("peer closed connection in SSL handshake", Sign::TlsPeerClosed),
    sig("SSL_read() failed{*}certificate required", Sign::TlsAlertCertRequired),
    sig("SSL_do_handshake() failed{*}while SSL handshaking to upstream", Sign::TlsHandshakeFailed),
    // Requests and response heads.
    sig("upstream sent too large http2 frame: 4740180", Sign::Http1InsteadOfHttp2),
    sig("upstream sent too large http2 frame", Sign::Http1InsteadOfHttp2),
    sig("upstream sent invalid http2 frame", Sign::Http1InsteadOfHttp2),
    sig("upstream rejected request with error", Sign::Http2StreamReset),
    sig("upstream sent goaway", Sign::Http2Goaway),
    sig("upstream prematurely closed stream", Sign::Http2StreamReset),
    sig("upstream sent unsupported FastCGI protocol version", Sign::FastcgiVersionWrong),
    // Record 3 ends the request (FastCGI specification, section 8).
    sig("upstream sent unexpected FastCGI record: 3", Sign::ClosedBeforeHead),
    sig("upstream sent unexpected FastCGI record", Sign::FastcgiVersionWrong),
    sig("upstream sent too big header", Sign::HeadTooLarge),
    sig("sent too big header while reading response header", Sign::HeadTooLarge),
    sig("upstream sent no valid HTTP/1.0 header", Sign::NotHttp),
    sig("upstream sent no valid HTTP/1.1 header", Sign::NotHttp),
    sig("upstream sent invalid status line", Sign::StatusLineInvalid),
    sig("upstream sent duplicate header line: \"Content-Length", Sign::FramingConflict),
    sig("upstream sent duplicate header line: \"Transfer-Encoding", Sign::FramingConflict),
    sig("upstream sent duplicate header line", Sign::FramingConflict),
    sig("upstream sent \"Content-Length\" and \"Transfer-Encoding\"", Sign::FramingConflict),
    sig("upstream sent invalid \"Content-Length\"", Sign::FramingConflict),
    sig("upstream sent unknown \"Transfer-Encoding\"", Sign::FramingConflict),
    sig("upstream sent invalid header", Sign::HeaderInvalid),
    sig("upstream sent invalid chunked response", Sign::ChunkingInvalid),
    sig("upstream prematurely sent response", Sign::AnsweredBeforeUpload),
    sig("upstream prematurely closed connection while reading upstream", Sign::BodyTruncated),
    sig("upstream prematurely closed connection while sending to client", Sign::BodyTruncated),
    sig("upstream prematurely closed FastCGI stdout while reading upstream", Sign::BodyTruncated),
    sig("upstream prematurely closed connection", Sign::ClosedBeforeHead),
    sig("upstream prematurely closed FastCGI", Sign::ClosedBeforeHead),
    sig("failed (104:{*}while reading upstream", Sign::BodyTruncated),
    sig("failed (104:{*}while proxying upgraded connection", Sign::UpgradedConnectionBroke),
    sig("upstream timed out{*}while proxying upgraded connection", Sign::UpgradedConnectionBroke),
    sig("failed (104:{*}while sending request to upstream", Sign::SendReset),
    sig("failed (32:{*}while sending request to upstream", Sign::SendReset),
    sig("recv() failed (104:", Sign::ResetBeforeHead),
    sig("readv() failed (104:", Sign::ResetBeforeHead),
    sig("failed (104:{*}reading response header", Sign::ResetBeforeHead),
    sig("upstream timed out{*}while reading upstream", Sign::BodyStalled),
    sig("upstream timed out{*}while reading response header", Sign::HeadTimeout),
    sig("upstream timed out{*}while sending request", Sign::HeadTimeout),
    sig("upstream timed out", Sign::TimeoutSomewhere),
    sig("inflate() failed", Sign::ContentCodingInvalid),
    // PHP behind FastCGI.
    sigs("FastCGI sent in stderr:{*}Allowed memory size of", Sign::PhpMemoryLimit, &[]),
    sig("FastCGI sent in stderr:{*}Maximum execution time of", Sign::PhpMaxExecutionTime),
    sig("FastCGI sent in stderr:{*}PHP Fatal error", Sign::PhpFatal),
    sig("FastCGI sent in stderr:{*}PHP Parse error", Sign::PhpFatal),
    sig("FastCGI sent in stderr:{*}Uncaught", Sign::PhpFatal),
    sig("FastCGI sent in stderr:{*}Primary script unknown", Sign::PhpScriptMissing),
    // Pools, limits and the gateway itself.
    sig("no live upstreams", Sign::NoLiveUpstream),
    // Kong, which is nginx with a balancer of its own.
    sig("failure to get a peer from the ring-balancer", Sign::NoLiveUpstream),
    sig("upstream server temporarily disabled", Sign::ServerMarkedDown),
    sig("worker_connections are not enough", Sign::GatewayConnectionsExhausted),
    sig("(24: Too many open files)", Sign::FdExhausted),
    sig("failed (28: No space left on device)", Sign::DiskFull),
    sig("failed (30: Read-only file system)", Sign::DiskFull),
    sig("failed (13: Permission denied) while reading upstream", Sign::DiskFull),
    sig("_temp/{*} failed (13: Permission denied)", Sign::DiskFull),
    sig("[emerg]{*}unknown directive", Sign::ConfigInvalid),
    sig("[emerg]{*}unexpected \"", Sign::ConfigInvalid),
    sig("[emerg]{*}directive is not allowed here", Sign::ConfigInvalid),
    sig("[emerg]{*}invalid number of arguments", Sign::ConfigInvalid),
    sig("[emerg]{*}cannot load certificate", Sign::ConfigInvalid),
    sig("invalid URL prefix in", Sign::ConfigInvalid),
    sig("invalid port in upstream", Sign::ConfigInvalid),
    sig("no port in upstream", Sign::ConfigInvalid),
    sig("no host in upstream", Sign::ConfigInvalid),
    sig(
        "rewrite or internal redirection cycle while internally redirecting",
        Sign::ErrorPageMissing,
    ),
    sig("rewrite or internal redirection cycle", Sign::RedirectCycle),
    sig("50x.html\" failed (2:", Sign::ErrorPageMissing),
    sig("open() \"{*}\" failed (13: Permission denied){*}upstream: \"", Sign::ErrorPageMissing),
    sig(
        "open() \"{*}\" failed (2: No such file or directory){*}upstream: \"",
        Sign::ErrorPageMissing,
    ),
    sig("auth request unexpected status", Sign::AuthSubrequestFailed),
    sig("limiting requests, excess", Sign::RateLimited),
    sig("limiting connections by zone", Sign::RateLimited),
    sig("worker process {*} exited on signal", Sign::GatewayCrashed),
    sig("[emerg]{*}bind() to {*} failed (98:", Sign::GatewayBindFailed),
    sig("bind() to {*} failed (98: Address already in use)", Sign::GatewayBindFailed),
    sig("broken header: \"{*}while reading PROXY protocol", Sign::ProxyProtocolMissing),
    // Clients.
    sig("client prematurely closed connection", Sign::ClientAborted),
    sig("client intended to send too large body", Sign::ClientRequestInvalid),
    sig("client sent too long header line", Sign::ClientRequestInvalid),
    sig("client sent too large request", Sign::ClientRequestInvalid),
    sig("client sent plain HTTP request to HTTPS port", Sign::ClientRequestInvalid),
    sig("client sent invalid{*}request: \"PROXY ", Sign::ProxyProtocolUnexpected),
    sig("client sent invalid", Sign::ClientRequestInvalid),
    sig("client timed out", Sign::ClientTimedOut),
    sig("a client request body is buffered to a temporary file", Sign::OnlyUploads),
    // ingress-nginx.
    sig("attempted to proxy to self", Sign::LoopDetected),
    sig("does not have any active Endpoint", Sign::NoEndpoints),
    sig("Error obtaining Endpoints for Service", Sign::RouteMissing),
];

/// Scans of the TLS port and clients that went away stand in every log: beside a fault of the
/// upstream they are not what is asked about.
fn settle(observations: &mut Vec<Observation>) {
    let failed = observations
        .iter()
        .any(|seen| seen.product == Some(Product::Nginx) && failed_upstream(seen.sign));
    observations.retain(|seen| {
        let scan = seen.sign == Sign::ClientRequestInvalid && seen.quote.contains("handshaking");
        let left = seen.sign == Sign::ClientAborted && seen.quote.contains("status 499");
        !(failed && seen.product == Some(Product::Nginx) && (scan || left))
    });
}
