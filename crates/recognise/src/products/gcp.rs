//! Google Cloud load balancers: `statusDetails`.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::GcpLb), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("failed_to_connect_to_backend", Sign::ConnectFailed),
    sig("failed_to_pick_backend", Sign::NoLiveUpstream),
    sig("backend_timeout", Sign::HeadTimeout),
    sig("backend_connection_closed_before_data_sent_to_client", Sign::EndedBeforeHead),
    sig("backend_connection_closed_after_partial_response_sent", Sign::BodyTruncated),
    sig("client_disconnected_before_any_response", Sign::ClientAborted),
    sig("client_disconnected_after_partial_response", Sign::ClientAborted),
    sig("response_sent_by_backend", Sign::UpstreamAnsweredError),
];
