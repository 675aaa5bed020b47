//! Python: tracebacks and HTTP clients.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::dependencies;
use crate::signature::{Signature, sig, sigs};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Python),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("NewConnectionError{*}[Errno 111]", Sign::ConnectRefused),
    sig("ConnectionRefusedError: [Errno 111]", Sign::ConnectRefused),
    sig("NewConnectionError{*}[Errno 113]", Sign::ConnectNoRoute),
    sig("NameResolutionError", Sign::DnsNxdomain),
    sig("socket.gaierror: [Errno -2]", Sign::DnsNxdomain),
    sig("socket.gaierror: [Errno -3]", Sign::DnsTemporaryFailure),
    sig("[Errno -2] Name or service not known", Sign::DnsNxdomain),
    sig("[Errno -3] Temporary failure in name resolution", Sign::DnsTemporaryFailure),
    sig("ConnectTimeoutError", Sign::ConnectTimedOut),
    sig("Remote end closed connection without response", Sign::ClosedBeforeHead),
    sig("ReadTimeoutError", Sign::HeadTimeout),
    sig(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
        Sign::TlsCertExpired,
    ),
    sig("CERTIFICATE_VERIFY_FAILED] certificate verify failed: self", Sign::TlsCertUntrusted),
    sig(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get",
        Sign::TlsCertUntrusted,
    ),
    sig(
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch",
        Sign::TlsCertNameMismatch,
    ),
    sig("[SSL: WRONG_VERSION_NUMBER]", Sign::TlsNotTls),
    sig("QueuePool limit of size", Sign::DependencyExhausted),
    sig("ModuleNotFoundError:", Sign::BootFailed),
    sig("ImportError: No module named", Sign::BootFailed),
    sig("ImportError: cannot import name", Sign::BootFailed),
    sig("ImproperlyConfigured:", Sign::BootFailed),
    sigs("[Errno 98] Address already in use", Sign::PortInUse, &[Sign::BootFailed]),
    sig("MemoryError", Sign::OomKill),
    sig("Internal Server Error: /", Sign::AppTraceback),
    sig("Exception on /", Sign::AppTraceback),
    sig("Running on http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("running on http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("Starting development server at http://127.0.0.1:", Sign::ListensOnLoopbackOnly),
    sig("Traceback (most recent call last)", Sign::AppTraceback),
];

/// A framework that answers 500 because a connection of its own failed serves its clients.
#[expect(clippy::ptr_arg, reason = "the list of settlers has one type")]
fn settle(observations: &mut Vec<Observation>) {
    let of_python = |seen: &Observation| seen.product == Some(Product::Python);
    let serves = observations.iter().any(|seen| {
        let request = ["Internal Server Error: /", "Exception on /"];
        of_python(seen) && request.iter().any(|words| seen.quote.contains(words))
    });
    if !serves {
        return;
    }
    for seen in observations.iter_mut().filter(|seen| of_python(seen)) {
        let sign = dependencies::of(seen.sign);
        if sign != seen.sign {
            seen.sign = sign;
            sign.slug().clone_into(&mut seen.group);
        }
    }
}
