//! One attempt: from a connection to a response that may go to the client.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use goodgate_resilience::commit::{Commit, Decision, Head, Settings as CommitSettings};
use goodgate_resilience::{Failure, Progress};

use super::Ctx;
use super::reach::reach;
use super::upload::{Upload, UploadFault};
use super::waiter::Waiter;
use crate::clock;
use crate::downstream::SourceFault;
use crate::failing;
use crate::http1::{Fields, Known, Malformed, RequestHead, ResponseHead};
use crate::limits::INTERIM_MAX;
use crate::story::Attempt;
use crate::upstream::{Carrier, Endpoint};

/// A response whose beginning is there.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// Its head.
    pub(crate) head: ResponseHead,
    /// What came of its body.
    pub(crate) held: Vec<Bytes>,
    /// Whether that is all of it.
    pub(crate) is_whole: bool,
    /// What it comes over.
    pub(crate) carrier: Carrier,
    /// How far the request's body went.
    pub(crate) upload: Upload,
}

/// Why an attempt has no response.
#[derive(Debug)]
pub(crate) enum Missed {
    /// The endpoint, or the way to it.
    Failed(Failure),
    /// The client went away.
    ClientGone,
    /// The client's body is malformed.
    ClientFault(Malformed),
    /// The client's body is larger than the route allows.
    TooLarge,
    /// The client's body comes too slowly.
    TooSlow,
}

impl From<Failure> for Missed {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// How a request is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// On a fresh connection, whatever is kept.
    pub(crate) fresh: bool,
    /// Whether a broken response could be replaced.
    pub(crate) is_retriable: bool,
}

/// Makes one attempt. What it did is written into `attempt`.
pub(crate) async fn fetch(
    ctx: &Ctx<'_>,
    endpoint: &Arc<Endpoint>,
    head: &RequestHead,
    manner: Manner,
    mut waiter: Waiter<'_, '_, '_>,
    attempt: &mut Attempt,
) -> Result<Fetched, Missed> {
    let began = clock::now();
    let mut carrier = {
        let mut reaching = pin!(reach(ctx, endpoint, manner.fresh, attempt));
        waiter.wait_for(reaching.as_mut()).await.map_err(|_| Missed::ClientGone)??
    };
    attempt.reached = carrier.reached(began);
    let target = ctx.target.as_deref().unwrap_or_else(|| head.target());
    let request = Request { head, target, manner, is_secure: endpoint.tls.is_some() };
    let result = exchange(ctx, request, &mut waiter, &mut carrier, began, attempt).await;
    (attempt.sent, attempt.received) = carrier.bytes();
    let (response, pieces, is_whole, upload) = result?;
    Ok(Fetched { head: response, held: pieces, is_whole, carrier, upload })
}

type Gathered = (ResponseHead, Vec<Bytes>, bool, Upload);

/// What is sent, and how.
#[derive(Clone, Copy)]
struct Request<'a> {
    head: &'a RequestHead,
    target: &'a [u8],
    manner: Manner,
    is_secure: bool,
}

async fn exchange(
    ctx: &Ctx<'_>,
    request: Request<'_>,
    waiter: &mut Waiter<'_, '_, '_>,
    carrier: &mut Carrier,
    began: Instant,
    attempt: &mut Attempt,
) -> Result<Gathered, Missed> {
    let Request { head, target, manner, is_secure } = request;
    carrier.send_head(head, target, is_secure)?;
    let mut upload = Upload::new(!head.framing().is_empty());
    let timeouts = &ctx.upstream.settings.timeouts;
    carrier.alarm().set(began + timeouts.request);
    let mut interim = 0;
    let response = loop {
        let got = head_of(ctx, waiter, carrier, &mut upload).await?;
        if !got.is_interim() {
            break got;
        }
        interim += 1;
        if interim > INTERIM_MAX {
            return Err(failing::too_many_interim().into());
        }
        waiter.interim(&got).await.map_err(|_| Missed::ClientGone)?;
    };
    waiter.take_time();
    attempt.head = Some(clock::since(began));
    attempt.status = Some(response.status());
    if response.status() == 101 && head.upgrade().is_none() {
        return Err(failing::switched_unasked().into());
    }
    let what = Head {
        is_retriable: manner.is_retriable,
        content_type: response.fields().get(Known::ContentType),
        is_upgrade: response.status() == 101,
    };
    let commit = ctx.route.settings.commit.as_ref();
    let settings = commit.map_or(CommitSettings { bytes: 0, time: Duration::ZERO }, |commit| {
        CommitSettings { bytes: commit.bytes.len(), time: commit.time }
    });
    let mut commit = Commit::new(settings, &what, &ctx.core.shared.commit_pool);
    let (held, is_whole) = hold_back(ctx, waiter, carrier, &mut upload, &mut commit).await?;
    Ok((response, held, is_whole, upload))
}

/// Sends the request and reads the next head.
async fn head_of(
    ctx: &Ctx<'_>,
    waiter: &mut Waiter<'_, '_, '_>,
    carrier: &mut Carrier,
    upload: &mut Upload,
) -> Result<ResponseHead, Missed> {
    let timeouts = &ctx.upstream.settings.timeouts;
    let max = ctx.body_max();
    let mut sent = carrier.bytes().0;
    let mut send_failure: Option<Failure> = None;
    poll_fn(|cx| {
        if !upload.is_done() {
            match waiter.poll_upload(cx, upload, max, carrier) {
                Poll::Ready(Ok(())) => {
                    carrier.alarm().set(clock::now() + timeouts.response_head);
                }
                Poll::Ready(Err(UploadFault::Upstream(failure))) => {
                    // It may have answered before it closed; then the answer counts.
                    upload.give_up();
                    send_failure = Some(failure);
                }
                Poll::Ready(Err(fault)) => return Poll::Ready(Err(of_client(&fault))),
                Poll::Pending if upload.waits_for_client() => {
                    // The endpoint has all there is: it is not the one that takes too long.
                    carrier.alarm().set(clock::now() + timeouts.request);
                    if waiter.poll_continue(cx).is_ready() {
                        return Poll::Ready(Err(Missed::ClientGone));
                    }
                }
                Poll::Pending if carrier.bytes().0 > sent => {
                    sent = carrier.bytes().0;
                    carrier.alarm().set(clock::now() + timeouts.request);
                }
                Poll::Pending => {}
            }
        }
        if let Poll::Ready(read) = carrier.poll_head(cx) {
            let failed = |failure| Missed::Failed(send_failure.take().unwrap_or(failure));
            return Poll::Ready(read.map_err(failed));
        }
        if waiter.poll_gone(cx).is_ready() {
            return Poll::Ready(Err(Missed::ClientGone));
        }
        if carrier.alarm().poll(cx).is_ready() {
            return Poll::Ready(Err(timed_out(carrier, upload).into()));
        }
        Poll::Pending
    })
    .await
}

fn timed_out(carrier: &Carrier, upload: &Upload) -> Failure {
    let progress = carrier.progress();
    if upload.is_done() {
        failing::head_timed_out(progress == Progress::ResponseStarted)
    } else {
        failing::send_timed_out(progress)
    }
}

fn of_client(fault: &UploadFault) -> Missed {
    match fault {
        UploadFault::Source(SourceFault::Gone) => Missed::ClientGone,
        UploadFault::Source(SourceFault::TooSlow) => Missed::TooSlow,
        UploadFault::Source(SourceFault::Malformed(malformed)) => Missed::ClientFault(*malformed),
        UploadFault::TooLarge => Missed::TooLarge,
        UploadFault::Lost => Missed::Failed(failing::internal()),
        UploadFault::Upstream(failure) => Missed::Failed(*failure),
    }
}

/// What the wait for a piece of the body ended with.
enum Piece {
    Data(Bytes),
    End,
    Due,
}

/// Holds the body back for as long as that is decided.
async fn hold_back(
    ctx: &Ctx<'_>,
    waiter: &mut Waiter<'_, '_, '_>,
    carrier: &mut Carrier,
    upload: &mut Upload,
    commit: &mut Commit<'_>,
) -> Result<(Vec<Bytes>, bool), Missed> {
    let mut held = Vec::new();
    let between = ctx.upstream.settings.timeouts.between_bytes;
    let mut decision = commit.decision();
    let mut is_timed = false;
    while let Decision::HoldBack { until } = decision {
        let piece = poll_fn(|cx| {
            if let Poll::Ready(Err(fault)) = drive(cx, waiter, ctx, carrier, upload) {
                return Poll::Ready(Err(fault));
            }
            match carrier.poll_body(cx) {
                Poll::Ready(Ok(Some(data))) => return Poll::Ready(Ok(Piece::Data(data))),
                Poll::Ready(Ok(None)) => return Poll::Ready(Ok(Piece::End)),
                Poll::Ready(Err(failure)) => return Poll::Ready(Err(failure.into())),
                Poll::Pending => {}
            }
            if waiter.poll_gone(cx).is_ready() {
                return Poll::Ready(Err(Missed::ClientGone));
            }
            if !is_timed {
                carrier.alarm().set(until.unwrap_or_else(|| clock::now() + between));
                is_timed = true;
            }
            if carrier.alarm().poll(cx).is_ready() {
                return Poll::Ready(match until {
                    Some(_) => Ok(Piece::Due),
                    None => Err(failing::body_stalled().into()),
                });
            }
            Poll::Pending
        })
        .await?;
        decision = match piece {
            Piece::Data(data) => {
                is_timed = is_timed && until.is_some();
                let decision = commit.on_body(data.len(), clock::now());
                held.push(data);
                decision
            }
            Piece::End => {
                commit.on_complete();
                return Ok((held, true));
            }
            Piece::Due => commit.is_due(clock::now()),
        };
    }
    Ok((held, carrier.has_ended()))
}

/// Sends more of the request's body while the response already comes.
pub(crate) fn drive(
    cx: &mut std::task::Context<'_>,
    waiter: &mut Waiter<'_, '_, '_>,
    ctx: &Ctx<'_>,
    carrier: &mut Carrier,
    upload: &mut Upload,
) -> Poll<Result<(), Missed>> {
    if upload.is_done() {
        return Poll::Ready(Ok(()));
    }
    match waiter.poll_upload(cx, upload, ctx.body_max(), carrier) {
        // The endpoint has answered and takes no more: no failure.
        Poll::Ready(Err(UploadFault::Upstream(_))) => {
            upload.give_up();
            Poll::Ready(Ok(()))
        }
        Poll::Ready(Err(fault)) => Poll::Ready(Err(of_client(&fault))),
        Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
        Poll::Pending => Poll::Pending,
    }
}

/// Returns the trailers of a response that is whole.
pub(crate) fn trailers(fetched: &mut Fetched) -> Option<Fields> {
    fetched.carrier.trailers()
}
