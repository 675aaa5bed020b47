//! The client of a request, as an exchange sees it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep_until, timeout};

use super::outgoing::Asker;
use crate::alarm::Alarm;
use crate::clock;
use crate::downstream::{Gone, Reply, Source};
use crate::http1::{Fields, Framing, RequestHead, ResponseHead};
use crate::limits::CONTINUE_AFTER;

/// The client of a request.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    /// The body of its request.
    pub(crate) source: Source<'a>,
    /// Where the answer goes.
    pub(crate) reply: Reply<'a>,
    /// Who it is.
    pub(crate) asker: Asker,
    /// How long it may take nothing of what waits for it.
    pub(crate) send_timeout: Duration,
    /// The deadline of what is sent.
    pub(crate) alarm: &'a mut Alarm,
    continues: Continue,
}

/// Whether the client waits for `100 Continue` before it sends its body (RFC 9110 section 10.1.1).
#[derive(Debug)]
enum Continue {
    /// It does not, or was told.
    No,
    /// It does.
    Waits,
    /// It does, and is told at this time.
    Timed(Pin<Box<Sleep>>),
    /// It is being told.
    Told,
}

impl<'a> Client<'a> {
    /// The client of one request.
    pub(crate) fn new(
        source: Source<'a>,
        reply: Reply<'a>,
        asker: Asker,
        send_timeout: Duration,
        alarm: &'a mut Alarm,
    ) -> Self {
        Self { source, reply, asker, send_timeout, alarm, continues: Continue::No }
    }
}

impl Client<'_> {
    /// Takes from the head whether the client waits before it sends its body.
    pub(crate) fn expects(&mut self, head: &RequestHead) {
        if head.expects_continue() && !self.source.has_ended() {
            self.continues = Continue::Waits;
        }
    }

    /// Tells whether the client may still wait for `100 Continue`, and so may never send its body.
    pub(crate) fn waits_to_continue(&self) -> bool {
        matches!(self.continues, Continue::Waits | Continue::Timed(_)) && self.source.bytes() == 0
    }

    /// Passes an interim answer on. `100 Continue` comes once, however many endpoints say it.
    pub(crate) async fn interim(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        if head.status() == 100 && matches!(self.continues, Continue::Told) {
            return Ok(());
        }
        if head.status() == 100 {
            self.continues = Continue::Told;
        }
        self.reply.interim(head);
        self.flush().await
    }

    /// Tells a client that waits for it to send its body, where no endpoint has done so in time:
    /// servers that know nothing of `Expect` wait for the body as well.
    pub(crate) fn poll_continue(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        if matches!(self.continues, Continue::No) {
            return Poll::Pending;
        }
        if self.source.bytes() > 0 {
            self.continues = Continue::Told;
        }
        if matches!(self.continues, Continue::Waits) {
            let end = clock::now() + CONTINUE_AFTER;
            self.continues = Continue::Timed(Box::pin(sleep_until(end.into())));
        }
        if let Continue::Timed(timer) = &mut self.continues {
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.continues = Continue::Told;
            // A head without fields is always valid.
            if let Ok(head) = ResponseHead::from_parts(100, Fields::new(), Framing::None) {
                self.reply.interim(&head);
            }
        }
        match self.reply.poll_flush(cx) {
            Poll::Ready(Err(gone)) => Poll::Ready(gone),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
        }
    }

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

    /// Sends what is in the output. A client that takes nothing for too long is as good as gone.
    pub(crate) async fn flush(&mut self) -> Result<(), Gone> {
        let flushed = poll_fn(|cx| self.reply.poll_flush(cx));
        timeout(self.send_timeout, flushed).await.unwrap_or(Err(Gone))
    }
}
