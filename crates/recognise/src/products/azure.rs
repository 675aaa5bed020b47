//! Azure Application Gateway: `error_info`.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::AzureAppGateway),
    general: false,
    signatures: SIGNATURES,
    settle: None,
};

static SIGNATURES: &[Signature] = &[
    sig("ERRORINFO_UPSTREAM_NO_LIVE", Sign::NoLiveUpstream),
    sig("ERRORINFO_UPSTREAM_CLOSED_CONNECTION", Sign::ClosedBeforeHead),
    sig("ERRORINFO_UPSTREAM_TIMED_OUT", Sign::TimeoutSomewhere),
    sig("ERRORINFO_CLIENT_CLOSED_REQUEST", Sign::ClientAborted),
    sig("ERRORINFO_CLIENT_TIMED_OUT", Sign::ClientTimedOut),
    sig("ERRORINFO_HTTP_TO_HTTPS_PORT", Sign::ClientRequestInvalid),
    sig("ERRORINFO_INVALID", Sign::ClientRequestInvalid),
];
