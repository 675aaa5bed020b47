//! gunicorn: the arbiter's and the workers' log.
//!
//! "was sent SIGKILL! Perhaps out of memory?" is also printed after a mere worker timeout.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Gunicorn),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("WORKER TIMEOUT (pid", Sign::WorkerTimeout),
    sig("was sent SIGKILL! Perhaps out of memory", Sign::WorkerSentKill),
    sig("was terminated due to signal 9", Sign::WorkerKilled),
    sig("was terminated due to signal 11", Sign::WorkerCrashed),
    sig("was terminated due to signal 6", Sign::WorkerCrashed),
    sig("was terminated due to signal 7", Sign::WorkerCrashed),
    sig("was terminated due to signal", Sign::WorkerExited),
    sig("was sent code 139", Sign::WorkerCrashed),
    sig("was sent code", Sign::WorkerExited),
    sig("Exception in worker process", Sign::BootFailed),
    sig("Worker failed to boot", Sign::BootFailed),
    sig("App failed to load", Sign::BootFailed),
    sig("Connection in use:", Sign::PortInUse),
    sig("Can't connect to (", Sign::PortInUse),
    sig("[ERROR] Error handling request", Sign::AppTraceback),
    sig("Handling signal: quit", Sign::AppStopping),
    sig("Handling signal: term", Sign::AppStopping),
    sig("Handling signal: int", Sign::AppStopping),
    sig("Shutting down: Master", Sign::AppStopping),
    sig("Listening at: http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("Booting worker with pid", Sign::AppBooting),
];

/// The stack that follows a failed boot is the boot's, and a worker that is started in place of
/// a dead one is no start of the application.
fn settle(observations: &mut Vec<Observation>) {
    let has = |sign: Sign| observations.iter().any(|seen| seen.sign == sign);
    let boot = has(Sign::BootFailed);
    let timed_out = has(Sign::WorkerTimeout);
    let restarted = [
        Sign::BootFailed,
        Sign::WorkerTimeout,
        Sign::WorkerKilled,
        Sign::WorkerSentKill,
        Sign::WorkerCrashed,
        Sign::WorkerExited,
        Sign::AppTraceback,
        Sign::AppStopping,
    ];
    let replaced = restarted.into_iter().any(has);
    observations.retain(|seen| match seen.sign {
        Sign::AppTraceback => !boot,
        Sign::AppBooting => !replaced,
        // The arbiter ends a worker that timed out with SIGABRT, and with SIGKILL if that fails.
        Sign::WorkerKilled | Sign::WorkerSentKill => {
            !timed_out || seen.product != Some(Product::Gunicorn)
        }
        Sign::WorkerCrashed => !timed_out || !seen.quote.contains("signal 6"),
        _ => true,
    });
}
