//! Kubernetes: events, pod states and controllers.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Kubernetes),
    general: false,
    signatures: SIGNATURES,
    settle: None,
};

static SIGNATURES: &[Signature] = &[
    sig("Back-off restarting failed container", Sign::CrashLoop),
    sig("CrashLoopBackOff", Sign::CrashLoop),
    sig("OOMKilled", Sign::OomKill),
    sig("exit code 137", Sign::WorkerKilled),
    sig("Exit Code:    137", Sign::WorkerKilled),
    sig("ImagePullBackOff", Sign::BootFailed),
    sig("ErrImagePull", Sign::BootFailed),
    sig("CreateContainerConfigError", Sign::BootFailed),
    sig("does not have any active Endpoint", Sign::NoEndpoints),
    sig("no endpoints available for service", Sign::NoEndpoints),
    sig("Readiness probe failed:{*}connection refused", Sign::AppBooting),
    sig("Readiness probe failed", Sign::AppBooting),
    sig("Liveness probe failed", Sign::WorkerSlow),
    sig("Stopping container", Sign::AppStopping),
];
