//! Amazon CloudFront: `x-edge-detailed-result-type`.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Cloudfront),
    general: false,
    signatures: SIGNATURES,
    settle: None,
};

static SIGNATURES: &[Signature] = &[
    sig("NonS3OriginDnsError", Sign::DnsNxdomain),
    sig("OriginDnsError", Sign::DnsNxdomain),
    sig("OriginConnectError", Sign::ConnectFailed),
    sig("OriginCommError", Sign::ResetBeforeHead),
    sig("OriginHeaderTooBigError", Sign::HeadTooLarge),
    sig("OriginInvalidResponseError", Sign::ResponseInvalid),
    sig("OriginReadError", Sign::BodyTruncated),
    sig("OriginWriteError", Sign::SendReset),
    sig("OriginZeroSizeObjectError", Sign::ClosedBeforeHead),
    sig("OriginContentRangeLengthError", Sign::FramingConflict),
    sig("OriginError", Sign::UpstreamAnsweredError),
    sig("AbortedOrigin", Sign::ClientAborted),
    sig("ClientCommError", Sign::ClientAborted),
];
