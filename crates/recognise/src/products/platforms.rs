//! Other platforms and tunnels: Vercel, Railway, Render, Fly, ngrok, IIS.

use goodgate_evidence::Sign;

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: None, general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR", Sign::ConnectFailed),
    sig("ROUTER_EXTERNAL_TARGET_HANDSHAKE_ERROR", Sign::TlsHandshakeFailed),
    sig("ROUTER_EXTERNAL_TARGET_ERROR", Sign::EndedBeforeHead),
    sig("ROUTER_CANNOT_MATCH", Sign::RouteMissing),
    sig("DNS_HOSTNAME_NOT_FOUND", Sign::DnsNxdomain),
    sig("DNS_HOSTNAME_RESOLVE_FAILED", Sign::DnsFailed),
    sig("FUNCTION_INVOCATION_TIMEOUT", Sign::HeadTimeout),
    sig("FUNCTION_INVOCATION_FAILED", Sign::FunctionFailed),
    sig("FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE", Sign::FunctionFailed),
    sig("ERR_NGROK_3200", Sign::TunnelDown),
    sig("ERR_NGROK_8012", Sign::TunnelOriginFailed),
    sig("Application failed to respond", Sign::PlatformNoInstance),
    sig("error decoding lambda response", Sign::FunctionFailed),
    sig("could not find a good candidate within", Sign::NoLiveUpstream),
    sig("instance refused connection. is your app listening", Sign::ConnectRefused),
    sig("502.5 - ANCM Out-Of-Process Startup Failure", Sign::BootFailed),
    sig("500.30 - ANCM In-Process Start Failure", Sign::BootFailed),
    sig("0x80072ee2", Sign::HeadTimeout),
    sig("0x80072efd", Sign::ConnectFailed),
    sig("0x80072efe", Sign::EndedBeforeHead),
    sig("0x80072ee7", Sign::DnsNxdomain),
];
