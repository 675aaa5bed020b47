//! uWSGI: the master's and the workers' log.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Uwsgi),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sigs("listen queue of socket {*} full !!!", Sign::ListenQueueFull, &[Sign::PoolExhausted]),
    sig("HARAKIRI ON WORKER", Sign::WorkerTimeout),
    sig("HARAKIRI !!!", Sign::WorkerTimeout),
    sig("got Segmentation Fault", Sign::WorkerCrashed),
    sig("killed by signal 9", Sign::WorkerKilled),
    sig("killed by signal 11", Sign::WorkerCrashed),
    sig("killed by signal", Sign::WorkerExited),
    sig("no app loaded. GAME OVER", Sign::BootFailed),
    sig("unable to load app {*} (callable not found or import error)", Sign::BootFailed),
    sig("no python application found", Sign::BootFailed),
    // The second and third byte of a method, read as a length: this is HTTP on a uwsgi socket.
    sig("invalid request block size: 21573", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 21327", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 16709", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 21589", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 21584", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 19525", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 21569", Sign::AppProtocolGotHttp),
    sig("invalid request block size: 20047", Sign::AppProtocolGotHttp),
    // Any other length is that of a head with large cookies or a long address.
    sig("invalid request block size", Sign::UpstreamHeadLimit),
    sig("uwsgi_response_write_body_do(): Broken pipe", Sign::ClientAborted),
    sig("uwsgi_response_writev_headers_and_body_do(): Broken pipe", Sign::ClientAborted),
    sig("SIGPIPE: writing to a closed pipe", Sign::ClientAborted),
    sig("goodbye to uWSGI", Sign::AppStopping),
    sig("SIGINT/SIGTERM received...killing workers", Sign::AppStopping),
    sig("...gracefully killing workers", Sign::AppStopping),
];

/// Harakiri ends the worker with SIGKILL.
fn settle(observations: &mut Vec<Observation>) {
    let of_uwsgi = |seen: &Observation| seen.product == Some(Product::Uwsgi);
    let timed_out =
        observations.iter().any(|seen| of_uwsgi(seen) && seen.sign == Sign::WorkerTimeout);
    observations.retain(|seen| !(of_uwsgi(seen) && timed_out && seen.sign == Sign::WorkerKilled));
}
