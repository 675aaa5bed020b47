//! Ruby: Puma, Passenger and Rails.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Puma), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("An unhandled lowlevel error occurred", Sign::AppTraceback),
    sig("Terminating timed out worker", Sign::WorkerTimeout),
    sig("ERROR -- : worker={*} timeout ({*}), killing", Sign::WorkerTimeout),
    sig("Rack::Timeout::RequestTimeoutException", Sign::WorkerTimeout),
    sig("Request ran for longer than", Sign::WorkerTimeout),
    sig("Errno::ECONNREFUSED", Sign::ConnectRefused),
    sigs("Errno::EADDRINUSE", Sign::PortInUse, &[Sign::BootFailed]),
    sig("ActiveRecord::ConnectionTimeoutError", Sign::DependencyExhausted),
    sig("could not obtain a connection from the pool", Sign::DependencyExhausted),
    sig("Passenger could not spawn a process", Sign::BootFailed),
    sig("Could not spawn process for application", Sign::BootFailed),
    sig("bundler: failed to load command", Sign::BootFailed),
    sig("A server is already running. Check", Sign::BootFailed),
    sig("Web application could not be started", Sign::BootFailed),
    sig("ActionView::Template::Error", Sign::AppTraceback),
    sig("FATAL -- :", Sign::AppTraceback),
];
