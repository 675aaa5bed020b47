//! Caddy: the words that are not Go's.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Caddy), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("no upstreams available", Sign::NoLiveUpstream),
    sig("no healthy upstreams", Sign::NoLiveUpstream),
    sig("HTTP 499", Sign::ClientAborted),
    sig("reverse proxy: no host in upstream", Sign::ConfigInvalid),
];
