//! Who waits for the answer of an attempt, and sends its body.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::client::Client;
use super::replay::Replay;
use super::upload::{Upload, UploadFault};
use crate::downstream::Gone;
use crate::http1::ResponseHead;
use crate::upstream::Carrier;

/// Who waits for the answer of an attempt.
#[derive(Debug)]
pub(crate) enum Waiter<'a, 'c, 'r> {
    /// The client, with what is kept of its body.
    Client(&'a mut Client<'c>, &'a mut Replay<'r>),
    /// The first attempt, beside which this one was sent. There is no body, and the client is watched
    /// there.
    First,
}

impl Waiter<'_, '_, '_> {
    /// Sends as much of the request as goes. `max` bounds its body.
    pub(crate) fn poll_upload(
        &mut self,
        cx: &mut Context<'_>,
        upload: &mut Upload,
        max: Option<u64>,
        carrier: &mut Carrier,
    ) -> Poll<Result<(), UploadFault>> {
        match self {
            Self::Client(client, replay) => {
                upload.poll(cx, &mut client.source, replay, max, carrier)
            }
            Self::First => upload.poll_flush(cx, carrier),
        }
    }

    /// Resolves when nobody waits any more.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        match self {
            Self::Client(client, _) => client.poll_gone(cx),
            Self::First => Poll::Pending,
        }
    }

    /// Passes an interim answer on. Beside the first attempt it is left out: interim answers are
    /// optional (RFC 9110 section 15.2), and two endpoints would tell different things.
    pub(crate) async fn interim(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        match self {
            Self::Client(client, _) => client.interim(head).await,
            Self::First => Ok(()),
        }
    }

    /// Tells a client that waits for it to send its body, where the endpoint has not done so in time.
    pub(crate) fn poll_continue(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        match self {
            Self::Client(client, _) => client.poll_continue(cx),
            Self::First => Poll::Pending,
        }
    }

    /// Notes that the answer has begun.
    pub(crate) fn take_time(&mut self) {
        if let Self::Client(client, _) = self {
            client.source.take_time();
        }
    }

    /// Waits for something, but not longer than the client does.
    pub(crate) async fn wait_for<T>(
        &mut self,
        what: Pin<&mut impl Future<Output = T>>,
    ) -> Result<T, Gone> {
        match self {
            Self::Client(client, _) => client.wait_for(what).await,
            Self::First => Ok(what.await),
        }
    }
}
