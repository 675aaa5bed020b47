//! Linkerd: `l5d-proxy-error` and the proxy's log.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Linkerd), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("gateway loop detected", Sign::LoopDetected),
    sig("service in fail-fast", Sign::ConcurrencyLimit),
    sig("connect timed out after", Sign::ConnectTimedOut),
    sig("l5d-proxy-error: {*}Connection refused", Sign::ConnectRefused),
    sig("logical service {*} service unavailable", Sign::NoLiveUpstream),
];
