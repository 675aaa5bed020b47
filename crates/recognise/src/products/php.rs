//! PHP itself and the systems built on it: fatal errors and limits.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Php), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("Allowed memory size of {*} bytes exhausted", Sign::PhpMemoryLimit),
    sig("Maximum execution time of {*} exceeded", Sign::PhpMaxExecutionTime),
    sig("PHP Fatal error", Sign::PhpFatal),
    sig("PHP Parse error", Sign::PhpFatal),
    sig("Fatal error: Uncaught", Sign::PhpFatal),
    sig("Fatal error:{*} in {*} on line", Sign::PhpFatal),
    sig("Parse error:{*} in {*} on line", Sign::PhpFatal),
    sig("Primary script unknown", Sign::PhpScriptMissing),
    sig("Call to undefined function", Sign::PhpFatal),
    sig("There has been a critical error on this website", Sign::PhpFatal),
    sig("Error establishing a database connection", Sign::DependencyFailed),
    sig("Briefly unavailable for scheduled maintenance", Sign::MaintenancePage),
];
