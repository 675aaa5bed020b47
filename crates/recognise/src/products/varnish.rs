//! Varnish: varnishlog and the error log.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Varnish),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("fail errno 111", Sign::ConnectRefused),
    sig("fail errno 110", Sign::ConnectTimedOut),
    sig("fail errno 113", Sign::ConnectNoRoute),
    sig("fail errno 101", Sign::ConnectNetUnreachable),
    sig("fail errno 13", Sign::ConnectDenied),
    sig("fail errno 99", Sign::ConnectNoFreePort),
    sig("fail errno 2", Sign::UnixMissing),
    sig("HTC eof (-1)", Sign::EndedBeforeHead),
    sig("HTC timeout", Sign::HeadTimeout),
    sig("first byte timeout", Sign::HeadTimeout),
    sig("http first read error", Sign::EndedBeforeHead),
    sig("backend write error: 104", Sign::SendReset),
    sig("req.body read error", Sign::SendReset),
    sig("FetchError {*} overflow", Sign::HeadTooLarge),
    sig("Workspace overflow", Sign::HeadTooLarge),
    sig("out of workspace (bo)", Sign::LoopSuspected),
    sig("FetchError {*} http format error", Sign::ResponseInvalid),
    sig("FetchError {*} chunked header non-hex", Sign::ChunkingInvalid),
    sig("Invalid Gzip data", Sign::ContentCodingInvalid),
    sig("FetchError {*} Resource temporarily unavailable", Sign::BodyStalled),
    sig("FetchError {*} between bytes timeout", Sign::BodyStalled),
    sig("FetchError {*} Connection reset by peer", Sign::BodyTruncated),
    sig("FetchError {*} straight insufficient bytes", Sign::BodyTruncated),
    sig("FetchError {*} chunked insufficient bytes", Sign::BodyTruncated),
    sig("FetchError {*} eof", Sign::BodyTruncated),
    sig("Body cannot be fetched", Sign::BodyNotFetched),
    sig("FetchError {*} timeout", Sign::ReadTimedOut),
    sig("FetchError {*}: unhealthy", Sign::NoLiveUpstream),
    sig("FetchError {*} No backend", Sign::NoLiveUpstream),
    sig("FetchError {*}: busy", Sign::ConcurrencyLimit),
    sig("Backend host {*} could not be resolved to an IP address", Sign::NameUnresolvedAtStart),
];

/// A fetch is several records: the status that the backend sent tells what the error after it is
/// about.
fn settle(observations: &mut Vec<Observation>) {
    let has = |sign: Sign| {
        observations.iter().any(|seen| seen.product == Some(Product::Varnish) && seen.sign == sign)
    };
    let (stalled, answered, switched) =
        (has(Sign::BodyStalled), has(Sign::StatusOk), has(Sign::UnexpectedUpgrade));
    observations.retain(|seen| {
        let body = seen.product == Some(Product::Varnish) && seen.sign == Sign::BodyTruncated;
        !(body && stalled)
    });
    for seen in observations.iter_mut().filter(|seen| seen.product == Some(Product::Varnish)) {
        let settled = match seen.sign {
            Sign::BodyNotFetched if switched => Sign::UnexpectedUpgrade,
            Sign::BodyNotFetched if answered => Sign::FramingConflict,
            Sign::ReadTimedOut if answered => Sign::BodyStalled,
            Sign::ReadTimedOut => Sign::HeadTimeout,
            _ => continue,
        };
        settled.slug().clone_into(&mut seen.group);
        seen.sign = settled;
    }
}
