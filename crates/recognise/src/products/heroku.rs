//! Heroku: the router's H codes and the platform's R codes.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Heroku), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sigs("code=H10", Sign::PlatformNoInstance, &[Sign::BootFailed]),
    sig("code=H11", Sign::ListenQueueFull),
    sig("code=H12", Sign::HeadTimeout),
    sig("code=H13", Sign::ClosedBeforeHead),
    sig("code=H14", Sign::PlatformNoInstance),
    sig("code=H15", Sign::BodyStalled),
    sig("code=H18", Sign::BodyTruncated),
    sig("code=H19", Sign::ConnectTimedOut),
    sigs("code=H20", Sign::AppBooting, &[Sign::PlatformNoInstance]),
    sig("code=H21", Sign::ConnectRefused),
    sig("code=H27", Sign::ClientAborted),
    sig("code=H28", Sign::ClientTimedOut),
    sig("code=H80", Sign::MaintenancePage),
    sig("code=H82", Sign::PlatformNoInstance),
    sig("Error R10 (Boot timeout)", Sign::BootFailed),
    sig("Error R14 (Memory quota exceeded)", Sign::MemoryQuota),
    sig("Error R15 (Memory quota vastly exceeded)", Sign::OomKill),
    sig("State changed from up to crashed", Sign::BootFailed),
    sig("State changed from starting to crashed", Sign::BootFailed),
];
