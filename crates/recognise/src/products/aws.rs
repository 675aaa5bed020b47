//! AWS: Lambda and load balancer reasons. Access lines are read in `access/elb.rs`.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words =
    Words { product: Some(Product::AwsElb), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sigs("target_status_code=\"-\"", Sign::ResponseInvalidOrEnded, &[Sign::GatewayMadeError]),
    sigs("target_status_code=-", Sign::ResponseInvalidOrEnded, &[Sign::GatewayMadeError]),
    sig("OutOfMemoryError: Container killed due to memory usage", Sign::OomKill),
    sig("Task timed out after {*} seconds", Sign::HeadTimeout),
    sig("Execution failed due to a timeout error", Sign::HeadTimeout),
    sig("LambdaInvalidResponse", Sign::FunctionFailed),
    sig("LambdaUnhandled", Sign::FunctionFailed),
    sig("LambdaConnectionTimeout", Sign::HeadTimeout),
    sig("LambdaTimeout", Sign::HeadTimeout),
    sig("LambdaThrottling", Sign::ConcurrencyLimit),
    sig("Target.FailedHealthChecks", Sign::ServerMarkedDown),
    sig("Target.ResponseCodeMismatch", Sign::UpstreamAnsweredError),
    sig("Target.Timeout", Sign::ConnectTimedOut),
    sig("Malformed Lambda proxy response", Sign::FunctionFailed),
    sig("Endpoint request timed out", Sign::HeadTimeout),
    sig("Network error communicating with endpoint", Sign::ConnectFailed),
];
