//! A response on its way to the client, from the moment at which it cannot be replaced any more.

use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use goodgate_resilience::Failure;

use super::Ctx;
use super::client::Client;
use super::fetch::{Fetched, Missed, drive, trailers};
use super::replay::Replay;
use super::waiter::Waiter;
use crate::clock;
use crate::downstream::Gone;
use crate::failing;

/// How a delivery ended.
#[derive(Debug)]
pub(crate) enum Delivered {
    /// The client got all of it.
    Whole,
    /// It broke off on the way from the endpoint.
    BrokenOff(Failure),
    /// The client went away.
    ClientGone,
}

/// Sends a response to the client, to its end.
pub(crate) async fn deliver(
    ctx: &Ctx<'_>,
    fetched: &mut Fetched,
    client: &mut Client<'_>,
    replay: &mut Replay<'_>,
) -> Delivered {
    if !client.source.has_ended() && (fetched.head.status() >= 400 || client.waits_to_continue()) {
        // It may send the body or not: what follows on its connection could be either.
        client.reply.close_after();
    }
    if client.reply.head(&fetched.head).is_err() {
        return Delivered::ClientGone;
    }
    for piece in fetched.held.drain(..) {
        client.reply.data(piece);
    }
    if fetched.is_whole {
        let trailers = trailers(fetched);
        client.reply.end(trailers.as_ref());
    }
    if let Err(ended) = flush(ctx, fetched, client, replay).await {
        return ended;
    }
    while !fetched.is_whole {
        match next(ctx, fetched, client, replay).await {
            Ok(Some(piece)) => client.reply.data(piece),
            Ok(None) => {
                fetched.is_whole = true;
                let trailers = trailers(fetched);
                client.reply.end(trailers.as_ref());
            }
            Err(ended) => return ended,
        }
        if let Err(ended) = flush(ctx, fetched, client, replay).await {
            return ended;
        }
    }
    Delivered::Whole
}

/// Reads the next piece of the body.
async fn next(
    ctx: &Ctx<'_>,
    fetched: &mut Fetched,
    client: &mut Client<'_>,
    replay: &mut Replay<'_>,
) -> Result<Option<Bytes>, Delivered> {
    let between = ctx.upstream.settings.timeouts.between_bytes;
    fetched.carrier.alarm().clear();
    poll_fn(|cx| {
        let Fetched { carrier, upload, .. } = fetched;
        let mut waiter = Waiter::Client(&mut *client, &mut *replay);
        if let Poll::Ready(Err(missed)) = drive(cx, &mut waiter, ctx, carrier, upload) {
            return Poll::Ready(Err(of_missed(&missed)));
        }
        if let Poll::Ready(read) = carrier.poll_body(cx) {
            return Poll::Ready(read.map_err(Delivered::BrokenOff));
        }
        if client.poll_gone(cx).is_ready() {
            return Poll::Ready(Err(Delivered::ClientGone));
        }
        carrier.alarm().set_once(|| clock::now() + between);
        carrier.alarm().poll(cx).map(|()| Err(Delivered::BrokenOff(failing::body_stalled())))
    })
    .await
}

/// Sends what is in the output. A client that takes nothing for too long is as good as gone.
async fn flush(
    ctx: &Ctx<'_>,
    fetched: &mut Fetched,
    client: &mut Client<'_>,
    replay: &mut Replay<'_>,
) -> Result<(), Delivered> {
    client.begin_flush();
    poll_fn(|cx| {
        if let Poll::Ready(flushed) = client.poll_flush(cx) {
            return Poll::Ready(flushed.map_err(|Gone| Delivered::ClientGone));
        }
        let Fetched { carrier, upload, .. } = fetched;
        let mut waiter = Waiter::Client(&mut *client, &mut *replay);
        if let Poll::Ready(Err(missed)) = drive(cx, &mut waiter, ctx, carrier, upload) {
            return Poll::Ready(Err(of_missed(&missed)));
        }
        Poll::Pending
    })
    .await
}

/// What goes wrong with the client's body while the answer is on its way ends the answer too.
fn of_missed(missed: &Missed) -> Delivered {
    match missed {
        Missed::Failed(failure) => Delivered::BrokenOff(*failure),
        Missed::ClientGone | Missed::ClientFault(_) | Missed::TooLarge | Missed::TooSlow => {
            Delivered::ClientGone
        }
    }
}
