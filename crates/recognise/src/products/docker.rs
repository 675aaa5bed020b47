//! Docker and Compose.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Docker), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("\"OOMKilled\": true", Sign::OomKill),
    sig("Restarting (", Sign::CrashLoop),
    sig("exited with code 137", Sign::WorkerKilled),
    sig("exited with code 139", Sign::WorkerCrashed),
    sig("exited with code 1", Sign::BootFailed),
    sig("exited with code 143", Sign::AppStopping),
    sig("port is already allocated", Sign::PortInUse),
];
