//! The client of a request, as an exchange sees it.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::outgoing::Asker;
use crate::downstream::{Gone, Reply, Source};

/// The client of a request.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    /// The body of its request.
    pub(crate) source: Source<'a>,
    /// Where the answer goes.
    pub(crate) reply: Reply<'a>,
    /// Who it is.
    pub(crate) asker: Asker,
}

impl Client<'_> {
    /// Resolves when the client has gone. Looked for only once its body has come: before that the
    /// body itself shows it.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        let ended = self.source.has_ended();
        if (ended && self.source.poll_gone(cx).is_ready()) || self.reply.poll_gone(cx).is_ready() {
            return Poll::Ready(Gone);
        }
        Poll::Pending
    }

    /// Waits for something, but not longer than the client does.
    pub(crate) async fn wait_for<T>(&mut self, what: impl Future<Output = T>) -> Result<T, Gone> {
        let mut what = std::pin::pin!(what);
        poll_fn(|cx| {
            if let Poll::Ready(done) = what.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            self.poll_gone(cx).map(Err)
        })
        .await
    }

    /// Sends what is in the output.
    pub(crate) async fn flush(&mut self) -> Result<(), Gone> {
        poll_fn(|cx| self.reply.poll_flush(cx)).await
    }
}
