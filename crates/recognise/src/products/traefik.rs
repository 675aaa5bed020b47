//! Traefik: the words that are not Go's.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Traefik), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("no available server", Sign::NoLiveUpstream),
    sig("circuit breaker", Sign::ConcurrencyLimit),
    sig("499 Client Closed Request", Sign::ClientAborted),
    sig("Error calling {*}. Cause:", Sign::AuthSubrequestFailed),
    sig("unable to find the IP address for the container", Sign::RouteMissing),
    sig("service not found", Sign::RouteMissing),
    sig("the service {*} does not exist", Sign::RouteMissing),
];
