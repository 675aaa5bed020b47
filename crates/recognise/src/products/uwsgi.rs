//! uWSGI: the master's and the workers' log.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words { product: Some(Product::Uwsgi), general: false, signatures: SIGNATURES, settle: None };

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
    sig("invalid request block size", Sign::AppProtocolGotHttp),
    sig("uwsgi_response_write_body_do(): Broken pipe", Sign::ClientAborted),
    sig("uwsgi_response_writev_headers_and_body_do(): Broken pipe", Sign::ClientAborted),
    sig("SIGPIPE: writing to a closed pipe", Sign::ClientAborted),
    sig("goodbye to uWSGI", Sign::AppStopping),
    sig("SIGINT/SIGTERM received...killing workers", Sign::AppStopping),
    sig("...gracefully killing workers", Sign::AppStopping),
];
