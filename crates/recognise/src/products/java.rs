//! Java: exceptions of HTTP clients, pools and servers.

use goodgate_evidence::Sign;

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words =
    Words { product: None, general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("java.net.UnknownHostException", Sign::DnsNxdomain),
    sig("ConnectException: Connection refused", Sign::ConnectRefused),
    sig("HttpHostConnectException{*}refused", Sign::ConnectRefused),
    sig("NoRouteToHostException", Sign::ConnectNoRoute),
    sig("SocketTimeoutException: connect timed out", Sign::ConnectTimedOut),
    sig("SocketTimeoutException: Connect timed out", Sign::ConnectTimedOut),
    sig("ConnectTimeoutException", Sign::ConnectTimedOut),
    sig("SocketTimeoutException: Read timed out", Sign::HeadTimeout),
    sig("ReadTimeoutException", Sign::HeadTimeout),
    sig("Response took longer than timeout", Sign::HeadTimeout),
    sig("NoHttpResponseException", Sign::ClosedBeforeHead),
    sig("BadMessageException{*}Response header too large", Sign::HeadTooLarge),
    sig("PKIX path building failed", Sign::TlsCertUntrusted),
    sig("PKIX path validation failed{*}expired", Sign::TlsCertExpired),
    sig("No subject alternative", Sign::TlsCertNameMismatch),
    sig("SSLHandshakeException{*}handshake_failure", Sign::TlsAlertHandshakeFailure),
    sig("SSLHandshakeException{*}protocol_version", Sign::TlsAlertProtocolVersion),
    sig("Unsupported or unrecognized SSL message", Sign::TlsNotTls),
    sig("java.lang.OutOfMemoryError", Sign::OomKill),
    sig("Connection is not available, request timed out after", Sign::DependencyExhausted),
    sig("Unable to acquire JDBC Connection", Sign::DependencyExhausted),
    sig("Cannot get a connection, pool error", Sign::DependencyExhausted),
    sig("Timeout waiting for connection from pool", Sign::DependencyExhausted),
    sig("APPLICATION FAILED TO START", Sign::BootFailed),
    sig("One or more listeners failed to start", Sign::BootFailed),
    sigs("Web server failed to start. Port", Sign::PortInUse, &[Sign::BootFailed]),
    sigs("java.net.BindException: Address already in use", Sign::PortInUse, &[Sign::BootFailed]),
    sig("Request header is too large", Sign::ClientRequestInvalid),
    sig("Servlet.service() for servlet", Sign::AppTraceback),
    sig("Exception in thread \"http", Sign::AppTraceback),
];
