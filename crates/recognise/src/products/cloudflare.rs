//! Cloudflare: logs, codes and cloudflared.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Cloudflare),
    general: false,
    signatures: SIGNATURES,
    settle: None,
};

static SIGNATURES: &[Signature] = &[
    sig("\"EdgeResponseStatus\":520", Sign::EndedBeforeHead),
    sig("\"EdgeResponseStatus\":521", Sign::EdgeRefused),
    sig("\"EdgeResponseStatus\":522", Sign::EdgeTimedOut),
    sig("\"EdgeResponseStatus\":523", Sign::ConnectNoRoute),
    sig("\"EdgeResponseStatus\":524", Sign::HeadTimeout),
    sig("\"EdgeResponseStatus\":525", Sign::TlsHandshakeFailed),
    sig("\"EdgeResponseStatus\":526", Sign::TlsCertInvalid),
    sig("\"EdgeResponseStatus\":530", Sign::DnsFailed),
    sig("EdgeResponseStatus: 521", Sign::EdgeRefused),
    sig("EdgeResponseStatus: 522", Sign::EdgeTimedOut),
    sig("Origin DNS error", Sign::DnsNxdomain),
    sig("Cloudflare Tunnel error", Sign::TunnelDown),
    sig("DNS points to prohibited IP", Sign::LoopDetected),
    sig("Unable to reach the origin service", Sign::TunnelOriginFailed),
    sig("Lost connection with the edge", Sign::TunnelDown),
    sig("Failed to serve quic connection", Sign::TunnelDown),
    sig("Failed to dial a quic connection", Sign::TunnelDown),
    sig("Serve tunnel error", Sign::TunnelDown),
    sig("You are being rate limited", Sign::RateLimited),
    sig("Register tunnel error from server side", Sign::TunnelDown),
];
