//! php-fpm: the master's log.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::PhpFpm),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("server reached pm.max_children setting", Sign::PoolExhausted),
    sig("server reached max_children setting", Sign::PoolExhausted),
    sig("seems busy (you may need to increase", Sign::PoolExhausted),
    sig("execution timed out ({*} sec), terminating", Sign::WorkerTimeout),
    sig("executing too slow", Sign::WorkerSlow),
    sig("child {*} exited on signal 9", Sign::WorkerKilled),
    sig("child {*} exited on signal 11", Sign::WorkerCrashed),
    sig("child {*} exited on signal 7", Sign::WorkerCrashed),
    sig("child {*} exited on signal 6", Sign::WorkerCrashed),
    sig("NOTICE: Terminating", Sign::AppStopping),
    sig("NOTICE: Finishing", Sign::AppStopping),
    sig("unable to bind listening socket", Sign::PortInUse),
    sig("ERROR: FPM initialization failed", Sign::BootFailed),
    sig("unable to read what child say", Sign::WorkerExited),
];

/// Workers that are all busy are killed for running too long once the limit is reached.
#[expect(clippy::ptr_arg, reason = "the list of settlers has one type")]
fn settle(observations: &mut Vec<Observation>) {
    let exhausted = observations
        .iter()
        .any(|seen| seen.product == Some(Product::PhpFpm) && seen.sign == Sign::PoolExhausted);
    if exhausted {
        for seen in observations.iter_mut() {
            if seen.product == Some(Product::PhpFpm) && seen.sign == Sign::WorkerTimeout {
                seen.sign = Sign::WorkerSlow;
                Sign::WorkerSlow.slug().clone_into(&mut seen.group);
            }
        }
    }
}
