//! lighttpd: the error log of its gateway modules.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Lighttpd),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig(
        "establishing connection failed: socket: unix:{*}: No such file or directory",
        Sign::UnixMissing,
    ),
    sig("establishing connection failed: socket: unix:{*}: Permission denied", Sign::UnixDenied),
    sig("establishing connection failed: socket: unix:{*}: Connection refused", Sign::UnixRefused),
    sig("establishing connection failed:{*}Connection refused", Sign::ConnectRefused),
    sig("establishing connection failed:{*}No route to host", Sign::ConnectNoRoute),
    sig("establishing connection failed:{*}Network is unreachable", Sign::ConnectNetUnreachable),
    sig("establishing connection failed:{*}Permission denied", Sign::ConnectDenied),
    sig("establishing connection failed:{*}Connection timed out", Sign::ConnectTimedOut),
    sig("establishing connection failed:", Sign::ConnectFailed),
    sig("gw: got a FDEVENT_ERR", Sign::ConnectFailed),
    sig("write failed:{*}Transport endpoint is not connected", Sign::UnixQueueFull),
    sig("connection was dropped after accept()", Sign::EndedBeforeHead),
    sig("response headers too large", Sign::HeadTooLarge),
    sig("invalid HTTP status line", Sign::StatusLineInvalid),
    sig("response already sent out, but backend returned error", Sign::BodyFailed),
    sig("http-header-glue.c{*}Connection reset by peer", Sign::ResetBeforeHead),
    sig("response not received, request sent:", Sign::EndedBeforeHead),
    sig("read timeout on socket", Sign::ReadTimedOut),
    sig("oversized request-header", Sign::ClientRequestInvalid),
    sig("are down.", Sign::NoLiveUpstream),
];

/// "all handlers are down" stands after every failed connection; alone it means a pool that was
/// marked down before. A reset after the response began is a broken body.
#[expect(clippy::ptr_arg, reason = "the list of settlers has one type")]
fn settle(observations: &mut Vec<Observation>) {
    let of_lighttpd = |seen: &Observation| seen.product == Some(Product::Lighttpd);
    let connect_failed = observations.iter().any(|seen| {
        of_lighttpd(seen)
            && matches!(
                seen.sign,
                Sign::ConnectRefused
                    | Sign::ConnectNoRoute
                    | Sign::ConnectDenied
                    | Sign::ConnectTimedOut
                    | Sign::UnixMissing
                    | Sign::UnixDenied
                    | Sign::UnixRefused
            )
    });
    let body_failed =
        observations.iter().any(|seen| of_lighttpd(seen) && seen.sign == Sign::BodyFailed);
    let timed_out = observations.iter().any(|seen| seen.sign == Sign::Status504);
    for seen in observations.iter_mut().filter(|seen| of_lighttpd(seen)) {
        let settled = match seen.sign {
            Sign::NoLiveUpstream if connect_failed => Sign::ServerMarkedDown,
            Sign::ResetBeforeHead if body_failed => Sign::BodyTruncated,
            // 504 is sent only where no head has come.
            Sign::ReadTimedOut if timed_out => Sign::HeadTimeout,
            _ => continue,
        };
        settled.slug().clone_into(&mut seen.group);
        seen.sign = settled;
    }
}
